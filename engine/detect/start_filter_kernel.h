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

// Appends to `starts` each pattern of a set that may begin at one of the places, with its place:
// of `near_set` at those near a digit, of `far_set` at the others. Places from left to right.
void FindStarts(const StartFilter::Tables& tables, std::string_view text, const Places& places,
                const uint64_t* near_set, const uint64_t* far_set,
                std::vector<std::pair<uint32_t, uint32_t>>& starts);

}  // namespace tacet

#endif  // TACET_DETECT_START_FILTER_KERNEL_H_
