#include "engine/detect/triggers.h"

#include <cstring>

// Highway compiles what stands between the two markers once for each instruction set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/detect/triggers.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tacet {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr size_t kBlock = 64;
constexpr uint8_t kDotTrigger = 1 << 6;

// True for a space or a dot: a dot beside it is no inner dot.
bool Parts(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '.'; }

template <class D, class M>
uint64_t Bits(D d, M mask) {
  uint8_t bits[8] = {};
  hn::StoreMaskBits(d, mask, bits);
  uint64_t word = 0;
  std::memcpy(&word, bits, sizeof(word));
  return word;
}

template <class D, class V>
uint8_t OrOfBytes(D d, V vector) {
  alignas(kBlock) uint64_t words[kBlock / 8] = {};
  hn::Store(vector, d, reinterpret_cast<uint8_t*>(words));
  uint64_t all = 0;
  for (uint64_t word : words) all |= word;
  all |= all >> 32;
  all |= all >> 16;
  all |= all >> 8;
  return static_cast<uint8_t>(all);
}

struct Block {
  uint64_t digits = 0;  // bit i: byte i is a digit
  uint64_t letters = 0;
  uint64_t spaces = 0;
  uint64_t continuations = 0;
  uint64_t signs = 0;  // trigger bytes
  uint64_t dots = 0;
  uint8_t present = 0;  // trigger bits
  bool non_ascii = false;
};

