#include "engine/detect/validators.h"

// SHA256_Init and its companions work in place, while the calls that replace them allocate.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>

namespace tacet {
namespace {

// --- characters ------------------------------------------------------------

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool IsLetter(char c) { return IsUpper(static_cast<char>(c & ~0x20)); }
constexpr char Upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
constexpr char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr int Digit(char c) { return c - '0'; }
constexpr bool IsHex(char c) { return IsDigit(c) || (Upper(c) >= 'A' && Upper(c) <= 'F'); }
// 0 to 9, then A = 10 to Z = 35, as in ISO 7064 and ICAO 9303.
constexpr int Base36(char c) { return IsDigit(c) ? Digit(c) : Upper(c) - 'A' + 10; }
bool Has(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }
int IndexIn(std::string_view alphabet, char c) {
  const size_t at = alphabet.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

// The ASCII letters and digits of a value in upper case, without what separates them: characters
// outside ASCII are there to slip past filters. Empty if the value holds any other sign, or is
// longer than any number.
class Compact {
 public:
  explicit Compact(std::string_view value) {
    for (char c : value) {
      if (IsDigit(c) || IsLetter(c)) {
        if (size_ == sizeof(text_)) {
          size_ = 0;
          return;
        }
        text_[size_++] = Upper(c);
      } else if (static_cast<unsigned char>(c) < 0x80 && !Has(" -./:_()[]\t\r\n", c)) {
        size_ = 0;
        return;
      }
    }
  }
  std::string_view text() const { return {text_, size_}; }

 private:
  char text_[64];
  size_t size_ = 0;
};

bool AllDigits(std::string_view text) { return std::all_of(text.begin(), text.end(), IsDigit); }
bool Digits(std::string_view text, size_t size) { return text.size() == size && AllDigits(text); }

// Whether `text` has the form of `shape`: 9 stands for a digit, A for a letter, X for either, and
// everything else for itself.
bool Shape(std::string_view text, std::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool fits = shape[i] == '9'   ? IsDigit(text[i])
                      : shape[i] == 'A' ? IsUpper(text[i])
                      : shape[i] == 'X' ? IsDigit(text[i]) || IsUpper(text[i])
                                        : text[i] == shape[i];
    if (!fits) return false;
  }
  return true;
}

// The number that `size` digits at `at` stand for.
int Number(std::string_view digits, size_t at, size_t size) {
  int number = 0;
  for (size_t i = at; i < at + size; ++i) number = 10 * number + Digit(digits[i]);
  return number;
}

// The remainder of a number of any length.
int Remainder(std::string_view digits, int modulus) {
  int remainder = 0;
  for (char c : digits) remainder = (10 * remainder + Digit(c)) % modulus;
  return remainder;
}

bool AllSame(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [&](char c) { return c == text.front(); });
}

// --- check digit schemes ---------------------------------------------------

// The sum of the first digits, each times its weight.
int WeightedSum(std::string_view digits, std::initializer_list<int> weights) {
  int sum = 0;
  size_t i = 0;
  for (int weight : weights) sum += weight * Digit(digits[i++]);
  return sum;
}

// ISO/IEC 7812-1 annex B: doubles every second digit from the right, the last one not.
int LuhnSum(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (size_t i = digits.size(); i-- > 0; twice = !twice) {
    const int d = Digit(digits[i]) * (twice ? 2 : 1);
    sum += d / 10 + d % 10;
  }
  return sum;
}
bool Luhn(std::string_view digits) { return LuhnSum(digits) % 10 == 0; }

// J. Verhoeff, "Error detecting decimal codes", 1969: the dihedral group of order 10.
bool Verhoeff(std::string_view digits) {
  static constexpr char kProduct[10][11] = {"0123456789", "1234067895", "2340178956", "3401289567",
                                            "4012395678", "5987604321", "6598710432", "7659821043",
                                            "8765932104", "9876543210"};
  static constexpr char kPermutation[8][11] = {"0123456789", "1576283094", "5803796142",
                                               "8916043527", "9453126870", "4286573901",
                                               "2793806415", "7046913258"};
  int check = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    const int digit = Digit(digits[digits.size() - 1 - i]);
    check = Digit(kProduct[check][Digit(kPermutation[i % 8][digit])]);
  }
  return check == 0;
}

// ISO/IEC 7064 MOD 97-10, letters counting as two digits; the check digits stand at the end.
int Mod97(std::string_view text) {
  int remainder = 0;
  for (char c : text) {
    const int value = Base36(c);
    remainder = (remainder * (value < 10 ? 10 : 100) + value) % 97;
  }
  return remainder;
}

// ISO/IEC 7064 MOD 11,10 (hybrid).
bool Mod11And10(std::string_view digits) {
  int product = 10;
  for (size_t i = 0; i + 1 < digits.size(); ++i) {
    const int sum = (product + Digit(digits[i])) % 10;
    product = (sum == 0 ? 10 : sum) * 2 % 11;
  }
  return (product + Digit(digits.back())) % 10 == 1;
}

// --- dates -----------------------------------------------------------------

bool Date(int year, int month, int day) {
  static constexpr int kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1 || day > kDays[month - 1]) return false;
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month != 2 || day != 29 || leap;
}
// A year of two digits may belong to 1900 or 2000; of the two years 00, one is a leap year.
bool ShortDate(int year, int month, int day) { return Date(year + 2000, month, day); }
// A year of birth that somebody alive can have.
bool BirthYear(int year) { return year >= 1900 && year <= 2050; }

// --- generic ---------------------------------------------------------------

bool ValidLuhn(std::string_view value) {
  const Compact number(value);
  return number.text().size() > 1 && AllDigits(number.text()) && Luhn(number.text());
}
bool ValidMod97(std::string_view value) {
  const Compact number(value);
  return number.text().size() > 2 && Mod97(number.text()) == 1;
}
bool ValidVerhoeff(std::string_view value) {
  const Compact number(value);
  return number.text().size() > 1 && AllDigits(number.text()) && Verhoeff(number.text());
}
bool HasDigit(std::string_view value) { return std::any_of(value.begin(), value.end(), IsDigit); }
bool MixedCode(std::string_view value) {
  return HasDigit(value) && std::any_of(value.begin(), value.end(), IsLetter);
}
// Neither one digit again and again nor a run up or down such as 123456 or 987654.
bool NotRepeated(std::string_view value) {
  char previous = 0;
  int count = 0;
  bool same = true, up = true, down = true;
  for (char c : value) {
    if (!IsDigit(c)) continue;
    if (count++ > 0) {
      same = same && c == previous;
      up = up && Digit(c) == (Digit(previous) + 1) % 10;
      down = down && Digit(c) == (Digit(previous) + 9) % 10;
    }
    previous = c;
  }
  return count > 1 && !same && !up && !down;
}

// --- payment and bank ------------------------------------------------------

// An issuer identification number range, compared on as many digits as `from` has, and the lengths
// of its cards (bit n set: n digits).
struct Iin {
  int from, to;
  uint32_t lengths;
};
constexpr uint32_t Lengths(int from, int to) {
  uint32_t lengths = 0;
  for (int n = from; n <= to; ++n) lengths |= 1u << n;
  return lengths;
}
constexpr uint32_t k14To19 = Lengths(14, 19), k16To19 = Lengths(16, 19), k16 = 1u << 16;
constexpr Iin kIins[] = {
    {1, 1, 1u << 15},                   // UATP, the airlines' cards
    {4, 4, k16 | 1u << 13 | 1u << 19},  // Visa
    {51, 55, k16},                      // Mastercard
    {2221, 2720, k16},                  // Mastercard, 2 series
    {34, 34, 1u << 15},                 // American Express
    {37, 37, 1u << 15},
    {6011, 6011, k16To19},  // Discover
    {644, 649, k16To19},
    {65, 65, k16To19},    // Discover, RuPay, Verve, Elo, Troy
    {300, 305, k14To19},  // Diners Club
    {3095, 3095, k14To19},
    {36, 36, k14To19},
    {38, 39, k14To19},
    {3528, 3589, k16To19},   // JCB
    {35, 35, k16},           // RuPay with JCB, LankaPay, and test sets that call all of 35 JCB
    {2131, 2131, 1u << 15},  // JCB, until the 1990s; still in test sets (as is 1800)
    {62, 62, k16To19},       // UnionPay; Iran's 621986, 622106, 627353 and others
    {81, 82, k16To19},       // UnionPay, RuPay
    {9558, 9558, 1u << 19},  // UnionPay, ICBC's Mudan cards
    {60, 60, k16To19},       // RuPay, UnionPay (601382), Hipercard, Cabal, Iran's 603799
    {610433, 610433, k16},   // Iran, Bank Mellat
    {991975, 991975, k16},
    {508, 508, k16},            // RuPay, Verve (507865 to 507964 below)
    {50, 50, Lengths(12, 19)},  // Maestro, Verve (506099 to 507964), Elo, Meeza, Dankort
    {56, 58, Lengths(12, 19)},  // Maestro, Bankcard, Iran's 589210
    {6304, 6304, Lengths(12, 19)},
    {67, 67, Lengths(12, 19)},
    {636, 636, k16To19},           // InterPayment, Elo, Iran
    {637, 639, k16},               // InstaPayment, Iran, Maestro (6390)
    {2200, 2205, k16To19},         // Mir (2200 to 2204), Borica and PayPak (2205)
    {9792, 9792, k16},             // Troy
    {9704, 9704, k16 | 1u << 19},  // Napas
    {8600, 8600, k16},             // Uzcard
    {9860, 9860, k16},             // Humo
    {9112, 9112, k16},             // Belkart
    {9051, 9051, k16},             // ArCa
};

