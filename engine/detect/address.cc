#include "engine/detect/address.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"

namespace tacet {
namespace {

// What a listed word means in an address. A word may be several things.
enum Class : uint32_t {
  kStreet = 1u << 0,        // behind the name: "Main Street"
  kStreetWeak = 1u << 1,    // the same, but a common word: "drive"
  kStreetBefore = 1u << 2,  // before the name: "rue de la Paix"
  kStreetBeforeWeak = 1u << 3,
  kUnit = 1u << 4,
  kPlot = 1u << 5,  // a unit that an address can begin with
  kFloor = 1u << 6,
  kBuilding = 1u << 7,
  kBuildingBefore = 1u << 8,
  kLocality = 1u << 9,
  kLocalityBefore = 1u << 10,
  kNear = 1u << 11,
  kPoBox = 1u << 12,
  kPostcodeWord = 1u << 13,
  kCity = 1u << 14,
  kState = 1u << 15,
  kCountry = 1u << 16,
  kAdjective = 1u << 17,
  kRegion = 1u << 18,      // of the scripts without spaces
  kStop = 1u << 19,        // never a part of a name
  kNumberLast = 1u << 20,  // a street whose number stands behind it
  kCue = 1u << 21,         // announces an address
  kOwnCue = 1u << 22,      // says that what follows is one: "my address is"
  kEnd = 1u << 23,         // ends what such a cue announces
  kCorner = 1u << 24,      // "corner of" two streets
  kNearStreet = 1u << 25,  // as kNear, before a street only
  kMissing = 1u << 26,     // stands for a part that a program did not have
};

constexpr std::pair<std::string_view, uint32_t> kLists[] = {
    {"address-street", kStreet},
    {"address-street-number-last", kStreet | kNumberLast},
    {"address-street-weak", kStreetWeak},
    {"address-street-before", kStreetBefore},
    {"address-street-before-weak", kStreetBeforeWeak},
    {"address-unit", kUnit},
    {"address-plot", kPlot},
    {"address-floor", kFloor},
    {"address-building", kBuilding},
    {"address-building-before", kBuildingBefore},
    {"address-locality", kLocality},
    {"address-locality-before", kLocalityBefore},
    {"address-near", kNear},
    {"address-po-box", kPoBox},
    {"address-postcode-word", kPostcodeWord},
    {"address-city", kCity},
    {"address-state", kState},
    {"address-country", kCountry},
    {"address-street-adjective", kAdjective},
    {"address-cjk-region", kRegion},
    {"address-stop", kStop},
    {"address-cue", kCue},
    {"address-own-cue", kOwnCue},
    {"address-end", kEnd},
    {"address-corner", kCorner},
    {"address-near-street", kNearStreet},
    {"address-missing", kMissing},
};
constexpr std::string_view kSuffixList = "address-street-suffix";
constexpr std::string_view kWeakSuffixList = "address-street-suffix-weak";

constexpr uint32_t kAnyStreet = kStreet | kStreetWeak | kStreetBefore | kStreetBeforeWeak;
constexpr uint32_t kPlace = kCity | kState | kCountry;

constexpr std::string_view kKindNames[] = {
    "full",               // a street line with a unit, place or postcode
    "street-line",        // number and street
    "street-weak",        // the same with an everyday word or without capitals
    "street-name",        // a street without a number
    "street-prefix",      // the same, its word before a name with a capital: "Rue Gambetta"
    "cued",               // a name and a number that a word such as "address" announces
    "landmark",           // plots, blocks, villages and landmarks, no street line
    "landmark-weak",      // the same, two parts only
    "street-alone",       // a street without a number on a line of its own
    "postcode-anchored",  // a line that only its postcode makes an address
    "po-box",
    "cjk",  // from the largest part to the smallest, without spaces; Korean
    "uk-postcode",
    "us-postcode",
    "place-line",  // the town or the country of who signs, on a line of its own
};
enum Kind {
  kFull,
  kStreetLine,
  kStreetWeakLine,
  kStreetName,
  kStreetPrefix,
  kCued,
  kLandmark,
  kLandmarkWeak,
  kStreetAlone,
  kPostcodeAnchored,
  kPoBoxLine,
  kCjk,
  kUkPostcode,
  kUsPostcode,
  kPlaceLine
};

// --- Characters -------------------------------------------------------------

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsAlpha(char c) { return IsUpper(c) || (c >= 'a' && c <= 'z'); }
bool IsHigh(char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; }
bool IsWordByte(char c) { return IsAlpha(c) || IsDigit(c) || IsHigh(c); }
char Lower(char c) { return IsUpper(c) ? static_cast<char>(c + 32) : c; }
char Upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

// The code point at `at` of valid UTF-8, and its length in bytes.
char32_t Decode(std::string_view text, size_t at, int& bytes) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const char32_t first = byte(0);
  if (first < 0x80) return bytes = 1, first;
  if (first < 0xE0) return bytes = 2, (first & 0x1F) << 6 | (byte(1) & 0x3F);
  if (first < 0xF0) {
    return bytes = 3, (first & 0x0F) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3F);
  }
  return bytes = 4,
         (first & 0x07) << 18 | (byte(1) & 0x3Fu) << 12 | (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3F);
}

// Where the code point before byte `at` begins.
size_t Previous(std::string_view text, size_t at) {
  do {
    --at;
  } while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
  return at;
}

// Beyond ASCII: everything but punctuation, symbols and pictures.
bool IsLetter(char32_t c) {
  if (c < 0xC0) return c == 0xAA || c == 0xBA || c == 0xB5;
  if (c == 0xD7 || c == 0xF7) return false;
  if (c < 0x2000) {
    return !(c == 0x060C || c == 0x061B || c == 0x061F || c == 0x06D4 || c == 0x0964 ||
             c == 0x0965 || c == 0x0589 || c == 0x05BE || c == 0x05F3 || c == 0x05F4);
  }
  if (c < 0x2C00 || (c >= 0x3000 && c < 0x3041) || (c >= 0xE000 && c < 0xF900)) return c == 0x3005;
  return c < 0xFE00 || (c >= 0xFE70 && c < 0xFF00 && c != 0xFEFF) || (c >= 0x20000 && c < 0x40000);
}

bool IsHan(char32_t c) {
  return (c >= 0x4E00 && c < 0xA000) || (c >= 0x3400 && c < 0x4DC0) || c == 0x3005 || c == 0x30F6;
}
bool IsKana(char32_t c) { return c >= 0x3041 && c < 0x3100; }
bool IsHangul(char32_t c) { return c >= 0xAC00 && c < 0xD7B0; }

// Scripts without spaces between words, where a listed word ends the one before it.
bool IsUnspaced(char32_t c) { return (c >= 0x0E00 && c < 0x1100) || (c >= 0x1780 && c < 0x1800); }

// True for a capital letter of the scripts that have them.
bool IsCapital(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z';
  if (c < 0x100) return c >= 0xC0 && c <= 0xDE;
  if (c < 0x138) return c % 2 == 0;
  if (c < 0x149) return c % 2 == 1;
  if (c < 0x178) return c % 2 == 0;
  if (c < 0x17F) return c == 0x178 || c % 2 == 1;
  if (c < 0x250) return c == 0x1A0 || c == 0x1AF || (c >= 0x218 && c <= 0x232 && c % 2 == 0);
  if (c < 0x370) return false;
  if (c < 0x400) return c <= 0x3AB && c != 0x390;
  if (c < 0x530) return c < 0x430 || (c >= 0x460 && c % 2 == 0);
  if (c < 0x557) return true;  // Armenian
  return c >= 0x1E00 && c < 0x1F00 && c % 2 == 0;
}

bool IsCaseless(char32_t c) { return c >= 0x590 && !(c >= 0x1E00 && c < 0x2000); }

// --- Words that are checked only beside an anchor ---------------------------

// Up to eight bytes of an ASCII word in lower case.
constexpr uint64_t Key(std::string_view word) {
  uint64_t key = 0;
  for (size_t i = 0; i < word.size() && i < 8; ++i) {
    key |= static_cast<uint64_t>(static_cast<unsigned char>(word[i])) << (8 * i);
  }
  return key;
}

// The keys of the words in `words`, which a space separates; sorted, and filled up with a key that
// no word has.
template <size_t L>
constexpr std::array<uint64_t, L / 2> Keys(const char (&words)[L]) {
  std::array<uint64_t, L / 2> keys{};
  keys.fill(~uint64_t{0});
  const std::string_view text(words, L - 1);
  size_t count = 0;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    keys[count++] = Key(text.substr(begin, end - begin));
    begin = end + 1;
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

template <size_t N>
bool Has(const std::array<uint64_t, N>& keys, uint64_t key) {
  return key != 0 && std::binary_search(keys.begin(), keys.end(), key);
}

// Words that are no part of the name of a street or place.
constexpr auto kStopWords = Keys(
    "a about add address after again all also am an any are around as at avail be because "
    "before book but by call can cant click code come coming contact cost could date day days "
    "dear did dis do dont dtd each email enjoy every fax few find for free from get gd go going "
    "got had has have he heading her here hi his hour hours how hr hrs i if im in into is it "
    "its just know leave left let like live lived ll look looking mail make may me meet mile "
    "miles min mins minute minutes mob mobile more my need next no not now of on one only or "
    "our out over pay per ph phone please pls plz price ref reply right said see send she ship "
    "so some still such take tel text tht than thanks thank that the their them then there they "
    "thing this those till time times to today tomorrow tonight too txt u until up ur us use "
    "valid venue very via visit wait want was we week weeks were what when where which while "
    "who will with within work would www http https year years yes yet you your month months "
    "opens rs inr usd eur gbp thx tnx thks tks ty monday tuesday mon tue tues wed thu thur "
    "thurs fri sat sun wednesda thursday friday saturday sunday km kms pm sms stop bro sir "
    "madam hello und oder ist sind wurde wird heute bitte mit fur est vous nous pour avec dans "
    "para por con hoy hasta entre que sua seu com non oggi sono untuk dan yang anda dengan ada "
    "ya hub cod nur ou auf vom ab hem ile saat tarih tlf fono cel hp wa attn walk drive ini itu "
    "lagi cuma sekitar hanya sampai");

// Words that may stand inside a name, but not end it.
constexpr auto kConnectors = Keys(
    "of the de la le les du des del di da do dos das della dei degli delle dell al el los las "
    "der den dem van von zu zum zur ter ten op aan z ze and y e et en sur sous il lo na od nad u v "
    "pri i st ul bin ibn abu am an im in d l");

// Before a street in small letters.
constexpr auto kPlaceWords = Keys("at in on along to near of from nan is off");

// "Am Markt 7"
constexpr auto kGermanPrepositions = Keys("am im an auf zum zur");

// Behind a house number: Portuguese, Spanish.
constexpr auto kEnglishConnectors = Keys("of the de la du del van der and st le");
constexpr auto kHouseSuffixes = Keys("fundos fdos frente altos bajo bajos bis");

constexpr auto kNumberWords =
    Keys("no nr num number numero n nos nro nbr br hno nomor nimewo so num.");

constexpr auto kDirections = Keys(
    "n s e w ne nw se sw north south east west northeast sud northwest sur norte este oeste "
    "nord ost oost noord zuid est ouest");
// "southeast" and "southwest" are longer than a key; their first eight letters are one.
constexpr auto kLongDirections = Keys("southeas southwes northeas northwes");

constexpr auto kOrdinalWords = Keys(
    "first second third fourth fifth sixth seventh eighth ninth tenth ground upper lower top "
    "main gf ff");

// What makes a number a time, a price or a measure rather than a house.
constexpr auto kMeasures = Keys(
    "am pm min mins minute minutes hr hrs hour hours day days week weeks month months year "
    "years km kms mile miles m kg gb mb rs rb usd eur lira tl pcs people times percent uhr jam "
    "menit hari tage jahre jours heures euros euro dollars pounds ft yrs jan feb mar apr may "
    "jun jul aug sep sept oct nov dec january february march april june july august october or "
    "x of lakh crore persons families houses bhk ppm p k sqft sq personn");

constexpr auto kCountryCodes = Keys("uk usa uae rsa ksa nz prc");

// Units of one letter, in an address only: Turkish daire and kat, Polish mieszkanie.
constexpr auto kLetterUnits = Keys("d k m no nr kv ap bus top pt f");

// The side of a landing behind a floor: Spanish, Portuguese, Danish.
constexpr auto kSides = Keys("izq izda dcha dta dto esq fte frt tv th mf");

constexpr auto kPostcodeWords = Keys("pin zip cp cap plz pincode pc postal index");

// USPS Publication 28, Appendix B; Canada Post; Australia Post.
constexpr auto kUsStates = Keys(
    "al ak az ar ca co ct de dc fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh "
    "nj nm ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy pr gu vi aa ae ap");
constexpr auto kOtherStates =
    Keys("on qc bc ab mb sk ns nb nl pe yt nt nu nsw vic qld sa tas act mp rj sp mg rs up hp ncr");

// Post towns' areas of the United Kingdom (Royal Mail, PAF).
constexpr auto kUkAreas = Keys(
    "ab al b ba bb bd bf bh bl bn br bs bt ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn "
    "dt dy e ec eh en ex fk fy g gl gu gy ha hd hg hp hr hs hu hx ig im ip iv je ka kt kw ky l "
    "la ld le ll ln ls lu m me mk ml n ne ng nn np nr nw ol ox pa pe ph pl po pr rg rh rm s sa "
    "se sg sk sl sm sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub w wa wc wd wf wn wr ws "
    "wv yo ze");

// Areas with a district that ends in a letter (W1A), and areas with a district 0 (CR0).
constexpr auto kUkLetterAreas = Keys("e n nw se sw w ec wc");
constexpr auto kUkZeroAreas = Keys("bl bs cm cr fy ha pr sl ss");

// Prefixes of postcodes that carry their country's code (UPU, Postal addressing systems).
constexpr auto kPostcodePrefixes = Keys(
    "a b ch d dk f fi fl hr i l li lt lv md mc n nl pl ro s se si sk cz h hu bg ad az bb ht ms "
    "vc vg so");

// --- Tokens -----------------------------------------------------------------

// What stands between a token and the one before it.
enum Gap : uint16_t {
  kSpace = 1,
  kComma = 2,
  kLine = 4,
  kBlankLine = 8,
  kDot = 16,
  kDash = 32,
  kSlash = 64,
  kColon = 128,
  kOpen = 256,
  kClose = 512,
  kHash = 1024,
  kHard = 2048,  // anything else: no address goes on behind it
};

enum class Shape : uint8_t {
  kWord,
  kNumber,     // could be a house number: 12, 12B, 7/3, 1204-88
  kOrdinal,    // 4th, 2º
  kCode,       // letters and digits: A2, F2/14, SW1A
  kFigure,     // a number that is none: 10:30, 1.50, 12/09/19
  kIdeograph,  // a run of Chinese, Japanese or Korean
};

enum class Case : uint8_t { kLower, kTitle, kUpper, kNone };

struct Token {
  uint32_t begin;
  uint32_t end;
  uint64_t key;      // Key() of a word of up to eight ASCII letters; of the first eight if longer
  uint32_t classes;  // what the lists say it is
  uint16_t gap;
  Shape shape;
  Case letters;
  uint8_t digits;  // how many it begins with
  bool plain;      // a number of digits alone

  uint32_t size() const { return end - begin; }
  bool Is(uint32_t mask) const { return (classes & mask) != 0; }
};

// Tokens of a part of the text. 192 hold a message of 160 characters whole, and any address with
// what stands around it.
constexpr int kMaxTokens = 192;
// A part of a longer text begins this many tokens before the end of the one before it, so that an
// address that lies on the border is seen whole in one of them.
constexpr int kOverlap = 64;

// A keyword with its name: "Main Street", "Ganesh Tower", "Sector 12".
struct Phrase {
  int begin;
  int end;
  uint32_t type;  // kStreet, kBuilding or kLocality
  bool numbered;
  bool strong;   // its keyword is not an everyday word
  bool capital;  // its name is written as one
};
constexpr int kMaxPhrases = 48;

class AddressRecogniser;

// Reads one part of a text. Lives on the stack.
class Reader {
 public:
  Reader(const AddressRecogniser& words, const RecogniserInput& input)
      : words_(words), input_(input) {}

  // Splits the text from `from` to about `to` into tokens; returns where it stopped.
  uint32_t Tokenise(uint32_t from, uint32_t to, size_t& next_hit);
  // Emits the addresses that begin at token `first` or later, and returns where the last one ends.
  uint32_t Read(int first, uint32_t from, Recogniser::Emit emit);

  int count() const { return count_; }
  const Token& token(int i) const { return tokens_[static_cast<size_t>(i)]; }

 private:
  struct Chain {
    int begin = 0, end = 0;
    bool numbered = false, strong = false, capital = false, street = false, bare = false,
         box = false, prefix = false;
    bool box_certain = false;
    int streets = 0;
    bool blocks = false;  // begins with the numbers of Japanese blocks
    int unit = 0, plot = 0, floor = 0, building = 0, locality = 0, near = 0, postcode = 0, city = 0,
        state = 0, country = 0, names = 0;
    bool open = false;  // an opened parenthesis inside
    int Weight() const {
      return 2 * std::min(postcode, 1) + std::min(city, 1) + std::min(state, 1) +
             std::min(country, 1) + std::min(unit, 2) + std::min(plot, 1) + std::min(floor, 1) +
             std::min(building, 1) + std::min(locality, 3) + std::min(near, 1);
    }
  };

  void LexNumber(Token& token, size_t& at);
  void LexWord(Token& token, size_t& at, size_t next_hit);

  bool Tight(int i) const;
  bool Abbreviated(int i) const;
  bool IsName(int i, bool lower) const;
  bool IsConnector(int i) const;
  bool IsHouseNumber(int i) const;
  bool IsMeasured(int i) const;
  bool EndsHere(int i) const;
  int Names(int i, int most, bool lower) const;

  void FindPhrases();
  void AddPhrase(const Phrase& phrase);
  void StreetAfter(int i, bool suffix, bool strong);
  bool StreetBefore(int i, bool strong, Phrase& phrase) const;
  int NumberRight(int i) const;
  bool HasNumberLeft(int i, int floor) const;
  int StreetsEnd() const;
  const Phrase* InsidePhrase(int i) const;
  bool WithinPhrase(int i) const;
  void KeywordAfter(int i, uint32_t type, int most);
  void KeywordBefore(int i, uint32_t type, int most);
  void NamedNumber(int i);

  int Unit(int i, bool inside) const;
  int Floor(int i, bool inside) const;
  int Near(int i) const;
  int PoBox(int i, bool& certain) const;
  int Postcode(int i) const;
  int State(int i, bool after_name) const;
  int Place(int i, uint32_t& kind) const;
  int Direction(int i) const;
  bool Start(int i, Chain& chain) const;
  void Grow(Chain& chain) const;
  int Judge(const Chain& chain) const;
  static bool IsWeakLandmark(const Chain& chain);
  int Cued(int i) const;
  int Stated(int i) const;
  int Corner(int i) const;
  int CornerStreet(int i, bool& certain) const;
  bool OnItsLine(int begin, int end) const;
  int Leading(int begin, int first, uint32_t from, const Chain& chain, int kind) const;

  const Phrase* PhraseAt(int i) const {
    const int8_t at = phrase_at_[static_cast<size_t>(i)];
    return at < 0 ? nullptr : &phrases_[static_cast<size_t>(at)];
  }
  std::string_view Text(int i) const { return input_.text.substr(token(i).begin, token(i).size()); }

  const AddressRecogniser& words_;
  const RecogniserInput& input_;
  std::array<Token, kMaxTokens + 1> tokens_;
  std::array<Phrase, kMaxPhrases> phrases_;
  std::array<int8_t, kMaxTokens + 1> phrase_at_;
  int count_ = 0;
  int phrase_count_ = 0;
};

class AddressRecogniser : public Recogniser {
 public:
  absl::Status Init(const PatternLibrary& library);

  absl::Span<const std::string_view> kinds() const override { return kKindNames; }
  int min_digits() const override { return 0; }
  bool keeps_off_marks() const override { return true; }
  void Recognise(const RecogniserInput& input, Emit emit) const override;

  uint32_t ClassesOf(const WordHit& hit) const {
    uint32_t classes = 0;
    for (uint16_t list : hit.lists) classes |= class_of_list_[list];
    return classes;
  }
  // 0, or 1 for a weak and 2 for a strong suffix of a street's name at the end of `word`.
  int StreetSuffix(std::string_view word) const;

 private:
  struct Suffix {
    std::string text;
    bool strong;
  };
  enum class Interest { kNone, kPlaceName, kWeak, kStrong };
  Interest OfWord(const RecogniserInput& input, const WordHit& hit, size_t digit_run) const;
  Interest OfDigits(const RecogniserInput& input, const DigitRun& run) const;
  void Signature(const RecogniserInput& input, Emit emit) const;

  std::vector<uint32_t> class_of_list_;
  std::array<std::vector<Suffix>, 256> suffixes_;  // by last byte
  std::bitset<65536> suffix_ends_;                 // the last two bytes of one
};

// --- Postcodes --------------------------------------------------------------

// The begin of the United Kingdom postcode whose two last letters end at `end`, or npos.
// BS 7666: outward A9, A99, A9A, AA9, AA99, AA9A; inward 9AA without C, I, K, M, O, V.
size_t UkPostcodeBegin(std::string_view text, size_t end) {
  constexpr size_t kNone = std::string_view::npos;
  const auto at = [&](size_t i) { return Upper(text[i]); };
  const auto inward = [&](char c) {
    return IsUpper(c) && std::string_view("CIKMOV").find(c) == std::string_view::npos;
  };
  if (end < 5 || !inward(at(end - 1)) || !inward(at(end - 2)) || !IsDigit(text[end - 3]))
    return kNone;
  size_t i = end - 3;
  if (text[i - 1] == ' ') --i;
  if (i < 2) return kNone;
  bool district_letter = false;
  if (IsAlpha(text[i - 1])) district_letter = true, --i;
  size_t digits = 0;
  while (i > 0 && digits < 2 && IsDigit(text[i - 1])) --i, ++digits;
  if (digits == 0 || (district_letter && digits != 1)) return kNone;
  size_t letters = 0;
  uint64_t area = 0;
  while (i > 0 && letters < 3 && IsAlpha(text[i - 1])) {
    area = area << 8 | static_cast<unsigned char>(Lower(text[i - 1]));
    --i, ++letters;
  }
  if (letters < 1 || letters > 2 || !Has(kUkAreas, area)) return kNone;
  if (district_letter && !Has(kUkLetterAreas, area)) return kNone;
  if (digits == 1 && text[i + letters] == '0' && !Has(kUkZeroAreas, area)) return kNone;
  if (digits == 2 && text[i + letters] == '0') return kNone;
  return i;
}

bool TouchesWord(std::string_view text, size_t begin, size_t end) {
  return (begin > 0 && IsWordByte(text[begin - 1])) || (end < text.size() && IsWordByte(text[end]));
}

// --- Tokens -----------------------------------------------------------------

void Reader::LexNumber(Token& token, size_t& at) {
  const std::string_view text = input_.text;
  const size_t begin = at;
  const char before = begin > 0 ? text[begin - 1] : ' ';
  size_t i = at;
  while (i < text.size() && IsDigit(text[i])) ++i;
  const size_t digits = i - begin;
  token.digits = static_cast<uint8_t>(std::min<size_t>(digits, 255));
  token.shape = Shape::kNumber;
  token.plain = true;
  bool money = false;
  if (begin > 1 && IsHigh(before)) {
    int bytes = 0;
    const char32_t sign = Decode(text, Previous(text, begin), bytes);
    money = sign == 0xA3 || sign == 0xA5 || (sign >= 0x20A0 && sign < 0x20D0);
  }
  bool figure =
      digits > 6 || money || std::string_view("$+*=_@%&^~").find(before) != std::string_view::npos;
  int separators = 0;
  size_t last_part = digits;
  while (i < text.size()) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : ' ';
    if (IsAlpha(c)) {
      size_t j = i;
      while (j < text.size() && IsAlpha(text[j])) ++j;
      const std::string_view letters = text.substr(i, j - i);
      uint64_t key = 0;
      for (size_t k = letters.size(); k > 0; --k) {
        key = key << 8 | static_cast<unsigned char>(Lower(letters[k - 1]));
      }
      if (letters.size() > 8) key = 0;
      if (key == Key("h") && j < text.size() && (IsDigit(text[j]) || text[j] == '-')) figure = true;
      if (separators == 0 &&
          (key == Key("st") || key == Key("nd") || key == Key("rd") || key == Key("th") ||
           key == Key("o") || key == Key("er") || key == Key("eme") || key == Key("ere"))) {
        token.shape = Shape::kOrdinal;
        i = j;
        break;
      }
      if (j < text.size() && (IsDigit(text[j]))) {  // 2F1, 3G9
        token.shape = Shape::kCode;
        while (j < text.size() && (IsAlpha(text[j]) || IsDigit(text[j]))) ++j;
        token.plain = false;
        i = j;
        break;
      }
      token.plain = false;
      if (letters.size() > 2 && key != Key("bis") && key != Key("ter")) {
        // "10minutes", or a word that lost its space: nothing an address holds.
        figure = true;
      } else if (letters.size() == 2 && Has(kMeasures, key)) {
        figure = true;
      }
      i = j;
      continue;
    }
    if ((c == '-' || c == '/') && (IsDigit(next) || IsAlpha(next)) && separators < 4) {
      size_t j = i + 1;
      while (j < text.size() && IsDigit(text[j])) ++j;
      const size_t part = j - i - 1;
      size_t k = j;
      while (k < text.size() && IsAlpha(text[k])) ++k;
      const bool storey = c == '-' && part == 0 && k - j <= 3 &&
                          text.substr(j, k - j).find_first_not_of("IV") == std::string_view::npos;
      if (!storey && (k - j > 2 || (part == 0 && k - j == 2))) break;  // "14-Main", "03/RW"
      token.plain = false;
      ++separators;
      last_part = part;
      i = k;
      continue;
    }
    if ((c == '.' || c == ':') && IsDigit(next)) {
      figure = true;
      ++i;
      while (i < text.size() && IsDigit(text[i])) ++i;
      continue;
    }
    if (c == ',' && i + 3 < text.size() && IsDigit(next) && IsDigit(text[i + 2]) &&
        IsDigit(text[i + 3]) && (i + 4 == text.size() || !IsDigit(text[i + 4])) && digits <= 3) {
      figure = true;  // 1,200
      i += 4;
      continue;
    }
    if (c == '.' && (next == 'o' || next == 'a') &&
        (i + 2 == text.size() || !IsWordByte(text[i + 2]))) {
      token.shape = Shape::kOrdinal;  // 4.º, whose º folding has made an o
      i += 2;
      break;
    }
    // º, ª and ° stay where the text needed no folding.
    const std::string_view rest = text.substr(i + (c == '.' ? 1 : 0));
    if (rest.starts_with("\u00BA") || rest.starts_with("\u00AA") || rest.starts_with("\u00B0")) {
      token.shape = Shape::kOrdinal;
      i += (c == '.' ? 3 : 2);
      break;
    }
    if (c == '%') figure = true;
    break;
  }
  // 12/09/19, 05-10-2022; but not 48/3/12
  const bool day = digits == 4 || (digits <= 2 && (digits == 1 || text[begin] <= '3'));
  if (separators == 2 && day && (last_part == 2 || last_part == 4)) figure = true;
  if (figure) token.shape = Shape::kFigure;
  at = i;
}

