// Folds any bytes and checks what engine/text/fold.h promises.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/text/fold.h"

namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Length of the valid UTF-8 character at `at`, or 0 (RFC 3629, section 4).
size_t CharacterLength(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
  };
  const auto in = [](unsigned b, unsigned low, unsigned high) { return b >= low && b <= high; };
  const unsigned first = byte(0);
  const auto tail = [&](size_t i) { return in(byte(i), 0x80, 0xBF); };
  if (at >= text.size()) return 0;
  if (first < 0x80) return 1;
  if (in(first, 0xC2, 0xDF)) return tail(1) ? 2 : 0;
  if (in(first, 0xE0, 0xEF)) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;
    return in(byte(1), low, high) && tail(2) ? 3 : 0;
  }
  if (in(first, 0xF0, 0xF4)) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
    return in(byte(1), low, high) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

// True if a valid character begins at `at` in any bytes. A byte that is part of one before it does
// not begin another.
bool BeginsCharacter(std::string_view text, size_t at) { return CharacterLength(text, at) > 0; }

// True if a valid character ends at `end`.
bool EndsCharacter(std::string_view text, size_t end) {
  for (size_t length = 1; length <= 4 && length <= end; ++length) {
    if (CharacterLength(text, end - length) == length) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string source(reinterpret_cast<const char*>(data), size);
  static tacet::Folded folded;  // reused, as a scratch is
  tacet::Fold(source, folded);
  const std::string text(folded.text());

  if (folded.identical()) {
    Check(folded.text().data() == source.data() && folded.text().size() == source.size());
  }
  size_t last_begin = 0;
  size_t last_end = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t length = CharacterLength(text, at);
    Check(length > 0);
    const unsigned char first = static_cast<unsigned char>(text[at]);
    Check(first >= 0x20 || first == '\t' || first == '\n' || first == '\r');
    Check(first != 0x7F);

    const size_t begin = folded.SourceBegin(at);
    const size_t end = folded.SourceEnd(at + length);
    Check(begin < end && end <= source.size());
    Check(begin >= last_begin && end >= last_end);
    Check(BeginsCharacter(source, begin) && !IsContinuation(source[begin]));
    Check(EndsCharacter(source, end));
    // Several folded characters may come from one source character, but never overlap another's.
    Check(begin == last_begin || begin >= last_end);
    last_begin = begin;
    last_end = end;
    at += length;
  }

  tacet::Folded again;
  tacet::Fold(text, again);
  Check(again.text() == text);
  Check(again.identical());
  return 0;
}