bool CreditCard(std::string_view value) {
  const Compact compact(value);
  const std::string_view number = compact.text();
  if (number.size() < 12 || number.size() > 19 || !AllDigits(number)) return false;
  if (!Luhn(number) || AllSame(number)) return false;
  const int first6 = Number(number, 0, 6);
  for (const Iin& iin : kIins) {
    int scale = 1;
    for (int from = iin.from; from < 100'000; from *= 10) scale *= 10;
    const int prefix = first6 / scale;
    if (prefix >= iin.from && prefix <= iin.to && (iin.lengths >> number.size() & 1)) return true;
  }
  return false;
}

// MM/YY, MM/YYYY, YYYY-MM or a whole date, with any of / - . or a space between.
bool CardExpiry(std::string_view value) {
  int part[3] = {0, 0, 0};
  size_t size[3] = {0, 0, 0};
  size_t n = 0;
  for (char c : value) {
    if (IsDigit(c)) {
      if (n == 3 || size[n] == 4) return false;
      part[n] = 10 * part[n] + Digit(c);
      ++size[n];
    } else if (Has("/-. ", c)) {
      if (n < 3 && size[n] > 0) ++n;
    } else {
      return false;
    }
  }
  if (n < 3 && size[n] > 0) ++n;
  const auto year = [&](size_t i) {
    return (size[i] == 2 && part[i] >= 10) || (size[i] == 4 && part[i] >= 2000 && part[i] < 2070);
  };
  const auto month = [&](size_t i) { return size[i] <= 2 && part[i] >= 1 && part[i] <= 12; };
  if (n == 1 && size[0] == 4)
    return part[0] / 100 >= 1 && part[0] / 100 <= 12 && part[0] % 100 >= 10;
  if (n == 2) return (month(0) && year(1)) || (size[0] == 4 && year(0) && month(1));
  if (n != 3) return false;
  if (size[0] == 4) return year(0) && month(1) && part[2] >= 1 && part[2] <= 31;
  return year(2) && ((month(1) && part[0] >= 1 && part[0] <= 31) ||
                     (month(0) && part[1] >= 1 && part[1] <= 31));
}

// Country, then its BBAN: n digits, a letters, c either, each with its length.
struct IbanFormat {
  char country[3];
  std::string_view bban;
};
// SWIFT IBAN registry, release 101; from AO on, the partial registry of countries that use
// IBANs without being in it.
constexpr IbanFormat kIbanFormats[] = {
    {"AD", "n8c12"},    {"AE", "n19"},      {"AL", "n8c16"},    {"AT", "n16"},
    {"AZ", "a4c20"},    {"BA", "n16"},      {"BE", "n12"},      {"BG", "a4n6c8"},
    {"BH", "a4c14"},    {"BI", "n23"},      {"BR", "n23a1c1"},  {"BY", "c4n4c16"},
    {"CH", "n5c12"},    {"CR", "n18"},      {"CY", "n8c16"},    {"CZ", "n20"},
    {"DE", "n18"},      {"DJ", "n23"},      {"DK", "n14"},      {"DO", "c4n20"},
    {"EE", "n16"},      {"EG", "n25"},      {"ES", "n20"},      {"FI", "n14"},
    {"FK", "a2n12"},    {"FO", "n14"},      {"FR", "n10c11n2"}, {"GB", "a4n14"},
    {"GE", "a2n16"},    {"GI", "a4c15"},    {"GL", "n14"},      {"GR", "n7c16"},
    {"GT", "c24"},      {"HN", "a4n20"},    {"HR", "n17"},      {"HU", "n24"},
    {"IE", "a4n14"},    {"IL", "n19"},      {"IQ", "a4n15"},    {"IS", "n22"},
    {"IT", "a1n10c12"}, {"JO", "a4n4c18"},  {"KW", "a4c22"},    {"KZ", "n3c13"},
    {"LB", "n4c20"},    {"LC", "a4c24"},    {"LI", "n5c12"},    {"LT", "n16"},
    {"LU", "n3c13"},    {"LV", "a4c13"},    {"LY", "n21"},      {"MC", "n10c11n2"},
    {"MD", "c20"},      {"ME", "n18"},      {"MK", "n3c10n2"},  {"MN", "n16"},
    {"MR", "n23"},      {"MT", "a4n5c18"},  {"MU", "a4n19a3"},  {"NI", "a4n20"},
    {"NL", "a4n10"},    {"NO", "n11"},      {"OM", "n3c16"},    {"PK", "a4c16"},
    {"PL", "n24"},      {"PS", "a4c21"},    {"PT", "n21"},      {"QA", "a4c21"},
    {"RO", "a4c16"},    {"RS", "n18"},      {"RU", "n14c15"},   {"SA", "n2c18"},
    {"SC", "a4n20a3"},  {"SD", "n14"},      {"SE", "n20"},      {"SI", "n15"},
    {"SK", "n20"},      {"SM", "a1n10c12"}, {"SO", "n19"},      {"ST", "n21"},
    {"SV", "a4n20"},    {"TL", "n19"},      {"TN", "n20"},      {"TR", "n6c16"},
    {"UA", "n6c19"},    {"VA", "n18"},      {"VG", "a4n16"},    {"XK", "n16"},
    {"YE", "a4n4c18"},  {"AO", "n21"},      {"BF", "c4n20"},    {"BJ", "c4n20"},
    {"CF", "n23"},      {"CG", "n23"},      {"CI", "c4n20"},    {"CM", "n23"},
    {"CV", "n21"},      {"DZ", "n22"},      {"GA", "n23"},      {"GQ", "n23"},
    {"GW", "c2n19"},    {"IR", "n22"},      {"KM", "n23"},      {"MA", "n24"},
    {"MG", "n23"},      {"ML", "c4n20"},    {"MZ", "n21"},      {"NE", "c4n20"},
    {"SN", "c4n20"},    {"TD", "n23"},      {"TG", "c4n20"}};

bool Bban(std::string_view bban, std::string_view format) {
  size_t at = 0;
  for (size_t i = 0; i < format.size();) {
    const char kind = format[i++];
    int count = 0;
    while (i < format.size() && IsDigit(format[i])) count = 10 * count + Digit(format[i++]);
    for (; count > 0; --count, ++at) {
      if (at == bban.size()) return false;
      if (kind == 'n' && !IsDigit(bban[at])) return false;
      if (kind == 'a' && !IsUpper(bban[at])) return false;
    }
  }
  return at == bban.size();
}

bool Iban(std::string_view value) {
  const Compact compact(value);
  const std::string_view iban = compact.text();
  if (iban.size() < 15 || iban.size() > 34 || !Shape(iban.substr(0, 4), "AA99")) return false;
  for (const IbanFormat& format : kIbanFormats) {
    if (iban.substr(0, 2) != format.country) continue;
    char moved[34];
    std::copy(iban.begin() + 4, iban.end(), moved);
    std::copy(iban.begin(), iban.begin() + 4, moved + iban.size() - 4);
    return Bban(iban.substr(4), format.bban) && Mod97({moved, iban.size()}) == 1;
  }
  return false;
}

// ISO 3166-1 alpha-2, and XK, which banks and registries use for Kosovo.
constexpr std::string_view kCountries =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS "
    "BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC "
    "EE "
    "EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK "
    "HM "
    "HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB "
    "LC "
    "LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ "
    "NA "
    "NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU "
    "RW "
    "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN "
    "TO "
    "TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW ";

// Whether `word` is one of the words of `list`, each followed by a space.
bool InList(std::string_view list, std::string_view word) {
  for (size_t at = 0; (at = list.find(word, at)) != std::string_view::npos; ++at) {
    if ((at == 0 || list[at - 1] == ' ') && list.substr(at + word.size(), 1) == " ") return true;
  }
  return false;
}

// Four letters for the institution, its country, two for the place (a second one of O or a first
// one of 0 or 1 is not given out), and three for a branch.
bool Bic(std::string_view value) {
  const Compact compact(value);
  const std::string_view bic = compact.text();
  if (!Shape(bic, "AAAAAAXX") && !Shape(bic, "AAAAAAXXXXX")) return false;
  return InList(kCountries, bic.substr(4, 2)) && bic[6] != '0' && bic[6] != '1' && bic[7] != 'O';
}

bool Aba(std::string_view value) {
  const Compact compact(value);
  const std::string_view number = compact.text();
  if (!Digits(number, 9) || AllSame(number)) return false;
  const int bank = Number(number, 0, 2);
  if (bank > 12 && (bank < 21 || bank > 32) && (bank < 61 || bank > 72) && bank != 80) return false;
  return WeightedSum(number, {3, 7, 1, 3, 7, 1, 3, 7, 1}) % 10 == 0;
}

// Five to thirty digits that are neither a date nor a time of day. Which account they name only the
// bank can tell.
bool AccountNumber(std::string_view value) {
  size_t digits = 0, groups = 0;
  size_t sizes[3] = {0, 0, 0};
  bool inside = false;
  for (char c : value) {
    if (!IsDigit(c)) {
      inside = false;
      continue;
    }
    if (!inside) ++groups;
    inside = true;
    ++digits;
    if (groups <= 3) ++sizes[groups - 1];
  }
  if (digits < 5 || digits > 30) return false;
  const bool day_first = sizes[0] <= 2 && sizes[1] <= 2 && (sizes[2] == 2 || sizes[2] == 4);
  const bool year_first = sizes[0] == 4 && sizes[1] <= 2 && sizes[2] <= 2;
  return groups != 3 || !(day_first || year_first);
}

// --- crypto wallets --------------------------------------------------------

constexpr std::string_view kBitcoinAlphabet =
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::string_view kRippleAlphabet =
    "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";

// Base58Check: `value` decodes to a version of `versions`, a payload of 20 bytes, and the first
// four bytes of the double SHA-256 of both.
bool Base58Check(std::string_view value, std::string_view alphabet,
                 std::initializer_list<uint8_t> versions) {
  if (value.size() < 25 || value.size() > 35) return false;
  std::array<uint8_t, 25> bytes{};
  for (char c : value) {
    int carry = IndexIn(alphabet, c);
    if (carry < 0) return false;
    for (size_t i = bytes.size(); i-- > 0;) {
      carry += 58 * bytes[i];
      bytes[i] = static_cast<uint8_t>(carry & 0xff);
      carry >>= 8;
    }
    if (carry != 0) return false;
  }
  // A leading zero byte is written as the first letter of the alphabet, and no other byte is.
  const size_t zeros_written = std::min(value.find_first_not_of(alphabet[0]), value.size());
  const size_t zeros = static_cast<size_t>(
      std::find_if(bytes.begin(), bytes.end(), [](uint8_t b) { return b != 0; }) - bytes.begin());
  if (zeros_written != zeros) return false;
  if (std::find(versions.begin(), versions.end(), bytes[0]) == versions.end()) return false;
  const auto sha256 = [](const uint8_t* data, size_t size, uint8_t* digest) {
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, data, size);
    SHA256_Final(digest, &context);
  };
  std::array<uint8_t, SHA256_DIGEST_LENGTH> once, twice;
  sha256(bytes.data(), 21, once.data());
  sha256(once.data(), once.size(), twice.data());
  return std::equal(bytes.begin() + 21, bytes.end(), twice.begin());
}

// BIP 173 (Bech32, witness version 0) and BIP 350 (Bech32m, 1 to 16).
bool Segwit(std::string_view value, std::string_view prefix) {
  if (value.size() < prefix.size() + 12 || value.size() > 90) return false;
  const bool upper = IsUpper(value[0]);
  char text[90];
  for (size_t i = 0; i < value.size(); ++i) {
    if (IsLetter(value[i]) && IsUpper(value[i]) != upper) return false;
    text[i] = Lower(value[i]);
  }
  const std::string_view lower(text, value.size());
  if (lower.substr(0, prefix.size()) != prefix || lower[prefix.size()] != '1') return false;
  uint32_t checksum = 1;
  const auto feed = [&checksum](int symbol) {
    static constexpr uint32_t kGenerator[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                              0x2a1462b3};
    const uint32_t top = checksum >> 25;
    checksum = (checksum & 0x1ffffff) << 5 ^ static_cast<uint32_t>(symbol);
    for (int i = 0; i < 5; ++i) checksum ^= top >> i & 1 ? kGenerator[i] : 0;
  };
  for (char c : prefix) feed(c >> 5);
  feed(0);
  for (char c : prefix) feed(c & 31);
  const std::string_view data = lower.substr(prefix.size() + 1);
  for (char c : data) {
    const int symbol = IndexIn("qpzry9x8gf2tvdw0s3jn54khce6mua7l", c);
    if (symbol < 0) return false;
    feed(symbol);
  }
  const bool version0 = data[0] == 'q';
  const size_t program = (data.size() - 7) * 5 / 8;  // bytes
  if (program < 2 || program > 40 || (version0 && program != 20 && program != 32)) return false;
  return checksum == (version0 ? 1u : 0x2bc830a3u);
}

bool Btc(std::string_view value) {
  // Versions 0x6f and 0xc4 are of the test network.
  return Base58Check(value, kBitcoinAlphabet, {0x00, 0x05, 0x6f, 0xc4}) || Segwit(value, "bc");
}
bool Ltc(std::string_view value) {
  return Base58Check(value, kBitcoinAlphabet, {0x30, 0x32}) || Segwit(value, "ltc");
}
bool Doge(std::string_view value) { return Base58Check(value, kBitcoinAlphabet, {0x1e, 0x16}); }
bool Trx(std::string_view value) { return Base58Check(value, kBitcoinAlphabet, {0x41}); }
bool Xrp(std::string_view value) { return Base58Check(value, kRippleAlphabet, {0x00}); }

// The checksum in the case of the letters (EIP-55) is not asked for: 40 hexadecimal digits behind
// 0x are nothing else, and a mistyped address tells as much of its owner as a right one.
bool Eth(std::string_view value) {
  return value.size() == 42 && value[0] == '0' && Lower(value[1]) == 'x' &&
         std::all_of(value.begin() + 2, value.end(), IsHex) && !AllSame(value.substr(2));
}

// A Solana address is 32 bytes in Base58 without a checksum: only its form can be checked. Few are
// shorter than 40 letters.
bool Sol(std::string_view value) {
  if (value.size() < 40 || value.size() > 44 || !MixedCode(value)) return false;
  return std::all_of(value.begin(), value.end(), [](char c) { return Has(kBitcoinAlphabet, c); }) &&
         std::any_of(value.begin(), value.end(), IsUpper) &&
         std::any_of(value.begin(), value.end(), [](char c) { return IsLetter(c) && !IsUpper(c); });
}

// Handles that the National Payments Corporation of India has given to banks and apps.
constexpr std::string_view kUpiHandles =
    "aadhaar.npci abcdicici abfspay airtel airtelpaymentsbank albk allahabadbank allbank amazonpay "
    "andb apb apl aubank aufincare axb axis axisb axisbank axisgo axl bajaj bandhan barodampay "
    "barodapay bhim birla boi bpunity cboi centralbank cgbpay cmsidfc cnrb csbcash csbpay cub "
    "dbs dcb dcbbank denabank dhanlaxmi dlb eazypay equitas esaf ezeepay fam fbl fbpe federal "
    "fifederal finobank freecharge freoicici goaxb gpay hdfcbank hdfcbankjd hsbc ibl icici "
    "icicibank icicipay idbi idbibank idfc idfcbank idfcfirst idfcnetc ikwik imobile inbank "
    "indbank indianbank indie indus indusind instamojo iob iobpay ippb janabank jio jiopay "
    "jkb jsb jsbp jupiteraxis kaypay kbl kbl052 kmb kmbl kotak kotak811 kvb kvbank lime "
    "liv lvb lvbpay mahabank mahb mahagrambank mairtel myicici naviaxis nkgsb niyoicici nsdl "
    "nyes obc okaxis okbizaxis okhdfcbank okicici oksbi omni oxymoney oyo paytm payzapp pingpay "
    "pinelabs pnb pockets postbank postpe psb pthdfc ptaxis ptsbi ptyes pz rajgovhdfcbank "
    "rapl razorpay rbl rmhdfcbank rmrbl rmsbi s2b sbi sbin sc sib sibl slice sliceaxis spicepay "
    "srcb superyes syndicate tapicici tapbank taj timecosmos tjsb trans tranzapp ubi uboi "
    "uco ucobank unionbank unionbankofindia united unity upi utbi utkarsh vijayapay vijb "
    "waaxis wahdfcbank waicici wasbi whatsapp yapl ybl yes yesbank yesbankltd yescred yescurie "
    "yesfam yesg yesloan yespay yespop yestransact yesupi zoicici ";

// name@handle. A bank's verb in front of the bank's name ("debited@SBI") is no payee.
bool UpiShape(std::string_view value) {
  const size_t at = value.rfind('@');
  if (at == std::string_view::npos || at < 2 || value.find('@') != at) return false;
  const std::string_view handle = value.substr(at + 1);
  return handle.size() >= 2 && handle.size() <= 40 &&
         !InList("debited credited withdrawn transferred paid spent ", value.substr(0, at));
}

// The same with a known handle, or an account or Aadhaar number at ...npci.
bool Upi(std::string_view value) {
  if (!UpiShape(value)) return false;
  char lower[40];
  const std::string_view handle = value.substr(value.rfind('@') + 1);
  std::transform(handle.begin(), handle.end(), lower, Lower);
  const std::string_view text(lower, handle.size());
  return InList(kUpiHandles, text) || (text.size() > 5 && text.substr(text.size() - 5) == ".npci");
}

// --- devices and the web ---------------------------------------------------

// 3GPP TS 23.003, 6.2: 15 digits with a check digit, 14 without it, 16 with a software version.
bool Imei(std::string_view value) {
  const Compact compact(value);
  const std::string_view number = compact.text();
  if (number.size() < 14 || number.size() > 17 || !AllDigits(number)) return false;
  if (AllSame(number.substr(1))) return false;
  if (number.size() == 15) return Luhn(number);
  // Without a check digit, the reporting body must be one that allocates today.
  return InList("01 35 86 91 98 99 ", number.substr(0, 2));
}

// ITU-T E.212 annex: mobile country codes.
constexpr std::string_view kMobileCountryCodes =
    "001 202 204 206 208 212 213 214 216 218 219 220 221 222 225 226 228 230 231 232 234 235 238 "
    "240 "
    "242 244 246 247 248 250 255 257 259 260 262 266 268 270 272 274 276 278 280 282 283 284 286 "
    "288 "
    "289 290 292 293 294 295 297 302 308 310 311 312 313 314 315 316 330 332 334 338 340 342 344 "
    "346 "
    "348 350 352 354 356 358 360 362 363 364 365 366 368 370 372 374 376 400 401 402 404 405 406 "
    "410 "
    "412 413 414 415 416 417 418 419 420 421 422 424 425 426 427 428 429 430 431 432 434 436 437 "
    "438 "
    "440 441 450 452 454 455 456 457 460 461 466 467 470 472 502 505 510 514 515 520 525 528 530 "
    "536 "
    "537 539 540 541 542 543 544 545 546 547 548 549 550 551 552 553 554 555 602 603 604 605 606 "
    "607 "
    "608 609 610 611 612 613 614 615 616 617 618 619 620 621 622 623 624 625 626 627 628 629 630 "
    "631 "
    "632 633 634 635 636 637 638 639 640 641 642 643 645 646 647 648 649 650 651 652 653 654 655 "
    "657 "
    "658 659 702 704 706 708 710 712 714 716 722 724 730 732 734 736 738 740 742 744 746 748 750 "
    "901 "
    "902 991 995 999 ";