void Reader::LexWord(Token& token, size_t& at, size_t next_hit) {
  const std::string_view text = input_.text;
  const size_t begin = at;
  int bytes = 1;
  char32_t first = Decode(text, at, bytes);
  if (IsHan(first) || IsKana(first) || IsHangul(first)) {
    while (at < text.size()) {
      const char32_t c = Decode(text, at, bytes);
      if (!(IsHan(c) || IsKana(c) || IsHangul(c))) break;
      at += static_cast<size_t>(bytes);
    }
    token.shape = Shape::kIdeograph;
    token.letters = Case::kNone;
    return;
  }
  const bool unspaced = IsUnspaced(first);
  token.shape = Shape::kWord;
  token.letters = IsCapital(first) ? Case::kTitle : IsCaseless(first) ? Case::kNone : Case::kLower;
  uint64_t key = 0;
  size_t letters = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (IsAlpha(c)) {
      if (letters < 8)
        key |= static_cast<uint64_t>(static_cast<unsigned char>(Lower(c))) << (8 * letters);
      if (letters == 1 && IsUpper(c)) {
        // A capital second: all of it, or Irish "gCapall".
        token.letters = token.letters == Case::kTitle ? Case::kUpper : Case::kTitle;
      }
      ++letters, ++at;
    } else if (IsHigh(c)) {
      const char32_t cp = Decode(text, at, bytes);
      if (!IsLetter(cp)) break;
      if (unspaced && at > begin && next_hit < input_.words.size() &&
          at >= input_.words[next_hit].begin) {
        break;
      }
      if (IsHan(cp) || IsKana(cp) || IsHangul(cp)) break;
      if (letters == 1 && IsCapital(cp) && token.letters == Case::kTitle)
        token.letters = Case::kUpper;
      key = 1;  // not ASCII
      letters = 9;
      at += static_cast<size_t>(bytes);
    } else if (c == '\'' || c == '-') {
      const size_t next = at + 1;
      if (next >= text.size()) break;
      if (IsAlpha(text[next])) {
        ++at;
        key = 1;
        letters = 9;
      } else if (IsHigh(text[next]) && IsLetter(Decode(text, next, bytes))) {
        ++at;
        key = 1;
        letters = 9;
      } else if (c == '-' && letters <= 2 && IsDigit(text[next])) {  // S-44
        token.shape = Shape::kCode;
        ++at;
      } else {
        break;
      }
    } else if (IsDigit(c) && (letters <= 3 || token.shape == Shape::kCode)) {
      token.shape = Shape::kCode;
      while (at < text.size() && (IsAlpha(text[at]) || IsDigit(text[at]) ||
                                  ((text[at] == '/' || text[at] == '-') && at + 1 < text.size() &&
                                   (IsDigit(text[at + 1]))))) {
        ++at;
      }
      break;
    } else {
      break;
    }
  }
  if (at == begin) at += static_cast<size_t>(bytes);  // cannot happen: a word begins with a letter
  token.key = token.shape == Shape::kWord && key != 1 ? key : 0;
}

uint32_t Reader::Tokenise(uint32_t from, uint32_t to, size_t& next_hit) {
  const std::string_view text = input_.text;
  count_ = 0;
  size_t at = from;
  uint16_t gap = kHard;
  while (at < to) {
    const char c = text[at];
    int bytes = 1;
    bool letter = IsAlpha(c);
    if (!letter && IsHigh(c)) {
      const char32_t cp = Decode(text, at, bytes);
      letter = IsLetter(cp);
      if (!letter) {
        gap |= cp == 0x060C || cp == 0x3001 || cp == 0x3002 ? kComma
               : cp == 0x2116                               ? kHash
               : cp == 0xB0                                 ? kDot  // n° 14
                                                            : kHard;
        at += static_cast<size_t>(bytes);
        continue;
      }
    }
    while (next_hit < input_.words.size() && input_.words[next_hit].begin < at) ++next_hit;
    if (letter || IsDigit(c)) {
      if (count_ == kMaxTokens) break;
      Token& token = tokens_[static_cast<size_t>(count_)];
      token = Token{.begin = static_cast<uint32_t>(at),
                    .end = 0,
                    .key = 0,
                    .classes = 0,
                    .gap = gap,
                    .shape = Shape::kWord,
                    .letters = Case::kNone,
                    .digits = 0,
                    .plain = false};
      uint32_t hit_end = 0;
      for (size_t h = next_hit; h < input_.words.size() && input_.words[h].begin == at; ++h) {
        const uint32_t classes = words_.ClassesOf(input_.words[h]);
        if (classes == 0 || (classes == kRegion)) continue;
        token.classes |= classes;
        hit_end = std::max(hit_end, input_.words[h].end);
      }
      size_t end = at;
      if (IsDigit(c)) {
        LexNumber(token, end);
      } else {
        LexWord(token, end, next_hit + (hit_end > 0 ? 1 : 0));
        if (hit_end > 0) {
          if (end > hit_end && token.shape == Shape::kWord && text[hit_end] == '-' &&
              !token.Is(kStreetBefore | kStreetBeforeWeak | kPlot | kUnit | kLocalityBefore)) {
            token.classes = 0;  // "Street-wise": a part of another word
          } else {
            end = hit_end;
            // "PL31", "ST5K": a code that begins like a listed word.
            if (hit_end < text.size() && IsDigit(text[hit_end]) && hit_end - at <= 3 &&
                !token.Is(kUnit | kPlot | kFloor | kPoBox | kLocalityBefore)) {
              token.classes = 0;
              token.key = 0;
              end = at;
              LexWord(token, end, next_hit + 1);
              token.end = static_cast<uint32_t>(end);
              ++count_;
              gap = 0;
              at = end;
              continue;
            }
            token.shape = Shape::kWord;
            if (token.key != 0 && hit_end - at <= 8) {
              uint64_t key = 0;
              for (size_t k = hit_end; k > at; --k) {
                key = key << 8 | static_cast<unsigned char>(Lower(text[k - 1]));
              }
              token.key = key;
            } else if (hit_end - at > 8) {
              token.key = 0;
            }
          }
        }
      }
      token.end = static_cast<uint32_t>(end);
      ++count_;
      gap = 0;
      at = end;
      continue;
    }
    switch (c) {
      case ' ':
      case '\t':
        gap |= kSpace;
        break;
      case '\n':
      case '\r':
        gap |= (gap & kLine) != 0 && c == '\n' ? kBlankLine : kLine;
        break;
      case ',':
        gap |= kComma;
        break;
      case '.':
        gap |= (gap & kDot) != 0 ? kHard : kDot;
        break;
      case '-':
        gap |= kDash;
        break;
      case '/':
        gap |= kSlash;
        break;
      case ':':
        gap |= kColon;
        break;
      case '(':
        gap |= kOpen;
        break;
      case ')':
        gap |= kClose;
        break;
      case '#':
        gap |= kHash;
        break;
      default:
        gap |= kHard;
        break;
    }
    ++at;
  }
  tokens_[static_cast<size_t>(count_)] = Token{.begin = static_cast<uint32_t>(at),
                                               .end = static_cast<uint32_t>(at),
                                               .key = 0,
                                               .classes = 0,
                                               .gap = static_cast<uint16_t>(gap | kHard),
                                               .shape = Shape::kFigure,
                                               .letters = Case::kNone,
                                               .digits = 0,
                                               .plain = false};
  return static_cast<uint32_t>(at);
}

// True if nothing but a space (or an abbreviation's full stop) separates token `i` from the one
// before it: both can be of one name.
bool Reader::Tight(int i) const {
  const uint16_t gap = token(i).gap;
  if (i == 0) return false;
  if (gap == kSpace) return true;
  if (gap == kDash || gap == 0) return true;
  return (gap & ~(kSpace | kDot)) == 0 && Abbreviated(i - 1);
}

// True if a full stop behind token `i` need not end a sentence.
bool Reader::Abbreviated(int i) const {
  const Token& t = token(i);
  if (t.shape != Shape::kWord) return t.shape == Shape::kNumber && t.digits <= 2;
  return t.size() <= 3 || (t.Is(~kEnd) && !t.Is(kPlace) && t.size() <= 6) ||
         (t.letters == Case::kTitle && t.size() <= 4);
}

bool Reader::IsName(int i, bool lower) const {
  const Token& t = token(i);
  if (t.shape == Shape::kOrdinal) return true;
  if (t.shape != Shape::kWord || Has(kStopWords, t.key) || t.Is(kStop | kCue | kOwnCue))
    return false;
  return lower || t.letters != Case::kLower;
}

bool Reader::IsConnector(int i) const {
  const Token& t = token(i);
  return t.shape == Shape::kWord && Has(kConnectors, t.key);
}

bool Reader::IsHouseNumber(int i) const {
  const Token& t = token(i);
  // A letter and a few digits: S-44, A12, 2F1, N16601.
  if (t.shape == Shape::kCode && t.size() == 6 &&
      std::string_view("NSEW").find(Upper(input_.text[t.begin])) != std::string_view::npos) {
    return IsDigit(input_.text[t.begin + 1]);
  }
  // N24-118, of Quito
  if (t.shape == Shape::kCode && t.size() <= 8 && Text(i).find('-') != std::string_view::npos &&
      std::string_view("NSEO").find(input_.text[t.begin]) != std::string_view::npos &&
      IsDigit(input_.text[t.begin + 1])) {
    return true;
  }
  if (t.shape == Shape::kCode) return t.size() <= 5 && !IsAlpha(input_.text[t.begin + 1]);
  if (t.shape != Shape::kNumber || t.digits > 5 || t.size() > 11) return false;
  // "4me", "0ye": two letters behind a number are no part of it.
  const std::string_view text = input_.text.substr(t.begin, t.size());
  if (t.size() == t.digits + 2u && IsAlpha(text[t.digits]) && IsAlpha(text[t.digits + 1]))
    return false;
  return text[0] != '0' || t.digits >= 3;
}

