#include "engine/text/word_forms.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "engine/text/fold.h"

namespace tacet {
namespace {

std::u32string ToCodePoints(std::string_view text) {
  std::u32string out;
  for (int32_t at = 0; at < static_cast<int32_t>(text.size());) {
    UChar32 c = 0;
    U8_NEXT(text.data(), at, static_cast<int32_t>(text.size()), c);
    if (c >= 0) out.push_back(static_cast<char32_t>(c));
  }
  return out;
}

std::string ToUtf8(const std::u32string& text) {
  std::string out;
  for (char32_t c : text) {
    char buffer[4];
    int32_t size = 0;
    U8_APPEND_UNSAFE(buffer, size, static_cast<UChar32>(c));
    out.append(buffer, static_cast<size_t>(size));
  }
  return out;
}

char32_t Lower(char32_t c) { return static_cast<char32_t>(u_tolower(static_cast<UChar32>(c))); }
char32_t Upper(char32_t c) { return static_cast<char32_t>(u_toupper(static_cast<UChar32>(c))); }

// Letters of the Latin script that no decomposition takes apart.
std::u32string_view Plain(char32_t c) {
  switch (c) {
    case U'đ':
      return U"d";
    case U'ø':
      return U"o";
    case U'ł':
      return U"l";
    case U'ß':
      return U"ss";
    case U'æ':
      return U"ae";
    case U'œ':
      return U"oe";
    case U'ı':
      return U"i";
    case U'þ':
      return U"th";
    case U'ð':
      return U"d";
    default:
      return {};
  }
}

std::u32string WithoutDiacritics(const std::u32string& lower) {
  UErrorCode error = U_ZERO_ERROR;
  const UNormalizer2* nfd = unorm2_getNFDInstance(&error);
  std::u32string out;
  for (char32_t c : lower) {
    if (std::u32string_view plain = Plain(c); !plain.empty()) {
      out.append(plain);
      continue;
    }
    UChar decomposition[8];
    error = U_ZERO_ERROR;
    const int32_t size = nfd == nullptr ? -1
                                        : unorm2_getDecomposition(nfd, static_cast<UChar32>(c),
                                                                  decomposition, 8, &error);
    // Only where the base is an ASCII letter: й is no accented и.
    const bool latin = size > 0 && U_SUCCESS(error) && decomposition[0] < 0x80;
    out.push_back(latin ? decomposition[0] : c);
  }
  return out;
}

void AddCases(const std::u32string& lower, bool dotted_i, std::vector<std::string>& forms) {
  auto add = [&](const std::u32string& form) {
    std::string utf8 = ToUtf8(form);
    if (std::find(forms.begin(), forms.end(), utf8) == forms.end())
      forms.push_back(std::move(utf8));
  };
  add(lower);
  if (dotted_i) {
    // "PIN" and "PİN" are both written; ASCII case folding reaches the first only.
    std::u32string turkish = lower;
    for (char32_t& c : turkish) c = c == U'i' ? U'İ' : Upper(c);
    add(turkish);
  }
  // ASCII letters match in either case anyway.
  if (std::all_of(lower.begin(), lower.end(), [](char32_t c) { return c < 0x80; })) return;
  // "ПИН-код": an abbreviation in front of a word.
  std::u32string first = lower, title = lower, upper = lower, initials = lower;
  const size_t first_part = std::min(lower.find(U' '), lower.find(U'-'));
  bool begins = true;
  for (size_t i = 0; i < lower.size(); ++i) {
    if (i == 0) first[i] = Upper(lower[i]);
    if (begins) title[i] = Upper(lower[i]);
    upper[i] = Upper(lower[i]);
    if (first_part != std::u32string::npos && i < first_part) initials[i] = Upper(lower[i]);
    begins = lower[i] == U' ';
  }
  add(first);
  add(title);
  add(upper);
  add(initials);
}

}  // namespace

std::vector<std::string> WordForms(std::string_view word, std::string_view language) {
  Folded folded;
  Fold(word, folded);
  std::u32string lower = ToCodePoints(folded.text());
  for (char32_t& c : lower) c = Lower(c);
  std::vector<std::string> forms;
  AddCases(lower, language == "tr" || language == "az", forms);
  std::vector<std::u32string> plain = {WithoutDiacritics(lower)};
  if (language == "de") {
    std::u32string spelled;
    for (char32_t c : lower) {
      if (c == U'ä' || c == U'ö' || c == U'ü') {
        spelled.push_back(c == U'ä' ? U'a' : c == U'ö' ? U'o' : U'u');
        spelled.push_back(U'e');
      } else {
        spelled.push_back(c);
      }
    }
    plain.push_back(WithoutDiacritics(spelled));
  }
  for (const std::u32string& text : plain) {
    if (text.size() >= 3) AddCases(text, false, forms);
  }
  return forms;
}

bool IsSpacedLetterBeyondAscii(char32_t c) {
  if (c < 0x0900) {
    switch (c) {
      case 0xD7:
      case 0xF7:  // multiplication, division
      case 0x37E:
      case 0x387:  // Greek question mark, ano teleia
      case 0x55A:
      case 0x55B:
      case 0x55C:
      case 0x55D:
      case 0x55E:
      case 0x55F:
      case 0x589:
      case 0x5BE:
      case 0x5C0:
      case 0x5C3:
      case 0x5F3:
      case 0x5F4:  // Hebrew punctuation
      case 0x60C:
      case 0x61B:
      case 0x61E:
      case 0x61F:
      case 0x66A:
      case 0x66B:
      case 0x66C:
      case 0x66D:
      case 0x6D4:  // Arabic punctuation
        return false;
      default:
        return c >= 0xAA && c != 0xAB && c != 0xAC && !(c >= 0xAE && c <= 0xB4) &&
               !(c >= 0xB6 && c <= 0xB9) && !(c >= 0xBB && c <= 0xBF);
    }
  }
  if (c < 0x0E00) return c != 0x964 && c != 0x965;  // Indic scripts, but not the dandas
  if (c >= 0x10A0 && c < 0x1100) return true;       // Georgian
  if (c >= 0x1200 && c < 0x1400) return c < 0x1361 || c > 0x1368;  // Ethiopic, Cherokee
  return (c >= 0x1C80 && c < 0x2000) || (c >= 0x2C00 && c < 0x2E00) ||
         (c >= 0xA640 && c < 0xA6A0) || (c >= 0xA720 && c < 0xA800) ||
         (c >= 0xA8E0 && c < 0xA900) || (c >= 0xAB30 && c < 0xABC0) ||
         (c >= 0xFB00 && c < 0xFE00) || (c >= 0xFE70 && c < 0xFF00);
}

}  // namespace tacet
