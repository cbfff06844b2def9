// One pass over a message that says which patterns are worth trying at all.
#ifndef TACET_DETECT_TRIGGERS_H_
#define TACET_DETECT_TRIGGERS_H_

#include <array>
#include <bit>
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
inline constexpr std::array<uint8_t, 256> kTriggerBits = [] {
  std::array<uint8_t, 256> bits{};
  for (size_t i = 0; i < sizeof(kTriggerBytes); ++i) {
    bits[static_cast<unsigned char>(kTriggerBytes[i])] = static_cast<uint8_t>(1 << i);
  }
  return bits;
}();
// The bit of one of them.
inline uint8_t TriggerBit(char c) { return kTriggerBits[static_cast<unsigned char>(c)]; }

// What 64 bytes of a text are: bit i says it of byte i.
struct ByteClasses {
  uint64_t letters = 0;        // an ASCII letter
  uint64_t capitals = 0;       // an ASCII letter in upper case
  uint64_t digits = 0;         // an ASCII digit
  uint64_t spaces = 0;         // space, tab, line feed or carriage return
  uint64_t non_ascii = 0;      // 0x80 or more
  uint64_t continuations = 0;  // a byte of a character, not its first: 0x80 to 0xBF
  uint64_t marks = 0;          // a digit or a trigger byte; of dots only inner ones
  uint64_t signs = 0;          // marks without the digits
};

// What the pass found. An inner dot stands between two bytes that are neither spaces nor dots.
// Reused from message to message; its memory stays at the largest seen.
struct Triggers {
  uint8_t present = 0;     // bit i: kTriggerBytes[i] stands in the text; of dots only inner ones
  bool non_ascii = false;  // a byte of 0x80 or more does
  bool capitals = false;   // an ASCII letter in upper case does
  size_t digits = 0;       // ASCII digits in the text
  std::vector<DigitRun> digit_runs;
  // classes[i] is of the bytes from 64 * i on. Behind those of the text stand one or two that say
  // nothing of any byte.
  std::vector<ByteClasses> classes;

  // The 64 bits of `of` from byte `at` of the text on.
  uint64_t BitsFrom(uint64_t ByteClasses::*of, size_t at) const {
    const size_t block = at / 64, bit = at % 64;
    const uint64_t bits = classes[block].*of;
    return bit == 0 ? bits : bits >> bit | classes[block + 1].*of << (64 - bit);
  }
  // The first byte at or behind `at` that has a bit of `of`, or `size`.
  size_t NextSet(uint64_t ByteClasses::*of, size_t at, size_t size) const {
    if (at >= size) return size;
    size_t block = at / 64;
    uint64_t left = classes[block].*of >> (at % 64) << (at % 64);
    while (left == 0) {
      if (++block * 64 >= size) return size;
      left = classes[block].*of;
    }
    const size_t found = block * 64 + static_cast<size_t>(std::countr_zero(left));
    return found < size ? found : size;
  }
  // One past the last byte before `at` that has a bit of `of`, or 0.
  size_t PreviousSetEnd(uint64_t ByteClasses::*of, size_t at) const {
    size_t block = at / 64;
    uint64_t left = classes[block].*of & ((uint64_t{1} << (at % 64)) - 1);
    while (left == 0) {
      if (block == 0) return 0;
      left = classes[--block].*of;
    }
    return block * 64 + 64 - static_cast<size_t>(std::countl_zero(left));
  }
};

// Scans `text`, at most 2^32 - 1 bytes, with the widest vectors that the processor has.
void FindTriggers(std::string_view text, Triggers& triggers);

}  // namespace tacet

#endif  // TACET_DETECT_TRIGGERS_H_