// True if what follows token `i` makes it a time, price or measure.
bool Reader::IsMeasured(int i) const {
  const Token& next = token(i + 1);
  if (i + 1 >= count_) return false;
  if ((next.gap & ~(kSpace | kDash)) != 0 || next.shape != Shape::kWord ||
      !Has(kMeasures, next.key)) {
    return false;
  }
  // "613 K Street"
  if (next.size() == 1 && next.letters == Case::kTitle) return false;
  // "ul. Lipowa 7 m. 12"
  return !(next.key == Key("m") && i + 2 < count_ && (token(i + 2).gap & ~(kSpace | kDot)) == 0 &&
           token(i + 2).shape == Shape::kNumber);
}

// True if a line, sentence or part ends before token `i`.
bool Reader::EndsHere(int i) const {
  return i >= count_ ||
         (token(i).gap & (kHard | kComma | kLine | kDot | kClose | kOpen | kColon)) != 0;
}

// The end of the name that begins at token `i`, of at most `most` words, or `i`.
int Reader::Names(int i, int most, bool lower) const {
  int end = i;
  for (int j = i; j < count_ && j - i < most; ++j) {
    if (j > i && !Tight(j)) break;
    if (j > i && token(j).Is(kUnit | kPlot | kFloor | kPoBox | kNear) && j + 1 < count_ &&
        (token(j + 1).shape == Shape::kNumber || token(j + 1).shape == Shape::kCode ||
         token(j).Is(kNear))) {
      break;
    }
    // Where there are no capitals, only the next part's word ends a name.
    if (j > i && token(j).letters == Case::kNone &&
        token(j).Is(kStreetBefore | kLocalityBefore | kBuildingBefore)) {
      break;
    }
    // "Mc Call"
    const bool after_mc = j > i && token(j - 1).key == Key("mc") &&
                          token(j).shape == Shape::kWord && token(j).letters != Case::kLower;
    if (IsName(j, lower) || after_mc) {
      end = j + 1;
    } else if (!(IsConnector(j) && j > i)) {
      break;
    }
  }
  return end;
}

// --- Phrases ----------------------------------------------------------------

void Reader::AddPhrase(const Phrase& phrase) {
  if (phrase_count_ == kMaxPhrases) return;
  // A later keyword does not take what an earlier one has, unless it takes all of it.
  while (phrase_count_ > 0) {
    Phrase& last = phrases_[static_cast<size_t>(phrase_count_ - 1)];
    if (last.end <= phrase.begin) break;
    const bool covers = phrase.begin <= last.begin && phrase.end >= last.end;
    const bool street = phrase.type == kStreet && phrase.numbered && last.type != kStreet;
    if (!(covers || street) || (last.type == kStreet && last.numbered && !phrase.numbered)) return;
    phrase_at_[static_cast<size_t>(last.begin)] = -1;
    --phrase_count_;
  }
  phrases_[static_cast<size_t>(phrase_count_)] = phrase;
  phrase_at_[static_cast<size_t>(phrase.begin)] = static_cast<int8_t>(phrase_count_);
  ++phrase_count_;
}

// Where the streets found so far end.
int Reader::StreetsEnd() const {
  for (int p = phrase_count_ - 1; p >= 0; --p) {
    if (phrases_[static_cast<size_t>(p)].type == kStreet)
      return phrases_[static_cast<size_t>(p)].end;
  }
  return 0;
}

// The last phrase, if it holds token `i`.
const Phrase* Reader::InsidePhrase(int i) const {
  if (phrase_count_ == 0) return nullptr;
  const Phrase& last = phrases_[static_cast<size_t>(phrase_count_ - 1)];
  return last.begin <= i && i < last.end ? &last : nullptr;
}

// The end of a house number behind token `i`, or -1.
int Reader::NumberRight(int i) const {
  int j = i + 1;
  bool marked = false;
  if (j < count_ && token(j).shape == Shape::kWord && Has(kNumberWords, token(j).key) &&
      (token(j).gap & ~(kSpace | kComma | kDot)) == 0) {
    ++j;
    marked = true;
  }
  if (j >= count_ || !IsHouseNumber(j) || IsMeasured(j)) return -1;
  const uint16_t gap = token(j).gap;
  if ((gap & kHash) != 0) marked = true;
  if ((gap & ~(kSpace | kDot | kComma | kHash | (marked ? kColon : 0))) != 0) return -1;
  if (token(j).shape == Shape::kCode && !marked && token(j).size() < 6) return -1;
  if ((gap & kDot) != 0 && !marked && !Abbreviated(i) && !Text(i).ends_with("str")) return -1;
  if (!marked && (gap & kComma) != 0) {
    // A number of four and more digits before a name is a postcode.
    if (token(j).digits >= 4 || !token(j).plain) {
      if (j + 1 < count_ && Tight(j + 1) && IsName(j + 1, false)) return -1;
    }
    if (token(j).digits >= 5) return -1;
    if (token(j).digits == 3 && j + 1 < count_ && token(j + 1).shape == Shape::kNumber &&
        token(j + 1).gap == kSpace) {
      return -1;
    }
    // "Main Street, 12 Elm Road": the number of the next street.
    if (PhraseAt(j) != nullptr) return -1;
    if (j + 1 < count_ && !EndsHere(j + 1) && (token(j + 1).gap & kDash) == 0 &&
        !(token(j + 1).plain && token(j + 1).digits >= 4 && Postcode(j + 1) > j + 1) &&
        !Has(kHouseSuffixes, token(j + 1).key) && !(token(j + 1).Is(kUnit | kPlot))) {
      return -1;
    }
  }
  int end = j + 1;
  // "8 bis", "12 B"
  if (end < count_ && token(end).gap == kSpace && token(end).shape == Shape::kWord &&
      (token(end).key == Key("bis") || token(end).key == Key("ter") ||
       Has(kHouseSuffixes, token(end).key) ||
       (token(end).size() == 1 && EndsHere(end + 1) && (token(end + 1).gap & kColon) == 0 &&
        !((token(end + 1).gap & kDot) != 0 && end + 1 < count_ && token(end + 1).digits > 0) &&
        token(end).key != Key("a")))) {
    ++end;
  }
  // "20 A 5": stairs and flat.
  if (end == j + 1 && end + 1 < count_ && token(end).gap == kSpace && token(end).size() == 1 &&
      token(end).letters == Case::kTitle && token(end + 1).gap == kSpace && token(end + 1).plain &&
      token(end + 1).digits <= 3 && EndsHere(end + 2)) {
    end += 2;
  }
  // "5 - 7"
  if (end < count_ && (token(end).gap & kDash) != 0 && (token(end).gap & ~(kDash | kSpace)) == 0 &&
      token(end).shape == Shape::kNumber && token(end).digits <= 3 && token(j).digits <= 3 &&
      EndsHere(end + 1)) {
    ++end;
  }
  return end;
}

// The end of a direction at token `i` ("NW", "S.W.", "South"), or `i`.
int Reader::Direction(int i) const {
  if (i >= count_) return i;
  const Token& t = token(i);
  if (t.shape != Shape::kWord || (t.gap & ~(kSpace | kComma | kDot)) != 0) return i;
  if (!Has(kDirections, t.key) && !Has(kLongDirections, t.key)) return i;
  if (t.letters == Case::kLower && t.size() < 4 && !EndsHere(i + 1) && t.gap != kSpace) return i;
  if (t.size() == 1 && t.letters == Case::kLower && !EndsHere(i + 1)) return i;
  if (t.size() == 1 && i + 1 < count_ && token(i + 1).gap == kDot && token(i + 1).size() == 1 &&
      Has(kDirections, token(i + 1).key)) {
    return i + 2;
  }
  return i + 1;
}

// "123 N Main Street NW", "Lale Sok. No:5", "Lindenstr. 44b"
void Reader::StreetAfter(int i, bool suffix, bool strong) {
  const int floor = StreetsEnd();
  int begin = i;
  // "High Street", "Ring Road" are listed with their name.
  const bool named = !suffix && Text(i).find(' ') != std::string_view::npos;
  int names = suffix || named ? 1 : 0;
  int lower = 0;
  bool capital = suffix ? token(i).letters != Case::kLower : false;
  int first_capital = i;  // where the capitals directly before the keyword begin
  bool capitals = true;
  if (suffix) {
    while (begin > 0 && Tight(begin) && token(begin - 1).Is(kAdjective) &&
           token(begin - 1).letters != Case::kLower) {
      --begin;
    }
  } else {
    for (int j = i - 1; j >= floor && i - j <= 6; --j) {
      if (!Tight(j + 1)) break;
      const Token& t = token(j);
      if (t.shape == Shape::kOrdinal) {
        // "2nd floor 14 Street" has no ordinal here; "26th Avenue" has.
        begin = j, ++names, capital = true;
        if (capitals) first_capital = j;
      } else if (t.shape == Shape::kWord && !Has(kStopWords, t.key) && !t.Is(kStop | kCue) &&
                 !(t.letters == Case::kLower && t.Is(kPlot | kUnit) && t.size() > 3)) {
        if (Has(kEnglishConnectors, t.key) && t.letters == Case::kLower) {
          if (names == 0) break;
          continue;
        }
        if (t.letters == Case::kLower && t.Is(kAnyStreet) && t.size() <= 2) break;
        if (t.letters == Case::kLower && t.key == Key("na")) break;
        if (t.letters == Case::kLower) {
          ++lower;
          capitals = false;
          if (lower > 3) break;
        } else {
          capital = true;
          if (capitals) first_capital = j;
        }
        begin = j, ++names;
      } else if (Has(kEnglishConnectors, t.key) && names > 0) {
        continue;
      } else {
        break;
      }
    }
    // "44. Sok.", "8 Street"
    if (names == 0 && strong && i > floor && token(i - 1).shape == Shape::kNumber &&
        token(i - 1).plain && token(i - 1).digits <= 4 && (token(i).gap & ~(kSpace | kDot)) == 0 &&
        (token(i - 1).gap & kSpace) != 0 && token(i).letters != Case::kLower) {
      begin = i - 1;
      names = 1;
      capital = true;
      // "KG 11 Ave": the letters of a grid.
      if (begin > floor && token(begin).gap == kSpace && token(begin - 1).size() == 2 &&
          token(begin - 1).letters == Case::kUpper && token(begin - 1).shape == Shape::kWord &&
          !Has(kDirections, token(begin - 1).key)) {
        --begin;
      }
    }
  }
  if (names == 0) {
    // "Exhibition Road Crossing", "12 Forrest Hill Road": one more word for the street before.
    if (phrase_count_ > 0 && floor == i && Tight(i)) {
      Phrase& last = phrases_[static_cast<size_t>(phrase_count_ - 1)];
      if (last.end == i && last.type == kStreet && token(i - 1).Is(kStreet | kStreetWeak) &&
          last.capital == (token(i).letters != Case::kLower) &&
          !(strong && token(i - 1).Is(kStreet))) {
        last.end = i + 1;
        last.strong |= strong;
      }
    }
    return;
  }
  Phrase phrase{.begin = begin,
                .end = i + 1,
                .type = kStreet,
                .numbered = false,
                .strong = strong,
                .capital = (capital || (named && token(i).letters != Case::kLower)) &&
                           (token(i).letters != Case::kLower || suffix || (strong && lower == 0)) &&
                           (strong || lower == 0)};
  // The house number in front.
  const int number = begin - 1;
  if (number >= floor && IsHouseNumber(number) && !IsMeasured(number) &&
      !token(i).Is(kNumberLast) &&
      (token(begin).gap == kSpace || InsidePhrase(number) == nullptr)) {
    const uint16_t gap = token(begin).gap;
    const bool near = gap == kSpace || ((gap & kComma) != 0 && (gap & ~(kSpace | kComma)) == 0 &&
                                        !(lower == names) && token(number).digits <= 4);
    const uint16_t before = token(number).gap;
    // "ATM-121", "R1750.00" end in a number that is no house's; "Venue-3" does not.
    bool clean =
        (before != 0 &&
         (before & (kSpace | kLine | kColon | kComma | kOpen | kHash | kHard)) != 0) ||
        (before == kDot && number > 0 && Has(kNumberWords, token(number - 1).key));  // No.7
    if (before == kDash && number > 0) {
      const Token& word = token(number - 1);
      clean = word.shape == Shape::kWord && word.letters != Case::kUpper && word.size() >= 4 &&
              token(number).digits <= 3;
    }
    if ((before & kHash) != 0 && !token(number).plain) clean = false;  // #11-02 is a unit
    // "Flat 9, Larch Court"
    if ((gap & kComma) != 0 && !strong && number > 0 && token(number - 1).Is(kUnit)) clean = false;
    if (near && clean && !suffix) {
      phrase.begin = number;
      phrase.numbered = true;
      // "358 370 E 71st": a range without its dash.
      if (number > 0 && token(number).gap == kSpace && token(number - 1).shape == Shape::kNumber &&
          token(number - 1).digits <= 5 && number - 1 >= floor) {
        --phrase.begin;
      } else if (number > floor && token(number).gap == kSpace &&
                 token(number - 1).shape == Shape::kCode &&
                 std::string_view("NSEW").find(Upper(input_.text[token(number - 1).begin])) !=
                     std::string_view::npos) {
        --phrase.begin;  // "W206 N16282 Marsh Dr", a grid of Wisconsin
      } else if (number > floor && token(number - 1).Is(kPlot | kUnit) &&
                 (token(number).gap & ~(kSpace | kDot | kColon | kDash)) == 0 &&
                 token(number - 1).key != Key("house")) {
        --phrase.begin;  // "Blk 77 Marine Drive"
      }
    } else if (near && clean && token(begin).gap == kSpace) {
      phrase.begin = number;  // counts only with the number behind the name, see below
    }
  }
  const int right = strong || suffix ? NumberRight(i) : -1;
  // "Árpád fejedelem útja 62": the number behind it proves the whole name.
  const bool proved = right >= 0 && token(i).Is(kNumberLast) && capital && lower <= 1;
  if (!phrase.numbered && !suffix && lower > 0 && !proved) {
    // Without a number, only what is written as a name belongs to it.
    if (token(i).letters == Case::kLower && lower == names && names <= 2) {
      // In small letters, only behind a word of place: "at lily avenue".
      if (begin > 0 && !Has(kPlaceWords, token(begin - 1).key)) return;
      phrase.capital = false;
    } else {
      if (first_capital == i) return;
      phrase.begin = first_capital;
    }
  }
  // Connectors do not begin a name.
  while (!phrase.numbered && phrase.begin < i && IsConnector(phrase.begin)) ++phrase.begin;
  if (phrase.begin == i && !suffix && !named) return;
  const bool tail = i + 1 < count_ && token(i + 1).shape == Shape::kNumber &&
                    token(i + 1).gap == kSpace && token(i + 1).plain && token(i + 1).digits <= 3 &&
                    !IsMeasured(i + 1);
  if (right >= 0 && !phrase.numbered) {
    // "evdeyim Barbaros Bulvarı 76"
    if (!suffix && capital) {
      while (phrase.begin < i && token(phrase.begin).letters == Case::kLower) ++phrase.begin;
    }
    phrase.end = right;
    phrase.numbered = phrase.capital || strong;
  } else if (phrase.numbered && !suffix && tail && Postcode(i + 1) == i + 1) {
    phrase.end = i + 2;  // "Ave 6", "Highway 31"
  } else if (suffix) {
    if (right < 0 && phrase.begin < begin) phrase.begin = begin;
    if (right < 0 && (!strong || token(i).letters == Case::kLower)) return;
  }
  if (!phrase.numbered && !strong && token(i).letters == Case::kLower) return;
  if (!suffix) {
    const int direction = Direction(phrase.end);
    if (direction > phrase.end &&
        (phrase.numbered || token(direction - 1).letters == Case::kUpper)) {
      phrase.end = direction;
    }
  }
  AddPhrase(phrase);
}

// True if the number before token `i`, a street's word, is its house number.
bool Reader::HasNumberLeft(int i, int floor) const {
  if (i <= floor) return false;
  const Token& number = token(i - 1);
  const uint16_t before = number.gap, gap = token(i).gap;
  // "via" is English too: nothing before it is a house number.
  return number.shape == Shape::kNumber && IsHouseNumber(i - 1) && before != 0 &&
         (before & ~kDot) != 0 && (before & ~kSlash) != 0 && (gap & ~(kSpace | kComma)) == 0 &&
         token(i).key != Key("via") && InsidePhrase(i - 1) == nullptr;
}

