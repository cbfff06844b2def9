// One pass over a message that says which patterns are worth trying at all.
#ifndef TACET_DETECT_TRIGGERS_H_
#define TACET_DETECT_TRIGGERS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/detect/recogniser.h"

namespace tacet {

// The bytes whose presence a trigger notes, by bit. The first seven are the pivots that are no
// digit, in the order of the enum Pivot.
inline constexpr char kTriggerBytes[] = {'@', '#', '+', ':', '/', '-', '.', '<'};
inline constexpr uint8_t kPlaceholderTrigger = 1 << 7;
// The bit of one of them.
inline uint8_t TriggerBit(char c) {
  for (size_t i = 0; i < sizeof(kTriggerBytes); ++i) {
    if (c == kTriggerBytes[i]) return static_cast<uint8_t>(1 << i);
  }
  return 0;
}

// What the pass found. An inner dot stands between two bytes that are neither spaces nor dots.
// Reused from message to message; its memory stays at the largest seen.
struct Triggers {
  uint8_t present = 0;     // bit i: kTriggerBytes[i] stands in the text; of dots only inner ones
  bool non_ascii = false;  // a byte of 0x80 or more does
  size_t digits = 0;       // ASCII digits in the text
  std::vector<DigitRun> digit_runs;
  // Bit i % 64 of word i / 64 says what text[i] is. Each ends in a word of zeros.
  std::vector<uint64_t> letters;        // an ASCII letter
  std::vector<uint64_t> digits_map;     // an ASCII digit
  std::vector<uint64_t> spaces;         // space, tab, line feed or carriage return
  std::vector<uint64_t> continuations;  // a byte of a character, not its first: 0x80 to 0xBF
  std::vector<uint64_t> marks;          // a digit or a trigger byte; of dots only inner ones
  std::vector<uint64_t> signs;          // marks without the digits
};

// Scans `text`, at most 2^32 - 1 bytes, with the widest vectors that the processor has.
void FindTriggers(std::string_view text, Triggers& triggers);

}  // namespace tacet

#endif  // TACET_DETECT_TRIGGERS_H_