bool Imsi(std::string_view value) {
  const Compact compact(value);
  const std::string_view number = compact.text();
  return number.size() >= 14 && number.size() <= 15 && AllDigits(number) &&
         InList(kMobileCountryCodes, number.substr(0, 3)) && !AllSame(number.substr(3));
}

bool Iccid(std::string_view value) {
  const Compact compact(value);
  const std::string_view number = compact.text();
  return number.size() >= 18 && number.size() <= 20 && AllDigits(number) &&
         number.substr(0, 2) == "89" && Luhn(number);
}

// A number up to `max` without leading zeros, the whole of `text`.
bool SmallNumber(std::string_view text, int max) {
  if (text.empty() || text.size() > 3 || !AllDigits(text)) return false;
  return (text.size() == 1 || text[0] != '0') && Number(text, 0, text.size()) <= max;
}

bool DottedQuad(std::string_view text) {
  for (int i = 0; i < 3; ++i) {
    const size_t dot = text.find('.');
    if (dot == std::string_view::npos || !SmallNumber(text.substr(0, dot), 255)) return false;
    text.remove_prefix(dot + 1);
  }
  return SmallNumber(text, 255);
}

// The address in front of a prefix length; false in `ok` if that length is none.
std::string_view WithoutPrefix(std::string_view value, int max, bool& ok) {
  const size_t slash = value.find('/');
  ok = slash == std::string_view::npos || SmallNumber(value.substr(slash + 1), max);
  return value.substr(0, slash);
}

bool Ipv4(std::string_view value) {
  bool ok;
  const std::string_view address = WithoutPrefix(value, 32, ok);
  return ok && DottedQuad(address);
}

// RFC 4291, 2.2: eight groups of up to four hexadecimal digits, one run of them as "::", the last
// two as a dotted quad; a zone as in RFC 4007. "::" alone is punctuation more often than an
// address.
bool Ipv6(std::string_view value) {
  bool ok;
  std::string_view address = WithoutPrefix(value, 128, ok);
  if (!ok || value == "::") return false;
  if (const size_t zone = address.find('%'); zone != std::string_view::npos) {
    const std::string_view name = address.substr(zone + 1);
    if (name.empty() || name.size() > 32) return false;
    address = address.substr(0, zone);
  }
  int groups = 0;
  bool gap = false;
  if (address.substr(0, 2) == "::") {
    gap = true;
    address.remove_prefix(2);
  }
  while (!address.empty()) {
    const size_t colon = address.find(':');
    const std::string_view group = address.substr(0, colon);
    if (colon == std::string_view::npos && group.find('.') != std::string_view::npos) {
      if (!DottedQuad(group)) return false;
      groups += 2;
      break;
    }
    if (group.empty() || group.size() > 4 || !std::all_of(group.begin(), group.end(), IsHex)) {
      return false;
    }
    ++groups;
    if (colon == std::string_view::npos) break;
    address.remove_prefix(colon + 1);
    if (!address.empty() && address[0] == ':') {
      if (gap) return false;
      gap = true;
      address.remove_prefix(1);
    } else if (address.empty()) {
      return false;
    }
  }
  return gap ? groups <= 7 : groups == 8;
}

// EUI-48 or EUI-64, neither all zeros nor all ones.
bool Mac(std::string_view value) {
  int digits = 0;
  bool zeros = true, ones = true;
  for (char c : value) {
    if (IsHex(c)) {
      ++digits;
      zeros = zeros && c == '0';
      ones = ones && Upper(c) == 'F';
    } else if (!Has(":-. ", c)) {
      return false;
    }
  }
  return (digits == 12 || digits == 16) && !zeros && !ones;
}

// Degrees, perhaps with minutes and seconds behind their signs, and a letter for the side on
// either end.
struct Coordinate {
  double degrees = 0;
  char side = 0;  // N, S, E, W or 0
};

class CoordinateReader {
 public:
  explicit CoordinateReader(std::string_view text) : text_(text) {}

  bool Skip(std::string_view what) {
    if (text_.substr(0, what.size()) != what) return false;
    text_.remove_prefix(what.size());
    return true;
  }
  void SkipSpaces() {
    while (Skip(" ")) {
    }
  }
  bool AtEnd() const { return text_.empty(); }

  bool Read(Coordinate& coordinate) {
    SkipSpaces();
    ReadSide(coordinate);
    const bool minus = Skip("-");
    if (!minus) Skip("+");
    double unit = 1;
    int parts = 0;
    for (bool more = true; more && parts < 3; unit /= 60) {
      double number = 0;
      if (!ReadNumber(number)) break;
      if (parts > 0 && number >= 60) return false;
      coordinate.degrees += number * unit;
      SkipSpaces();
      more = SkipUnit(parts++);
      if (more) SkipSpaces();
    }
    ReadSide(coordinate);
    if (minus) coordinate.degrees = -coordinate.degrees;
    return parts > 0;
  }

 private:
  void ReadSide(Coordinate& coordinate) {
    if (coordinate.side != 0 || text_.empty() || !Has("NSEW", Upper(text_[0]))) return;
    coordinate.side = Upper(text_[0]);
    text_.remove_prefix(1);
    SkipSpaces();
  }
  bool ReadNumber(double& number) {
    double place = 0;
    size_t size = 0;
    for (; size < text_.size() && size < 20; ++size) {
      const char c = text_[size];
      if (IsDigit(c)) {
        number = place == 0 ? 10 * number + Digit(c) : number + Digit(c) * (place /= 10);
      } else if (c == '.' && place == 0 && size > 0) {
        place = 1;
      } else {
        break;
      }
    }
    text_.remove_prefix(size);
    return size > 0;
  }
  // The sign of degrees, minutes or seconds, as typed or as printed.
  bool SkipUnit(int part) {
    switch (part) {
      case 0:
        return Skip("\xC2\xB0") || Skip("deg");
      case 1:
        return !(text_.substr(0, 2) == "''") && (Skip("'") || Skip("\xE2\x80\xB2"));
      default:
        return Skip("\"") || Skip("''") || Skip("\xE2\x80\xB3") || Skip("\xE2\x80\xB2\xE2\x80\xB2");
    }
  }

  std::string_view text_;
};

// Latitude and longitude, in this order unless letters tell otherwise (ISO 6709, annex H).
bool Latlon(std::string_view value) {
  CoordinateReader reader(value);
  Coordinate first, second;
  const bool open = reader.Skip("(");
  if (!reader.Read(first)) return false;
  reader.SkipSpaces();
  if (!reader.Skip(",")) reader.Skip(";");
  if (!reader.Read(second)) return false;
  reader.SkipSpaces();
  if (open) reader.Skip(")");
  if (!reader.AtEnd()) return false;
  if (first.side == 'E' || first.side == 'W') std::swap(first, second);
  return (first.side == 0 || first.side == 'N' || first.side == 'S') &&
         (second.side == 0 || second.side == 'E' || second.side == 'W') &&
         std::fabs(first.degrees) <= 90 && std::fabs(second.degrees) <= 180;
}

// RFC 7519 with RFC 7515: header, payload and signature in base64url. A header is a JSON object, so
// it begins with {" and that is eyI to eyL.
bool Jwt(std::string_view value) {
  int parts = 0;
  while (true) {
    const size_t dot = value.find('.');
    const std::string_view part = value.substr(0, dot);
    if (part.size() % 4 == 1 || part.size() < 3) return false;
    for (char c : part) {
      if (!IsDigit(c) && !IsLetter(c) && c != '-' && c != '_') return false;
    }
    if (parts == 0 && (part.substr(0, 2) != "ey" || !Has("IJKL", part[2]))) return false;
    ++parts;
    if (dot == std::string_view::npos) break;
    value.remove_prefix(dot + 1);
  }
  return parts == 3 || parts == 5;
}

// IANA's root zone: generic names that are in common use, and the brands that send text messages.
constexpr std::string_view kGenericDomains =
    "aaa abbott academy accountant accountants actor ads adult aero africa agency airbus airforce "
    "amazon amex android apartments app apple army arpa art asia associates attorney auction audi "
    "audio auto autos aws axa baby band bank bar barclays bargains baseball basketball bayern bbva "
    "beauty beer berlin best bet bid bike bingo bio biz black blog bloomberg blue bmw bnpparibas "
    "boats bond boo boston bot boutique broker brussels build builders business buzz bzh cab cafe "
    "cam camera camp capital car cards care career careers cars casa cash casino cat catering "
    "center "
    "ceo cfd channel charity chase chat cheap christmas church citi citic city claims cleaning "
    "click "
    "clinic clothing cloud club coach codes coffee college cologne com community company computer "
    "condos construction consulting contact contractors cooking cool coop country coupons courses "
    "credit creditcard cricket cruises cymru cyou dad dance date dating day deals degree delivery "
    "democrat dental dentist desi design dev dhl diamonds diet digital direct directory discount "
    "doctor dog domains download dubai earth eat eco edu education email energy engineer "
    "engineering "
    "enterprises equipment esq estate eus events exchange expert exposed express fail faith family "
    "fan fans farm fashion feedback film finance financial fish fishing fit fitness flights "
    "florist "
    "flowers fly foo football forex forsale forum foundation frl fun fund furniture futbol fyi gal "
    "gallery game games garden gay gdn gift gifts gives giving glass global gmbh gold golf google "
    "gop "
    "gov graphics gratis green gripe group guide guitars guru hair hamburg haus hdfcbank health "
    "healthcare helsinki hiphop hiv hockey holdings holiday homes horse hospital host hosting "
    "house "
    "hsbc icbc icu immo immobilien inc industries info ing ink institute insurance insure int "
    "international investments irish ist istanbul jetzt jewelry jobs joburg juegos kaufen kids kim "
    "kitchen kiwi koeln kyoto land lat latino law lawyer lds lease legal lgbt life lighting "
    "limited "
    "limo link live living llc loan loans lol london lotto love ltd ltda luxe luxury madrid maison "
    "makeup management market marketing markets mba media melbourne meme memorial men menu miami "
    "microsoft mil mobi moda moe mom monster mortgage moscow motorcycles mov movie museum music "
    "nagoya "
    "name navy net network new news nexus ngo ninja nrw nyc observer okinawa ong onl online ooo "
    "org "
    "organic osaka page paris partners parts party pet pharmacy photo photography photos physio "
    "pics "
    "pictures pink pizza place plumbing plus poker porn press pro productions prof promo "
    "properties "
    "property protection pub qpon quebec quest racing realestate realtor recipes red rehab reise "
    "reisen ren rent rentals repair report republican rest restaurant review reviews rip rocks "
    "rodeo "
    "rsvp rugby ruhr run ryukyu saarland sale salon samsung sap sarl sbi sbs school schule science "
    "scot security services sew sex sexy shiksha shoes shop shopping show singles site ski skin "
    "soccer "
    "social software solar solutions soy spa space srl storage store stream studio study style "
    "sucks "
    "supplies supply support surf surgery swiss sydney systems taipei tatar tattoo tax taxi team "
    "tech "
    "technology tel tennis theater theatre tickets tienda tips tires tirol today tokyo tools top "
    "tours "
    "town toys trade trading training travel trust tube university uno vacations vegas ventures "
    "versicherung vet viajes video villas vin vip virgin vision vlaanderen vodka vote voting voto "
    "voyage wales wang watch webcam website wed wedding weibo wiki win wine work works world wtf "
    "xin xxx xyz yachts yoga yokohama youtube zip zone zuerich ";
// Names that are kept for examples and for networks of one's own (RFC 2606, 6762, 7686).
constexpr std::string_view kSpecialDomains = "example invalid local localhost onion test internal ";
// In their own letters. Country codes first, then the generic ones with registrations.
constexpr std::string_view kForeignDomains[] = {
    "рф",    "укр",    "бел",   "бг",      "мкд",     "мон",      "срб",       "қаз",    "ею",
    "ελ",    "ευ",     "հայ",   "გე",      "مصر",     "السعودية", "امارات",    "ایران",  "ايران",
    "قطر",   "عمان",   "تونس",  "المغرب",  "الجزائر", "الاردن",   "فلسطين",    "سوريا",  "سورية",
    "سودان", "اليمن",  "عراق",  "پاکستان", "بھارت",   "بارت",     "موريتانيا", "مليسيا", "البحرين",
    "ישראל", "भारत",   "ভারত",  "ভাৰত",    "ਭਾਰਤ",    "ભારત",     "ଭାରତ",      "இந்தியா", "భారత్",
    "ಭಾರತ",  "ഭാരതം",  "বাংলা", "ලංකා",    "இலங்கை",   "சிங்கப்பூர்", "ไทย",       "ລາວ",    "中国",
    "中國",  "香港",   "台湾",  "台灣",    "澳門",    "新加坡",   "한국",      "москва", "онлайн",
    "сайт",  "орг",    "рус",   "ком",     "дети",    "شبكة",     "موقع",      "بازار",  "كوم",
    "קום",   "कॉम",    "नेट",    "संगठन",    "คอม",     "公司",     "网络",      "网址",   "网站",
    "在线",  "中文网", "商城",  "商店",    "集团",    "我爱你",   "手机",      "移动",   "娱乐",
    "游戏",  "信息",   "企业",  "公益",    "みんな",  "コム",     "닷컴",      "닷넷"};

bool TopLevelDomain(std::string_view domain) {
  if (domain.size() < 2 || domain.size() > 63) return false;
  char text[63];
  std::transform(domain.begin(), domain.end(), text, Lower);
  const std::string_view lower(text, domain.size());
  if (domain.size() == 2 && IsLetter(domain[0]) && IsLetter(domain[1])) {
    const char code[] = {Upper(domain[0]), Upper(domain[1])};
    // ISO codes that are no domains, and domains that are no ISO codes.
    const std::string_view country(code, 2);
    return (InList(kCountries, country) && country != "XK") || lower == "uk" || lower == "eu" ||
           lower == "su" || lower == "ac";
  }
  if (lower.substr(0, 4) == "xn--" && lower.size() > 5) {
    return std::all_of(lower.begin() + 4, lower.end(),
                       [](char c) { return IsLetter(c) || IsDigit(c) || c == '-'; });
  }
  if (std::find(std::begin(kForeignDomains), std::end(kForeignDomains), domain) !=
      std::end(kForeignDomains)) {
    return true;
  }
  return InList(kGenericDomains, lower) || InList(kSpecialDomains, lower);
}

