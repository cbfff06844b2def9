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

// What the pass found. Reused from message to message; its memory stays at the largest seen.
struct Triggers {
  uint8_t present = 0;     // bit i: kTriggerBytes[i] stands in the text
  bool non_ascii = false;  // a byte of 0x80 or more does
  size_t digits = 0;       // ASCII digits in the text
  std::vector<DigitRun> digit_runs;
  // Bit i % 64 of letters[i / 64]: text[i] is an ASCII letter. Ends in a word of zeros.
  std::vector<uint64_t> letters;
};

// Scans `text`, at most 2^32 - 1 bytes, with the widest vectors that the processor has.
void FindTriggers(std::string_view text, Triggers& triggers);

}  // namespace tacet

#endif  // TACET_DETECT_TRIGGERS_H_
