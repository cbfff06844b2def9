// Reads a file or standard input as a stream of bytes, undoing gzip and zstd.
//
//   absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::Open("gateway.log.gz");
//   absl::StatusOr<size_t> n = (*source)->Read(buffer, size);   // 0 at the end
#ifndef TACET_TOOLS_TACET_BYTE_SOURCE_H_
#define TACET_TOOLS_TACET_BYTE_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tacet::cli {

// How standard input is written among file names, and how it is called in messages.
inline constexpr std::string_view kStandardInput = "-";
std::string DisplayName(const std::string& path);

// The bytes of one input, decompressed. What it holds tells the compression, not its name: gzip
// (RFC 1952; several members, zero padding behind the last) and zstd (RFC 8878; several frames,
// skippable frames, windows up to 128 MiB). Memory does not depend on the length of the input.
class ByteSource {
 public:
  // "-" is standard input. Fails (Unavailable) if the file cannot be opened or is a directory.
  static absl::StatusOr<std::unique_ptr<ByteSource>> Open(const std::string& path);
  virtual ~ByteSource() = default;

  // Reads at least one byte and at most `size`; 0 means the end. Truncated or damaged compressed
  // data is an error (Unavailable), found at the latest where the end would be.
  virtual absl::StatusOr<size_t> Read(char* to, size_t size) = 0;

  // True if the bytes come uncompressed from a pipe, terminal or socket: what was read should be
  // passed on at once, because the next byte may be long in coming.
  virtual bool interactive() const = 0;

  // Bytes taken from the file so far, before decompression.
  virtual uint64_t bytes_taken() const = 0;
};

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_BYTE_SOURCE_H_