// "12 rue de la Paix", "ul. Lipowa 7/3", "Calle 45 Sur No. 22-08"
bool Reader::StreetBefore(int i, bool strong, Phrase& phrase) const {
  const int floor = StreetsEnd();
  // Two capitals are many things ("UL Calls"), unless a full stop shows an abbreviation.
  if (token(i).letters == Case::kUpper && token(i).size() == 2 && token(i).key != Key("jl") &&
      i + 1 < count_ && (token(i + 1).gap & kDot) == 0) {
    return false;
  }
  // English words of this kind stand before a number only: "Highway 31", "Street 44".
  const bool english = !strong && token(i).Is(kStreet);
  int j = i + 1;
  int names = 0, lower = 0, end = i + 1;
  bool capital = true, number_name = false;
  for (; j < count_ && j - i <= 7; ++j) {
    const Token& t = token(j);
    const uint16_t gap = t.gap;
    const bool near = Tight(j) || (j == i + 1 && (gap & ~(kSpace | kDot | kSlash | kColon)) == 0 &&
                                   (gap & (kSlash | kColon)) != (kSlash | kColon));
    if (!near) break;
    // "un día largo. Estoy": a whole word is not abbreviated.
    if (j == i + 1 && (gap & kDot) != 0 && token(i).key != 0 && token(i).size() >= 5) break;
    if (t.shape == Shape::kNumber || t.shape == Shape::kCode || t.shape == Shape::kOrdinal) {
      // "rue L84"
      const bool code = t.shape == Shape::kCode && strong && t.size() <= 4 && EndsHere(j + 1);
      if (names > 0 || t.digits > 4 || IsMeasured(j) || (t.shape == Shape::kCode && !code)) break;
      if (!strong && (gap & ~(kSpace | kDot)) != 0) break;
      number_name = true;
      end = j + 1;
      ++names;
      continue;
    }
    if (t.shape != Shape::kWord || (english && names == 0) || t.Is(kStop)) break;
    // "137 Avenue Teboulbi St. the first": a second word for a street ends the name, unless it is a
    // part of it: "Rue Neuve St Pierre".
    if (names > 0 && t.Is(kStreetBefore | kStreetBeforeWeak) && j + 1 < count_ &&
        token(j + 1).shape == Shape::kNumber) {
      break;  // "jl anggrek gg 3"
    }
    if (names > 0 && t.Is(kStreet) && !(j + 1 < count_ && Tight(j + 1) && IsName(j + 1, false)))
      break;
    if (english && !Has(kDirections, t.key)) break;
    if (Has(kNumberWords, t.key) && j + 1 < count_ && IsHouseNumber(j + 1)) break;
    if (t.Is(kUnit | kPlot | kFloor | kNear | kPoBox) && !t.Is(kPlace)) break;
    if (names > 0 && t.Is(kCity | kCountry) && t.letters != Case::kLower && lower == 0 &&
        names >= 1 && !(j + 1 < count_ && Tight(j + 1) && IsHouseNumber(j + 1))) {
      // A city ends the street's name unless the house number stands behind it.
      break;
    }
    if (names > 0 && t.letters != Case::kLower && Has(kDirections, t.key)) {
      end = j + 1;
      continue;
    }
    if (IsConnector(j) && t.letters != Case::kUpper) continue;
    if (Has(kStopWords, t.key)) break;
    if (t.letters == Case::kLower) {
      if (++lower > 3) break;
      capital = false;
    }
    end = j + 1;
    ++names;
  }
  if (names == 0) return false;
  const bool name_only_number = number_name && names == 1;
  phrase = {.begin = i,
            .end = end,
            .type = kStreet,
            .numbered = false,
            .strong = strong,
            .capital = capital};
  const bool left = HasNumberLeft(i, floor);
  const int right = english ? -1 : NumberRight(end - 1);
  if (right >= 0 && !capital && !left && !EndsHere(right) && (token(right - 1).gap & kHash) == 0 &&
      !token(right).Is(kUnit | kFloor | kPlace)) {
    // "allée chez 2 dentistes"
    return false;
  }
  if (right >= 0 && left && (token(end).gap & kComma) != 0) {
    // "14 rue des Acacias, 2e": not the house's
  } else if (right >= 0 && (!capital ? right - end <= 2 : true)) {
    phrase.end = right;
    phrase.numbered = true;
    phrase.strong |= number_name && (token(end).gap & kHash) != 0;  // "cl 45 # 22-17"
  } else if (lower > 0 && left) {
    phrase.end = std::min(end, i + 5);
  } else if (lower > 0) {
    // Only what is written as a name belongs to it, unless a number closes it.
    int k = i + 1;
    while (k < end && (token(k).letters != Case::kLower || IsConnector(k))) ++k;
    while (k > i + 1 && IsConnector(k - 1)) --k;
    phrase.end = k;
    if (k == i + 1) phrase.end = std::min(end, i + 2);
    phrase.capital = k > i + 1;
  }
  const bool announced = left && i > 1 && Has(kNumberWords, token(i - 2).key);  // "No. 12, Jalan"
  if (left &&
      (announced || !((token(i).gap & kComma) != 0 && (phrase.numbered || name_only_number)))) {
    phrase.begin = i - 1;
    phrase.numbered = true;
    if (i - 1 > floor && token(i - 1).gap == kSpace && token(i - 2).shape == Shape::kNumber &&
        token(i - 2).digits <= 5) {
      --phrase.begin;
    } else if (i - 1 > floor && token(i - 2).Is(kPlot | kUnit) && Tight(i - 1)) {
      --phrase.begin;
    }
  } else if (i > 1 && token(i).gap == kSpace && token(i - 1).key == Key("bis") &&
             IsHouseNumber(i - 2)) {
    phrase.begin = i - 2;
    phrase.numbered = true;
  }
  if (!strong && token(i).size() <= 2) phrase.capital = false;  // "gg", "bd": many things
  if (!strong && !phrase.numbered && !(name_only_number && english)) return false;
  if (!phrase.numbered && !phrase.capital && !number_name) {
    // "rue garoute": a name in small letters is weak, and short.
    if (!strong) return false;
    phrase.end = std::min(phrase.end, i + 2);
  }
  return true;
}

// "Elm House", "Ram Nagar"
void Reader::KeywordAfter(int i, uint32_t type, int most) {
  const int floor = phrase_count_ > 0 ? phrases_[static_cast<size_t>(phrase_count_ - 1)].end : 0;
  int begin = i;
  const bool lower_type = token(i).letters == Case::kLower;
  for (int j = i - 1; j >= floor && i - j <= most; --j) {
    if (!Tight(j + 1) || token(j + 1).gap == 0) break;
    const Token& t = token(j);
    if (t.shape == Shape::kOrdinal && type == kLocality) {
      begin = j;
      break;
    }
    if (t.shape != Shape::kWord || Has(kStopWords, t.key) ||
        t.Is(kUnit | kPlot | kNear | kFloor | kStop | kCue)) {
      break;
    }
    // "gandhi market" only behind a comma: it is an everyday word.
    const bool small =
        lower_type && j == i - 1 && (type == kLocality || (token(j).gap & kComma) != 0);
    if (t.letters == Case::kLower && !small) {
      if (IsConnector(j)) continue;
      break;
    }
    begin = j;
  }
  while (begin < i && IsConnector(begin) && token(begin).letters == Case::kLower) ++begin;
  if (begin == i) return;
  int end = i + 1;
  // "Greater Kailash-1", "Shanti Nagar 2"
  if (end < count_ && token(end).shape == Shape::kNumber && token(end).digits <= 2 &&
      (token(end).gap & ~(kDash | kSpace)) == 0 && EndsHere(end + 1)) {
    ++end;
  }
  AddPhrase({.begin = begin,
             .end = end,
             .type = type,
             .numbered = false,
             .strong = true,
             .capital = !lower_type});
}

// "Résidence Les Pins", "Ward 7", "г. Тверь"
void Reader::KeywordBefore(int i, uint32_t type, int most) {
  int j = i + 1;
  if (j >= count_) return;
  if (token(j).shape == Shape::kWord && Has(kNumberWords, token(j).key)) ++j;
  if (j >= count_ || (token(j).Is(kStreetBefore) && IsName(j + 1, false))) return;
  const uint16_t gap = token(j).gap;
  if ((gap & ~(kSpace | kDot | kColon | kDash | kHash)) != 0) return;
  const bool no = Lower(Text(i).back()) == 'o' && Text(i).find(' ') != std::string_view::npos;
  if ((gap & kDot) != 0 && (gap & kSpace) != 0 && !Abbreviated(i) && !no) return;  // "Ward No. 10"
  int end;
  if (token(j).shape == Shape::kNumber || token(j).shape == Shape::kCode) {
    if (token(j).digits > 4 || IsMeasured(j)) return;
    end = j + 1;
  } else {
    // "city- nimbahera": a label needs no capitals behind it.
    end = Names(j, (gap & (kColon | kDash)) != 0 ? 2 : most,
                (gap & (kColon | kDash)) != 0 && (gap & kSpace) != 0);
    // "Huyện Bình Chánh 2"
    if (end > j && end < count_ && token(end).gap == kSpace && token(end).plain &&
        token(end).digits <= (type == kBuilding ? 4 : 2) && EndsHere(end + 1)) {
      ++end;
    }
  }
  if (end <= j) return;
  AddPhrase({.begin = i,
             .end = end,
             .type = type,
             .numbered = false,
             .strong = true,
             .capital = token(i).letters != Case::kLower});
}

// "Kasvu 15, 10613 Tallinn": a name and a number that only the postcode behind them makes a street.
void Reader::NamedNumber(int i) {
  int next = i + 1;
  if (next + 1 >= count_ || (token(next).gap & (kComma | kLine)) == 0 ||
      (token(next).gap & (kHard | kBlankLine)) != 0) {
    return;
  }
  // "Cerrito 1250, Retiro, C1010 AAZ Buenos Aires"
  if (const int quarter = Names(next, 3, false);
      quarter > next && quarter + 1 < count_ && token(quarter).gap == (kComma | kSpace)) {
    next = quarter;
  }
  const int end = Postcode(next);
  if (token(i - 1).Is(kPoBox | kUnit | kPlot)) return;
  // "Ленина 15, кв 8": in Cyrillic a flat does as well.
  const bool flat = IsHigh(input_.text[token(i - 1).begin]) && token(next).Is(kUnit) &&
                    token(i - 1).letters == Case::kTitle &&
                    IsHigh(input_.text[token(next).begin]) && Unit(next, false) > next;
  if (!flat && (end <= next || end >= count_ || !Tight(end) || !IsName(end, false) ||
                token(end).letters == Case::kLower)) {
    return;
  }
  int floor = 0;
  if (phrase_count_ > 0) {
    const Phrase& last = phrases_[static_cast<size_t>(phrase_count_ - 1)];
    if (last.numbered || last.type != kStreet) floor = last.end;
  }
  int begin = i;
  for (int j = i - 1; j >= floor && i - j <= 5; --j) {
    if (!Tight(j + 1)) break;
    if (IsName(j, false) ||
        (Has(kGermanPrepositions, token(j).key) && token(j).letters == Case::kTitle)) {
      begin = j;
    } else if (!IsConnector(j) || token(j).key == Key("na")) {
      break;  // "Zásilka na Vinohradská 112"
    }
  }
  if (begin == i) return;
  AddPhrase({.begin = begin,
             .end = i + 1,
             .type = flat ? kStreet : kUnit,
             .numbered = true,
             .strong = false,
             .capital = true});
}

void Reader::FindPhrases() {
  phrase_count_ = 0;
  std::fill(phrase_at_.begin(), phrase_at_.begin() + count_ + 1, static_cast<int8_t>(-1));
  for (int i = 0; i < count_; ++i) {
    const Token& t = token(i);
    if (t.shape == Shape::kNumber) {
      if (t.digits <= 4 && Tight(i)) NamedNumber(i);
      continue;
    }
    if (t.shape != Shape::kWord) continue;
    if (t.classes == 0 || t.classes == kAdjective) {
      if (i + 1 < count_ + 1 && t.size() >= 6) {
        const int suffix = words_.StreetSuffix(Text(i));
        if (suffix != 0) StreetAfter(i, true, suffix == 2);
      }
      continue;
    }
    if (t.Is(kAnyStreet) && (t.gap == kSlash || t.gap == kDot) && t.size() <= 3)
      continue;  // "a/c/", ".gg/"
    if (t.Is(kAnyStreet)) {
      const bool after = t.Is(kStreet | kStreetWeak);
      const bool before = t.Is(kStreetBefore | kStreetBeforeWeak);
      const bool name_left = i > 0 && Tight(i) && IsName(i - 1, true) &&
                             (token(i - 1).letters != Case::kLower || t.letters == Case::kLower) &&
                             !token(i - 1).Is(kPlot | kUnit) &&
                             !Has(kPlaceWords, token(i - 1).key) &&
                             !(before && token(i - 1).Is(kLocalityBefore));
      Phrase phrase;
      bool done = false;
      if (before && (!after || !name_left)) {
        done = StreetBefore(i, t.Is(kStreetBefore), phrase);
      } else if (before && after && StreetBefore(i, t.Is(kStreetBefore), phrase)) {
        done = phrase.numbered && phrase.begin == i && phrase.capital &&
               !(i > 1 && IsHouseNumber(i - 2));
      }
      if (done) {
        AddPhrase(phrase);
      } else if (after) {
        StreetAfter(i, false, t.Is(kStreet));
      }
    }
    // "Plaza Semanggi", but "International Plaza, Singapore".
    const bool named_behind = t.Is(kBuildingBefore) && i + 1 < count_ && Tight(i + 1) &&
                              IsName(i + 1, false) && !token(i + 1).Is(kPlace | kBuilding);
    if (t.Is(kBuilding) && !named_behind && phrase_at_[static_cast<size_t>(i)] < 0)
      KeywordAfter(i, kBuilding, 4);
    if (t.Is(kLocality) && phrase_at_[static_cast<size_t>(i)] < 0) KeywordAfter(i, kLocality, 3);
    if (t.Is(kBuildingBefore)) KeywordBefore(i, kBuilding, 4);
    if (t.Is(kLocalityBefore)) KeywordBefore(i, kLocality, 3);
  }
}

// --- Parts ------------------------------------------------------------------

// The end of "Apt 4B", "D:3", "#11-500" at token `i`, or `i`.
int Reader::Unit(int i, bool inside) const {
  if (i >= count_) return i;
  const Token& t = token(i);
  if ((t.gap & kHash) != 0 && (t.shape == Shape::kNumber || t.shape == Shape::kCode) &&
      t.digits <= 5) {
    return i + 1;
  }
  if (t.shape != Shape::kWord) return i;
  const bool listed = t.Is(kUnit | kPlot);
  if (!listed && !(inside && (Has(kLetterUnits, t.key) || Has(kNumberWords, t.key)))) return i;
  int j = i + 1;
  if (j < count_ && token(j).shape == Shape::kWord && Has(kNumberWords, token(j).key) && listed)
    ++j;
  if (j >= count_) return i;
  const Token& value = token(j);
  if ((value.gap & ~(kSpace | kDot | kColon | kDash | kHash)) != 0) return i;
  if (value.shape == Shape::kNumber || value.shape == Shape::kCode) {
    if (value.digits > 6 || IsMeasured(j) || (!listed && value.size() > 7)) return i;
    if (!listed && (value.gap & ~(kDot | kColon | kSpace)) != 0) return i;
    int end = j + 1;
    // "Apt 4 B"
    if (end < count_ && token(end).gap == kSpace && token(end).size() == 1 &&
        token(end).letters == Case::kTitle && EndsHere(end + 1)) {
      ++end;
    }
    return end;
  }
  // "Dept 863499174, PO Box 419267"
  bool certain = false;
  if (listed && value.shape == Shape::kFigure && value.size() == value.digits &&
      value.digits <= 10 && PoBox(j + 1, certain) > j + 1) {
    return j + 1;
  }
  // "H.No. 12-3-45" looks like a date.
  if (t.Is(kPlot) && value.shape == Shape::kFigure && value.size() <= 12 &&
      Text(j).find_first_not_of("0123456789-") == std::string_view::npos) {
    return j + 1;
  }
  if (!listed || value.shape != Shape::kWord) return i;
  const bool letter =
      value.letters == Case::kTitle &&
      (value.size() == 1 || (value.size() == 2 && IsHigh(input_.text[value.begin])));
  if (letter && (EndsHere(j + 1) || inside || token(j + 1).Is(kUnit | kPlot))) {
    // "KC 4", "Block A 12"
    if (j + 1 < count_ && (token(j + 1).gap & ~(kSpace | kDash)) == 0 &&
        token(j + 1).shape == Shape::kNumber && token(j + 1).digits <= 4) {
      return j + 2;
    }
    return j + 1;
  }
  return i;
}

// The end of "2nd floor", "3 tr", "Lantai 5", "4.º B" at token `i`, or `i`.
int Reader::Floor(int i, bool inside) const {
  if (i >= count_) return i;
  const Token& t = token(i);
  const int j = i + 1;
  // "21/F"
  if (t.shape == Shape::kNumber && !t.plain && t.size() == t.digits + 2u &&
      input_.text[t.end - 2] == '/' && Lower(input_.text[t.end - 1]) == 'f') {
    return j;
  }
  const bool ordinal = t.shape == Shape::kOrdinal ||
                       (t.shape == Shape::kNumber && t.digits <= 2 && t.size() <= 3) ||
                       (t.shape == Shape::kWord && Has(kOrdinalWords, t.key));
  if (ordinal && j < count_ && token(j).Is(kFloor) && (token(j).gap & ~(kSpace | kDot)) == 0) {
    int end = j + 1;
    if (end < count_ && token(end).gap == kSpace && token(end).size() == 1 &&
        token(end).letters == Case::kTitle && EndsHere(end + 1)) {
      ++end;
    } else if (end < count_ && token(end).gap == (kDot | kSpace) && token(end).plain &&
               token(end).digits <= 2 && EndsHere(end + 1)) {
      ++end;  // "2. em. 5"
    }
    return end;
  }
  if (t.Is(kFloor) && j < count_ && (token(j).gap & ~(kSpace | kDot | kColon)) == 0 &&
      ((token(j).shape == Shape::kNumber && token(j).digits <= 2 && !IsMeasured(j)) ||
       token(j).shape == Shape::kOrdinal)) {
    return j + 1;
  }
  if (inside && (t.shape == Shape::kOrdinal || (t.shape == Shape::kNumber && t.digits <= 2)) &&
      j < count_ && token(j).shape == Shape::kWord && (token(j).gap & ~(kSpace | kDot)) == 0) {
    if (Has(kSides, token(j).key)) return j + 1;
    if (t.shape == Shape::kOrdinal && token(j).size() == 1 && token(j).letters == Case::kTitle)
      return j + 1;
    // Danish "4 t.v."
    if (token(j).key == Key("t") && j + 1 < count_ && token(j + 1).gap == kDot &&
        (token(j + 1).key == Key("v") || token(j + 1).key == Key("h"))) {
      return j + 2;
    }
  }
  if (inside && t.shape == Shape::kOrdinal && EndsHere(j)) return j;
  return i;
}

// The end of "Near Old Temple" at token `i`, or `i`.
int Reader::Near(int i) const {
  if (i + 1 >= count_ || !token(i).Is(kNear | kNearStreet)) return i;
  if (!token(i).Is(kNear)) {
    const Phrase* street = PhraseAt(i + 1);
    return street != nullptr && street->type == kStreet && token(i + 1).gap == kSpace ? street->end
                                                                                      : i;
  }
  const uint16_t gap = token(i + 1).gap;
  if ((gap & ~(kSpace | kDot | kColon)) != 0) return i;
  if (const Phrase* phrase = PhraseAt(i + 1)) return phrase->end;
  int end = Names(i + 1, 4, false);
  if (end == i + 1 && (token(i).gap & kComma) != 0 && !token(i + 1).Is(kUnit)) {
    end = Names(i + 1, 3, true);  // ", near bus stand,"
    if (!EndsHere(end)) end = i + 1;
  }
  if (end == i + 1) {
    // "Near platform no:1"
    if (token(i + 1).Is(kUnit)) return std::max(i, Unit(i + 1, true));
    return i;
  }
  if (const Phrase* phrase = end < count_ ? PhraseAt(end) : nullptr; phrase && Tight(end))
    end = phrase->end;
  return end;
}

