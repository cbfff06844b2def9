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

static_assert(StartFilter::kLookahead % 2 == 0);

// Puts into `reachable` what may begin where the pivots of `row` are.
void Reach(const StartFilter::Tables& tables, size_t row, const StartFilter::Scratch& s,
           StartFilter::Scratch::Reachable& reachable) {
  const hn::CappedTag<uint64_t, kWordsInVector> d;
  const uint64_t* const by_pivot = tables.by_pivot + row * tables.words;
  reachable.far.vector_count = reachable.near.vector_count = 0;
  reachable.near.flags = s.flags;
  if (row == 0) reachable.near.flags &= static_cast<uint8_t>(~StartFilter::kBeginsInStretch);
  reachable.far.flags = reachable.near.flags & static_cast<uint8_t>(~StartFilter::kBeginsNearDigit);
  const auto put = [&](StartFilter::Scratch::Active& active, size_t w, auto set) {
    hn::StoreU(set, d, active.set.data() + w);
    active.vectors[active.vector_count] = static_cast<uint32_t>(w);
    active.vector_count += !hn::AllTrue(d, hn::Eq(set, hn::Zero(d)));
  };
  for (size_t w = 0; w < tables.words; w += hn::Lanes(d)) {
    const auto in_stretch =
        hn::And(hn::LoadU(d, s.in_stretches.data() + w), hn::LoadU(d, by_pivot + w));
    const auto far = hn::Or(hn::LoadU(d, s.anywhere.data() + w), in_stretch);
    put(reachable.far, w, far);
    put(reachable.near, w, hn::Or(far, hn::LoadU(d, s.near_digit.data() + w)));
  }
}

// Works out what may begin from `begin` up to the end of its stretch without spaces, or of all
// stretches from there on that hold neither digit nor sign.
void EnterStretch(const StartFilter::Tables& tables, std::string_view text,
                  const Triggers& triggers, size_t begin, StartFilter::Scratch& s) {
  const size_t mark = triggers.NextSet(&ByteClasses::marks, begin, text.size());
  if (mark > begin) {
    const size_t space = triggers.NextSet(&ByteClasses::spaces, begin, mark);
    if (space < mark || mark == text.size()) {
      s.here = &s.in_plain;
      s.stretch_end =
          mark == text.size() ? mark : triggers.PreviousSetEnd(&ByteClasses::spaces, mark);
      return;
    }
  }
  const size_t end = triggers.NextSet(&ByteClasses::spaces, mark, text.size());
  size_t row = 0;
  for (size_t at = mark; at < end; at += 64) {
    const uint64_t inside = end - at >= 64 ? ~uint64_t{0} : ~(~uint64_t{0} << (end - at));
    if ((triggers.BitsFrom(&ByteClasses::digits, at) & inside) != 0) {
      row |= StartFilter::kDigitsInStretch;
    }
    for (uint64_t signs = triggers.BitsFrom(&ByteClasses::signs, at) & inside; signs != 0;
         signs &= signs - 1) {
      row |= TriggerBit(text[at + static_cast<size_t>(std::countr_zero(signs))]);
    }
  }
  Reach(tables, row, s, s.in_marked);
  s.here = &s.in_marked;
  s.stretch_end = end;
}

// Puts into the starts what may begin at `begin`, from the vector `from` of `active` on. Not a part
// of the loop over the places, so that the processor's registers suffice for that.
HWY_NOINLINE void TryPlace(const StartFilter::Tables& tables, std::string_view text, size_t begin,
                           const StartFilter::Scratch::Active& active, size_t from,
                           StartFilter::Scratch& s) {
  const hn::CappedTag<uint64_t, kWordsInVector> d;
  const size_t lanes = hn::Lanes(d);
  const uint64_t* rows[StartFilter::kLookahead];
  for (size_t k = 0; k < StartFilter::kLookahead; ++k) {
    rows[k] = begin + k < text.size()
                  ? tables.by_byte +
                        (k * 256 + static_cast<unsigned char>(text[begin + k])) * tables.words
                  : tables.by_end + k * tables.words;
  }
  const bool word_byte =
      (tables.byte_flags[static_cast<unsigned char>(text[begin])] & StartFilter::kWordByte) != 0;
  const uint64_t* const by_left =
      tables.by_left + (LeftContextAt(text, begin) * 2 + (word_byte ? 1 : 0)) * tables.words;
  for (size_t v = from; v < active.vector_count; ++v) {
    const size_t w = active.vectors[v];
    auto alive = hn::And(hn::LoadU(d, active.set.data() + w), hn::LoadU(d, by_left + w));
    bool any = true;
    for (size_t k = 0; k < StartFilter::kLookahead && any; k += 2) {
      alive = hn::And(alive, hn::And(hn::LoadU(d, rows[k] + w), hn::LoadU(d, rows[k + 1] + w)));
      any = !hn::AllTrue(d, hn::Eq(alive, hn::Zero(d)));
    }
    if (!any) continue;
    uint64_t found[kWordsInVector];
    hn::StoreU(alive, d, found);
    for (size_t i = 0; i < lanes; ++i) {
      for (uint64_t bits = found[i]; bits != 0; bits &= bits - 1) {
        const size_t pattern = (w + i) * 64 + static_cast<size_t>(std::countr_zero(bits));
        s.starts.emplace_back(static_cast<uint32_t>(pattern), static_cast<uint32_t>(begin));
      }
    }
  }
}

void FindStartsImpl(const StartFilter::Tables& tables, std::string_view text,
                    const Triggers& triggers, const Places& places, StartFilter::Scratch& s) {
  const hn::CappedTag<uint64_t, kWordsInVector> d;
  s.starts.clear();
  if (s.here == nullptr) Reach(tables, 0, s, s.in_plain);
  for (uint64_t left = places.all; left != 0; left &= left - 1) {
    const auto bit = static_cast<size_t>(std::countr_zero(left));
    const size_t begin = places.base + bit;
    // What may stand in a stretch before its first place is no digit and no sign.
    if (begin >= s.stretch_end) EnterStretch(tables, text, triggers, begin, s);
    const StartFilter::Scratch::Active& active =
        (places.near_digit >> bit & 1) != 0 ? s.here->near : s.here->far;
    const auto byte = static_cast<unsigned char>(text[begin]);
    if ((tables.byte_flags[byte] & active.flags) == 0) continue;
    const uint64_t* const set = active.set.data();
    const uint64_t* const first = tables.by_byte + byte * tables.words;
    const uint64_t* const second =
        begin + 1 < text.size()
            ? tables.by_byte + (256 + static_cast<unsigned char>(text[begin + 1])) * tables.words
            : tables.by_end + tables.words;
    for (size_t v = 0; v < active.vector_count; ++v) {
      const size_t w = active.vectors[v];
      const auto alive = hn::And(hn::LoadU(d, set + w),
                                 hn::And(hn::LoadU(d, first + w), hn::LoadU(d, second + w)));
      if (hn::AllTrue(d, hn::Eq(alive, hn::Zero(d)))) continue;
      TryPlace(tables, text, begin, active, v, s);
      break;
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tacet
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacet {

HWY_EXPORT(FindStartsImpl);

void FindStarts(const StartFilter::Tables& tables, std::string_view text, const Triggers& triggers,
                const Places& places, StartFilter::Scratch& scratch) {
  HWY_DYNAMIC_DISPATCH(FindStartsImpl)(tables, text, triggers, places, scratch);
}

}  // namespace tacet
#endif  // HWY_ONCE