// Labels of letters, digits and inner hyphens (RFC 1035, 2.3.1; RFC 5890 for letters beyond ASCII),
// at least two, the last a top-level domain.
bool Host(std::string_view host) {
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  if (host.size() > 253) return false;
  for (bool last = false, first = true; !last; first = false) {
    const size_t dot = host.find('.');
    last = dot == std::string_view::npos;
    const std::string_view label = host.substr(0, dot);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-')
      return false;
    for (char c : label) {
      if (!IsLetter(c) && !IsDigit(c) && c != '-' && c != '_' && !(c & 0x80)) return false;
    }
    if (last) return !first && TopLevelDomain(label);
    host.remove_prefix(dot + 1);
  }
  return false;
}

// A bare domain, with or without a path, ends in a top-level domain; a dotted quad with a path will
// do. With a scheme in front nothing more is asked: it is a link, whatever its host.
bool Tld(std::string_view value) {
  if (const size_t scheme = value.find("://"); scheme != std::string_view::npos) {
    return scheme > 0 && scheme + 3 < value.size() && value[scheme + 3] != '/';
  }
  const size_t path = value.find_first_of("/?#\\");
  std::string_view host = value.substr(0, path);
  if (const size_t colon = host.rfind(':'); colon != std::string_view::npos) {
    if (!AllDigits(host.substr(colon + 1))) return false;
    host = host.substr(0, colon);
  }
  return Host(host) || (path != std::string_view::npos && DottedQuad(host));
}

// RFC 5321, 4.1.2 and 4.5.3.1; RFC 5322, 3.2.3; RFC 6531 for letters beyond ASCII.
bool Email(std::string_view value) {
  const size_t at = value.rfind('@');
  if (at == std::string_view::npos || at == 0 || at > 64 || value.size() > 254) return false;
  const std::string_view local = value.substr(0, at), domain = value.substr(at + 1);
  if (local.front() == '"') {
    if (local.size() < 3 || local.back() != '"') return false;
    for (size_t i = 1; i + 1 < local.size(); ++i) {
      if (local[i] == '"') return false;
      if (local[i] == '\\' && ++i + 1 >= local.size()) return false;
    }
  } else {
    for (char c : local) {
      if (!IsLetter(c) && !IsDigit(c) && !(c & 0x80) && !Has(".!#$%&'*+/=?^_`{|}~-", c))
        return false;
    }
    // A mailbox such as a..b@ is against the RFC, but providers have given it out.
    if (local.front() == '.' || local.back() == '.') return false;
  }
  if (domain.size() > 2 && domain.front() == '[' && domain.back() == ']') {
    const std::string_view literal = domain.substr(1, domain.size() - 2);
    return literal.substr(0, 5) == "IPv6:" ? Ipv6(literal.substr(5)) : DottedQuad(literal);
  }
  return Host(domain) && domain.back() != '.';
}

// ISO 3779; 49 CFR 565.15 for the check digit, which vehicles for North America must carry.
bool Vin(std::string_view value) {
  const Compact compact(value);
  const std::string_view vin = compact.text();
  if (vin.size() != 17 || !AllDigits(vin.substr(13))) return false;
  static constexpr int kWeights[] = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
  static constexpr char kValues[] =
      "12345678.12345.7.923456789";  // A to Z; I, O and Q are not used
  int sum = 0, letters = 0;
  for (size_t i = 0; i < vin.size(); ++i) {
    int number = 0;
    if (IsDigit(vin[i])) {
      number = Digit(vin[i]);
    } else {
      const char digit = kValues[vin[i] - 'A'];
      if (digit == '.') return false;
      number = Digit(digit);
      ++letters;
    }
    sum += kWeights[i] * number;
  }
  if (letters < 2) return false;
  const char check = "0123456789X"[sum % 11];
  return vin[8] == check || !Has("12345", vin[0]);
}

// --- United States ---------------------------------------------------------

// SSA, "Social Security Number Randomization": no area 000, 666 or 9xx, no group 00, no serial
// 0000. Two numbers were printed on sample cards and advertisements and are nobody's.
bool UsSsn(std::string_view value) {
  const Compact compact(value);
  const std::string_view ssn = compact.text();
  if (!Digits(ssn, 9) || ssn == "078051120" || ssn == "219099999") return false;
  return ssn.substr(0, 3) != "000" && ssn.substr(0, 3) != "666" && ssn[0] != '9' &&
         ssn.substr(3, 2) != "00" && ssn.substr(5) != "0000" && !AllSame(ssn);
}

// IRS Publication 1915: 9xx, and 50 to 65, 70 to 88, 90 to 92 or 94 to 99 in the middle.
bool UsItin(std::string_view value) {
  const Compact compact(value);
  const std::string_view itin = compact.text();
  if (!Digits(itin, 9) || itin[0] != '9') return false;
  const int group = Number(itin, 3, 2);
  return (group >= 50 && group <= 65) || (group >= 70 && group <= 88) ||
         (group >= 90 && group != 93);
}

// IRS, "How EINs are assigned and valid EIN prefixes".
bool UsEin(std::string_view value) {
  const Compact compact(value);
  const std::string_view ein = compact.text();
  return Digits(ein, 9) && !AllSame(ein) &&
         !InList("00 07 08 09 17 18 19 28 29 49 69 70 78 79 89 96 97 ", ein.substr(0, 2));
}

// 45 CFR 162.406: Luhn over 80840 and the number; the prefix adds 24 to the sum.
bool UsNpi(std::string_view value) {
  const Compact compact(value);
  const std::string_view npi = compact.text();
  return Digits(npi, 10) && (npi[0] == '1' || npi[0] == '2') && (LuhnSum(npi) + 24) % 10 == 0;
}

// CMS, "Understanding the Medicare Beneficiary Identifier format".
bool UsMbi(std::string_view value) {
  const Compact compact(value);
  const std::string_view mbi = compact.text();
  if (!Shape(mbi, "9AX9AX9AA99") || mbi[0] == '0') return false;
  return std::none_of(mbi.begin(), mbi.end(), [](char c) { return Has("SLOIBZ", c); });
}

// --- Canada, United Kingdom, Ireland ---------------------------------------

bool CaSin(std::string_view value) {
  const Compact compact(value);
  const std::string_view sin = compact.text();
  return Digits(sin, 9) && sin[0] != '0' && sin[0] != '8' && !AllSame(sin) && Luhn(sin);
}

bool UkNhs(std::string_view value) {
  const Compact compact(value);
  const std::string_view nhs = compact.text();
  return Digits(nhs, 10) && !AllSame(nhs) &&
         WeightedSum(nhs, {10, 9, 8, 7, 6, 5, 4, 3, 2, 1}) % 11 == 0;
}

bool UkNino(std::string_view value) {
  const Compact compact(value);
  const std::string_view nino = compact.text();
  return Shape(nino, "AA999999A") && !Has("DFIQUV", nino[0]) && !Has("DFIOQUV", nino[1]) &&
         !InList("BG GB KN NK NT TN ZZ ", nino.substr(0, 2)) && nino[8] <= 'D';
}

bool UkUtr(std::string_view value) {
  const Compact compact(value);
  std::string_view utr = compact.text();
  if (!utr.empty() && utr.back() == 'K') utr.remove_suffix(1);
  if (!Digits(utr, 10) || AllSame(utr)) return false;
  return utr[0] == "21987654321"[WeightedSum(utr, {0, 6, 7, 8, 9, 10, 5, 4, 3, 2}) % 11];
}

// Surname, decade, month (women + 50), day, year, initials, then three that tell people apart.
bool UkDriverLicense(std::string_view value) {
  const Compact compact(value);
  const std::string_view number = compact.text();
  if (!Shape(number, "XXXXX999999XXXAA")) return false;
  const size_t nines = std::min(number.find('9'), size_t{5});
  for (size_t i = 0; i < 5; ++i) {
    if (i < nines ? !IsUpper(number[i]) : number[i] != '9') return false;
  }
  const int month = Number(number, 6, 2) % 50, day = Number(number, 8, 2);
  return nines > 0 && Number(number, 6, 2) < 63 && month >= 1 && month <= 12 && day >= 1 &&
         day <= 31;
}

bool IePps(std::string_view value) {
  const Compact compact(value);
  const std::string_view pps = compact.text();
  if (!Shape(pps, "9999999A") && !Shape(pps, "9999999AA")) return false;
  int sum = WeightedSum(pps, {8, 7, 6, 5, 4, 3, 2});
  // Since 2013 a second letter A to I counts; the W and T of older numbers do not.
  if (pps.size() == 9) {
    if (pps[8] >= 'A' && pps[8] <= 'I') {
      sum += 9 * (pps[8] - 'A' + 1);
    } else if (!Has("TWX", pps[8])) {
      return false;
    }
  }
  return pps[7] == "WABCDEFGHIJKLMNOPQRSTUV"[sum % 23];
}

// --- France, Germany, Spain, Italy, Portugal -------------------------------

// Sex, year, month, place of birth (2A and 2B are Corsica), number, and 97 less the remainder.
bool FrNir(std::string_view value) {
  const Compact compact(value);
  const std::string_view nir = compact.text();
  if (nir.size() != 15 && nir.size() != 13) return false;
  char digits[15];
  std::copy(nir.begin(), nir.end(), digits);
  if (nir.substr(5, 2) == "2A" || nir.substr(5, 2) == "2B") {
    digits[5] = '1';
    digits[6] = nir[6] == 'A' ? '9' : '8';
  }
  const std::string_view number(digits, nir.size());
  if (!AllDigits(number) || !Has("123478", number[0])) return false;
  const int month = Number(number, 3, 2);
  if (month < 1 || (month > 12 && month < 20) || (month > 42 && month < 50)) return false;
  if (number.substr(5, 2) == "00") return false;
  return nir.size() == 13 || Number(number, 13, 2) == 97 - Remainder(number.substr(0, 13), 97);
}

// BZSt: of the first ten digits one comes twice or thrice, the others at most once.
bool DeSteuerId(std::string_view value) {
  const Compact compact(value);
  const std::string_view id = compact.text();
  if (!Digits(id, 11) || id[0] == '0' || !Mod11And10(id)) return false;
  int counts[10] = {};
  for (char c : id.substr(0, 10)) ++counts[Digit(c)];
  int repeated = 0;
  for (int count : counts) {
    if (count > 3) return false;
    repeated += count > 1;
  }
  return repeated == 1;
}

// ICAO 9303-3, 4.9: weights 7, 3, 1 over the characters.
bool IcaoCheck(std::string_view text) {
  static constexpr int kWeights[] = {7, 3, 1};
  int sum = 0;
  for (size_t i = 0; i + 1 < text.size(); ++i) sum += kWeights[i % 3] * Base36(text[i]);
  return IsDigit(text.back()) && sum % 10 == Digit(text.back());
}
// Nine characters of a serial number, its check digit, and perhaps D for the nationality. Vowels
// and the letters that look like digits do not occur since 2010; before, all nine were digits.
bool DeIdCard(std::string_view value) {
  const Compact compact(value);
  std::string_view id = compact.text();
  if (id.size() == 11 && id.back() == 'D') id.remove_suffix(1);
  if (id.size() != 10 || AllSame(id)) return false;
  const bool letters = std::all_of(
      id.begin(), id.end(), [](char c) { return IsDigit(c) || Has("CFGHJKLMNPRTVWXYZ", c); });
  return letters && IcaoCheck(id);
}

constexpr std::string_view kSpanishLetters = "TRWAGMYFPDXBNJZSQVHLCKE";
bool EsNif(std::string_view value) {
  const Compact compact(value);
  const std::string_view nif = compact.text();
  if (Shape(nif, "99999999A")) {
    return nif.substr(0, 8) != "00000000" && nif[8] == kSpanishLetters[Number(nif, 0, 8) % 23];
  }
  if (!Shape(nif, "A9999999X")) return false;
  if (Has("KLM", nif[0])) return nif[8] == kSpanishLetters[Number(nif, 1, 7) % 23];
  // Companies: a digit, or the letter that stands for it, by kind.
  if (!Has("ABCDEFGHJNPQRSUVW", nif[0])) return false;
  char padded[8];
  std::copy(nif.begin() + 1, nif.begin() + 8, padded);
  padded[7] = '0';
  const int check = (10 - LuhnSum({padded, 8}) % 10) % 10;
  if (IsDigit(nif[8])) return !Has("PQSW", nif[0]) && Digit(nif[8]) == check;
  return !Has("ABEH", nif[0]) && nif[8] == "JABCDEFGHI"[check];
}
bool EsNie(std::string_view value) {
  const Compact compact(value);
  const std::string_view nie = compact.text();
  if (!Shape(nie, "A9999999A") || nie[0] < 'X') return false;
  return nie[8] == kSpanishLetters[((nie[0] - 'X') * 10'000'000 + Number(nie, 1, 7)) % 23];
}

// DPR 605/1973. Digits may be replaced by letters where two people would have the same code.
bool ItFiscalCode(std::string_view value) {
  const Compact compact(value);
  const std::string_view code = compact.text();
  if (!Shape(code, "AAAAAAXXAXXAXXXA")) return false;
  static constexpr int kOdd[] = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
  char plain[16];
  int sum = 0;
  for (size_t i = 0; i < 16; ++i) {
    plain[i] = code[i];
    const int letter = IsDigit(code[i]) ? Digit(code[i]) : code[i] - 'A';
    if (i < 15) sum += i % 2 == 0 ? kOdd[letter] : letter;
    const bool digit = i == 6 || i == 7 || i == 9 || i == 10 || (i >= 12 && i < 15);
    if (digit && !IsDigit(code[i])) {
      const int stands_for = IndexIn("LMNPQRSTUV", code[i]);
      if (stands_for < 0) return false;
      plain[i] = static_cast<char>('0' + stands_for);
    }
  }
  const std::string_view numbers(plain, 16);
  const int month = IndexIn("ABCDEHLMPRST", code[8]);
  const int day = Number(numbers, 9, 2);
  return month >= 0 && code[15] - 'A' == sum % 26 &&
         ShortDate(Number(numbers, 6, 2), month + 1, day > 40 ? day - 40 : day);
}

