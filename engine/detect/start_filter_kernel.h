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

// Appends to `starts` each pattern of `set` that may begin at one of `places`, with its place: bit
// i stands for text[base + i]. Places from left to right.
void FindStarts(const StartFilter::Tables& tables, std::string_view text, size_t base,
                uint64_t places, const uint64_t* set,
                std::vector<std::pair<uint32_t, uint32_t>>& starts);

}  // namespace tacet

#endif  // TACET_DETECT_START_FILTER_KERNEL_H_
