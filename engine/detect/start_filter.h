// Says which patterns can begin where, so that few are tried and few places are looked at.
#ifndef TACET_DETECT_START_FILTER_H_
#define TACET_DETECT_START_FILTER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "engine/detect/regex_program.h"
#include "engine/detect/triggers.h"
#include "tacet/pattern_library.h"

namespace tacet {

// A set of patterns, by index in the library.
using PatternSet = std::vector<uint64_t>;
inline void Insert(PatternSet& set, size_t index) {
  set[index / 64] |= uint64_t{1} << (index % 64);
}
inline bool Contains(const PatternSet& set, size_t index) {
  return (set[index / 64] >> (index % 64) & 1) != 0;
}

// For all patterns at once, as intersections of sets: what may begin with the bytes that stand at
// a place, behind what stands before it, in a stretch without spaces that holds the pattern's
// pivot. It may let through a pattern that does not match there; it never holds back one that
// does. Immutable.
class StartFilter {
 public:
  struct Entry {
    const RegexProgram* program = nullptr;  // null: not tried by place
    Boundary boundary = Boundary::kNone;
    bool checks_left = false;  // the boundary holds where the match begins
  };
  // True if a filter can know the pattern. One that can begin inside a word, a number or a
  // character, or with a space, it cannot: that has to be tried everywhere.
  static bool Covers(const Entry& entry);
  // Knows the first entries, up to one that it does not cover.
  explicit StartFilter(const std::vector<Entry>& entries);

  // The patterns that the filter knows.
  const PatternSet& covered() const { return covered_; }

  // Calls `try_at(pattern, begin)` for every place where a pattern of `enabled`, a part of
  // covered(), may begin; places from left to right. `try_at` returns false to stop.
  using TryAt = absl::FunctionRef<bool(size_t pattern, size_t begin)>;
  // Working memory of one thread.
  struct Scratch {
    PatternSet anywhere, near_digit;                    // of the enabled ones, by their reach
    PatternSet far_active, near_active;                 // what is looked for in a stretch
    std::vector<std::pair<uint32_t, uint32_t>> starts;  // pattern, place
  };
  void ForEachStart(std::string_view text, const Triggers& triggers, const PatternSet& enabled,
                    Scratch& scratch, TryAt try_at) const;

  static constexpr size_t kLookahead = 8;  // bytes
  // Sets are rows of `words` words, a multiple of eight, in flat tables.
  struct Tables {
    size_t words = 0;
    const uint64_t* by_byte = nullptr;
    const uint64_t* by_end = nullptr;
    const uint64_t* by_left = nullptr;
    const bool* begins = nullptr;
  };

 private:
  // How the places of a pattern are narrowed.
  enum Reach : uint8_t {
    kAnywhere,   // not at all
    kNearDigit,  // to the kNear bytes before a run of digits, and its begin
    kStretch,    // to the stretches without spaces that hold its pivot
    kReaches,
  };
  static constexpr size_t kNear = 15;

  // Tries the active patterns of `scratch` at the places in [low, high). False if stopped.
  bool Try(std::string_view text, const Triggers& triggers, size_t low, size_t high,
           Scratch& scratch, TryAt try_at) const;

  size_t words_ = 0;
  PatternSet covered_;
  std::vector<uint64_t>
      by_byte_;  // [k * 256 + byte]: byte k of a match may be that, or it is shorter
  std::vector<uint64_t> by_end_;    // [k]: a match may be no longer than k bytes
  std::vector<uint64_t> by_left_;   // [left context * 2 + whether a word byte stands at the place]
  std::vector<uint64_t> by_reach_;  // [Reach]
  std::vector<uint64_t> by_pivot_;  // [trigger bits of the stretch, and 256 for digits]
  std::array<bool, 256>
      begins_{};  // bytes other than letters and digits that a match can begin with
};

}  // namespace tacet

#endif  // TACET_DETECT_START_FILTER_H_