// Agenzia delle Entrate: seven digits, the province, and a Luhn digit; IT may stand in front.
bool ItVatCode(std::string_view value) {
  const Compact compact(value);
  std::string_view vat = compact.text();
  if (vat.substr(0, 2) == "IT") vat.remove_prefix(2);
  if (!Digits(vat, 11) || vat.substr(0, 7) == "0000000") return false;
  const int province = Number(vat, 7, 3);
  return ((province >= 1 && province <= 100) || province == 120 || province == 121 ||
          province == 888 || province == 999) &&
         Luhn(vat);
}

bool PtNif(std::string_view value) {
  const Compact compact(value);
  const std::string_view nif = compact.text();
  if (!Digits(nif, 9) || nif[0] == '0' || AllSame(nif)) return false;
  return Digit(nif[8]) == (11 - WeightedSum(nif, {9, 8, 7, 6, 5, 4, 3, 2}) % 11) % 11 % 10;
}

// --- Netherlands, Belgium, Austria, Switzerland ----------------------------

bool NlBsn(std::string_view value) {
  const Compact compact(value);
  const std::string_view number = compact.text();
  if (number.size() < 7 || number.size() > 9 || !AllDigits(number)) return false;
  char padded[9] = {'0', '0', '0', '0', '0', '0', '0', '0', '0'};
  std::copy(number.begin(), number.end(), padded + 9 - number.size());
  return !AllSame(number) && WeightedSum({padded, 9}, {9, 8, 7, 6, 5, 4, 3, 2, -1}) % 11 == 0;
}