// The end of "PO Box 123", "BCM Box 8027" at token `i`, or `i`.
int Reader::PoBox(int i, bool& certain) const {
  if (i >= count_ || !token(i).Is(kPoBox)) return i;
  int j = i + 1;
  if (j < count_ && token(j).shape == Shape::kWord &&
      (Has(kNumberWords, token(j).key) || token(j).key == Key("box") ||
       token(j).key == Key("bag") || token(j).key == Key("x"))) {
    ++j;
  }
  // Abbreviations of two letters are many things ("BP 120"); they need a place behind.
  certain = token(i).size() > 3;
  // "P.O. Box KN 887": the post office's letters.
  if (j + 1 < count_ && token(j).shape == Shape::kWord && token(j).letters == Case::kUpper &&
      token(j).size() <= 3 && token(j).gap == kSpace && token(j + 1).gap == kSpace &&
      token(j + 1).shape == Shape::kNumber) {
    ++j;
  }
  if (j >= count_) return i;
  const Token& value = token(j);
  if ((value.gap & ~(kSpace | kDot | kColon | kHash | kDash | kComma)) != 0) return i;
  if ((value.gap & kComma) != 0) return i;
  if (value.shape == Shape::kNumber || value.shape == Shape::kCode ||
      (value.shape == Shape::kFigure && value.digits >= 3 && value.digits <= 8 &&
       value.size() <= 14)) {
    if (IsMeasured(j)) return i;
    // "Postfach 10 22 34"
    int end = j + 1;
    while (end < count_ && value.plain && value.digits <= 2 && end - j < 3 &&
           token(end).gap == kSpace && token(end).plain && token(end).digits == 2) {
      ++end;
    }
    return end;
  }
  return i;
}

// The end of a postcode at token `i`, or `i`. Shapes: UPU, Postal addressing systems.
int Reader::Postcode(int i) const {
  if (i >= count_) return i;
  const std::string_view text = input_.text;
  int j = i;
  bool announced = false;
  if (token(j).shape == Shape::kWord &&
      (token(j).Is(kPostcodeWord) || (Has(kPostcodeWords, token(j).key) && token(j).size() <= 7))) {
    ++j;
    if (j < count_ && (token(j).key == Key("code") || token(j).key == Key("no"))) ++j;
    if (j >= count_ || (token(j).gap & ~(kSpace | kColon | kDash | kDot | kLine)) != 0) return i;
    announced = true;
  }
  const Token& t = token(j);
  const bool more = j + 1 < count_;
  const bool next_near = more && token(j + 1).gap == kSpace;
  const auto hyphen = [&](size_t left, size_t right) {
    const std::string_view s = text.substr(t.begin, t.size());
    if (s.size() != left + right + 1 || s[left] != '-') return false;
    for (size_t k = 0; k < s.size(); ++k) {
      if (k != left && !IsDigit(s[k])) return false;
    }
    return true;
  };
  const auto free_of_digits = [&](int k) {  // no more digits behind: not a phone number
    return k >= count_ || token(k).gap == 0
               ? k >= count_
               : !(token(k).shape == Shape::kNumber || token(k).shape == Shape::kFigure) ||
                     (token(k).gap & ~(kSpace | kDash)) != 0 || token(k).digits <= 2;
  };
  if (t.shape == Shape::kNumber || t.shape == Shape::kFigure) {
    if (hyphen(5, 4) || hyphen(2, 3) || hyphen(4, 3) || hyphen(5, 3) || hyphen(3, 4)) return j + 1;
    if (t.shape == Shape::kFigure || !t.plain) return i;
    if (t.digits == 4) {
      // Dutch 1234 AB
      if (next_near && !IsMeasured(j) && token(j + 1).size() == 2 &&
          token(j + 1).letters == Case::kUpper && token(j + 1).shape == Shape::kWord) {
        return j + 2;
      }
      // Dutch 1234 AB needs capitals; any other four digits must not be counted in something.
      return IsMeasured(j) || !free_of_digits(j + 1) ? i : j + 1;
    }
    if (t.digits == 5 || t.digits == 6) return IsMeasured(j) || !free_of_digits(j + 1) ? i : j + 1;
    if (t.digits == 3) {
      if (next_near && token(j + 1).plain &&
          (token(j + 1).digits == 2 || token(j + 1).digits == 3) && free_of_digits(j + 2)) {
        return j + 2;  // Swedish 123 45, Indian 123 456
      }
      if (next_near && IsName(j + 1, false) && token(j + 1).letters != Case::kLower &&
          !IsMeasured(j)) {
        return j + 1;  // Iceland, Faroe Islands
      }
    }
    return announced && t.digits >= 3 ? j + 1 : i;
  }
  if (t.shape == Shape::kCode || (t.shape == Shape::kWord && t.size() <= 3)) {
    // United Kingdom, in one or two tokens.
    for (int k = j; k <= j + 1 && k < count_; ++k) {
      if (k == j + 1 && (token(k).gap != kSpace || token(k).size() != 3)) break;
      const size_t end = token(k).end;
      if (end >= 2 && UkPostcodeBegin(text, end) == t.begin &&
          (end == text.size() || !IsWordByte(text[end]))) {
        return k + 1;
      }
    }
    const auto shape_is = [&](int k, std::string_view shape) {
      const std::string_view s = text.substr(token(k).begin, token(k).size());
      if (s.size() != shape.size()) return false;
      for (size_t c = 0; c < s.size(); ++c) {
        if (shape[c] == '9'   ? !IsDigit(s[c])
            : shape[c] == 'A' ? !IsAlpha(s[c])
            : shape[c] == '*' ? !(IsAlpha(s[c]) || IsDigit(s[c]))
                              : s[c] != shape[c]) {
          return false;
        }
      }
      return true;
    };
    if (t.shape == Shape::kCode) {
      if (more && (token(j + 1).gap == kSpace || token(j + 1).gap == kDash) && shape_is(j, "A9A") &&
          shape_is(j + 1, "9A9")) {
        return j + 2;  // Canada
      }
      if (shape_is(j, "A9A9A9") || shape_is(j, "A9A-9A9")) return j + 1;
      if (next_near && shape_is(j, "A99") && shape_is(j + 1, "****") &&
          token(j + 1).shape != Shape::kWord) {
        return j + 2;  // Ireland
      }
      if (shape_is(j, "A9999") && next_near && shape_is(j + 1, "AAA")) return j + 2;  // Argentina
      if (shape_is(j, "A9999AAA")) return j + 1;
      if (shape_is(j, "A999999") && Lower(text[t.begin]) == 's') return j + 1;  // Singapore
      if (shape_is(j, "AA999") || shape_is(j, "AA9999") || shape_is(j, "AA-9999") ||
          shape_is(j, "AA-99999") || shape_is(j, "A-9999") || shape_is(j, "A-99999") ||
          shape_is(j, "AA99999") || shape_is(j, "AA-999")) {
        // AD500, VG1110, LV-1009, LT-01100, D-50674
        uint64_t prefix = static_cast<unsigned char>(Lower(text[t.begin]));
        if (IsAlpha(text[t.begin + 1])) {
          prefix |= static_cast<uint64_t>(static_cast<unsigned char>(Lower(text[t.begin + 1])))
                    << 8;
        }
        if (Has(kPostcodePrefixes, prefix) && IsUpper(text[t.begin])) return j + 1;
      }
      if (shape_is(j, "AAA9999") && IsUpper(text[t.begin]) && announced) return j + 1;
    } else if (t.size() == 3 && t.letters == Case::kUpper && next_near && shape_is(j + 1, "9999")) {
      return j + 2;  // Malta
    } else if (t.size() == 1 && Lower(text[t.begin]) == 's' && more &&
               (token(j + 1).gap & ~(kOpen | kSpace)) == 0 && shape_is(j + 1, "999999")) {
      return j + 2;  // S(560412)
    }
  }
  return i;
}

// The end of a state's code at token `i`, or `i`: "TX", "NSW", or behind a name any two or three
// capitals at the end of a part ("Cagliari CA", "Rio - RJ").
int Reader::State(int i, bool after_name) const {
  if (i >= count_) return i;
  const Token& t = token(i);
  if (t.shape != Shape::kWord || t.size() < 2 || t.size() > 3 || t.key == 0) return i;
  const int end = i + 1;
  const bool postcode =
      Postcode(end) > end && (token(end).gap & ~(kSpace | kComma | kDash | kLine | kDot)) == 0;
  const bool known = Has(kUsStates, t.key) || Has(kOtherStates, t.key);
  if (known && (t.letters == Case::kUpper || (postcode && after_name))) {
    if (postcode || EndsHere(end) || Has(kCountryCodes, token(end).key)) return end;
    return t.letters == Case::kUpper && after_name && (token(i).gap & kComma) != 0 ? end : i;
  }
  if (t.letters == Case::kUpper && after_name && (EndsHere(end) || postcode) &&
      ((t.gap & (kDash | kOpen | kComma)) != 0 || t.gap == kSpace)) {
    return end;
  }
  return i;
}

// The end of a known city, state or country at token `i`, or `i`.
int Reader::Place(int i, uint32_t& kind) const {
  if (i >= count_) return i;
  const Token& t = token(i);
  kind = t.classes & kPlace;
  if (kind != 0) return i + 1;
  // "N.Y.", "D.C."
  if (t.shape == Shape::kWord && t.size() == 1 && t.letters == Case::kTitle && i + 1 < count_ &&
      token(i + 1).gap == kDot && token(i + 1).size() == 1 &&
      Has(kUsStates, (t.key & 0xFF) | (token(i + 1).key & 0xFF) << 8)) {
    kind = kState;
    return i + 2;
  }
  if (t.shape == Shape::kWord && t.letters == Case::kUpper && Has(kCountryCodes, t.key)) {
    kind = kCountry;
    return i + 1;
  }
  return i;
}

// --- Chains -----------------------------------------------------------------

// True if token `i` stands within a phrase, behind its begin.
bool Reader::WithinPhrase(int i) const {
  for (int p = 0; p < phrase_count_; ++p) {
    const Phrase& phrase = phrases_[static_cast<size_t>(p)];
    if (phrase.begin < i && i < phrase.end) return true;
  }
  return false;
}

// Begins an address at token `i` if one can begin there.
bool Reader::Start(int i, Chain& chain) const {
  chain = Chain{};
  chain.begin = i;
  const Token& t = token(i);
  if (const Phrase* phrase = PhraseAt(i)) {
    chain.end = phrase->end;
    if (phrase->type == kStreet) {
      chain.street = true;
      chain.streets = 1;
      chain.numbered = phrase->numbered;
      chain.strong = phrase->strong;
      chain.capital = phrase->capital;
      // A name with capitals behind a word that is no English one.
      chain.prefix =
          t.Is(kStreetBefore) && !t.Is(kStreetWeak) && phrase->capital && phrase->strong &&
          phrase->end > i + 1 && token(phrase->end - 1).letters != Case::kNone &&
          token(phrase->end - 1).shape == Shape::kWord && Text(i).back() != '/' &&
          token(i + 1).letters != Case::kLower && (token(i + 1).gap & (kDot | kSpace)) != 0 &&
          (t.size() > 3 || (token(i + 1).gap & kDot) != 0 || t.letters != Case::kUpper);
    } else if (phrase->type == kUnit) {
      chain.bare = true;
      chain.capital = true;
    } else if (phrase->type == kBuilding) {
      chain.building = 1;
    } else {
      chain.locality = 1;
    }
    return true;
  }
  if (t.shape == Shape::kWord) {
    if (t.classes == 0) return false;
    if (const int end = Corner(i); end > i) {
      chain.street = chain.numbered = chain.strong = chain.capital = true;
      chain.end = end;
      return true;
    }
    bool certain = false;
    if (const int end = PoBox(i, certain); end > i) {
      chain.box = true;
      chain.box_certain = certain;
      chain.end = end;
      return true;
    }
    if (const int end = Floor(i, false); end > i) return chain.floor = 1, chain.end = end, true;
    if (const int end = Unit(i, false); end > i) {
      (t.Is(kPlot) ? chain.plot : chain.unit) = 1;
      chain.end = end;
      return true;
    }
    uint32_t kind = 0;
    if (const int end = Place(i, kind); end > i && (kind & (kCity | kState)) != 0) {
      // From the city down: only if a street or quarter follows.
      if (end < count_ && (token(end).gap & ~(kSpace | kComma | kDot)) == 0 &&
          PhraseAt(end) != nullptr &&
          (t.key == 0 || token(PhraseAt(end)->begin).Is(kStreetBefore | kStreetBeforeWeak)) &&
          (PhraseAt(end)->numbered || t.letters == Case::kNone || t.key == 0)) {
        const Phrase& next = *PhraseAt(end);
        if (next.type == kStreet &&
            (next.begin < end || (token(end).gap & kComma) != 0 || t.letters == Case::kNone)) {
          chain.city = 1;
          chain.end = end;
          return true;
        }
      }
    }
    return false;
  }
  // "2-8-14 Nishi-Azabu, Minato-ku, Tokyo 106-0031": only its postcode tells it from a date.
  if (t.shape == Shape::kFigure && t.size() <= 8 && t.digits <= 2 && i + 1 < count_ &&
      token(i + 1).gap == kSpace && token(i + 1).letters == Case::kTitle &&
      Text(i).find_first_not_of("0123456789-") == std::string_view::npos) {
    chain.end = Names(i + 1, 3, false);
    chain.bare = chain.blocks = chain.capital = true;
    return chain.end > i + 1;
  }
  if (t.shape == Shape::kOrdinal || t.shape == Shape::kNumber || t.shape == Shape::kCode) {
    const uint16_t gap = t.gap;
    if (gap == 0 || gap == kDot || gap == kSlash ||
        (gap & kHard && i > 0 && token(i).begin > 0 && IsWordByte(input_.text[t.begin - 1]))) {
      if (i > 0) return false;
    }
    if (const int end = Floor(i, false); end > i) return chain.floor = 1, chain.end = end, true;
    if ((gap & kHash) != 0) {
      if (const int end = Unit(i, false); end > i) return chain.unit = 1, chain.end = end, true;
    }
    if (t.shape == Shape::kOrdinal || i + 1 >= count_ || IsMeasured(i)) return false;
    // "620014, г. Екатеринбург, пр. Ленина, 24"
    if (t.plain && t.digits >= 5 && token(i + 1).gap == (kComma | kSpace) &&
        ((PhraseAt(i + 1) != nullptr && PhraseAt(i + 1)->type == kLocality) ||
         token(i + 1).Is(kCity))) {
      chain.postcode = 1;
      chain.end = i + 1;
      return true;
    }
    // "1016 Budapest, Dezső utca 11."
    if (t.plain && t.digits >= 4 && Tight(i + 1)) {
      const int end = Names(i + 1, 2, false);
      if (end > i + 1 && end < count_ && (token(end).gap & (kComma | kHard)) == kComma) {
        const Phrase* phrase = PhraseAt(end);
        bool certain = false;
        if (token(i + 1).letters == Case::kTitle &&
            PoBox(end, certain) > end) {  // "4001 Debrecen, Pf. 212"
          chain.postcode = 1;
          chain.city = 1;
          chain.end = end;
          return true;
        }
        if (phrase != nullptr && phrase->type == kStreet && phrase->numbered &&
            phrase->begin == end && token(end).shape == Shape::kWord) {
          chain.postcode = 1;
          chain.city = 1;
          chain.end = end;
          return true;
        }
      }
    }
    if (!IsHouseNumber(i) || WithinPhrase(i)) return false;
    // A number and a name, or a number and a quarter: what follows must prove it.
    const uint16_t next = token(i + 1).gap;
    if ((next & ~(kSpace | kComma)) != 0) return false;
    if (const Phrase* phrase = PhraseAt(i + 1)) {
      if (next != kSpace && phrase->type != kLocality) return false;
      chain.bare = true;
      chain.capital = true;
      chain.end = i + 1;
      return true;
    }
    if ((next & kComma) != 0 && t.digits > 4) return false;
    if (token(i + 1).Is(kUnit | kPlot | kPoBox)) return false;
    if ((next & kComma) != 0 &&
        (t.shape == Shape::kCode || (gap & (kHard | kLine | kColon)) != 0) &&
        Floor(i + 1, false) > i + 1) {
      chain.bare = true;
      chain.capital = true;
      chain.end = i + 1;
      return true;
    }
    // "17 The Paddocks"
    const bool the = token(i + 1).key == Key("the") && token(i + 1).letters == Case::kTitle &&
                     i + 2 < count_ && token(i + 2).gap == kSpace;
    const int name = the ? i + 2 : i + 1;
    const int end = Names(name, 4, false);
    if (end == name || token(i + 1).letters == Case::kNone) return false;
    // "510 NE 93rd": a street of a grid needs no other word.
    const int direction = Direction(i + 1);
    if (direction == i + 2 && token(i + 1).letters != Case::kLower && direction < count_ &&
        token(direction).shape == Shape::kOrdinal && Tight(direction)) {
      chain.street = chain.numbered = chain.strong = chain.capital = true;
      chain.end = direction + 1;
      return true;
    }
    chain.bare = true;
    chain.capital = true;
    chain.end = end;
    if (end < count_ && token(end).gap == kSpace && IsHouseNumber(end) &&
        token(end).shape == Shape::kNumber && token(end).digits <= 4 && !IsMeasured(end)) {
      ++chain.end;
    }
    return true;
  }
  return false;
}

