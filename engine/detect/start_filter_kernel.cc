#include "engine/detect/start_filter_kernel.h"

#include <bit>

#include "engine/detect/boundary.h"

// Highway compiles what stands between the two markers once for each instruction set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/detect/start_filter_kernel.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tacet {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

bool IsWordByte(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

void FindStartsImpl(const StartFilter::Tables& tables, std::string_view text, const Places& places,
                    const uint64_t* near_set, const uint64_t* far_set,
                    std::vector<std::pair<uint32_t, uint32_t>>& starts) {
  const hn::CappedTag<uint64_t, kWordsInVector> d;
  const size_t lanes = hn::Lanes(d);
  const size_t words = tables.words;
  for (uint64_t left = places.all; left != 0; left &= left - 1) {
    const auto bit = static_cast<size_t>(std::countr_zero(left));
    const size_t begin = places.base + bit;
    const uint64_t* const set = (places.near_digit >> bit & 1) != 0 ? near_set : far_set;
    const auto byte = static_cast<unsigned char>(text[begin]);
    const bool alnum = byte != '_' && IsWordByte(byte);
    if (!alnum && !tables.begins[byte]) continue;
    const uint64_t* const first = tables.by_byte + byte * words;
    // Worked out only where a pattern begins with the byte.
    const uint64_t* by_left = nullptr;
    for (size_t w = 0; w < words; w += lanes) {
      auto alive = hn::And(hn::LoadU(d, set + w), hn::LoadU(d, first + w));
      if (hn::AllTrue(d, hn::Eq(alive, hn::Zero(d)))) continue;
      if (by_left == nullptr) {
        const size_t row = LeftContextAt(text, begin) * 2 + (IsWordByte(byte) ? 1 : 0);
        by_left = tables.by_left + row * words;
      }
      alive = hn::And(alive, hn::LoadU(d, by_left + w));
      bool any = true;
      for (size_t k = 1; k < StartFilter::kLookahead && any; k += 2) {
        for (const size_t at : {k, k + 1}) {
          if (at >= StartFilter::kLookahead) break;
          const uint64_t* const row =
              begin + at < text.size()
                  ? tables.by_byte +
                        (at * 256 + static_cast<unsigned char>(text[begin + at])) * words
                  : tables.by_end + at * words;
          alive = hn::And(alive, hn::LoadU(d, row + w));
        }
        any = !hn::AllTrue(d, hn::Eq(alive, hn::Zero(d)));
      }
      if (!any) continue;
      uint64_t found[kWordsInVector];
      hn::StoreU(alive, d, found);
      for (size_t i = 0; i < lanes; ++i) {
        for (uint64_t bits = found[i]; bits != 0; bits &= bits - 1) {
          const size_t pattern = (w + i) * 64 + static_cast<size_t>(std::countr_zero(bits));
          starts.emplace_back(static_cast<uint32_t>(pattern), static_cast<uint32_t>(begin));
        }
      }
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tacet
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacet {

HWY_EXPORT(FindStartsImpl);

void FindStarts(const StartFilter::Tables& tables, std::string_view text, const Places& places,
                const uint64_t* near_set, const uint64_t* far_set,
                std::vector<std::pair<uint32_t, uint32_t>>& starts) {
  HWY_DYNAMIC_DISPATCH(FindStartsImpl)(tables, text, places, near_set, far_set, starts);
}

}  // namespace tacet
#endif  // HWY_ONCE
