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
    bool checks_match = false;  // the boundary is that of the match, not of a value inside
  };
  // True if a filter can know the pattern. One that can begin inside a word, a number or a
  // character, or with a space, it cannot: that has to be tried everywhere.
  static bool Covers(const Entry& entry);
  // Knows the first entries, up to one that it does not cover.
  explicit StartFilter(const std::vector<Entry>& entries);

  // The patterns that the filter knows.
  const PatternSet& covered() const { return covered_; }

  // Calls `try_at(pattern, begin)` for every place where a pattern of both `enabled` and covered()
  // may begin; places from left to right. `try_at` returns false to stop.
  using TryAt = absl::FunctionRef<bool(size_t pattern, size_t begin)>;
  // Working memory of one thread.
  struct Scratch {
    PatternSet in_stretches, anywhere, near_digit;  // of the enabled ones, by their reach
    // A set, and where its words are that are not all zero, a vector's worth each.
    struct Active {
      PatternSet set;
      std::vector<uint32_t> vectors;
      size_t vector_count = 0;
      uint8_t flags = 0;  // a byte without any of them begins none
    };
    // What may begin far from digits and near them.
    struct Reachable {
      Active far, near;
    };
    Reachable in_plain;               // in stretches without spaces that hold no digit and no sign
    Reachable in_marked;              // in the stretch that does, up to stretch_end
    uint8_t flags = 0;                // those of the enabled patterns
    const Reachable* here = nullptr;  // one of both, from the last place up to stretch_end
    size_t stretch_end = 0;
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
    const uint64_t* by_pivot = nullptr;
    const uint8_t* byte_flags = nullptr;
  };
  static constexpr size_t kDigitsInStretch = 256;
  // Flags of a byte.
  static constexpr uint8_t kWordByte = 1;  // what \b calls one
  // A match may begin with it, of a pattern that is tried ...
  static constexpr uint8_t kBeginsAnywhere = 2;
  static constexpr uint8_t kBeginsNearDigit = 4;
  static constexpr uint8_t kBeginsInStretch = 8;

 private:
  // How the places of a pattern are narrowed.
  enum Reach : uint8_t {
    kAnywhere,   // not at all
    kNearDigit,  // to the kNear bytes before a run of digits, and its begin
    kStretch,    // to the stretches without spaces that hold its pivot
    kReaches,
  };
  static constexpr uint8_t kFlagOfReach[kReaches] = {kBeginsAnywhere, kBeginsNearDigit,
                                                     kBeginsInStretch};
  static constexpr size_t kNear = 15;

  size_t words_ = 0;
  PatternSet covered_;
  std::vector<uint64_t>
      by_byte_;  // [k * 256 + byte]: byte k of a match may be that, or it is shorter
  std::vector<uint64_t> by_end_;    // [k]: a match may be no longer than k bytes
  std::vector<uint64_t> by_left_;   // [left context * 2 + whether a word byte stands at the place]
  std::vector<uint64_t> by_reach_;  // [Reach]
  std::vector<uint64_t> by_pivot_;  // [trigger bits of the stretch, and 256 for digits]
  std::array<uint8_t, 256> byte_flags_{};
  PatternSet begins_non_ascii_;  // those that may begin with a byte from 0x80 on
};

}  // namespace tacet

#endif  // TACET_DETECT_START_FILTER_H_
