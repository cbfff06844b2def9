// The inner loop of StartFilter, with the widest vectors that the processor has.
#ifndef TACET_DETECT_START_FILTER_KERNEL_H_
#define TACET_DETECT_START_FILTER_KERNEL_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/detect/start_filter.h"

namespace tacet {

inline constexpr size_t kWordsInVector = 8;  // 512 bits, the widest

// Where to look: bit i stands for text[base + i].
struct Places {
  size_t base = 0;
  uint64_t all = 0;
  uint64_t near_digit = 0;  // those of all, and perhaps others, that stand near a digit
};

// Puts into scratch.starts each pattern that may begin at one of the places, with its place. Places
// from left to right, within a call and from call to call. Needs sets of tables.words words in
// `scratch`, and `here` null and stretch_end 0 before the first call.
void FindStarts(const StartFilter::Tables& tables, std::string_view text, const Triggers& triggers,
                const Places& places, StartFilter::Scratch& scratch);

}  // namespace tacet

#endif  // TACET_DETECT_START_FILTER_KERNEL_H_
