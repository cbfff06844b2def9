// What a recogniser sees and gives. A recogniser knows a grammar that a regex cannot say: numbering
// plans, addresses. Pattern files name it, its kinds, and their scores; scoring is theirs, not its
// own.
#ifndef TACET_DETECT_RECOGNISER_H_
#define TACET_DETECT_RECOGNISER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "tacet/detector.h"

namespace tacet {

// A word of a word list in the folded text: [begin, end). `lists` are the indices of the
// lists that the word belongs to, sorted.
struct WordHit {
  uint32_t begin = 0;
  uint32_t end = 0;
  absl::Span<const uint16_t> lists;
  bool In(int list) const {
    for (uint16_t l : lists) {
      if (l == list) return true;
    }
    return false;
  }
};

// A longest run of ASCII digits in the folded text: [begin, end).
struct DigitRun {
  uint32_t begin = 0;
  uint32_t end = 0;
};

struct Triggers;

struct RecogniserInput {
  std::string_view text;                     // folded, valid UTF-8
  const Triggers& triggers;                  // of the text
  absl::Span<const DigitRun> digit_runs;     // in order
  absl::Span<const WordHit> words;           // by begin; a word inside a longer word is not there
  absl::Span<const Span> placeholders = {};  // <TYPE>, masked earlier: in order
  std::string_view region = {};              // whose the message is (ISO 3166-1 alpha-2), if known
};

// One recogniser, made once for a detector. Immutable and shared among threads: Recognise keeps
// no state, allocates nothing, and finishes in time linear in the text.
class Recogniser {
 public:
  virtual ~Recogniser() = default;
  // Names of the kinds it emits, by index.
  virtual absl::Span<const std::string_view> kinds() const = 0;
  // Calls `emit` for each candidate: index of its kind, and its span in the folded text. A
  // candidate may overlap others; the resolver settles that.
  using Emit = absl::FunctionRef<void(int kind, uint32_t begin, uint32_t end)>;
  virtual void Recognise(const RecogniserInput& input, Emit emit) const = 0;
  // The fewest ASCII digits that a message with a candidate can hold; a message with fewer is not
  // shown to the recogniser.
  virtual int min_digits() const = 0;
  // True if a candidate beside a <TYPE> that was masked earlier is the rest of something, and no
  // candidate: a second pass must not find more than the first.
  virtual bool keeps_off_marks() const { return false; }
};

}  // namespace tacet

#endif  // TACET_DETECT_RECOGNISER_H_