// Adds what belongs to the address behind its first part.
void Reader::Grow(Chain& chain) const {
  int at = chain.end;         // read so far
  int committed = chain.end;  // certainly of the address
  bool after_name = false;    // the last part was a name of a place
  int tentative = 0;
  bool open = false;
  const int limit = std::min(count_, chain.begin + 60);
  while (at < limit) {
    const Token& t = token(at);
    const uint16_t gap = t.gap;
    if ((gap & (kHard | kColon)) != 0) break;
    if ((gap & kOpen) != 0) open = true;
    if ((gap & kClose) != 0) {
      if (!open) break;
      open = false;
    }
    // A full stop that ends a sentence, or a blank line: only a postcode or known place goes on.
    const bool sentence =
        (gap & kDot) != 0 && (gap & (kSpace | kLine)) != 0 && !Abbreviated(at - 1);
    const bool strict = sentence || (gap & kBlankLine) != 0 || (gap & kSlash) != 0;
    int end;
    uint32_t kind = 0;

    if (const Phrase* phrase = strict ? nullptr : PhraseAt(at)) {
      // A second street with its own number is another address.
      // "Larch Court, 52 Priory Lane" has a house that is called like one.
      const bool second = phrase->type == kStreet && phrase->numbered && chain.street &&
                          (chain.numbered || chain.strong) &&
                          token(phrase->begin).shape != Shape::kWord;
      // A house's name on the line above is a shop's rather.
      const bool shop = phrase->type == kStreet && phrase->numbered && at == chain.end &&
                        chain.building > 0 && chain.unit + chain.plot + chain.floor == 0 &&
                        (gap & kLine) != 0;
      // "…, ngõ xe": a street's word in small letters behind names with capitals.
      if (phrase->type == kStreet && !phrase->numbered && !phrase->capital && chain.capital) break;
      if (shop) {
        committed = chain.end = chain.begin;
        break;
      }
      const bool weak = phrase->type != kStreet && !phrase->capital && gap == kSpace &&
                        !chain.locality && !chain.plot;
      if (!second && !weak && phrase->begin == at &&
          !(open && phrase->type == kStreet && phrase->numbered)) {
        if (phrase->type == kStreet) {
          if (!chain.street) {
            chain.strong = phrase->strong;
            chain.capital = phrase->capital;
          }
          chain.street = true;
          ++chain.streets;
          if (phrase->numbered) chain.numbered = true, chain.strong |= phrase->strong;
        } else if (phrase->type == kBuilding) {
          ++chain.building;
        } else if (phrase->type == kLocality) {
          ++chain.locality;
        } else {
          break;
        }
        at = committed = phrase->end;
        after_name = phrase->type != kStreet;
        tentative = 0;
        continue;
      }
      if (second) break;
    }
    if (!strict && (end = Floor(at, true)) > at) {
      ++chain.floor;
      at = committed = end;
      after_name = false;
      continue;
    }
    // Postcodes before units: "s730000" and "SW1A 1AA" look like both.
    if (chain.postcode == 0 && (end = Postcode(at)) > at && (gap & kHash) == 0) {
      const bool four = token(end - 1).plain && token(end - 1).digits == 4 && end - at == 1;
      const bool three = token(at).plain && token(at).digits == 3 && end - at == 1;
      const bool name_follows =
          end < count_ && Tight(end) && IsName(end, false) && token(end).letters != Case::kLower;
      const int number = token(at).plain && four
                             ? (input_.text[t.begin] - '0') * 10 + (input_.text[t.begin + 1] - '0')
                             : 0;
      const bool year = number == 19 || number == 20;
      const bool place = after_name || chain.city + chain.state + chain.locality + chain.names > 0;
      bool accept = true;
      if (four) {
        accept = (name_follows && (!year || chain.numbered || chain.bare)) ||
                 (place && (EndsHere(end) || (gap & kComma) != 0 || after_name) &&
                  (!year || chain.state > 0));
      }
      if ((gap & kOpen) != 0 && t.shape != Shape::kWord) accept = false;
      // What only its postcode makes an address has it on a part of its own.
      if (chain.bare && !place && (gap & (kComma | kLine)) == 0) accept = false;
      if (three) accept = name_follows && (gap & (kComma | kLine)) != 0;
      if (token(at).plain && token(at).digits <= 2) accept = false;
      if (accept && gap == 0) accept = t.shape != Shape::kNumber;
      if (accept && token(at).plain && !place && !name_follows && !EndsHere(end)) accept = false;
      if (accept) {
        ++chain.postcode;
        const int before = at;
        at = committed = end;
        // A town behind its postcode; there is none if it stood before.
        if (name_follows && token(end).gap == kSpace &&
            (t.shape == Shape::kNumber ||
             (t.shape == Shape::kCode && end == before + 1 && IsDigit(input_.text[t.end - 1]))) &&
            !(after_name && (chain.city + chain.state > 0 || (gap & kComma) == 0))) {
          int town = Names(at, 3, false);
          for (int k = at; k < town; ++k) {
            if (token(k).Is(kCity)) ++chain.city;
          }
          // "Praha 1", "Paris Cedex 07"
          if (town < count_ && token(town).gap == kSpace && token(town).plain &&
              token(town).digits <= 2 && EndsHere(town + 1)) {
            ++town;
          }
          at = committed = town;
          ++chain.names;
        }
        after_name = true;
        tentative = 0;
        continue;
      }
    }
    if (!sentence && (end = Unit(at, true)) > at) {
      if (t.Is(kPlot)) {
        ++chain.plot;
      } else {
        ++chain.unit;
      }
      at = committed = end;
      after_name = false;
      tentative = 0;
      continue;
    }
    if (!strict && (end = Near(at)) > at) {
      ++chain.near;
      at = committed = end;
      after_name = true;
      continue;
    }
    // "Av. Amazonas 118 y Colón": the next street.
    if (gap == kSpace && chain.street && at == chain.end && at + 1 < limit &&
        (chain.numbered || token(at - 1).digits > 0) &&
        (t.key == Key("y") || t.key == Key("con")) && token(at + 1).gap == kSpace) {
      const Phrase* street = PhraseAt(at + 1);
      end = street != nullptr ? street->end : Names(at + 1, 2, false);
      if (end > at + 1 && (token(at + 1).letters == Case::kTitle)) {
        chain.numbered = true;
        at = committed = end;
        after_name = false;
        continue;
      }
    }
    bool certain = false;
    if (!strict && (end = PoBox(at, certain)) > at) {
      if (chain.bare && chain.Weight() == 0 && at - chain.begin < 3) break;
      chain.box = true;
      chain.box_certain |= certain;
      at = committed = end;
      after_name = false;
      continue;
    }
    // Vietnamese wards and districts: "P.2, Q.5".
    if (!strict && t.shape == Shape::kWord && t.size() == 1 &&
        (t.key == Key("p") || t.key == Key("q")) && at + 1 < count_ &&
        (token(at + 1).gap == kDot || token(at + 1).gap == 0) &&
        token(at + 1).shape == Shape::kNumber && token(at + 1).digits <= 2) {
      ++chain.locality;
      at = committed = at + 2;
      after_name = true;
      continue;
    }
    if (t.shape == Shape::kCode && !strict && t.size() <= 3 && (gap & kComma) != 0 &&
        (Lower(input_.text[t.begin]) == 'p' || Lower(input_.text[t.begin]) == 'q')) {
      ++chain.locality;
      at = committed = at + 1;
      after_name = true;
      continue;
    }
    // "10122 Torino TO"
    const bool code = chain.postcode > 0 && after_name && gap == kSpace && t.size() == 2 &&
                      t.letters == Case::kUpper && t.shape == Shape::kWord && chain.state == 0;
    if ((end = code ? at + 1 : State(at, after_name || chain.city > 0)) > at) {
      ++chain.state;
      // "Apt. 597 Müllnern KA"
      if (tentative > 0 && after_name && chain.unit > 0) ++chain.names;
      at = committed = end;
      after_name = true;
      tentative = 0;
      continue;
    }
    if ((end = Place(at, kind)) > at) {
      // A city's name may go on ("Washington Heights"), or be an everyday word.
      const bool capital = t.letters != Case::kLower || !chain.capital ||
                           (gap == (kComma | kSpace) && EndsHere(end));
      if (capital) {
        if ((kind & kCountry) != 0)
          ++chain.country;
        else if ((kind & kState) != 0 && (kind & kCity) == 0)
          ++chain.state;
        else
          ++chain.city;
        // "København V", "Dublin 7": a part of the city.
        if (end < count_ && token(end).gap == kSpace && (kind & kCity) != 0 &&
            ((token(end).size() == 1 && token(end).letters == Case::kTitle) ||
             (token(end).plain && token(end).digits <= 2)) &&
            EndsHere(end + 1)) {
          ++end;
        }
        at = committed = end;
        after_name = true;
        tentative = 0;
        continue;
      }
    }
    if (sentence) break;
    // "Gossau, nan, 65662"
    if (t.Is(kMissing) && (chain.street || chain.unit > 0) &&
        ((gap & (kComma | kLine)) != 0 || EndsHere(at + 1))) {
      at = committed = at + 1;
      after_name = true;
      tentative = 0;
      continue;
    }
    if (gap == kSpace && chain.street && chain.unit > 0 && at == committed &&
        (end = Direction(at)) > at && EndsHere(end)) {
      at = committed = end;  // "750 Park Ave # 23 SE"
      continue;
    }
    // "111 W. Monroe, 12C, Chicago": a unit without its word.
    if ((gap & kComma) != 0 && IsHouseNumber(at) && t.size() <= 5 && at + 1 < count_ &&
        (token(at + 1).gap & (kComma | kHard)) == kComma &&
        chain.street + chain.bare + chain.locality > 0 && tentative < 3) {
      at = at + 1;
      ++tentative;
      after_name = false;
      continue;
    }
    // A name that no list knows. It counts if it closes the line, or if something known follows.
    if (tentative >= 4) break;
    const bool lower = !chain.capital && t.letters == Case::kLower;
    if ((gap & kDash) != 0 && (gap & kSpace) == 0) break;
    const int most = gap == kSpace ? 3 : 4;
    const bool the = t.key == Key("the") && t.letters != Case::kLower;
    end = Names(at + (the ? 1 : 0), most, lower);
    if (end <= at + (the ? 1 : 0)) break;
    // Names stop before what has a meaning of its own.
    for (int k = at + 1; k < end; ++k) {
      uint32_t ignored = 0;
      if (PhraseAt(k) != nullptr || State(k, true) > k || Postcode(k) > k ||
          Place(k, ignored) > k || token(k).Is(kNear | kPoBox) || Unit(k, true) > k) {
        end = k;
        break;
      }
    }
    // "KC 4," and "Kailash-1,"
    if (end < count_ && token(end).gap == kDash && token(end).plain && token(end).digits <= 3 &&
        EndsHere(end + 1)) {
      ++end;
    } else if (end < count_ && end - at <= 2 && token(end).gap == kSpace && token(end).plain &&
               token(end).digits <= 3 && EndsHere(end + 1) && t.letters != Case::kLower &&
               (gap & kComma) != 0) {
      ++end;
    }
    ++tentative;
    const bool closes = EndsHere(end) && (gap & kComma) != 0 && (gap & (kLine | kBlankLine)) == 0;
    const bool shouting = t.letters == Case::kUpper && t.size() > 3;
    const bool sure = chain.street || chain.box || chain.plot + chain.unit + chain.locality > 0;
    // "35220 Konak/İzmir"
    const bool province = gap == kSlash && at == committed && chain.postcode + chain.city > 0 &&
                          t.letters == Case::kTitle && EndsHere(end) && end - at <= 2;
    const bool commit = !strict && (gap & kComma) != 0 && sure && chain.names < 3 && !open &&
                        !(chain.postcode > 0 && chain.names + chain.city + chain.state > 0) &&
                        ((t.letters == Case::kTitle && end - at <= 3 &&
                          (closes || (chain.numbered && chain.capital))) ||
                         (closes && (shouting || t.letters == Case::kNone)) ||
                         (lower && closes && end - at <= 2 && end >= count_));
    // "3 Osuntokun Avenue Old Bodija." Without a comma, only behind a whole street line.
    const bool adjoining = gap == kSpace && chain.numbered && chain.capital &&
                           t.letters == Case::kTitle && t.size() >= 3 && EndsHere(end) &&
                           end - at <= (chain.unit > 0 ? 3 : 2) && chain.names == 0 &&
                           chain.postcode == 0;
    at = end;
    after_name = true;
    if (commit || adjoining || province) {
      ++chain.names;
      committed = end;
    }
  }
  chain.end = committed;
  chain.open = open;
}

// The kind of address that a chain is, or -1.
int Reader::Judge(const Chain& c) const {
  const int weight = c.Weight();
  const bool placed = c.postcode + c.city + c.state + c.country > 0;
  if (c.box) return c.box_certain || placed ? kPoBoxLine : -1;
  if (c.street && c.numbered) {
    if (placed || c.unit + c.plot > 0 || (weight > 0 && (c.strong || c.capital))) return kFull;
    if (c.strong && (c.capital || c.names > 0)) return kStreetLine;
    if (c.capital) return kStreetLine;
    return c.strong ? kStreetLine : kStreetWeakLine;
  }
  if (c.street) {
    // "Tafawa Balewa Square, Onikan, Lagos"
    if (!c.strong && c.capital && c.names > 0 && c.city + c.state > 0) return kLandmark;
    if (!c.strong && c.postcode == 0 && (c.unit + c.plot + c.floor == 0 || !placed)) return -1;
    if (weight >= 2) return kFull;
    if (weight >= 1 && c.strong && c.capital) return kLandmark;
    if (c.streets >= 2 && c.strong && c.capital) return kLandmark;  // "6th avenue 13th road"
    if (c.prefix) return kStreetPrefix;
    return c.strong ? kStreetName : -1;
  }
  if (c.blocks && (c.postcode == 0 || c.city == 0)) return -1;
  if (c.bare) {
    if (c.postcode > 0 && (c.names + c.city + c.state + c.country + c.locality > 0))
      return kPostcodeAnchored;
    if (c.state > 0 && c.names + c.city > 0) return kPostcodeAnchored;
    if (c.unit > 0 && c.postcode + c.state + c.city + c.locality == 0) return kStreetWeakLine;
    if (c.locality >= 2 || (c.locality > 0 && (placed || c.unit > 0))) return kLandmark;
    return -1;
  }
  const int kinds = (c.unit > 0) + (c.plot > 0) + (c.floor > 0) + (c.building > 0) +
                    (c.locality > 0) + (c.near > 0) + (c.postcode > 0) + (c.city > 0) +
                    (c.state > 0) + (c.country > 0);
  // A village and a number behind it may be anything.
  if (kinds == 2 && c.locality == 1 && c.postcode > 0) return -1;
  // "Purok 3 Brgy Malinao, Tanauan", "Shop B14, Alaba International Market, Ojo"
  if (c.names > 0 && (c.locality >= 2 || (c.unit + c.plot > 0 && c.building + c.locality > 0)))
    return kLandmark;
  if (weight >= 3 && (kinds >= 2 || c.locality >= 3) &&
      c.locality + c.postcode + c.city + c.state + c.near > 0 &&
      c.unit + c.plot + c.floor + c.building + c.locality > 0) {
    return kLandmark;
  }
  return -1;
}

// Two parts of an address of which one is a quarter or a landmark: enough behind a word that
// announces one.
bool Reader::IsWeakLandmark(const Chain& c) {
  return !c.box && !c.street && !c.bare && c.Weight() >= 2 &&
         c.unit + c.plot + c.floor + c.building + c.locality > 0 &&
         c.locality + c.postcode + c.city + c.state + c.near > 0;
}

// The end of "Dunajska 56" or "5366 Pivovarska" at token `i` behind a cue, or `i`.
int Reader::Cued(int i) const {
  int cue = i - 1;
  for (int steps = 0; cue >= 0 && steps < 3 && !token(cue).Is(kCue); ++steps, --cue) {
    if ((token(cue + 1).gap & ~(kSpace | kColon)) != 0 || token(cue).size() > 4) return i;
  }
  if (cue < 0 || !token(cue).Is(kCue) || (token(i).gap & ~(kSpace | kColon | kLine | kDash)) != 0)
    return i;
  int at = i;
  bool number = false;
  while (at < count_ && at - i < 2 && token(at).shape == Shape::kNumber && IsHouseNumber(at) &&
         !IsMeasured(at) && (at == i || token(at).gap == kSpace)) {
    number = true;
    ++at;
  }
  const int name = at;
  if (at < count_ && at > i && token(at).gap != kSpace) return i;
  at = Names(at, 4, false);
  // "74678 midtvollen 130": a number on either side does for capitals.
  if (at == name && number && at + 1 < count_ && IsName(at, true) && token(at).size() >= 4 &&
      token(at).gap == kSpace && token(at + 1).gap == kSpace &&
      token(at + 1).shape == Shape::kNumber && !IsMeasured(at + 1)) {
    ++at;
  }
  if (at == name || token(name).letters == Case::kNone || token(name).shape != Shape::kWord)
    return i;
  if (at < count_ && token(at).gap == kSpace && token(at).shape == Shape::kNumber &&
      IsHouseNumber(at) && !IsMeasured(at)) {
    // "29 Juli 2015"
    const std::string_view year = Text(at);
    if (year.size() == 4 && (year.starts_with("19") || year.starts_with("20"))) return i;
    number = true;
    ++at;
  }
  if (!number || token(at - 1).shape == Shape::kOrdinal) return i;
  // "moved to Field 4"
  if (name == i && at - i == 2 && token(i).classes != 0) return i;
  return EndsHere(at) || token(name).size() >= 4 ? at : i;
}

// The end of what a cue before token `i` says to be an address ("my address is ..."), or `i`. It
// goes to the end of the sentence or to a word that no address holds, and needs one part that is
// known.
int Reader::Stated(int i) const {
  constexpr int kMost = 16;
  const int cue = i > 1 && Has(kPlaceWords, token(i - 1).key) ? i - 2 : i - 1;
  if (cue < 0 || !token(cue).Is(kOwnCue) || Has(kPlaceWords, token(i).key) ||
      (token(i).gap & ~(kSpace | kComma | kColon | kDash | kLine)) != 0) {
    return i;
  }
  int end = i;
  bool known = false;
  for (int at = i; at < count_ && at - i < kMost; ++at) {
    const Token& t = token(at);
    if (at > i) {
      if ((t.gap & (kHard | kColon | kBlankLine | kOpen | kClose)) != 0) break;
      if ((t.gap & kDot) != 0 && (t.gap & (kSpace | kLine)) != 0 && !Abbreviated(at - 1)) break;
    }
    // A telephone number is no part of it.
    if (t.shape == Shape::kFigure || t.digits > 6 || (t.digits > 0 && t.size() > 9) ||
        t.Is(kStop | kCue | kOwnCue | kEnd))
      break;
    if (t.shape == Shape::kWord) {
      if (Has(kNumberWords, t.key) && at + 1 < count_ && token(at + 1).digits > 0) continue;
      if (IsConnector(at)) continue;
      if (Has(kStopWords, t.key)) break;
      known |= t.Is(~(kAdjective | kRegion));
    } else {
      if (IsMeasured(at)) break;
      known = true;
    }
    end = at + 1;
  }
  // "address is ann1@example.com"
  const size_t behind = token(end - (end > i ? 1 : 0)).end;
  if (behind < input_.text.size() && input_.text[behind] == '@') return i;
  return known && end - i >= 2 ? end : i;
}

