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
  ByteClasses classes;  // without the digits in marks
  uint64_t dots = 0;
  uint8_t present = 0;  // trigger bits
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
  Block block;
  ByteClasses& of = block.classes;
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
    const auto is_capital = hn::And(is_letter, hn::Ne(bytes, lower));
    of.digits |= Bits(d, is_digit) << i;
    of.letters |= Bits(d, is_letter) << i;
    of.capitals |= Bits(d, is_capital) << i;
    const auto is_space = hn::Or(
        hn::Or(hn::Eq(bytes, hn::Set(d, uint8_t{' '})), hn::Eq(bytes, hn::Set(d, uint8_t{'\t'}))),
        hn::Or(hn::Eq(bytes, hn::Set(d, uint8_t{'\n'})), hn::Eq(bytes, hn::Set(d, uint8_t{'\r'}))));
    of.spaces |= Bits(d, is_space) << i;
    of.signs |= Bits(d, hn::Ne(classes_here, hn::Zero(d))) << i;
    block.dots |= Bits(d, hn::Eq(bytes, hn::Set(d, uint8_t{'.'}))) << i;
    const auto top_bits = hn::And(bytes, hn::Set(d, uint8_t{0xC0}));
    of.continuations |= Bits(d, hn::Eq(top_bits, hn::Set(d, uint8_t{0x80}))) << i;
    of.non_ascii |= Bits(d, hn::Lt(hn::Set(d, uint8_t{0x7F}), bytes)) << i;
  }
  block.present = OrOfBytes(d, classes);
  return block;
}

void Scan(std::string_view text, Triggers& triggers) {
  std::vector<DigitRun>& runs = triggers.digit_runs;
  const size_t blocks = text.size() / kBlock;
  triggers.classes.resize(blocks + 2);
  triggers.classes[blocks] = triggers.classes[blocks + 1] = {};
  uint64_t capitals = 0, non_ascii = 0;
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
    ByteClasses& of = block.classes;
    if (block.dots != 0) {
      const uint64_t parting = of.spaces | block.dots;
      const bool parted_before = at == 0 || Parts(text[at - 1]);
      const bool parted_after = text.size() - at <= kBlock || Parts(text[at + kBlock]);
      const uint64_t behind = parting << 1 | (parted_before ? 1 : 0);
      uint64_t ahead = parting >> 1 | uint64_t{parted_after} << 63;
      if (text.size() - at < kBlock) ahead |= uint64_t{1} << (text.size() - at - 1);
      const uint64_t inner = block.dots & ~behind & ~ahead;
      of.signs &= ~(block.dots & ~inner);
      if (inner == 0) block.present &= static_cast<uint8_t>(~kDotTrigger);
    }
    of.marks = of.signs | of.digits;
    triggers.classes[at / kBlock] = of;
    triggers.present |= block.present;
    capitals |= of.capitals;
    non_ascii |= of.non_ascii;
    uint64_t digits = of.digits;
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
  triggers.capitals = capitals != 0;
  triggers.non_ascii = non_ascii != 0;
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
