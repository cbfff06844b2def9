// The plain engines that Tacet is measured against: Hyperscan, RE2 and PCRE2 over a flat set of
// regexes, each behind the same three calls.
//
//   absl::StatusOr<std::unique_ptr<FlatEngine>> engine = FlatEngine::Create(kind, expressions);
//   absl::StatusOr<uint64_t> events = (*engine)->Scan(message);           // what is timed
//   absl::Status status = (*engine)->Match(message, places);              // what is compared
#ifndef TACET_BENCH_ENGINES_H_
#define TACET_BENCH_ENGINES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tacet/pattern_library.h"

namespace tacet {

// A regex with the flags of Hyperscan's pattern files.
struct Expression {
  std::string name;  // of a pattern, or the id of a line
  std::string regex;
  bool caseless = false, dot_all = false, multiline = false;
  bool utf8 = false, ucp = false;  // else over bytes
  bool single_match = false, allow_empty = false, prefilter = false, start_of_match = false;
  // Hyperscan's extended parameters; 0 is "not given". Only Hyperscan knows them.
  uint64_t min_offset = 0, max_offset = 0, min_length = 0;
  uint32_t edit_distance = 0, hamming_distance = 0;
  bool extended() const {
    return min_offset + max_offset + min_length + edit_distance + hamming_distance > 0;
  }
};

enum class FlatKind : uint8_t { kHyperscanBlock, kHyperscanStream, kRe2, kRe2Set, kPcre2 };

// A set of expressions, compiled by one engine. One thread.
class FlatEngine {
 public:
  static constexpr size_t kNowhere = static_cast<size_t>(-1);

  // What cannot be compiled is left out. Fails if nothing is left or the whole cannot be compiled.
  // `known_faulty` are left out untried, which saves the long search for them: what Hyperscan
  // cannot compile in one mode it cannot in the other.
  static absl::StatusOr<std::unique_ptr<FlatEngine>> Create(
      FlatKind kind, const std::vector<Expression>& expressions,
      const std::vector<size_t>& known_faulty = {});
  virtual ~FlatEngine() = default;

  // Scans as a user of the engine would, and counts what the engine reports: Hyperscan every match
  // end of every expression, the others the expressions that match.
  virtual absl::StatusOr<uint64_t> Scan(std::string_view text) = 0;
  // Puts into `places` an entry an expression: one end of a match (which, depends on the engine),
  // or kNowhere.
  virtual absl::Status Match(std::string_view text, std::vector<size_t>& places) = 0;

  // Indices of the expressions that this engine could not compile.
  const std::vector<size_t>& left_out() const { return left_out_; }
  // 0 where the engine does not say.
  size_t database_bytes() const { return database_bytes_; }
  size_t scratch_bytes() const { return scratch_bytes_; }
  size_t stream_bytes() const { return stream_bytes_; }

 protected:
  std::vector<size_t> left_out_;
  size_t database_bytes_ = 0, scratch_bytes_ = 0, stream_bytes_ = 0;
};

// The regexes of a library, over bytes.
std::vector<Expression> LibraryExpressions(const PatternLibrary& library);
// Its words: what any engine that knows the words has to look for at least.
absl::StatusOr<std::vector<Expression>> LibraryWords(const PatternLibrary& library);

// The messages, a line each, in blocks of at most `size` bytes (a longer message is a block).
std::vector<std::string> JoinIntoBlocks(const std::vector<std::string>& messages, size_t size);
inline constexpr size_t kFloorBlock = 16 << 10;

}  // namespace tacet

#endif  // TACET_BENCH_ENGINES_H_
