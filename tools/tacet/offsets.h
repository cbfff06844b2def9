// Counts positions in a text in the unit that a reader of the findings wants.
#ifndef TACET_TOOLS_TACET_OFFSETS_H_
#define TACET_TOOLS_TACET_OFFSETS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tools/tacet/utf8.h"

namespace tacet::cli {

enum class OffsetUnit : uint8_t { kByte, kCodePoint, kUtf16 };

// Turns byte offsets of one text, asked for in rising order, into another unit, in one walk over
// the text. A broken byte counts as one code point and one UTF-16 unit, as if it were U+FFFD.
class OffsetCounter {
 public:
  OffsetCounter(std::string_view text, OffsetUnit unit) : text_(text), unit_(unit) {}

  size_t At(size_t byte) {
    if (unit_ == OffsetUnit::kByte) return byte;
    while (byte_ < byte) {
      if (static_cast<unsigned char>(text_[byte_]) < 0x80) {
        ++byte_;
        ++count_;
        continue;
      }
      const CodePoint code_point = DecodeUtf8(text_.substr(byte_));
      byte_ += code_point.size;
      count_ += unit_ == OffsetUnit::kUtf16 && code_point.value >= 0x10000 ? 2 : 1;
    }
    return count_;
  }

 private:
  std::string_view text_;
  OffsetUnit unit_;
  size_t byte_ = 0;
  size_t count_ = 0;
};

// The way back: where in bytes the code point number `code_point` begins, asked for in rising
// order.
class ByteCounter {
 public:
  explicit ByteCounter(std::string_view text) : text_(text) {}

  size_t At(size_t code_point) {
    for (; count_ < code_point && byte_ < text_.size(); ++count_) {
      byte_ += DecodeUtf8(text_.substr(byte_)).size;
    }
    return byte_;
  }

 private:
  std::string_view text_;
  size_t byte_ = 0;
  size_t count_ = 0;
};

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_OFFSETS_H_