// The end of one of two streets that meet, at token `i`, or `i`. `certain` if it can only be one.
int Reader::CornerStreet(int i, bool& certain) const {
  if (i >= count_) return i;
  if (const Phrase* phrase = PhraseAt(i); phrase != nullptr && phrase->type == kStreet) {
    certain = true;
    return phrase->end;
  }
  const int name = token(i).shape == Shape::kNumber && IsHouseNumber(i) ? i + 1 : i;
  if (name >= count_ || (name > i && token(name).gap != kSpace)) return i;
  int end = Names(name, 3, false);
  if (end == name) end = Names(name, 2, true);
  if (end == name || token(name).shape != Shape::kWord) return i;
  certain |= name > i;
  if (end < count_ && token(end).gap == kSpace && token(end).shape == Shape::kNumber &&
      IsHouseNumber(end) && !IsMeasured(end)) {
    certain = true;
    ++end;
  }
  return end;
}

// The end of "corner of Smith Street and Fifth" at token `i`, or `i`.
int Reader::Corner(int i) const {
  if (!token(i).Is(kCorner) || i + 1 >= count_ || (token(i + 1).gap & ~(kSpace | kDot)) != 0)
    return i;
  bool certain = false;
  int at = CornerStreet(i + 1, certain);
  if (at == i + 1 || at >= count_) return i;
  const Token& t = token(at);
  const std::string_view between =
      input_.text.substr(token(at - 1).end, t.begin - token(at - 1).end);
  if (IsConnector(at) && (t.gap & ~(kSpace | kDot)) == 0) {
    ++at;
  } else if (between.find('&') == std::string_view::npos && between.find('/') == between.npos) {
    return i;
  }
  const int end = CornerStreet(at, certain);
  return certain && end > at ? end : i;
}

// Where the quarter begins that stands in front of an address whose first part is a plot, a block,
// a quarter or a street without a number, at token `begin`: "Salmiya, Block 5, Street 12". Only if
// the text, a line or what a sign separates begins with it.
int Reader::Leading(int begin, int first, uint32_t from, const Chain& chain, int kind) const {
  if (token(begin).shape != Shape::kWord) return begin;
  // Before a street with its number, or a street alone, only a known place.
  const bool place = begin > first && token(begin).gap == (kComma | kSpace) &&
                     token(begin - 1).Is(kCity | kState) && chain.postcode == 0;
  const bool numbered = chain.numbered && !token(begin).Is(kPlot | kLocalityBefore);
  if (!place && (numbered || (kind != kFull && kind != kLandmark))) return begin;
  const bool plot = token(begin).Is(kPlot);
  for (int parts = 0; parts < 2 && begin > first; ++parts) {
    const uint16_t gap = token(begin).gap;
    if (gap != (kComma | kSpace) && !(plot && (gap == kSpace || gap == (kDash | kSpace)))) break;
    int j = begin;
    while (j > first && begin - j < 3 && IsName(j - 1, false) && token(j - 1).begin >= from &&
           !token(j - 1).Is(kPlot | kUnit | kNear) && (j == begin || Tight(j))) {
      --j;
    }
    if (j == begin) break;
    const bool comma = (token(j).gap & kComma) != 0 && parts == 0 && j > first;
    const bool starts = j == 0 || (token(j).gap & (kHard | kLine | kColon | kDash)) != 0 ||
                        token(j - 1).Is(kCue | kOwnCue) || Has(kPlaceWords, token(j - 1).key);
    if (starts) return j;
    if (!comma || gap != (kComma | kSpace)) break;
    // One name more, which has to begin there.
    int k = j;
    while (k > first && j - k < 3 && IsName(k - 1, false) && token(k - 1).begin >= from &&
           (k == j || Tight(k))) {
      --k;
    }
    if (k < j && (k == 0 || (token(k).gap & (kHard | kLine | kColon)) != 0 ||
                  token(k - 1).Is(kCue | kOwnCue))) {
      return k;
    }
    break;
  }
  return begin;
}

// True if the tokens [begin, end) have a line for themselves in a text of several.
bool Reader::OnItsLine(int begin, int end) const {
  return (token(begin).gap & (kLine | kBlankLine)) != 0 &&
         (end >= count_ || (token(end).gap & (kLine | kBlankLine)) != 0);
}

uint32_t Reader::Read(int first, uint32_t from, Recogniser::Emit emit) {
  FindPhrases();
  uint32_t last = from;
  for (int i = first; i < count_;) {
    Chain chain;
    int kind = -1;
    if (token(i).begin >= from && Start(i, chain)) {
      Grow(chain);
      if (chain.end > chain.begin) kind = Judge(chain);
    }
    if (kind < 0 && token(i).begin >= from) {
      if (const int end = Cued(i); end > i) {
        chain = Chain{};
        chain.begin = i;
        chain.end = end;
        chain.numbered = chain.street = true;
        for (int k = i; k < end; ++k) chain.capital |= IsName(k, false);
        Grow(chain);
        kind = kCued;
      }
    }
    if (kind < 0 && chain.end > i && IsWeakLandmark(chain)) kind = kLandmarkWeak;
    if (kind == kStreetName && chain.capital && OnItsLine(i, chain.end)) kind = kStreetAlone;
    if (const int end = Stated(i);
        token(i).begin >= from && end > std::max(i, kind < 0 ? i : chain.end)) {
      chain = Chain{};
      chain.begin = i;
      chain.end = end;
      kind = kCued;
    }
    if (kind < 0) {
      ++i;
      continue;
    }
    // A house's name before a street without a number: "The Old Forge, Mill Lane".
    int begin = chain.begin;
    if (chain.street && !chain.numbered && kind == kFull && begin > first &&
        (token(begin).gap & kComma) != 0 && (token(begin).gap & ~(kComma | kSpace)) == 0) {
      int j = begin - 1;
      int names = 0;
      while (j >= first && names < 4 && (IsName(j, false) || token(j).letters == Case::kTitle)) {
        ++names;
        --j;
        if (!Tight(j + 1)) break;
      }
      if (names > 0 && token(j + 1).begin >= from) begin = j + 1;
    }
    // "2F1, 41 Marchmont Crescent": a flat without its word.
    if (((chain.street && chain.numbered) || (kind == kLandmark && chain.building > 0)) &&
        begin == chain.begin && begin > first && token(begin - 1).shape == Shape::kCode &&
        token(begin - 1).size() <= 6 && token(begin).gap == (kComma | kSpace) &&
        (token(begin - 1).gap & (kComma | kHard | kColon | kLine)) != 0 &&
        token(begin - 1).begin >= from) {
      --begin;
    }
    // "the corner of"
    if (token(begin).Is(kCorner) && begin > first && token(begin - 1).key == Key("the") &&
        token(begin).gap == kSpace && token(begin - 1).begin >= from) {
      --begin;
    }
    // "No. 5 Unity Close", "01 BP 1459"
    if (begin > first && token(begin - 1).begin >= from && token(begin - 1).gap != 0) {
      const Token& before = token(begin - 1);
      const uint16_t gap = token(begin).gap;
      if (before.shape == Shape::kWord && Has(kNumberWords, before.key) && before.size() > 1 &&
          token(begin).digits > 0 && gap != 0 && (gap & ~(kSpace | kDot | kColon)) == 0) {
        --begin;
      } else if (token(begin).Is(kPoBox) && gap == kSpace && before.plain && before.digits <= 2) {
        --begin;
      } else if (chain.street && PhraseAt(begin) == nullptr && token(begin).plain &&
                 gap == kSpace && before.plain && before.digits <= 5) {
        --begin;  // "358 370 E 71st"
      }
    }
    begin = Leading(begin, first, from, chain, kind);
    uint32_t span_begin = token(begin).begin;
    uint32_t span_end = token(chain.end - 1).end;
    if ((token(begin).gap & kHash) != 0 && span_begin > 0 && input_.text[span_begin - 1] == '#')
      --span_begin;
    if (chain.open && span_end < input_.text.size() && input_.text[span_end] == ')') ++span_end;
    emit(kind, span_begin, span_end);
    if (kind != kLandmarkWeak) last = span_end;
    // A better one may begin inside.
    i = kind == kLandmarkWeak ? i + 1 : std::max(i + 1, chain.end);
  }
  return last;
}

// --- Chinese, Japanese, Korean ----------------------------------------------

constexpr std::u32string_view kHanUnits = U"省市区區县縣州盟旗镇鎮乡鄉村里街路道段巷弄郡町都府県";
constexpr std::u32string_view kHanNumberMarks = U"号號弄巷番";
constexpr std::u32string_view kHanHouseParts = U"楼樓室栋棟幢座层層元号號户戶房门門院弄番地目階号";
// Words that end before an address begins: to, at, is, from.
constexpr std::u32string_view kHanBreaks =
    U"在到往址于於至是来來去为為寄送给給了的我你他她从從住于搬租您即请請";
// What a house number stands behind.
constexpr std::u32string_view kHanNumbered =
    U"路街道巷弄段里村町镇鎮乡鄉区區园園苑坊庄楼樓栋棟元环城";
constexpr std::u32string_view kHanBuildings = U"厦廈场場园園苑寓心城店院村馆館";

bool In(std::u32string_view set, char32_t c) { return set.find(c) != std::u32string_view::npos; }

struct Bounds {
  size_t begin = 0;
  size_t end = 0;
};

// The address of the big-to-small order around the number [number_begin, number_end) of Chinese or
// Japanese text, or an empty span. `region` is where a listed province or city before it begins, or
// npos; `floor` is where the address before it ends; `marked` says that a postcode with its mark
// stands in front.
Bounds HanAddress(std::string_view text, size_t number_begin, size_t number_end, size_t region,
                  size_t floor, bool marked) {
  constexpr size_t kMostBytes = 120;  // 40 characters
  int bytes = 0;
  // Left: Han, Kana and digits directly before the number.
  size_t left = number_begin;
  int units = 0;
  size_t first_unit = number_begin;
  char32_t last = 0;  // the character right before the number
  if (left > floor && text[left - 1] == ' ') --left;
  const size_t name_end = left;
  while (left > floor && number_begin - left < kMostBytes) {
    const size_t at = Previous(text, left);
    const char32_t c = Decode(text, at, bytes);
    if (!(IsHan(c) || IsKana(c) || (c >= '0' && c <= '9') || c == '-')) break;
    if (In(kHanBreaks, c)) break;
    if (last == 0) last = c;
    if (In(kHanUnits, c)) {
      ++units;
      first_unit = at;
    }
    left = at;
  }
  if (left == name_end) return {};
  const bool has_region =
      region != std::string_view::npos && region >= left && region < number_begin;
  const char32_t after = number_end < text.size() ? Decode(text, number_end, bytes) : 0;
  const bool mark =
      In(kHanNumberMarks, after) || (after == U'丁' && text.substr(number_end).starts_with("丁目"));
  const bool hyphens =
      text.substr(number_begin, number_end - number_begin).find('-') != std::string_view::npos;
  if (units == 0 && !has_region) return {};
  const bool joined = name_end == number_begin;
  if (!joined && !(marked || (has_region && (mark || hyphens)))) return {};
  if (!has_region && !marked && !(mark && In(kHanNumbered, last))) return {};
  if (has_region && !marked &&
      !(hyphens ||
        (mark && units > 0 && (after == U'丁' || after == U'番' || In(kHanNumbered, last))))) {
    return {};
  }

  Bounds bounds;
  if (has_region) {
    bounds.begin = region;
  } else {
    // The name before the first unit: two characters for a county or city, as far as the text goes.
    const char32_t unit = Decode(text, first_unit, bytes);
    size_t begin = first_unit;
    const int most = In(U"区區县縣市", unit) ? 2 : 4;
    for (int i = 0; i < most && begin > left; ++i) begin = Previous(text, begin);
    // One more character is no other word's.
    if (begin > left && Previous(text, begin) == left) begin = left;
    bounds.begin = begin;
  }
  // Right: "号3号楼2单元602室", "云蝠国际大厦5楼", "14樓B".
  size_t end = number_end;
  if (mark) {
    end += after == U'丁' ? 6 : 3;
    if (after == U'番' && text.substr(end).starts_with("地")) end += 3;
  }
  size_t at = end;
  int steps = 0;
  while (at < text.size() && end - bounds.begin < 240 && steps++ < 12) {
    size_t i = at;
    if (text[i] == ' ' && i + 1 < text.size() && (IsWordByte(text[i + 1]))) ++i;
    if (i < text.size() && text[i] == '-' && i + 1 < text.size() && IsDigit(text[i + 1])) ++i;
    if (i < text.size() && (IsDigit(text[i]) || IsAlpha(text[i]))) {
      size_t j = i;
      while (j < text.size() && j - i < 6 &&
             (IsDigit(text[j]) || IsAlpha(text[j]) || (text[j] == '-' && j > i))) {
        ++j;
      }
      if (!IsDigit(text[i]) && j - i > 2) break;
      const char32_t next = j < text.size() ? Decode(text, j, bytes) : 0;
      if (In(kHanHouseParts, next) || text.substr(j).starts_with("单元") ||
          text.substr(j).starts_with("單元") || text.substr(j).starts_with("丁目") ||
          text.substr(j).starts_with("之")) {
        j += 3;
        if (text.substr(j - 3).starts_with("单元") || text.substr(j - 3).starts_with("單元") ||
            text.substr(j - 3).starts_with("丁目") || text.substr(j - 3).starts_with("番地") ||
            text.substr(j - 3).starts_with("号楼") || text.substr(j - 3).starts_with("号室")) {
          j += 3;
        }
        at = end = j;
        continue;
      }
      // A bare number or letter closes it: "コーポ305", "14樓B".
      if (i == at || text[at] == '-' || (i > at && IsDigit(text[i]))) {
        if (j == text.size() || !IsWordByte(text[j]) || IsHigh(text[j])) {
          if (j - i <= 4) end = j;
        }
      }
      break;
    }
    if (i >= text.size() || !IsHigh(text[i])) break;
    // A building's name before its floor or room.
    size_t j = i;
    size_t building = 0;
    for (int k = 0; k < 12 && j < text.size(); ++k) {
      const char32_t c = Decode(text, j, bytes);
      if (!(IsHan(c) || IsKana(c)) || In(kHanBreaks, c)) break;
      // Hiragana behind the number are grammar.
      if (c >= 0x3041 && c < 0x30A0) break;
      j += static_cast<size_t>(bytes);
      if (In(kHanBuildings, c) && k >= 2) building = j;
    }
    if (j > i && j < text.size() && IsDigit(text[j])) {
      size_t k = j;
      while (k < text.size() && IsDigit(text[k])) ++k;
      const char32_t next = k < text.size() ? Decode(text, k, bytes) : 0;
      if (k - j <= 4 && (In(kHanHouseParts, next) || k == text.size() || !IsAlpha(text[k])) &&
          (building == j || i > at || In(kHanHouseParts, next))) {
        at = j;
        end = In(kHanHouseParts, next) ? end : k;
        if (!In(kHanHouseParts, next)) break;
        continue;
      }
    }
    if (building != 0) end = building;
    break;
  }
  bounds.end = end;
  return bounds;
}

// The address around a house number of Korean text (Road Name Address Act: city, district, road,
// number), or an empty span.
Bounds KoreanAddress(std::string_view text, size_t number_begin, size_t number_end, size_t floor) {
  int bytes = 0;
  size_t at = number_begin;
  size_t begin = number_begin;
  int roads = 0, districts = 0, words = 0;
  bool name = false;
  while (at > floor && words < 6 && number_begin - at < 120) {
    size_t end = at;
    while (end > floor && (text[end - 1] == ' ')) --end;
    if (at - end > 1 || end == floor) break;
    size_t start = end;
    int characters = 0;
    while (start > floor) {
      const size_t p = Previous(text, start);
      const char32_t c = Decode(text, p, bytes);
      if (!(IsHangul(c) || (c >= '0' && c <= '9'))) break;
      start = p;
      if (++characters > 10) break;
    }
    if (start == end || characters > 10) break;
    const size_t last_at = Previous(text, end);
    const char32_t c = Decode(text, last_at, bytes);
    const std::string_view word = text.substr(start, end - start);
    static constexpr std::string_view kShort[] = {"서울", "부산", "대구", "인천", "광주", "대전",
                                                  "울산", "세종", "경기", "강원", "충북", "충남",
                                                  "전북", "전남", "경북", "경남", "제주"};
    const bool region = std::find(std::begin(kShort), std::end(kShort), word) != std::end(kShort);
    if (In(U"로길", c)) {
      ++roads;
    } else if (In(U"동리가읍면", c) && characters >= 2) {
      ++roads;
    } else if (region || (In(U"시도구군", c) && characters >= 2)) {
      ++districts;
    } else if (words == 0 && characters >= 2) {
      name = true;  // "해운대구 마린시티 35": a quarter that no word tells, see below
    } else {
      break;
    }
    ++words;
    begin = start;
    at = start;
  }
  if (districts == 0 || (name ? districts < 2 : roads == 0)) return {};
  size_t end = number_end;
  // Counted, not numbered: "35명".
  if (name && end < text.size() && IsHigh(text[end])) return {};
  const auto follows = [&](size_t i, std::string_view what) {
    return text.substr(i).starts_with(what);
  };
  // "12번길 5", "번지"
  if (follows(end, "번지")) end += 6;
  if (follows(end, "번길")) {
    size_t i = end + 6;
    if (i < text.size() && text[i] == ' ') ++i;
    size_t j = i;
    while (j < text.size() && (IsDigit(text[j]) || text[j] == '-')) ++j;
    end = j > i ? j : end + 6;
  }
  // ", 302호", " 505동 1201호", " 3층"
  for (int parts = 0; parts < 5; ++parts) {
    size_t i = end;
    if (i < text.size() && text[i] == ',') ++i;
    if (i < text.size() && text[i] == ' ') ++i;
    if (i == end || i >= text.size()) break;
    size_t j = i;
    if (IsAlpha(text[j]) && j + 1 < text.size() && IsDigit(text[j + 1])) ++j;
    while (j < text.size() && (IsDigit(text[j]) || (text[j] == '-' && j > i))) ++j;
    if (j > i) {
      if (follows(j, "호") || follows(j, "동") || follows(j, "층")) {
        end = j + 3;
        if (follows(end, "실")) end += 3;
        continue;
      }
      break;
    }
    // A building's name, if a room or floor follows or its last part says so.
    while (j < text.size() && IsHigh(text[j]) && j - i < 36) {
      const char32_t c = Decode(text, j, bytes);
      if (!IsHangul(c)) break;
      j += static_cast<size_t>(bytes);
    }
    const std::string_view word = text.substr(i, j - i);
    static constexpr std::string_view kEndings[] = {"빌딩", "타워", "아파트", "센터", "오피스텔",
                                                    "상가", "빌라", "맨션",   "주택", "플라자"};
    const bool building = std::any_of(std::begin(kEndings), std::end(kEndings),
                                      [&](std::string_view e) { return word.ends_with(e); });
    if (!building) break;
    end = j;
  }
  // "(역삼동)"
  if (end < text.size()) {
    size_t i = end;
    if (text[i] == ' ' && i + 1 < text.size()) ++i;
    if (text[i] == '(') {
      const size_t close = text.find(')', i);
      if (close != std::string_view::npos && close - i < 40 && close >= 4 &&
          text.substr(close - 3, 3) == "동") {
        end = close + 1;
      }
    }
  }
  return {begin, end};
}

