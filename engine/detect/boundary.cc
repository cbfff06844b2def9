#include "engine/detect/boundary.h"

#include "engine/text/word_forms.h"

namespace tacet {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// Between two digits, `c` makes them one number.
bool JoinsNumbers(char c) {
  switch (c) {
    case '.':
    case ',':
    case ':':
    case '/':
    case '-':
      return true;
    default:
      return false;
  }
}

// Between letters or digits, `c` makes them one token.
bool JoinsTokens(char c) {
  switch (c) {
    case '_':
    case '-':
    case '@':
    case '.':
    case '/':
    case '#':
    case '&':
    case '=':
      return true;
    default:
      return false;
  }
}

}  // namespace

unsigned LeftContextAt(std::string_view text, size_t begin) {
  if (begin == 0) return 0;
  const char before = text[begin - 1];
  if (IsDigit(before)) return kLeftDigit | kLeftWordByte;
  if (IsLetter(before)) return kLeftLetter | kLeftWordByte;
  if (static_cast<unsigned char>(before) >= 0x80) {
    return IsSpacedLetter(CodePointBefore(text, begin)) ? kLeftLetter : 0;
  }
  unsigned context = before == '_' ? kLeftWordByte : 0;
  if (begin < 2) return context;
  const bool digit = IsDigit(text[begin - 2]);
  if (digit && before == ' ') context |= kLeftJoinsGroup;
  if (digit && JoinsNumbers(before)) context |= kLeftJoinsNumber;
  if (JoinsTokens(before) && (digit || IsSpacedLetter(CodePointBefore(text, begin - 1)))) {
    context |= kLeftJoinsToken;
  }
  return context;
}

bool LeftAllows(Boundary boundary, unsigned left_context) {
  switch (boundary) {
    case Boundary::kNone:
      return true;
    case Boundary::kDigit:
      return (left_context & kLeftDigit) == 0;
    case Boundary::kNumber:
      return (left_context & (kLeftDigit | kLeftJoinsNumber)) == 0;
    case Boundary::kGroup:
      return (left_context & (kLeftDigit | kLeftJoinsNumber | kLeftJoinsGroup)) == 0;
    case Boundary::kWord:
      return (left_context & (kLeftDigit | kLeftLetter)) == 0;
    case Boundary::kToken:
      return (left_context & (kLeftDigit | kLeftLetter | kLeftJoinsToken)) == 0;
  }
  return true;
}

bool LeftAllowsAt(Boundary boundary, std::string_view text, size_t begin) {
  return boundary == Boundary::kNone || LeftAllows(boundary, LeftContextAt(text, begin));
}

bool RightAllowsAt(Boundary boundary, std::string_view text, size_t end) {
  if (boundary == Boundary::kNone || end == text.size()) return true;
  const char after = text[end];
  if (IsDigit(after)) return false;  // whatever the rule
  const bool digit_behind = end + 1 < text.size() && IsDigit(text[end + 1]);
  switch (boundary) {
    case Boundary::kNone:
    case Boundary::kDigit:
      return true;
    case Boundary::kNumber:
    case Boundary::kGroup:
      return !(digit_behind && Joins(boundary, text.substr(end, 1)));
    case Boundary::kWord:
    case Boundary::kToken:
      if (IsSpacedLetter(CodePointAt(text, end))) return false;
      return !(Joins(boundary, text.substr(end, 1)) &&
               (digit_behind || IsSpacedLetter(CodePointAt(text, end + 1))));
  }
  return true;
}

bool Joins(Boundary boundary, std::string_view between) {
  if (between.empty()) return true;
  if (between.size() > 1) return false;
  switch (boundary) {
    case Boundary::kNumber:
      return JoinsNumbers(between[0]);
    case Boundary::kGroup:
      return JoinsNumbers(between[0]) || between[0] == ' ';
    case Boundary::kToken:
      return JoinsTokens(between[0]);
    default:
      return false;
  }
}

}  // namespace tacet
