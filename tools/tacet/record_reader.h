// Cuts inputs into records (lines) and hands them out in batches.
//
//   RecordReader reader(files, {.format = Format::kAuto});
//   Batch batch;                                              // one for each thread, reused
//   for (;;) {
//     absl::StatusOr<bool> more = reader.Next(batch);
//     if (!more.ok() || !*more) break;
//     for (const Record& record : batch.records) Use(batch.Text(record), batch.Terminator(record));
//   }
#ifndef TACET_TOOLS_TACET_RECORD_READER_H_
#define TACET_TOOLS_TACET_RECORD_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/tacet/byte_source.h"

namespace tacet::cli {

enum class Format : uint8_t { kAuto, kText, kJsonLines };

// A line. Its terminator is LF, CR LF, or nothing at the end of a file; a lone CR is an ordinary
// byte.
struct Record {
  size_t begin = 0;  // in Batch::data, without the terminator
  size_t end = 0;
  uint8_t terminator_size = 0;
  bool too_long = false;  // longer than the limit: its bytes are not kept, Text() is empty
};

// Some consecutive records of one input, and the bytes they stand in. Reused from batch to batch;
// its memory grows to the longest record that is allowed.
struct Batch {
  // At least this many bytes may be read behind the last record (simdjson reads ahead).
  static constexpr size_t kPadding = 64;

  std::string_view Text(const Record& r) const { return {data.get() + r.begin, r.end - r.begin}; }
  std::string_view Terminator(const Record& r) const {
    return r.terminator_size == 2 ? "\r\n" : r.terminator_size == 1 ? "\n" : "";
  }

  std::unique_ptr<char[]> data;
  size_t capacity = 0;  // without the padding
  std::vector<Record> records;
  Format format = Format::kText;  // never kAuto
  uint64_t sequence = 0;          // 0 for the first batch of all
  uint64_t first_number = 1;      // of the first record; counted over all inputs
};

struct RecordReaderOptions {
  Format format = Format::kAuto;
  size_t max_record = size_t{2} << 20;  // bytes, without the terminator
};

// Reads the named inputs one after another. One thread at a time.
class RecordReader {
 public:
  // `files` as in ByteSource::Open; none means standard input. With Format::kAuto the name of each
  // file (.jsonl, .ndjson, .json, also before .gz and .zst) tells, or else its first line.
  RecordReader(std::vector<std::string> files, const RecordReaderOptions& options);

  // Puts the next records into `batch`. False at the end of the last input. Fails (Unavailable) as
  // ByteSource does, and if an input is UTF-16.
  absl::StatusOr<bool> Next(Batch& batch);

  // Bytes taken from the inputs so far, before decompression.
  uint64_t bytes_taken() const;

 private:
  absl::Status OpenNext();
  absl::Status CheckEncoding(std::string_view head) const;
  Format FormatOf(const Batch& batch) const;

  std::vector<std::string> files_;
  RecordReaderOptions options_;
  size_t next_file_ = 0;
  std::unique_ptr<ByteSource> source_;  // null between files
  uint64_t closed_bytes_ = 0;           // taken from files that are closed
  std::string carry_;                   // the beginning of a line whose end is not read yet
  bool at_file_start_ = true;           // no record of this file was handed out yet
  bool discarding_ = false;             // in a line that is too long
  char last_discarded_ = 0;
  Format file_format_ = Format::kAuto;
  uint64_t batches_ = 0;
  uint64_t records_ = 0;
};

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_RECORD_READER_H_