// --- The recogniser ---------------------------------------------------------

absl::Status AddressRecogniser::Init(const PatternLibrary& library) {
  const std::vector<WordList>& lists = library.word_lists();
  class_of_list_.assign(lists.size(), 0);
  for (const auto& entry : kLists) {
    const std::string_view name = entry.first;
    const auto list =
        std::find_if(lists.begin(), lists.end(), [&](const WordList& l) { return l.name == name; });
    if (list == lists.end()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("the recogniser 'address' needs the word list '%s'", name));
    }
    class_of_list_[static_cast<size_t>(list - lists.begin())] = entry.second;
  }
  for (const WordList& list : lists) {
    if (list.name != kSuffixList && list.name != kWeakSuffixList) continue;
    for (const WordList::Word& word : list.words) {
      Suffix suffix{.text = word.text, .strong = list.name == kSuffixList};
      if (suffix.text.size() < 2) continue;
      absl::AsciiStrToLower(&suffix.text);
      const auto last = static_cast<unsigned char>(suffix.text.back());
      const auto before = static_cast<unsigned char>(suffix.text[suffix.text.size() - 2]);
      suffix_ends_.set(static_cast<size_t>(before) << 8 | last);
      suffixes_[last].push_back(std::move(suffix));
    }
  }
  // The longest first, so that "straße" is tried before "e".
  for (std::vector<Suffix>& bucket : suffixes_) {
    std::sort(bucket.begin(), bucket.end(), [](const Suffix& a, const Suffix& b) {
      return a.text.size() != b.text.size() ? a.text.size() > b.text.size() : a.text < b.text;
    });
  }
  return absl::OkStatus();
}

int AddressRecogniser::StreetSuffix(std::string_view word) const {
  if (word.size() < 6) return 0;
  const auto last = static_cast<unsigned char>(Lower(word.back()));
  const auto before = static_cast<unsigned char>(Lower(word[word.size() - 2]));
  if (!suffix_ends_[static_cast<size_t>(before) << 8 | last]) return 0;
  for (const Suffix& suffix : suffixes_[last]) {
    if (word.size() < suffix.text.size() + 3) continue;
    const std::string_view end = word.substr(word.size() - suffix.text.size());
    bool same = true;
    for (size_t i = 0; same && i < end.size(); ++i) same = Lower(end[i]) == suffix.text[i];
    if (same) return suffix.strong ? 2 : 1;
  }
  return 0;
}

AddressRecogniser::Interest AddressRecogniser::OfWord(const RecogniserInput& input,
                                                      const WordHit& hit, size_t digit_run) const {
  const uint32_t classes = ClassesOf(hit);
  if (classes == 0) return Interest::kNone;
  if ((classes & (kStreet | kStreetBefore | kPoBox | kOwnCue | kCorner)) != 0)
    return Interest::kStrong;
  const std::string_view text = input.text;
  const size_t next_digits = digit_run < input.digit_runs.size()
                                 ? input.digit_runs[digit_run].begin - hit.end
                                 : text.size();
  const auto capital_at = [&](size_t i) {
    return i < text.size() && (IsUpper(text[i]) || IsHigh(text[i]));
  };
  size_t after = hit.end;
  while (after < text.size() && after < hit.end + 3 && !IsWordByte(text[after])) ++after;
  Interest interest = Interest::kNone;
  if ((classes & (kUnit | kPlot | kFloor)) != 0) {
    // Before a number ("No. 4B") or a letter alone.
    if (next_digits <= 6) return Interest::kStrong;
    if (capital_at(after) && (after + 1 == text.size() || !IsWordByte(text[after + 1])))
      return Interest::kStrong;
    if ((classes & kFloor) != 0) interest = Interest::kWeak;
  }
  if ((classes & kStreetBeforeWeak) != 0 && next_digits < 48 &&
      (next_digits <= 4 || capital_at(after) ||
       (after < text.size() && (text[after] == 'd' || text[after] == 'l')))) {
    return Interest::kStrong;
  }
  if ((classes & kStreetWeak) != 0 && digit_run > 0 && hit.begin > 1 &&
      hit.begin - input.digit_runs[digit_run - 1].end < 40) {
    // Behind a number, and a name with a capital.
    size_t begin = hit.begin - 1;
    while (begin > 0 && hit.begin - begin < 24 && IsWordByte(text[begin - 1])) --begin;
    if (capital_at(begin) || IsDigit(text[begin])) return Interest::kStrong;
  }
  if ((classes & kCue) != 0 && next_digits < 40) return Interest::kStrong;  // a number close behind
  if ((classes & (kBuilding | kLocality)) != 0) return Interest::kWeak;
  if ((classes & (kBuildingBefore | kLocalityBefore | kNear)) != 0 &&
      (capital_at(after) || (after < text.size() && IsDigit(text[after])))) {
    return Interest::kWeak;
  }
  if ((classes & kPlace) != 0 && interest == Interest::kNone) return Interest::kPlaceName;
  return interest;
}

AddressRecogniser::Interest AddressRecogniser::OfDigits(const RecogniserInput& input,
                                                        const DigitRun& run) const {
  const std::string_view text = input.text;
  const uint32_t length = run.end - run.begin;
  if (length > 6) return Interest::kNone;
  // An Irish Eircode: "H91 X2T3".
  if (length == 2 && run.begin > 0 && IsUpper(text[run.begin - 1]) && run.end + 4 < text.size() &&
      text[run.end] == ' ' && (IsUpper(text[run.end + 1]) || IsDigit(text[run.end + 1])) &&
      (IsUpper(text[run.end + 4]) || IsDigit(text[run.end + 4]))) {
    return Interest::kWeak;
  }
  // An Argentine CPA: "C1010 AAZ".
  if (length == 4 && run.begin > 0 && IsUpper(text[run.begin - 1]) && run.end + 3 < text.size() &&
      IsUpper(text[run.end + 1]) && IsUpper(text[run.end + 2])) {
    return Interest::kWeak;
  }
  if (run.begin >= 2) {
    const char before = text[run.begin - 1];
    if (before == '#') return Interest::kWeak;
    if (before == '.' && length <= 2 &&
        (Lower(text[run.begin - 2]) == 'p' || Lower(text[run.begin - 2]) == 'q')) {
      return Interest::kWeak;
    }
    if (before == ' ' && length <= 4) {
      // A word with a street's ending before the number.
      size_t end = run.begin - 1;
      if (end > 0 && text[end - 1] == '.') --end;
      if (end >= 2) {
        const auto last = static_cast<unsigned char>(Lower(text[end - 1]));
        const auto second = static_cast<unsigned char>(Lower(text[end - 2]));
        if (suffix_ends_[static_cast<size_t>(second) << 8 | last]) {
          size_t begin = end;
          while (begin > 0 && end - begin < 40 &&
                 (IsAlpha(text[begin - 1]) || IsHigh(text[begin - 1]) || text[begin - 1] == '-')) {
            --begin;
          }
          if (StreetSuffix(text.substr(begin, end - begin)) != 0) return Interest::kStrong;
        }
      }
    }
    // A Japanese postcode.
    if (length == 3 && run.end + 4 < text.size() && text[run.end] == '-' && before == ' ' &&
        std::all_of(text.begin() + run.end + 1, text.begin() + run.end + 5, IsDigit)) {
      return Interest::kWeak;
    }
    // A postcode before its town, or behind a state.
    if (length == 3 && text[run.begin - 2] == ',' && run.end + 4 < text.size() &&
        text[run.end] == ' ' && IsDigit(text[run.end + 1]) && IsDigit(text[run.end + 2]) &&
        text[run.end + 3] == ' ') {
      return Interest::kStrong;  // 110 00 Praha
    }
    if (length >= 3 && (before == ' ' || before == '\n') && run.end + 1 < text.size() &&
        text[run.end] == ' ' && (IsUpper(text[run.end + 1]) || IsHigh(text[run.end + 1])) &&
        (before == '\n' || text[run.begin - 2] == ',' || text[run.begin - 2] == '\n')) {
      return Interest::kStrong;
    }
    if (length == 5 && before == ' ' && run.begin >= 4 && IsAlpha(text[run.begin - 2]) &&
        IsAlpha(text[run.begin - 3]) && !IsAlpha(text[run.begin - 4]) &&
        Has(kUsStates,
            static_cast<uint64_t>(static_cast<unsigned char>(Lower(text[run.begin - 3]))) |
                static_cast<uint64_t>(static_cast<unsigned char>(Lower(text[run.begin - 2])))
                    << 8)) {
      return Interest::kStrong;
    }
  }
  return Interest::kNone;
}

// True if `line` is a name of `least` to four words: capitals, and small words between them.
bool IsNameLine(std::string_view line, int least) {
  if (line.empty() || line.size() > 48) return false;
  int words = 0;
  bool begins = true;
  for (size_t i = 0; i < line.size();) {
    int bytes = 1;
    const char32_t c = Decode(line, i, bytes);
    if (c == ' ') {
      begins = true;
    } else if (IsAlpha(line[i]) || (c >= 0x80 && IsLetter(c))) {
      if (begins && IsCapital(c)) ++words;
      if (begins && !IsCapital(c) && words == 0) return false;
      begins = false;
    } else if (begins || std::string_view("-'.").find(line[i]) == std::string_view::npos) {
      return false;
    }
    i += static_cast<size_t>(bytes);
  }
  return words >= least && words <= 4;
}

// "Ann Lee, Lyon, France" at the end of the text, each on a line of its own.
void AddressRecogniser::Signature(const RecogniserInput& input, Emit emit) const {
  const std::string_view text = input.text;
  if (input.words.empty()) return;
  const WordHit& country = input.words.back();
  if (country.end != text.size() || country.begin < 4 || text[country.begin - 1] != '\n' ||
      (ClassesOf(country) & kCountry) == 0) {
    return;
  }
  const auto line_begin = [&](size_t end) {
    while (end > 0 && text[end - 1] != '\n') --end;
    return end;
  };
  const size_t town_end = country.begin - 1;
  const size_t town = line_begin(town_end);
  size_t name_end = town;
  while (name_end > 0 && text[name_end - 1] == '\n') --name_end;
  if (name_end == town || !IsNameLine(text.substr(town, town_end - town), 1)) return;
  const size_t name = line_begin(name_end);
  if (!IsNameLine(text.substr(name, name_end - name), 2)) return;
  emit(kPlaceLine, static_cast<uint32_t>(town), static_cast<uint32_t>(town_end));
  emit(kPlaceLine, country.begin, country.end);
}

void AddressRecogniser::Recognise(const RecogniserInput& input, Emit emit) const {
  Signature(input, emit);
  const std::string_view text = input.text;
  // What makes a look worth it: one strong sign, or two weak ones, of which a place may be one.
  int signs = 0;
  bool place = false;
  uint32_t first = static_cast<uint32_t>(text.size());
  uint32_t last = 0;
  size_t digit_run = 0;
  size_t region = std::string_view::npos;
  size_t mark_begin = 0, mark_end = 0;  // a Japanese postcode with its mark
  for (const WordHit& hit : input.words) {
    while (digit_run < input.digit_runs.size() && input.digit_runs[digit_run].begin < hit.begin)
      ++digit_run;
    const Interest interest = OfWord(input, hit, digit_run);
    if (interest == Interest::kNone) continue;
    if (interest == Interest::kPlaceName) {
      place = true;
    } else {
      signs += interest == Interest::kStrong ? 2 : 1;
    }
    first = std::min(first, hit.begin);
    last = std::max(last, hit.end);
  }
  if (place) ++signs;
  size_t next_word = 0;
  size_t cjk_end = 0;
  for (size_t r = 0; r < input.digit_runs.size(); ++r) {
    const DigitRun& run = input.digit_runs[r];
    if (signs < 2) {
      const Interest interest = OfDigits(input, run);
      if (interest != Interest::kNone) {
        signs += interest == Interest::kStrong ? 2 : 1;
        first = std::min(first, run.begin);
      }
    }
    const uint32_t length = run.end - run.begin;
    // Postcodes that need no word.
    if (length <= 3 && run.end + 2 <= text.size() && IsUpper(text[run.end]) &&
        IsUpper(text[run.end + 1])) {
      const size_t begin = UkPostcodeBegin(text, run.end + 2);
      const bool gigabytes = text.substr(run.end, 2) == "GB";
      if (begin != std::string_view::npos && !gigabytes && !TouchesWord(text, begin, run.end + 2) &&
          IsUpper(text[begin])) {
        emit(kUkPostcode, static_cast<uint32_t>(begin), run.end + 2);
        if (signs == 1) signs = 2;
      }
    }
    if (length == 5 && run.begin >= 4 && text[run.begin - 1] == ' ' &&
        IsUpper(text[run.begin - 2]) && IsUpper(text[run.begin - 3]) &&
        (text[run.begin - 4] == ' ') &&
        Has(kUsStates,
            static_cast<uint64_t>(static_cast<unsigned char>(Lower(text[run.begin - 3]))) |
                static_cast<uint64_t>(static_cast<unsigned char>(Lower(text[run.begin - 2])))
                    << 8) &&
        run.begin >= 6 &&
        (text[run.begin - 5] == ',' ||
         (IsAlpha(text[run.begin - 5]) && !IsUpper(text[run.begin - 5])))) {
      uint32_t end = run.end;
      if (end + 4 < text.size() && text[end] == '-' && r + 1 < input.digit_runs.size() &&
          input.digit_runs[r + 1].begin == end + 1 && input.digit_runs[r + 1].end == end + 5) {
        end += 5;
      }
      emit(kUsPostcode, run.begin, end);
    }
    // Chinese, Japanese and Korean: the characters around the number.
    if (run.begin < cjk_end || length > 5) continue;
    while (next_word < input.words.size() && input.words[next_word].begin < run.begin) {
      const WordHit& hit = input.words[next_word++];
      if ((ClassesOf(hit) & kRegion) == 0) continue;
      // The first of the regions that stand together: 广东省 before 深圳市.
      if (region == std::string_view::npos || hit.begin - region > 60 ||
          text.substr(region, hit.begin - region).find_first_of(" \n,.:") !=
              std::string_view::npos) {
        region = hit.begin;
      }
    }
    if (length == 3 && run.begin >= 3 && text.substr(run.begin - 3, 3) == "〒" &&
        r + 1 < input.digit_runs.size() && input.digit_runs[r + 1].begin == run.end + 1 &&
        input.digit_runs[r + 1].end == run.end + 5) {
      mark_begin = run.begin - 3;
      mark_end = run.end + 5;
      ++r;
      continue;
    }
    const unsigned char before =
        run.begin > 0 ? static_cast<unsigned char>(text[run.begin - 1]) : 0;
    const unsigned char after =
        run.end < text.size() ? static_cast<unsigned char>(text[run.end]) : 0;
    if (before == ' ' && run.begin >= 4 &&
        static_cast<unsigned char>(text[run.begin - 2]) >= 0x80) {
      const size_t at = Previous(text, run.begin - 1);
      int bytes = 0;
      const char32_t c = Decode(text, at, bytes);
      if (IsHangul(c)) {
        size_t end = run.end;
        if (end + 1 < text.size() && text[end] == '-' && IsDigit(text[end + 1])) {
          ++end;
          while (end < text.size() && IsDigit(text[end])) ++end;
        }
        const Bounds bounds = KoreanAddress(text, run.begin, end, cjk_end);
        if (bounds.end > bounds.begin) {
          emit(kCjk, static_cast<uint32_t>(bounds.begin), static_cast<uint32_t>(bounds.end));
          cjk_end = bounds.end;
        }
        continue;
      }
    }
    if (before >= 0x80 ||
        (before == ' ' && run.begin >= 4 && (region != std::string_view::npos || mark_end > 0))) {
      uint32_t number_end = run.end;
      for (size_t next = r + 1; next < input.digit_runs.size() && next <= r + 3; ++next) {
        if (input.digit_runs[next].begin != number_end + 1 || text[number_end] != '-') break;
        number_end = input.digit_runs[next].end;
      }
      const bool marked = mark_end > 0 && run.begin - mark_end < 100;
      if (number_end == run.end && after < 0x80 && region == std::string_view::npos && !marked)
        continue;
      Bounds bounds = HanAddress(text, run.begin, number_end, region, cjk_end, marked);
      if (bounds.end > bounds.begin) {
        if (marked && bounds.begin >= mark_end && bounds.begin - mark_end <= 3)
          bounds.begin = mark_begin;
        mark_end = 0;
        emit(kCjk, static_cast<uint32_t>(bounds.begin), static_cast<uint32_t>(bounds.end));
        cjk_end = bounds.end;
        region = std::string_view::npos;
      }
    }
  }
  if (signs < 2) return;

  Reader reader(*this, input);
  // From a little before the first sign to a little behind the last: a number and a name may stand
  // in front of it, and places behind it.
  constexpr uint32_t kBefore = 120, kAfter = 200;
  if (!input.digit_runs.empty()) last = std::max(last, input.digit_runs.back().end);
  const auto to = static_cast<uint32_t>(std::min<size_t>(text.size(), size_t{last} + kAfter));
  uint32_t from = 0;
  if (first > kBefore) {
    from = first - kBefore;
    while (from > 0 && text[from] != ' ' && text[from] != '\n' && first - from < 2 * kBefore)
      --from;
    while (from > 0 && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80) --from;
  }
  size_t hit = 0;
  uint32_t emitted = from;
  while (true) {
    const uint32_t end = reader.Tokenise(from, to, hit);
    emitted = reader.Read(0, emitted, emit);
    if (end >= to || reader.count() <= kOverlap) break;
    from = reader.token(reader.count() - kOverlap).begin;
    while (hit > 0 && input.words[hit - 1].begin >= from) --hit;
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Recogniser>> MakeAddressRecogniser(const PatternLibrary& library) {
  auto recogniser = std::make_unique<AddressRecogniser>();
  const absl::Status status = recogniser->Init(library);
  if (!status.ok()) return status;
  return recogniser;
}

}  // namespace tacet
