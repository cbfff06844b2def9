// The ways in which a listed word is written, and where a word ends.
#ifndef TACET_TEXT_WORD_FORMS_H_
#define TACET_TEXT_WORD_FORMS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tacet {

// Folded forms of `word` (UTF-8) that differ by more than the case of ASCII letters: in lower,
// title and upper case where it has other letters, and the same without the diacritics of the
// Latin script if at least three bytes are left. `language` is an ISO 639-1 code; Turkish and
// Azerbaijani have their own i, German may write ä as ae.
std::vector<std::string> WordForms(std::string_view word, std::string_view language);

// The same as IsSpacedLetter of code points other than ASCII.
bool IsSpacedLetterBeyondAscii(char32_t c);

// True for a letter, mark or vowel sign of a script that puts spaces between words, so that a
// word of it does not begin or end beside one. False for ASCII digits, and for Thai, Lao, Khmer,
// Burmese, Tibetan, Chinese, Japanese and Korean.
inline bool IsSpacedLetter(char32_t c) {
  if (c < 0x80) return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  // Thai and Lao, Chinese and Japanese, Korean: where most characters are.
  if ((c >= 0x0E00 && c < 0x10A0) || (c >= 0x2E00 && c < 0xA640)) return false;
  return IsSpacedLetterBeyondAscii(c);
}

// The code point that begins at byte `at`, or 0 at the end.
inline char32_t CodePointAt(std::string_view text, size_t at) {
  if (at >= text.size()) return 0;
  const auto byte = [&](size_t i) -> char32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const char32_t lead = byte(at);
  if (lead < 0x80) return lead;
  if (lead < 0xE0) return (lead & 0x1F) << 6 | (byte(at + 1) & 0x3F);
  if (lead < 0xF0) {
    return (lead & 0x0F) << 12 | (byte(at + 1) & 0x3F) << 6 | (byte(at + 2) & 0x3F);
  }
  return (lead & 0x07) << 18 | (byte(at + 1) & 0x3F) << 12 | (byte(at + 2) & 0x3F) << 6 |
         (byte(at + 3) & 0x3F);
}

// The code point that ends before byte `at` of valid UTF-8, or 0 at the begin.
inline char32_t CodePointBefore(std::string_view text, size_t at) {
  if (at == 0) return 0;
  size_t begin = at - 1;
  while (begin > 0 && at - begin < 4 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) {
    --begin;
  }
  return CodePointAt(text, begin);
}

}  // namespace tacet

#endif  // TACET_TEXT_WORD_FORMS_H_