// Date of birth (months + 20 or + 40 for those who live elsewhere), number of the day, and 97 less
// the remainder; those born since 2000 count with a 2 in front.
bool BeNn(std::string_view value) {
  const Compact compact(value);
  const std::string_view nn = compact.text();
  if (!Digits(nn, 11)) return false;
  const int month = Number(nn, 2, 2), day = Number(nn, 4, 2);
  if (month > 52 || month % 20 > 12 || day > 31 || Number(nn, 6, 3) == 0) return false;
  if (month % 20 != 0 && day != 0 && !ShortDate(Number(nn, 0, 2), month % 20, day)) return false;
  const int check = Number(nn, 9, 2), remainder = Remainder(nn.substr(0, 9), 97);
  const bool before_2000 = check == 97 - remainder;
  const int since_remainder = Number(nn, 0, 9) % 97;
  // 2,000,000,000 leaves 68.
  static_assert(2'000'000'000LL % 97 == 68);
  return before_2000 || check == 97 - (since_remainder + 68) % 97;
}

bool AtSvnr(std::string_view value) {
  const Compact compact(value);
  const std::string_view number = compact.text();
  if (!Digits(number, 10) || number[0] == '0') return false;
  // Where a day has more people than numbers, months 13 to 15 are used.
  const int month = Number(number, 6, 2);
  return ShortDate(Number(number, 8, 2), month > 12 && month < 16 ? 1 : month,
                   Number(number, 4, 2)) &&
         WeightedSum(number, {3, 7, 9, 0, 5, 8, 4, 2, 1, 6}) % 11 == Digit(number[3]);
}

// 756 for Switzerland in ISO 3166-1, and the check digit of an EAN-13.
bool ChAhv(std::string_view value) {
  const Compact compact(value);
  const std::string_view number = compact.text();
  return Digits(number, 13) && number.substr(0, 3) == "756" &&
         WeightedSum(number, {1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1}) % 10 == 0;
}

// --- the Nordic countries --------------------------------------------------

// DDMMYY, a sign for the century, a number, and the remainder of the nine digits by 31.
bool FiHetu(std::string_view value) {
  if (value.size() != 11 || !AllDigits(value.substr(0, 6)) || !AllDigits(value.substr(7, 3)))
    return false;
  if (!Has("+-ABCDEFUVWXY", Upper(value[6])) || Number(value, 7, 3) < 2) return false;
  if (!ShortDate(Number(value, 4, 2), Number(value, 2, 2), Number(value, 0, 2))) return false;
  const int number = Number(value, 0, 6) * 1000 + Number(value, 7, 3);
  return Upper(value[10]) == "0123456789ABCDEFHJKLMNPRSTUVWXY"[number % 31];
}

// YYMMDD or YYYYMMDD (days + 60 for coordination numbers), and a Luhn digit over the last ten.
bool SePersonnummer(std::string_view value) {
  // A plus sign marks those above a hundred.
  char text[16];
  if (value.size() > sizeof(text)) return false;
  std::replace_copy(value.begin(), value.end(), text, '+', '-');
  const Compact compact({text, value.size()});
  std::string_view number = compact.text();
  if (!AllDigits(number)) return false;
  if (number.size() == 12) {
    if (!InList("18 19 20 ", number.substr(0, 2))) return false;
    number.remove_prefix(2);
  }
  if (number.size() != 10) return false;
  const int day = Number(number, 4, 2);
  return ShortDate(Number(number, 0, 2), Number(number, 2, 2), day > 60 ? day - 60 : day) &&
         Luhn(number) && number.substr(6) != "0000";
}

// DDMMYY (days + 40 for D numbers, months + 40 or + 80 for made-up people), and two check digits.
bool NoFnr(std::string_view value) {
  const Compact compact(value);
  const std::string_view fnr = compact.text();
  if (!Digits(fnr, 11)) return false;
  const int day = Number(fnr, 0, 2), month = Number(fnr, 2, 2);
  return ShortDate(Number(fnr, 4, 2), month > 40 ? month % 40 : month, day > 40 ? day - 40 : day) &&
         WeightedSum(fnr, {3, 7, 6, 1, 8, 9, 4, 5, 2, 1}) % 11 == 0 &&
         WeightedSum(fnr, {5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1}) % 11 == 0;
}

bool DkCprDate(std::string_view value) {
  const Compact compact(value);
  const std::string_view cpr = compact.text();
  return Digits(cpr, 10) && !AllSame(cpr) &&
         ShortDate(Number(cpr, 4, 2), Number(cpr, 2, 2), Number(cpr, 0, 2));
}
// Numbers given out since 2007 need not satisfy the check.
bool DkCpr(std::string_view value) {
  const Compact compact(value);
  return DkCprDate(value) && WeightedSum(compact.text(), {4, 3, 2, 7, 6, 5, 4, 3, 2, 1}) % 11 == 0;
}

// --- the Baltic states, Poland, Czechia, the Balkans, Greece, Turkey -------

// A digit for sex and century, YYMMDD, a number, and a check digit with a second chance.
bool BalticCode(std::string_view value) {
  const Compact compact(value);
  const std::string_view code = compact.text();
  if (!Digits(code, 11) || code[0] == '0' || code[0] == '9') return false;
  const int century = 1800 + (Digit(code[0]) - 1) / 2 * 100;
  if (!Date(century + Number(code, 1, 2), Number(code, 3, 2), Number(code, 5, 2))) return false;
  int check = WeightedSum(code, {1, 2, 3, 4, 5, 6, 7, 8, 9, 1}) % 11;
  if (check == 10) check = WeightedSum(code, {3, 4, 5, 6, 7, 8, 9, 1, 2, 3}) % 11 % 10;
  return check == Digit(code[10]);
}

// DDMMYY, a century, a number and a check digit; since 2017 32 and nine digits at random.
bool LvPk(std::string_view value) {
  const Compact compact(value);
  const std::string_view code = compact.text();
  if (!Digits(code, 11)) return false;
  if (code.substr(0, 2) == "32") return !AllSame(code.substr(2));
  return ShortDate(Number(code, 4, 2), Number(code, 2, 2), Number(code, 0, 2)) &&
         (1 + WeightedSum(code, {10, 5, 8, 4, 2, 1, 6, 3, 7, 9})) % 11 % 10 == Digit(code[10]);
}

// Act on the population register: months + 80, 0, 20, 40 or 60 for the centuries from 1800.
bool PlPesel(std::string_view value) {
  const Compact compact(value);
  const std::string_view pesel = compact.text();
  if (!Digits(pesel, 11)) return false;
  const int month = Number(pesel, 2, 2);
  static constexpr int kCentury[] = {1900, 2000, 2100, 2200, 1800};
  if (month / 20 == 2 || month / 20 == 3) return false;  // not born yet
  return Date(kCentury[month / 20] + Number(pesel, 0, 2), month % 20, Number(pesel, 4, 2)) &&
         WeightedSum(pesel, {1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1}) % 10 == 0;
}

// YYMMDD (women's months + 50; + 20 where numbers ran out), and a number that makes the whole a
// multiple of 11. Until 1953 there was no check digit.
bool CzRc(std::string_view value) {
  const Compact compact(value);
  const std::string_view rc = compact.text();
  if (!AllDigits(rc) || (rc.size() != 9 && rc.size() != 10)) return false;
  int month = Number(rc, 2, 2) % 50;
  const int year = Number(rc, 0, 2);
  if (month > 20) {
    // Only since 2004, on days with more births than numbers.
    if (rc.size() == 9 || year < 4 || year > 53) return false;
    month -= 20;
  }
  if (rc.size() == 9) return year <= 53 && Date(1900 + year, month, Number(rc, 4, 2));
  if (!Date(year + (year < 54 ? 2000 : 1900), month, Number(rc, 4, 2))) return false;
  const int remainder = Remainder(rc.substr(0, 9), 11) % 10;
  return remainder == Digit(rc[9]);
}

// Sex and century, YYMMDD, county, number, check digit.
bool RoCnp(std::string_view value) {
  const Compact compact(value);
  const std::string_view cnp = compact.text();
  if (!Digits(cnp, 13) || cnp[0] == '0') return false;
  static constexpr int kCentury[] = {1900, 1900, 1800, 1800, 2000, 2000, 1900, 1900, 1900};
  const int county = Number(cnp, 7, 2);
  const int check = WeightedSum(cnp, {2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9}) % 11;
  return Date(kCentury[Digit(cnp[0]) - 1] + Number(cnp, 1, 2), Number(cnp, 3, 2),
              Number(cnp, 5, 2)) &&
         ((county >= 1 && county <= 48) || county == 51 || county == 52 || county == 70 ||
          (county >= 80 && county <= 83)) &&
         Digit(cnp[12]) == (check == 10 ? 1 : check);
}

// YYMMDD, months + 20 for the 19th and + 40 for the 21st century.
bool BgEgn(std::string_view value) {
  const Compact compact(value);
  const std::string_view egn = compact.text();
  if (!Digits(egn, 10)) return false;
  int month = Number(egn, 2, 2);
  const int century = month > 40 ? 2000 : month > 20 ? 1800 : 1900;
  month -= month > 40 ? 40 : month > 20 ? 20 : 0;
  return Date(century + Number(egn, 0, 2), month, Number(egn, 4, 2)) &&
         WeightedSum(egn, {2, 4, 8, 5, 10, 9, 7, 3, 6}) % 11 % 10 == Digit(egn[9]);
}

bool HrOib(std::string_view value) {
  const Compact compact(value);
  return Digits(compact.text(), 11) && !AllSame(compact.text()) && Mod11And10(compact.text());
}

bool GrAmka(std::string_view value) {
  const Compact compact(value);
  const std::string_view amka = compact.text();
  return Digits(amka, 11) && Luhn(amka) &&
         ShortDate(Number(amka, 4, 2), Number(amka, 2, 2), Number(amka, 0, 2));
}

bool TrTckn(std::string_view value) {
  const Compact compact(value);
  const std::string_view number = compact.text();
  if (!Digits(number, 11) || number[0] == '0' || AllSame(number)) return false;
  const int tenth = WeightedSum(number, {7, -1, 7, -1, 7, -1, 7, -1, 7}) % 10;
  int sum = 0;
  for (char c : number.substr(0, 10)) sum += Digit(c);
  return (tenth + 10) % 10 == Digit(number[9]) && sum % 10 == Digit(number[10]);
}

// --- India -----------------------------------------------------------------

bool InAadhaar(std::string_view value) {
  const Compact compact(value);
  const std::string_view number = compact.text();
  if (!Digits(number, 12) || number[0] < '2' || !Verhoeff(number)) return false;
  return !std::equal(number.begin(), number.end(), number.rbegin());  // UIDAI: no palindromes
}

// Income Tax Rules, 114: the fourth letter tells the kind of holder.
bool InPan(std::string_view value) {
  const Compact compact(value);
  const std::string_view pan = compact.text();
  return Shape(pan, "AAAAA9999A") && Has("ABCFGHJKLPT", pan[3]) && pan.substr(5, 4) != "0000";
}

// State, PAN, number of the registration, Z, and a Luhn digit modulo 36.
bool InGstinShape(std::string_view value) {
  const Compact compact(value);
  const std::string_view gstin = compact.text();
  if (!Shape(gstin, "99AAAAA9999AXXX") || gstin[12] == '0') return false;
  const int state = Number(gstin, 0, 2);
  return (state >= 1 && state <= 38) || state == 97 || state == 99;
}
bool InGstin(std::string_view value) {
  const Compact compact(value);
  const std::string_view gstin = compact.text();
  if (!InGstinShape(value) || !InPan(gstin.substr(2, 10)) || gstin[13] != 'Z') return false;
  int sum = 0;
  for (size_t i = 0; i < 15; ++i) {
    const int product = Base36(gstin[i]) * (i % 2 == 0 ? 1 : 2);
    sum += product / 36 + product % 36;
  }
  return sum % 36 == 0;
}

// Election Commission: three letters of the district and seven digits, the last a Luhn digit.
bool InVoter(std::string_view value) {
  const Compact compact(value);
  return Shape(compact.text(), "AAA9999999") && Luhn(compact.text().substr(3));
}

bool InPassport(std::string_view value) {
  const Compact compact(value);
  return Shape(compact.text(), "A9999999") && compact.text().substr(1) != "0000000";
}

// Central Motor Vehicles Rules, rule 50: state, district, series, number; or the Bharat series.
bool InVehicle(std::string_view value) {
  static constexpr std::string_view kStates =
      "AN AP AR AS BR CG CH DD DL DN GA GJ HP HR JH JK KA KL LA LD MH ML MN MP MZ NL OD OR PB PY "
      "RJ SK "
      "TG TN TR TS UA UK UP WB ";
  const Compact compact(value);
  const std::string_view plate = compact.text();
  if (plate.size() < 6 || plate.size() > 11) return false;
  if (Shape(plate.substr(0, 8), "99BH9999") && plate.size() > 8) return !HasDigit(plate.substr(8));
  return IsDigit(plate[2]) && IsDigit(plate.back()) && InList(kStates, plate.substr(0, 2));
}

// --- Asia ------------------------------------------------------------------

// GB 11643-1999: place, date of birth, number, and ISO 7064 MOD 11-2; the older form of 15 digits
// has neither century nor check digit.
bool CnRic(std::string_view value) {
  const Compact compact(value);
  const std::string_view id = compact.text();
  if (id.size() != 18 && id.size() != 15) return false;
  if (!AllDigits(id.substr(0, id.size() - 1)) || !(IsDigit(id.back()) || id.back() == 'X'))
    return false;
  const int province = Number(id, 0, 2);
  if (!InList(
          "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 "
          "64 65 71 81 82 83 91 ",
          id.substr(0, 2)) ||
      province == 0) {
    return false;
  }
  if (id.size() == 15) {
    return IsDigit(id.back()) && Date(1900 + Number(id, 6, 2), Number(id, 8, 2), Number(id, 10, 2));
  }
  if (!BirthYear(Number(id, 6, 4)) ||
      !Date(Number(id, 6, 4), Number(id, 10, 2), Number(id, 12, 2))) {
    return false;
  }
  const int sum = WeightedSum(id, {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2});
  return id.back() == "10X98765432"[sum % 11];
}

bool HkHkid(std::string_view value) {
  const Compact compact(value);
  std::string_view id = compact.text();
  if (id.size() < 8 || id.size() > 9) return false;
  const size_t letters = id.size() - 7;
  if (!IsUpper(id[0]) || !IsUpper(id[letters - 1]) || !AllDigits(id.substr(letters, 6)))
    return false;
  if (!IsDigit(id.back()) && id.back() != 'A') return false;
  // A single letter has a space in front, which counts 36.
  int sum = letters == 1 ? 9 * 36 + 8 * Base36(id[0]) : 9 * Base36(id[0]) + 8 * Base36(id[1]);
  sum += WeightedSum(id.substr(letters), {7, 6, 5, 4, 3, 2}) + Base36(id.back());
  return sum % 11 == 0;
}

// Residents (second digit 1 or 2) and, since 2021, foreigners (8 or 9).
bool TwId(std::string_view value) {
  const Compact compact(value);
  const std::string_view id = compact.text();
  if (!Shape(id, "A999999999") || !Has("1289", id[1])) return false;
  const int place = 10 + IndexIn("ABCDEFGHJKLMNPQRSTUVXYWZIO", id[0]);
  const int sum =
      place / 10 + 9 * (place % 10) + WeightedSum(id.substr(1), {8, 7, 6, 5, 4, 3, 2, 1, 1});
  return sum % 10 == 0;
}

// Ministry of Internal Affairs, ordinance 85 of 2014, article 5.
bool JpMyNumber(std::string_view value) {
  const Compact compact(value);
  const std::string_view number = compact.text();
  if (!Digits(number, 12) || AllSame(number)) return false;
  const int remainder = WeightedSum(number, {6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2}) % 11;
  return Digit(number[11]) == (remainder <= 1 ? 0 : 11 - remainder);
}

// Date of birth, then a digit for sex and century (5 to 8 for foreigners).
bool KrRrnDate(std::string_view value) {
  const Compact compact(value);
  const std::string_view rrn = compact.text();
  // 9 and 0 stand for those born before 1900.
  if (!Digits(rrn, 13) || rrn[6] == '9' || rrn[6] == '0') return false;
  static constexpr int kCentury[] = {1900, 1900, 2000, 2000};
  return Date(kCentury[(Digit(rrn[6]) - 1) % 4] + Number(rrn, 0, 2), Number(rrn, 2, 2),
              Number(rrn, 4, 2));
}
// Numbers given out since October 2020 need not satisfy the check.
bool KrRrn(std::string_view value) {
  const Compact compact(value);
  const std::string_view rrn = compact.text();
  if (!KrRrnDate(value)) return false;
  const int sum = WeightedSum(rrn, {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5});
  const bool foreigner = rrn[6] >= '5' && rrn[6] <= '8';
  return Digit(rrn[12]) == ((foreigner ? 13 : 11) - sum % 11) % 10 ||
         (foreigner && Digit(rrn[12]) == (11 - sum % 11) % 10);
}

// S and T for residents, F, G and M for foreigners.
bool SgNric(std::string_view value) {
  const Compact compact(value);
  const std::string_view nric = compact.text();
  if (!Shape(nric, "A9999999A")) return false;
  int sum = WeightedSum(nric.substr(1), {2, 7, 6, 5, 4, 3, 2});
  switch (nric[0]) {
    case 'T':
      sum += 4;
      [[fallthrough]];
    case 'S':
      return nric[8] == "JZIHGFEDCBA"[sum % 11];
    case 'G':
      sum += 4;
      [[fallthrough]];
    case 'F':
      return nric[8] == "XWUTRQPNMLK"[sum % 11];
    case 'M':
      return nric[8] == "XWUTRQPNJLK"[(sum + 3) % 11];
    default:
      return false;
  }
}

// YYMMDD, place of birth, number.
bool MyNric(std::string_view value) {
  const Compact compact(value);
  const std::string_view nric = compact.text();
  if (!Digits(nric, 12)) return false;
  const int place = Number(nric, 6, 2);
  const bool known = (place >= 1 && place <= 16) || (place >= 21 && place <= 59) ||
                     (place >= 60 && place <= 68) || place == 71 || place == 72 ||
                     (place >= 74 && place <= 79) || (place >= 82 && place <= 93) || place >= 98;
  return known && ShortDate(Number(nric, 0, 2), Number(nric, 2, 2), Number(nric, 4, 2));
}

// Kind of person, province, district, book, number, check digit.
bool ThTin(std::string_view value) {
  const Compact compact(value);
  const std::string_view id = compact.text();
  if (!Digits(id, 13) || id[0] == '0' || AllSame(id)) return false;
  const int province = Number(id, 1, 2);
  const bool unused = province < 10 || province == 28 || province == 29 || province == 59 ||
                      province == 68 || province == 69 || province == 78 || province == 79 ||
                      (province >= 87 && province <= 89);
  const int sum = WeightedSum(id, {13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2});
  return !unused && Digit(id[12]) == (11 - sum % 11) % 10;
}

// Province, regency, district, DDMMYY (women's days + 40), number.
bool IdNik(std::string_view value) {
  const Compact compact(value);
  const std::string_view nik = compact.text();
  if (!Digits(nik, 16) || nik.substr(12) == "0000") return false;
  const int day = Number(nik, 6, 2);
  return InList(
             "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 61 62 63 64 65 71 72 73 74 "
             "75 76 81 82 91 92 93 94 95 96 97 ",
             nik.substr(0, 2)) &&
         nik.substr(2, 2) != "00" && nik.substr(4, 2) != "00" &&
         ShortDate(Number(nik, 10, 2), Number(nik, 8, 2), day > 40 ? day - 40 : day);
}

// Province and its divisions, family, sex.
bool PkCnic(std::string_view value) {
  const Compact compact(value);
  const std::string_view cnic = compact.text();
  return Digits(cnic, 13) && cnic[0] >= '1' && cnic[0] <= '7' && cnic[12] != '0' && !AllSame(cnic);
}

// Year, day of the year (women + 500), number; nine digits and a letter until 2016, then twelve.
bool LkNic(std::string_view value) {
  const Compact compact(value);
  const std::string_view nic = compact.text();
  int day = 0;
  if (Shape(nic, "999999999A")) {
    if ((nic[9] != 'V' && nic[9] != 'X') || nic[0] == '0') return false;
    day = Number(nic, 2, 3);
  } else if (Digits(nic, 12)) {
    if (!BirthYear(Number(nic, 0, 4))) return false;
    day = Number(nic, 4, 3);
  } else {
    return false;
  }
  return day % 500 >= 1 && day % 500 <= 366 && day < 900;
}

// Circular 59/2021/TT-BCA: province or country, sex and century, year, number.
bool VnCccd(std::string_view value) {
  const Compact compact(value);
  const std::string_view id = compact.text();
  if (!Digits(id, 12) || AllSame(id.substr(6))) return false;
  const int province = Number(id, 0, 3);
  return province >= 1 && province <= 96 && id[3] <= '3';
}

bool PhUmid(std::string_view value) {
  const Compact compact(value);
  return Digits(compact.text(), 12) && !AllSame(compact.text());
}

// 784 for the Emirates in ISO 3166-1, year of birth, number, Luhn digit.
bool AeEid(std::string_view value) {
  const Compact compact(value);
  const std::string_view id = compact.text();
  return Digits(id, 15) && id.substr(0, 3) == "784" && BirthYear(Number(id, 3, 4)) && Luhn(id);
}

bool SaNid(std::string_view value) {
  const Compact compact(value);
  const std::string_view id = compact.text();
  return Digits(id, 10) && (id[0] == '1' || id[0] == '2') && Luhn(id);
}

bool IlId(std::string_view value) {
  const Compact compact(value);
  const std::string_view id = compact.text();
  return id.size() >= 8 && id.size() <= 9 && AllDigits(id) && !AllSame(id) && Luhn(id);
}

// --- Oceania ---------------------------------------------------------------

bool AuTfn(std::string_view value) {
  const Compact compact(value);
  const std::string_view tfn = compact.text();
  if (!AllDigits(tfn) || tfn.empty() || AllSame(tfn)) return false;
  if (tfn.size() == 8) return WeightedSum(tfn, {10, 7, 8, 4, 6, 3, 5, 1}) % 11 == 0;
  return tfn.size() == 9 && WeightedSum(tfn, {1, 4, 3, 7, 5, 8, 6, 9, 10}) % 11 == 0;
}

// Australian Business Register: 1 is taken from the first digit.
bool AuAbn(std::string_view value) {
  const Compact compact(value);
  const std::string_view abn = compact.text();
  return Digits(abn, 11) && abn[0] != '0' &&
         (WeightedSum(abn, {10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19}) - 10) % 89 == 0;
}

bool AuAcn(std::string_view value) {
  const Compact compact(value);
  const std::string_view acn = compact.text();
  return Digits(acn, 9) && !AllSame(acn) && WeightedSum(acn, {8, 7, 6, 5, 4, 3, 2, 1, 1}) % 10 == 0;
}

// Card number with a check digit in ninth place; then the issue and the person on the card.
bool AuMedicare(std::string_view value) {
  const Compact compact(value);
  const std::string_view number = compact.text();
  if (number.size() < 9 || number.size() > 11 || !AllDigits(number)) return false;
  return number[0] >= '2' && number[0] <= '6' &&
         !(number.size() > 9 && number[9] == '0' && number.size() == 10) &&
         WeightedSum(number, {1, 3, 7, 9, 1, 3, 7, 9}) % 10 == Digit(number[8]);
}

// Inland Revenue, Resident withholding tax specification: two sets of weights, range 10 to 150
// million.
bool NzIrd(std::string_view value) {
  const Compact compact(value);
  const std::string_view number = compact.text();
  if (number.size() < 8 || number.size() > 9 || !AllDigits(number)) return false;
  char padded[9] = {'0'};
  std::copy(number.begin(), number.end(), padded + 9 - number.size());
  const std::string_view ird(padded, 9);
  const int whole = Number(ird, 0, 9);
  if (whole < 10'000'000 || whole > 200'000'000) return false;
  int check = (11 - WeightedSum(ird, {3, 2, 7, 6, 5, 4, 3, 2}) % 11) % 11;
  if (check == 10) check = (11 - WeightedSum(ird, {7, 4, 3, 2, 5, 2, 7, 6}) % 11) % 11;
  return check == Digit(ird[8]);
}

// HISO 10046:2023: three letters and four digits (modulus 11), or since 2026 a letter in sixth and
// a check letter in last place (modulus 23). I and O are not used.
bool NzNhi(std::string_view value) {
  const Compact compact(value);
  const std::string_view nhi = compact.text();
  if (!Shape(nhi, "AAA99XX")) return false;
  static constexpr std::string_view kLetters = "?ABCDEFGHJKLMNPQRSTUVWXYZ";
  int sum = 0;
  for (size_t i = 0; i < 6; ++i) {
    const int number = IsDigit(nhi[i]) ? Digit(nhi[i]) : IndexIn(kLetters, nhi[i]);
    if (number < 0) return false;
    sum += number * (7 - static_cast<int>(i));
  }
  if (IsDigit(nhi[5])) {
    const int check = 11 - sum % 11;
    return IsDigit(nhi[6]) && check != 11 && check % 10 == Digit(nhi[6]);
  }
  return nhi[6] == kLetters[static_cast<size_t>(23 - sum % 23)];
}

// --- Latin America ---------------------------------------------------------

// Receita Federal: two check digits, each 11 less the remainder, 10 and 11 becoming 0.
int BrazilianCheck(int sum) { return sum % 11 < 2 ? 0 : 11 - sum % 11; }
bool BrCpf(std::string_view value) {
  const Compact compact(value);
  const std::string_view cpf = compact.text();
  return Digits(cpf, 11) && !AllSame(cpf) &&
         BrazilianCheck(WeightedSum(cpf, {10, 9, 8, 7, 6, 5, 4, 3, 2})) == Digit(cpf[9]) &&
         BrazilianCheck(WeightedSum(cpf, {11, 10, 9, 8, 7, 6, 5, 4, 3, 2})) == Digit(cpf[10]);
}
// Since July 2026 the first twelve may be letters, which count as their ASCII code less 48.
bool BrCnpj(std::string_view value) {
  const Compact compact(value);
  const std::string_view cnpj = compact.text();
  if (cnpj.size() != 14 || !AllDigits(cnpj.substr(12)) || AllSame(cnpj)) return false;
  return BrazilianCheck(WeightedSum(cnpj, {5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2})) ==
             Digit(cnpj[12]) &&
         BrazilianCheck(WeightedSum(cnpj, {6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2})) ==
             Digit(cnpj[13]);
}

// Names, date of birth, sex, state, consonants, a character for the century, a check digit.
bool MxCurp(std::string_view value) {
  const Compact compact(value);
  const std::string_view curp = compact.text();
  if (!Shape(curp, "AAAA999999AAAAAAX9") || !Has("HMX", curp[10])) return false;
  if (!InList("AS BC BS CC CL CM CS CH DF DG GT GR HG JC MC MN MS NT NL OC PL QT QR SP SL SR TC TS "
              "TL VZ "
              "YN ZS NE ",
              curp.substr(11, 2))) {
    return false;
  }
  const int century = IsDigit(curp[16]) ? 1900 : 2000;
  if (!Date(century + Number(curp, 4, 2), Number(curp, 6, 2), Number(curp, 8, 2))) return false;
  int sum = 0;
  for (size_t i = 0; i < 17; ++i) {
    // Between N and O stands an N with a tilde, which moves the letters after it by one.
    const int number = Base36(curp[i]) + (curp[i] > 'N' ? 1 : 0);
    sum += number * (18 - static_cast<int>(i));
  }
  return Digit(curp[17]) == (10 - sum % 10) % 10;
}

// Four letters for a person or three for a company, a date, and three characters. Older codes do
// not satisfy the published check, so the last one is not held to it.
bool MxRfc(std::string_view value) {
  char text[16];
  if (value.size() > 20) return false;
  size_t size = 0;
  for (size_t i = 0; i < value.size(); ++i) {
    if (Has(" -", value[i])) continue;
    if (size == sizeof(text)) return false;
    // Ampersand and N with tilde are letters here.
    if (value[i] == '&') {
      text[size++] = 'N';
    } else if (value.substr(i, 2) == "\xC3\x91" || value.substr(i, 2) == "\xC3\xB1") {
      text[size++] = 'N';
      ++i;
    } else {
      text[size++] = Upper(value[i]);
    }
  }
  const std::string_view rfc(text, size);
  if (!Shape(rfc, "AAAA999999XXX") && !Shape(rfc, "AAA999999XXX") && !Shape(rfc, "AAAA999999"))
    return false;
  if (!IsDigit(rfc.back()) && rfc.back() != 'A') return false;
  const size_t date = rfc.size() == 12 ? 3 : 4;
  // SAT, annex: names that would spell these get another letter.
  static constexpr std::string_view kForbidden =
      "BUEI BUEY CACA CACO CAGA CAGO CAKA CAKO COGE COGI COJA COJE COJI COJO CULO FETO GUEI GUEY "
      "JOTO "
      "KACA KACO KAGA KAGO KAKA KOGE KOGI KOJO KULO MAME MAMO MEAR MEAS MEON MION MOCO MULA PEDA "
      "PEDO "
      "PENE PUTA PUTO QULO RATA RUIN ";
  if (date == 4 && InList(kForbidden, rfc.substr(0, 4))) return false;
  return ShortDate(Number(rfc, date, 2), Number(rfc, date + 2, 2), Number(rfc, date + 4, 2));
}

bool ArCuit(std::string_view value) {
  const Compact compact(value);
  const std::string_view cuit = compact.text();
  if (!Digits(cuit, 11)) return false;
  if (!InList("20 23 24 25 26 27 30 33 34 50 51 55 ", cuit.substr(0, 2))) return false;
  const int check = 11 - WeightedSum(cuit, {5, 4, 3, 2, 7, 6, 5, 4, 3, 2}) % 11;
  return Digit(cuit[10]) == (check == 11 ? 0 : check == 10 ? 9 : check);
}

bool ClRut(std::string_view value) {
  const Compact compact(value);
  std::string_view rut = compact.text();
  if (rut.substr(0, 2) == "CL") rut.remove_prefix(2);
  if (rut.size() < 7 || rut.size() > 9 || !AllDigits(rut.substr(0, rut.size() - 1))) return false;
  int sum = 0;
  for (size_t i = 1; i < rut.size(); ++i) {
    sum += Digit(rut[rut.size() - 1 - i]) * (2 + static_cast<int>(i - 1) % 6);
  }
  return rut.back() == "0K987654321"[sum % 11] && !AllSame(rut);
}

bool CoNit(std::string_view value) {
  const Compact compact(value);
  const std::string_view nit = compact.text();
  if (nit.size() < 8 || nit.size() > 11 || !AllDigits(nit)) return false;
  static constexpr int kPrimes[] = {3, 7, 13, 17, 19, 23, 29, 37, 41, 43};
  int sum = 0;
  for (size_t i = 1; i < nit.size(); ++i) sum += kPrimes[i - 1] * Digit(nit[nit.size() - 1 - i]);
  return nit.back() == "01987654321"[sum % 11];
}

// Eight digits, and the check digit or letter that is printed apart.
bool PeDni(std::string_view value) {
  const Compact compact(value);
  const std::string_view dni = compact.text();
  if (dni.size() != 9 || !AllDigits(dni.substr(0, 8))) return false;
  const size_t remainder = static_cast<size_t>(WeightedSum(dni, {3, 2, 7, 6, 5, 4, 3, 2}) % 11);
  return dni[8] == "65432110987"[remainder] || dni[8] == "KJIHGFEDCBA"[remainder];
}

bool EcCi(std::string_view value) {
  const Compact compact(value);
  const std::string_view ci = compact.text();
  if (!Digits(ci, 10) || ci[2] > '6') return false;
  const int province = Number(ci, 0, 2);
  return ((province >= 1 && province <= 24) || province == 30 || province == 50) && Luhn(ci);
}

bool UyCi(std::string_view value) {
  const Compact compact(value);
  const std::string_view number = compact.text();
  if (number.size() < 7 || number.size() > 8 || !AllDigits(number) || AllSame(number)) return false;
  char padded[8] = {'0'};
  std::copy(number.begin(), number.end(), padded + 8 - number.size());
  return WeightedSum({padded, 8}, {2, 9, 8, 7, 6, 3, 4, 1}) % 10 == 0;
}

// --- Africa ----------------------------------------------------------------

// YYMMDD, number, citizenship (0 born, 1 resident, 2 refugee), a digit, Luhn digit.
bool ZaId(std::string_view value) {
  const Compact compact(value);
  const std::string_view id = compact.text();
  return Digits(id, 13) && id[10] <= '2' && Luhn(id) && !AllSame(id) &&
         ShortDate(Number(id, 0, 2), Number(id, 2, 2), Number(id, 4, 2));
}

// Eleven digits, the last a Verhoeff digit.
bool NgNin(std::string_view value) {
  const Compact compact(value);
  return Digits(compact.text(), 11) && !AllSame(compact.text()) && Verhoeff(compact.text());
}

// Century, YYMMDD, governorate, number, check digit (its scheme is not published).
bool EgNid(std::string_view value) {
  const Compact compact(value);
  const std::string_view id = compact.text();
  if (!Digits(id, 14) || (id[0] != '2' && id[0] != '3')) return false;
  const int place = Number(id, 7, 2);
  return ((place >= 1 && place <= 4) || (place >= 11 && place <= 19) ||
          (place >= 21 && place <= 29) || (place >= 31 && place <= 35) || place == 88) &&
         Date((id[0] == '2' ? 1900 : 2000) + Number(id, 1, 2), Number(id, 3, 2), Number(id, 5, 2));
}

// Ghana Card: country of ISO 3166-1 alpha-3, nine digits, one more; or the tax number it replaced,
// which has a check character.
bool GhPin(std::string_view value) {
  const Compact compact(value);
  const std::string_view pin = compact.text();
  if (Shape(pin, "AAA9999999999")) return true;
  if (!Shape(pin, "A00XXXXXXXX") || !Has("PCGQV", pin[0]) || !AllDigits(pin.substr(1, 9)))
    return false;
  const int check = WeightedSum(pin.substr(1), {1, 2, 3, 4, 5, 6, 7, 8, 9}) % 11;
  return pin[10] == "0123456789X"[check];
}

// --- further countries -----------------------------------------------------

// A letter as its place in the alphabet, in two digits, as German insurance numbers count it.
bool GermanWeightedSum(std::string_view number, std::initializer_list<int> weights) {
  int sum = 0;
  auto weight = weights.begin();
  const auto add = [&](int digit) {
    const int product = digit * *weight++;
    sum += product / 10 + product % 10;
  };
  for (char c : number.substr(0, number.size() - 1)) {
    if (IsDigit(c)) {
      add(Digit(c));
    } else {
      add((c - 'A' + 1) / 10);
      add((c - 'A' + 1) % 10);
    }
  }
  return sum % 10 == Digit(number.back());
}
bool DeKvnr(std::string_view value) {
  const Compact compact(value);
  return Shape(compact.text(), "A999999999") &&
         GermanWeightedSum(compact.text(), {1, 2, 1, 2, 1, 2, 1, 2, 1, 2});
}
// Region, day, month and year of birth, initial, number, check digit.
bool DeRvnr(std::string_view value) {
  const Compact compact(value);
  const std::string_view number = compact.text();
  return Shape(number, "99999999A999") &&
         ShortDate(Number(number, 6, 2), Number(number, 4, 2), Number(number, 2, 2)) &&
         GermanWeightedSum(number, {2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1});
}

bool DoCedula(std::string_view value) {
  const Compact compact(value);
  return Digits(compact.text(), 11) && !AllSame(compact.text()) && Luhn(compact.text());
}

// Province, number, and the remainder of both by 97.
bool EsNuss(std::string_view value) {
  const Compact compact(value);
  const std::string_view nuss = compact.text();
  if (!Digits(nuss, 12)) return false;
  const int province = Number(nuss, 0, 2), number = Number(nuss, 2, 8), check = Number(nuss, 10, 2);
  // A number below ten million is not padded before the remainder is taken.
  const int remainder = number < 10'000'000 ? (province * 10'000'000 + number) % 97
                                            : Remainder(nuss.substr(0, 10), 97);
  return province >= 1 && province <= 66 && remainder == check;
}

bool FrNif(std::string_view value) {
  const Compact compact(value);
  const std::string_view nif = compact.text();
  return Digits(nif, 13) && nif[0] <= '3' &&
         Remainder(nif.substr(0, 10), 511) == Number(nif, 10, 3);
}

bool HuTin(std::string_view value) {
  const Compact compact(value);
  const std::string_view tin = compact.text();
  return Digits(tin, 10) && tin[0] == '8' &&
         WeightedSum(tin, {1, 2, 3, 4, 5, 6, 7, 8, 9}) % 11 == Digit(tin[9]);
}

bool IrNid(std::string_view value) {
  const Compact compact(value);
  const std::string_view nid = compact.text();
  if (!Digits(nid, 10) || AllSame(nid) || nid.substr(0, 9) == "000000000") return false;
  const int remainder = WeightedSum(nid, {10, 9, 8, 7, 6, 5, 4, 3, 2}) % 11;
  return Digit(nid[9]) == (remainder < 2 ? remainder : 11 - remainder) &&
         !AllSame(nid.substr(0, 9));
}

// DDMMYY (days + 40 for companies), number, check digit, century.
bool IsKennitala(std::string_view value) {
  const Compact compact(value);
  const std::string_view number = compact.text();
  if (!Digits(number, 10) || (number[9] != '0' && number[9] < '8')) return false;
  const int day = Number(number, 0, 2);
  return ShortDate(Number(number, 4, 2), Number(number, 2, 2), day > 40 ? day - 40 : day) &&
         WeightedSum(number, {3, 2, 7, 6, 5, 4, 3, 2, 1}) % 11 == 0;
}

// The number of the former Yugoslavia, kept by its successors: DDMMYYY, region, number, check
// digit.
bool Jmbg(std::string_view value) {
  const Compact compact(value);
  const std::string_view jmbg = compact.text();
  if (!Digits(jmbg, 13)) return false;
  const int year = Number(jmbg, 4, 3);
  return Date(year + (year < 800 ? 2000 : 1000), Number(jmbg, 2, 2), Number(jmbg, 0, 2)) &&
         WeightedSum(jmbg, {7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1}) % 11 == 0;
}

bool KrBrn(std::string_view value) {
  const Compact compact(value);
  const std::string_view brn = compact.text();
  if (!Digits(brn, 10) || AllSame(brn)) return false;
  const int sum = WeightedSum(brn, {1, 3, 7, 1, 3, 7, 1, 3, 5}) + 5 * Digit(brn[8]) / 10;
  return (sum + Digit(brn[9])) % 10 == 0;
}

// YYYYMMDD, number, a Luhn digit and a Verhoeff digit, both over the first eleven.
bool LuNin(std::string_view value) {
  const Compact compact(value);
  const std::string_view nin = compact.text();
  if (!Digits(nin, 13) || !BirthYear(Number(nin, 0, 4))) return false;
  char with_verhoeff[12];
  std::copy(nin.begin(), nin.begin() + 11, with_verhoeff);
  with_verhoeff[11] = nin[12];
  return Date(Number(nin, 0, 4), Number(nin, 4, 2), Number(nin, 6, 2)) && Luhn(nin.substr(0, 12)) &&
         Verhoeff({with_verhoeff, 12});
}

// Initial of the surname, DDMMYY, number, check character modulo 17.
bool MuNid(std::string_view value) {
  const Compact compact(value);
  const std::string_view nid = compact.text();
  if (!Shape(nid, "A999999999999X")) return false;
  int sum = 0;
  for (size_t i = 0; i < 13; ++i) sum += (14 - static_cast<int>(i)) * Base36(nid[i]);
  return ShortDate(Number(nid, 5, 2), Number(nid, 3, 2), Number(nid, 1, 2)) &&
         Base36(nid[13]) == (17 - sum % 17) % 17;
}

// Twelve digits for a person, ten for a company.
bool RuInn(std::string_view value) {
  const Compact compact(value);
  const std::string_view inn = compact.text();
  if (!AllDigits(inn) || inn.empty() || AllSame(inn)) return false;
  if (inn.size() == 10) {
    return WeightedSum(inn, {2, 4, 10, 3, 5, 9, 4, 6, 8}) % 11 % 10 == Digit(inn[9]);
  }
  return inn.size() == 12 &&
         WeightedSum(inn, {7, 2, 4, 10, 3, 5, 9, 4, 6, 8}) % 11 % 10 == Digit(inn[10]) &&
         WeightedSum(inn, {3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}) % 11 % 10 == Digit(inn[11]);
}
bool RuSnils(std::string_view value) {
  const Compact compact(value);
  const std::string_view snils = compact.text();
  return Digits(snils, 11) && !AllSame(snils) &&
         WeightedSum(snils, {9, 8, 7, 6, 5, 4, 3, 2, 1}) % 101 % 100 == Number(snils, 9, 2);
}

// Companies: the third digit tells them from people, whose months end at 12.
bool SeOrg(std::string_view value) {
  const Compact compact(value);
  const std::string_view number = compact.text();
  return Digits(number, 10) && number[2] >= '2' && Luhn(number);
}

bool UaRntrc(std::string_view value) {
  const Compact compact(value);
  const std::string_view number = compact.text();
  if (!Digits(number, 10) || AllSame(number)) return false;
  const int sum = WeightedSum(number, {-1, 5, 7, 9, 4, 6, 10, 5, 7});
  return (sum % 11 + 11) % 11 % 10 == Digit(number[9]);
}

// Format A: eight digits and a letter; B: the year, five digits and a letter; C: T, S or R, a year,
// the kind of entity, four digits and a letter.
bool SgUen(std::string_view value) {
  const Compact compact(value);
  const std::string_view uen = compact.text();
  if (Shape(uen, "99999999A")) {
    const int sum = WeightedSum(uen, {10, 4, 9, 3, 8, 2, 7, 1});
    return uen[8] == "XMKECAWLJDB"[sum % 11];
  }
  if (Shape(uen, "999999999A")) {
    const int year = Number(uen, 0, 4);
    const int sum = WeightedSum(uen, {10, 8, 6, 4, 9, 7, 5, 3, 1});
    return year >= 1800 && year < 2100 && uen[9] == "ZKCMDNERGWH"[sum % 11];
  }
  if (!Shape(uen, "A99AA9999A") || !Has("RST", uen[0])) return false;
  constexpr std::string_view kAlphabet = "ABCDEFGHJKLMNPQRSTUVWX0123456789";
  constexpr int kWeights[] = {4, 3, 5, 3, 10, 2, 2, 5, 7};
  int sum = -5;
  for (size_t i = 0; i < 9; ++i) {
    const int at = IndexIn(kAlphabet, uen[i]);
    if (at < 0) return false;
    sum += kWeights[i] * at;
  }
  return sum >= 0 && uen[9] == kAlphabet[static_cast<size_t>(sum % 11)];
}

// --- the table -------------------------------------------------------------

// Sorted by name, which a test holds.
constexpr Validator kValidators[] = {
    {"aba", Aba, 9, "ABA Routing Number Policy; check digit: 12 CFR 229 appendix A"},
    {"account_number", AccountNumber, 5, "ISO 20022, BBANIdentifier"},
    {"ae_eid", AeEid, 15, "Federal Authority for Identity, Emirates ID"},
    {"ar_cuit", ArCuit, 11, "AFIP RG 10/1997"},
    {"at_svnr", AtSvnr, 10, "ASVG section 30c; Dachverband der Sozialversicherungstraeger"},
    {"au_abn", AuAbn, 11, "Australian Business Register, Format of the ABN"},
    {"au_acn", AuAcn, 9, "ASIC, Australian Company Number digit check"},
    {"au_medicare", AuMedicare, 9, "Services Australia, Medicare card number"},
    {"au_tfn", AuTfn, 8, "Australian Taxation Office, TFN algorithm"},
    {"be_nn", BeNn, 11, "Royal Decree of 3 April 1984"},
    {"bg_egn", BgEgn, 10, "GRAO, Unified Civil Number"},
    {"bic", Bic, 0, "ISO 9362:2022"},
    {"br_cnpj", BrCnpj, 2, "Receita Federal IN 2119/2022 and IN 2229/2024"},
    {"br_cpf", BrCpf, 11, "Receita Federal IN 1548/2015"},
    {"btc", Btc, 0, "Bitcoin Base58Check; BIP 173; BIP 350"},
    {"ca_sin", CaSin, 9, "Service Canada, Social Insurance Number Code of Practice"},
    {"card_expiry", CardExpiry, 3, "ISO/IEC 7813:2006, 4.3"},
    {"ch_ahv", ChAhv, 13, "AHVV article 133bis; GS1 check digit"},
    {"cl_rut", ClRut, 6, "Decreto con fuerza de ley 3 of 1969"},
    {"cn_ric", CnRic, 15, "GB 11643-1999"},
    {"co_nit", CoNit, 8, "DIAN, Orden Administrativa 4 of 1989"},
    {"credit_card", CreditCard, 12, "ISO/IEC 7812-1:2017; card networks' published ranges"},
    {"cz_rc", CzRc, 9, "Act 133/2000 Coll."},
    {"de_id_card", DeIdCard, 1, "PAuswV; ICAO 9303-3, 4.9"},
    {"de_kvnr", DeKvnr, 9, "GKV-Spitzenverband, Krankenversichertennummer"},
    {"de_rvnr", DeRvnr, 11, "VKVV section 2"},
    {"de_steuer_id", DeSteuerId, 11, "BZSt, Pruefziffernberechnung; ISO 7064 MOD 11,10"},
    {"dk_cpr", DkCpr, 10, "CPR-kontoret, Personnummeret i CPR"},
    {"dk_cpr_date", DkCprDate, 10, "CPR-kontoret, Personnumre uden kontrolciffer"},
    {"do_cedula", DoCedula, 11, "Ley 659 of 1944; Junta Central Electoral"},
    {"doge", Doge, 0, "Dogecoin chain parameters; Base58Check"},
    {"ec_ci", EcCi, 10, "Registro Civil del Ecuador"},
    {"ee_ik", BalticCode, 11, "EVS 585:2007"},
    {"eg_nid", EgNid, 14, "Egyptian Civil Status Law 143 of 1994"},
    {"email", Email, 0, "RFC 5321; RFC 5322; RFC 6531"},
    {"es_nie", EsNie, 7, "Orden INT/2058/2008"},
    {"es_nif", EsNif, 7, "Real Decreto 1065/2007; Orden EHA/451/2008"},
    {"es_nuss", EsNuss, 12, "Seguridad Social, numero de afiliacion"},
    {"eth", Eth, 1, "Ethereum Yellow Paper; ERC-55"},
    {"fi_hetu", FiHetu, 9, "Digital and Population Data Services Agency; Act 661/2009"},
    {"fr_nif", FrNif, 13, "Direction generale des Finances publiques, numero SPI"},
    {"fr_nir", FrNir, 12, "Decret 82-103; INSEE"},
    {"gh_pin", GhPin, 9, "National Identification Authority Act 2008; Ghana Revenue Authority"},
    {"gr_amka", GrAmka, 11, "Law 3655/2008, article 153"},
    {"has_digit", HasDigit, 1, "Tacet"},
    {"hk_hkid", HkHkid, 6, "Immigration Department, HKID check digit"},
    {"hr_oib", HrOib, 11, "OIB Act NN 60/08; ISO 7064 MOD 11,10"},
    {"hu_tin", HuTin, 10, "Act 1996 XX, annex"},
    {"iban", Iban, 2, "ISO 13616-1:2020; SWIFT IBAN registry 101"},
    {"iccid", Iccid, 18, "ITU-T E.118, 4.1"},
    {"id_nik", IdNik, 16, "Permendagri 72/2022"},
    {"ie_pps", IePps, 7, "Social Welfare Consolidation Act 2005, section 262"},
    {"il_id", IlId, 8, "Israel, Population Registry Law 1965"},
    {"imei", Imei, 14, "3GPP TS 23.003, 6.2 and annex B"},
    {"imsi", Imsi, 14, "3GPP TS 23.003, 2.2; ITU-T E.212"},
    {"in_aadhaar", InAadhaar, 12, "UIDAI, Aadhaar (Enrolment and Update) Regulations"},
    {"in_gstin", InGstin, 2, "CGST Rules 2017, rule 10"},
    {"in_gstin_shape", InGstinShape, 2, "CGST Rules 2017, rule 10"},
    {"in_pan", InPan, 4, "Income-tax Rules 1962, rule 114"},
    {"in_passport", InPassport, 7, "Passport Seva; ICAO 9303-4"},
    {"in_vehicle", InVehicle, 3, "Central Motor Vehicles Rules 1989, rules 48 and 50"},
    {"in_voter", InVoter, 7, "Election Commission of India, EPIC"},
    {"ipv4", Ipv4, 4, "RFC 791; RFC 4632, 3.1"},
    {"ipv6", Ipv6, 0, "RFC 4291, 2.2 and 2.3; RFC 4007, 11"},
    {"ir_nid", IrNid, 10, "National Organization for Civil Registration"},
    {"is_kennitala", IsKennitala, 10, "Act 140/2019 on the National Register"},
    {"iso7064_mod97", ValidMod97, 0, "ISO/IEC 7064:2003 MOD 97-10"},
    {"it_fiscal_code", ItFiscalCode, 0, "DPR 605/1973; DM 23 December 1976"},
    {"it_vat_code", ItVatCode, 11, "DPR 633/1972, article 35"},
    {"jmbg", Jmbg, 13, "Law on the JMBG, 1976, and its successors"},
    {"jp_my_number", JpMyNumber, 12, "Ordinance 85 of 2014, Ministry of Internal Affairs"},
    {"jwt", Jwt, 0, "RFC 7519; RFC 7515, 3.1"},
    {"kr_brn", KrBrn, 10, "National Tax Service, business registration number"},
    {"kr_rrn", KrRrn, 13, "Resident Registration Act, enforcement rules"},
    {"kr_rrn_date", KrRrnDate, 13, "Resident Registration Act, rules of October 2020"},
    {"latlon", Latlon, 2, "ISO 6709:2022"},
    {"lk_nic", LkNic, 9, "Department for Registration of Persons"},
    {"lt_ak", BalticCode, 11, "Law on the Population Register I-2237"},
    {"ltc", Ltc, 0, "Litecoin chain parameters; Base58Check; BIP 173"},
    {"lu_nin", LuNin, 13, "Loi du 19 juin 2013 relative a l'identification"},
    {"luhn", ValidLuhn, 2, "ISO/IEC 7812-1:2017 annex B"},
    {"lv_pk", LvPk, 11, "Law on the Population Register"},
    {"mac", Mac, 0, "IEEE 802-2014, 8.2"},
    {"mixed_code", MixedCode, 1, "Tacet"},
    {"mu_nid", MuNid, 12, "National Identity Card Act 1985"},
    {"mx_curp", MxCurp, 7, "DOF 18 October 2021, Instructivo Normativo CURP"},
    {"mx_rfc", MxRfc, 6, "SAT, Codigo Fiscal de la Federacion, article 27"},
    {"my_nric", MyNric, 12, "National Registration Regulations 1990"},
    {"ng_nin", NgNin, 11, "National Identity Management Commission Act 2007"},
    {"nl_bsn", NlBsn, 7, "Wabb; RvIG, elfproef"},
    {"no_fnr", NoFnr, 11, "Folkeregisterforskriften 2-2-3"},
    {"not_repeated", NotRepeated, 2, "Tacet"},
    {"nz_ird", NzIrd, 8, "Inland Revenue, IRD number validation"},
    {"nz_nhi", NzNhi, 2, "HISO 10046:2023"},
    {"pe_dni", PeDni, 8, "RENIEC, Documento Nacional de Identidad"},
    {"ph_umid", PhUmid, 12, "Executive Order 420 of 2005"},
    {"pk_cnic", PkCnic, 13, "NADRA Ordinance 2000"},
    {"pl_pesel", PlPesel, 11, "Act on the population register of 24 September 2010"},
    {"pt_nif", PtNif, 9, "Decreto-Lei 14/2013"},
    {"ro_cnp", RoCnp, 13, "OUG 97/2005; Law 105/1996"},
    {"ru_inn", RuInn, 10, "Order of the Federal Tax Service ED-7-14/559"},
    {"ru_snils", RuSnils, 11, "Resolution of the Pension Fund 122p"},
    {"sa_nid", SaNid, 10, "Saudi Ministry of Interior, Absher"},
    {"se_org", SeOrg, 10, "Lag 1974:174"},
    {"se_personnummer", SePersonnummer, 10, "Folkbokforingslag 1991:481, section 18"},
    {"sg_nric", SgNric, 7, "National Registration Act 1965"},
    {"sg_uen", SgUen, 6, "ACRA, Unique Entity Number"},
    {"sol", Sol, 1, "Solana documentation, accounts"},
    {"th_tin", ThTin, 13, "Population Registration Act B.E. 2534"},
    {"tld", Tld, 0, "IANA root zone database; ISO 3166-1; RFC 2606"},
    {"tr_tckn", TrTckn, 11, "Nufus Hizmetleri Kanunu 5490, article 46"},
    {"trx", Trx, 0, "Tron documentation, account address"},
    {"tw_id", TwId, 9, "Ministry of the Interior, Household Registration Act"},
    {"ua_rntrc", UaRntrc, 10, "State Tax Service, RNOKPP"},
    {"uk_driver_license", UkDriverLicense, 6, "DVLA INF45, driver number"},
    {"uk_nhs", UkNhs, 10, "NHS Data Model and Dictionary, NHS NUMBER"},
    {"uk_nino", UkNino, 6, "HMRC NIM39110"},
    {"uk_utr", UkUtr, 10, "HMRC, Unique Taxpayer Reference modulus check"},
    {"upi", Upi, 0, "NPCI, UPI procedural guidelines; handles of banks and apps"},
    {"upi_shape", UpiShape, 0, "NPCI, UPI procedural guidelines"},
    {"us_ein", UsEin, 9, "IRS, How EINs are assigned and valid EIN prefixes"},
    {"us_itin", UsItin, 9, "IRS Publication 1915"},
    {"us_mbi", UsMbi, 4, "CMS, Understanding the MBI format"},
    {"us_npi", UsNpi, 10, "45 CFR 162.406"},
    {"us_ssn", UsSsn, 9, "SSA POMS RM 10201"},
    {"uy_ci", UyCi, 7, "DNIC, Ley 14.762"},
    {"verhoeff", ValidVerhoeff, 2, "J. Verhoeff, Error detecting decimal codes, 1969"},
    {"vin", Vin, 4, "ISO 3779:2009; 49 CFR 565.15"},
    {"vn_cccd", VnCccd, 12, "Decree 137/2015/ND-CP; Circular 59/2021/TT-BCA"},
    {"xrp", Xrp, 0, "XRP Ledger documentation, base58 encodings"},
    {"za_id", ZaId, 13, "Identification Act 68 of 1997"},
};

}  // namespace

absl::Span<const Validator> Validators() { return kValidators; }

const Validator* FindValidator(std::string_view name) {
  const auto* found = std::lower_bound(
      std::begin(kValidators), std::end(kValidators), name,
      [](const Validator& validator, std::string_view wanted) { return validator.name < wanted; });
  return found != std::end(kValidators) && found->name == name ? found : nullptr;
}

}  // namespace tacet