Block ScanBlock(const uint8_t* HWY_RESTRICT bytes_of_block) {
  // A byte's class is what the tables of its two nibbles have in common: each trigger byte has a
  // bit of its own, so no other byte can have it.
  alignas(16) static constexpr uint8_t kLow[16] = {0x01, 0, 0,    0x02, 0,    0,    0,    0,
                                                   0,    0, 0x08, 0x04, 0x80, 0x20, 0x40, 0x10};
  alignas(16) static constexpr uint8_t kHigh[16] = {
      0, 0, 0x02 | 0x04 | 0x10 | 0x20 | 0x40, 0x08 | 0x80, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  const hn::CappedTag<uint8_t, kBlock> d;
  const size_t lanes = hn::Lanes(d);
  const auto low_table = hn::LoadDup128(d, kLow);
  const auto high_table = hn::LoadDup128(d, kHigh);
  auto classes = hn::Zero(d);
  auto all_bytes = hn::Zero(d);
  Block block;
  for (size_t i = 0; i < kBlock; i += lanes) {
    const auto bytes = hn::LoadU(d, bytes_of_block + i);
    const auto low = hn::TableLookupBytes(low_table, hn::And(bytes, hn::Set(d, uint8_t{0x0F})));
    const auto high = hn::TableLookupBytes(high_table, hn::ShiftRight<4>(bytes));
    const auto classes_here = hn::And(low, high);
    classes = hn::Or(classes, classes_here);
    const auto is_digit = hn::Lt(hn::Sub(bytes, hn::Set(d, uint8_t{'0'})), hn::Set(d, uint8_t{10}));
    const auto lower = hn::Or(bytes, hn::Set(d, uint8_t{0x20}));
    const auto is_letter =
        hn::Lt(hn::Sub(lower, hn::Set(d, uint8_t{'a'})), hn::Set(d, uint8_t{26}));
    block.digits |= Bits(d, is_digit) << i;
    block.letters |= Bits(d, is_letter) << i;
    const auto is_space = hn::Or(
        hn::Or(hn::Eq(bytes, hn::Set(d, uint8_t{' '})), hn::Eq(bytes, hn::Set(d, uint8_t{'\t'}))),
        hn::Or(hn::Eq(bytes, hn::Set(d, uint8_t{'\n'})), hn::Eq(bytes, hn::Set(d, uint8_t{'\r'}))));
    block.spaces |= Bits(d, is_space) << i;
    block.signs |= Bits(d, hn::Ne(classes_here, hn::Zero(d))) << i;
    block.dots |= Bits(d, hn::Eq(bytes, hn::Set(d, uint8_t{'.'}))) << i;
    const auto is_continuation =
        hn::Eq(hn::And(bytes, hn::Set(d, uint8_t{0xC0})), hn::Set(d, uint8_t{0x80}));
    block.continuations |= Bits(d, is_continuation) << i;
    all_bytes = hn::Or(all_bytes, bytes);
  }
  block.present = OrOfBytes(d, classes);
  block.non_ascii = OrOfBytes(d, all_bytes) >= 0x80;
  return block;
}

void Scan(std::string_view text, Triggers& triggers) {
  std::vector<DigitRun>& runs = triggers.digit_runs;
  for (std::vector<uint64_t>* bits : {&triggers.letters, &triggers.digits_map, &triggers.spaces,
                                      &triggers.continuations, &triggers.marks, &triggers.signs}) {
    bits->resize(text.size() / kBlock + 2);
    (*bits)[text.size() / kBlock] = 0;
    (*bits)[text.size() / kBlock + 1] = 0;
  }
  bool open = false;  // a run goes on into this block
  for (size_t at = 0; at < text.size(); at += kBlock) {
    Block block;
    if (text.size() - at >= kBlock) {
      block = ScanBlock(reinterpret_cast<const uint8_t*>(text.data()) + at);
    } else {
      alignas(kBlock) uint8_t tail[kBlock] = {};
      std::memcpy(tail, text.data() + at, text.size() - at);
      block = ScanBlock(tail);
    }
    if (block.dots != 0) {
      const uint64_t parting = block.spaces | block.dots;
      const bool parted_before = at == 0 || Parts(text[at - 1]);
      const bool parted_after = text.size() - at <= kBlock || Parts(text[at + kBlock]);
      const uint64_t behind = parting << 1 | (parted_before ? 1 : 0);
      uint64_t ahead = parting >> 1 | uint64_t{parted_after} << 63;
      if (text.size() - at < kBlock) ahead |= uint64_t{1} << (text.size() - at - 1);
      const uint64_t inner = block.dots & ~behind & ~ahead;
      block.signs &= ~(block.dots & ~inner);
      if (inner == 0) block.present &= static_cast<uint8_t>(~kDotTrigger);
    }
    triggers.present |= block.present;
    triggers.non_ascii |= block.non_ascii;
    triggers.letters[at / kBlock] = block.letters;
    triggers.digits_map[at / kBlock] = block.digits;
    triggers.spaces[at / kBlock] = block.spaces;
    triggers.continuations[at / kBlock] = block.continuations;
    triggers.marks[at / kBlock] = block.signs | block.digits;
    triggers.signs[at / kBlock] = block.signs;
    uint64_t digits = block.digits;
    triggers.digits += static_cast<size_t>(__builtin_popcountll(digits));
    if (open) {
      const auto length =
          digits == ~uint64_t{0} ? 64u : static_cast<unsigned>(__builtin_ctzll(~digits));
      runs.back().end += length;
      if (length == 64) continue;
      digits &= ~uint64_t{0} << length;
      open = false;
    }
    while (digits != 0) {
      const auto begin = static_cast<unsigned>(__builtin_ctzll(digits));
      const uint64_t rest = ~(digits >> begin);
      // The shift brings in zeros, so there is an end unless the run fills the whole block.
      const unsigned length = rest == 0 ? 64u : static_cast<unsigned>(__builtin_ctzll(rest));
      runs.push_back(
          {static_cast<uint32_t>(at + begin), static_cast<uint32_t>(at + begin + length)});
      if (begin + length >= 64) {
        open = true;
        break;
      }
      digits &= ~uint64_t{0} << (begin + length);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tacet
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacet {

HWY_EXPORT(Scan);

void FindTriggers(std::string_view text, Triggers& triggers) {
  triggers.present = 0;
  triggers.non_ascii = false;
  triggers.digits = 0;
  triggers.digit_runs.clear();
  HWY_DYNAMIC_DISPATCH(Scan)(text, triggers);
}

}  // namespace tacet
#endif  // HWY_ONCE
