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

struct Triggers {
  uint8_t present = 0;  // bit i: kTriggerBytes[i] stands in the text
  size_t digits = 0;    // ASCII digits in the text
};

// Scans `text`, at most 2^32 - 1 bytes, and puts its runs of ASCII digits into `runs`. Uses the
// widest vectors that the processor has.
Triggers FindTriggers(std::string_view text, std::vector<DigitRun>& runs);

}  // namespace tacet

#endif  // TACET_DETECT_TRIGGERS_H_
