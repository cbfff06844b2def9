// UTF-8, a character at a time.
#ifndef TACET_TOOLS_TACET_UTF8_H_
#define TACET_TOOLS_TACET_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tacet::cli {

struct CodePoint {
  uint32_t value;  // U+FFFD for a broken byte
  size_t size;     // bytes; 1 for a broken byte
};

// The character at the beginning of `text`, which is not empty. A byte that begins no well-formed
// sequence (Unicode 15, table 3-7) stands alone.
inline CodePoint DecodeUtf8(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  constexpr CodePoint kBroken{0xFFFD, 1};
  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return kBroken;
  uint32_t value = lead & (0x7Fu >> size);
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return kBroken;
    value = value << 6 | (byte(i) & 0x3Fu);
  }
  const bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value < 0xE000;
  if (overlong || surrogate || value > 0x10FFFF) return kBroken;
  return {value, size};
}

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_UTF8_H_
