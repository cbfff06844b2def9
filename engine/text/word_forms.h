// The ways in which a listed word is written, and where a word ends.
#ifndef TACET_TEXT_WORD_FORMS_H_
#define TACET_TEXT_WORD_FORMS_H_

#include <string>
#include <string_view>
#include <vector>

namespace tacet {

// Folded forms of `word` (UTF-8) that differ by more than the case of ASCII letters: in lower,
// title and upper case where it has other letters, and the same without the diacritics of the
// Latin script if at least three bytes are left. `language` is an ISO 639-1 code; Turkish and
// Azerbaijani have their own i, German may write ä as ae.
std::vector<std::string> WordForms(std::string_view word, std::string_view language);

// True for a letter, mark or vowel sign of a script that puts spaces between words, so that a
// word of it does not begin or end beside one. False for ASCII digits, and for Thai, Lao, Khmer,
// Burmese, Tibetan, Chinese, Japanese and Korean.
bool IsSpacedLetter(char32_t c);

// The code point that ends before byte `at` of valid UTF-8, or 0 at the begin.
char32_t CodePointBefore(std::string_view text, size_t at);
// The code point that begins at byte `at`, or 0 at the end.
char32_t CodePointAt(std::string_view text, size_t at);

}  // namespace tacet

#endif  // TACET_TEXT_WORD_FORMS_H_
