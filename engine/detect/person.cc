#include "engine/detect/person.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "engine/detect/person_names.h"
#include "engine/detect/triggers.h"
#include "engine/text/word_forms.h"

namespace tacet {
namespace {

// What a listed word says of a name beside it. A word may say several things.
enum Cue : uint32_t {
  kTitle = 1u << 0,        // before a name: "Mr"
  kTitleWeak = 1u << 1,    // the same, but an everyday word: "uncle", "anh"
  kGreeting = 1u << 2,     // "Dear"
  kLabel = 1u << 3,        // "name", "a/n", "em nome de"
  kIntro = 1u << 4,        // "this is", "soy"
  kIntroStrong = 1u << 5,  // "my name is"
  kRole = 1u << 6,         // "driver", "caretaker"
  kTransfer = 1u << 7,     // "sent to", "received from"
  kTo = 1u << 8,           // "to", "from", "with": says little
  kFarewell = 1u << 9,     // "regards"
  kAfter = 1u << 10,       // behind a name: "ji", "bey", "has sent you"
  kCompany = 1u << 11,     // "Ltd", "Store": what it stands behind is no person
  kGeneral = 1u << 12,     // "customer", "friend": no name, nor is what stands before it
  kParticle = 1u << 13,    // inside a name: "van", "bin"
  kPlace = 1u << 14,
  // Scripts without spaces and Korean.
  kUnspacedBefore = 1u << 15,
  kUnspacedAfter = 1u << 16,
  kUnspacedWeak = 1u << 17,  // the same, but an everyday ending: "です"
  kPaidAfter = 1u << 18,     // behind a payer or payee: "Ref No"
  kNoise = 1u << 19,         // "OTP", "Rs": no part of a name
  kAnd = 1u << 20,           // between two names
};
constexpr uint32_t kStrongBefore = kTitle | kGreeting | kLabel | kIntroStrong | kTransfer;
constexpr uint32_t kAnyBefore = kStrongBefore | kTitleWeak | kIntro | kRole | kTo | kFarewell;

constexpr std::pair<std::string_view, uint32_t> kLists[] = {
    {"person-title", kTitle},
    {"person-title-weak", kTitleWeak},
    {"person-greeting", kGreeting},
    {"person-label", kLabel},
    {"person-intro", kIntro},
    {"person-intro-strong", kIntroStrong},
    {"person-role", kRole},
    {"person-transfer", kTransfer},
    {"person-to", kTo},
    {"person-farewell", kFarewell},
    {"person-after", kAfter},
    {"person-company", kCompany},
    {"person-general", kGeneral},
    {"person-particle", kParticle},
    {"person-unspaced-before", kUnspacedBefore},
    {"person-unspaced-after", kUnspacedAfter},
    {"person-unspaced-after-weak", kUnspacedAfter | kUnspacedWeak},
    {"person-paid-after", kPaidAfter},
    {"person-noise", kNoise},
    {"person-and", kAnd},
    {"place", kPlace},
};

// Endings of patronymics and surnames: "-ович".
constexpr std::string_view kEndingList = "person-name-ending";

constexpr std::string_view kKindNames[] = {
    "titled",      // behind a title
    "greeted",     // behind a greeting
    "labelled",    // behind a word for a name
    "introduced",  // behind "this is", "my name is"
    "role",        // behind what somebody does
    "transfer",    // payer or payee
    "called",      // before a word that follows names
    "vocative",    // at the begin of a sentence, before a comma
    "signature",   // at the end of the message
    "by-number",   // beside a telephone or account number
    "full",        // a given name and a surname
    "given",       // a given name alone
    "unspaced",    // Chinese, Japanese, Korean, Thai
};
enum Kind {
  kTitled,
  kGreeted,
  kLabelled,
  kIntroduced,
  kInRole,
  kPayee,
  kCalled,
  kVocative,
  kSignature,
  kByNumber,
  kFull,
  kGiven,
  kUnspaced
};

// PersonNames::Entry::word of words that are names only behind a cue.
constexpr uint8_t kVeryCommon = 2;
constexpr uint8_t kSyllable = 3;  // of Vietnamese
constexpr uint8_t kNothingElse = PersonNames::kNothingElse;

// The longest name without spaces, with what stands beside it.
constexpr uint32_t kMaxUnspacedBytes = 96;

enum Shape : uint8_t { kSmall, kInitial, kTitleCase, kCaps, kMixed, kCaseless };

struct Token {
  uint32_t begin = 0, end = 0;
  Shape shape = kSmall;
  bool looked_up = false;
  bool glued = false;       // a part of a host, a path, a number
  bool hyphened = false;    // with a hyphen inside
  bool narrated = false;    // behind a reference, in a bank's narration
  bool cut = false;         // from a label that was glued on
  bool ascii = false;       // letters of ASCII alone
  bool is_title = false;    // a title of the word behind it
  bool other_word = false;  // a part of a listed word of another kind
  PersonNames::Entry entry;
  uint32_t before = 0;  // cues that end right before it
  uint32_t after = 0;   // cues that begin right behind it
  uint32_t is = 0;      // cues that it is a part of

  bool capital() const { return shape == kTitleCase || shape == kCaps || shape == kMixed; }
  bool named() const { return entry.given != 0 || entry.surname != 0; }
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAsciiLetter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
size_t LengthOf(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

bool OnlySpaces(std::string_view gap) {
  return !gap.empty() && gap.size() <= 2 && gap.find_first_not_of(' ') == std::string_view::npos;
}

// True if `text` begins with at most five small letters, or an S, and then no letter.
bool IsEnding(std::string_view text) {
  size_t size = 0, letters = 0;
  while (size < text.size() && letters <= 5) {
    const char32_t c = CodePointAt(text, size);
    if (!(c >= 'a' && c <= 'z') && !PersonNames::IsLower(c)) break;
    size += LengthOf(text[size]);
    ++letters;
  }
  if (letters == 0 && !text.empty() && text[0] == 'S') size = letters = 1;
  return letters >= 1 && letters <= 5 &&
         (size >= text.size() ||
          (!IsAsciiLetter(text[size]) && !IsSpacedLetter(CodePointAt(text, size))));
}

// Of a word in capitals. "JP DANIEL": two letters without a vowel are initials too.
Shape CapsOrInitial(std::string_view word, size_t letters) {
  const bool initials =
      letters == 1 || (word.size() == 2 && word.find_first_of("AEIOUY") == word.npos);
  return initials ? kInitial : kCaps;
}

// True for a listed name that is no common word, or a common name with a capital that is a rare
// one.
bool IsMostlyName(const Token& token) {
  return token.entry.word == 0 ||
         (token.entry.word == 1 && token.entry.given >= 3 && token.shape != kSmall);
}

// True if a number of seven digits or more, some of them masked perhaps, and a dash end `text`.
bool IsMaskedNumberBefore(std::string_view text) {
  if (!text.ends_with('-')) return false;
  size_t digits = 0;
  for (text.remove_suffix(1); !text.empty() && digits < 7; text.remove_suffix(1)) {
    if (!IsDigit(text.back()) && text.back() != 'X' && text.back() != '*') break;
    ++digits;
  }
  return digits >= 7;
}

// True if a number of six digits or more ends `text`.
bool IsReferenceBefore(std::string_view text) {
  const size_t other = text.find_last_not_of("0123456789");
  return text.size() - (other == text.npos ? 0 : other + 1) >= 6;
}

// True if a digit stands behind one space.
bool IsDigitAfter(std::string_view gap, std::string_view text, size_t end) {
  return gap.starts_with(' ') && end + 1 < text.size() && IsDigit(text[end + 1]);
}

bool IsHan(char32_t c) { return (c >= 0x3400 && c < 0xA000) || c == 0x3005 || c >= 0x20000; }
bool IsKana(char32_t c) { return c >= 0x3041 && c < 0x3100; }
bool IsHangul(char32_t c) { return c >= 0xAC00 && c < 0xD7A4; }
bool IsThai(char32_t c) { return c >= 0x0E01 && c < 0x0E4F; }

// Where the Thai and Chinese that stands at `at` ends: U+0E00 to U+0FFF, U+3000 to U+9FFF.
size_t BehindUnspaced(std::string_view text, size_t at) {
  while (at + 2 < text.size()) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const bool han = lead >= 0xE3 && lead <= 0xE9;
    const bool thai = lead == 0xE0 && static_cast<unsigned char>(text[at + 1]) >= 0xB8;
    if (!han && !thai) break;
    at += 3;
  }
  return at;
}

// One chunk of a message, as words.
class Words {
 public:
  static constexpr size_t kMaxTokens = 160;

  Words(const RecogniserInput& input, const PersonNames& names,
        absl::Span<const uint32_t> cues_of_list, absl::Span<const std::string> endings)
      : input_(input), names_(names), cues_of_list_(cues_of_list), endings_(endings) {}

  // Reads the words from byte `from` on, until the text or the room for them ends. Where it
  // stopped is next().
  void Read(size_t from);
  size_t next() const { return next_; }
  size_t size() const { return size_; }
  Token& operator[](size_t i) { return tokens_[i]; }
  const Token& operator[](size_t i) const { return tokens_[i]; }
  const std::string_view text() const { return input_.text; }

  const PersonNames::Entry& Look(size_t i) {
    Token& token = tokens_[i];
    if (!token.looked_up) {
      token.looked_up = true;
      const std::string_view word = text().substr(token.begin, token.end - token.begin);
      token.entry = names_.Find(word);
      if (!token.named() && token.entry.word == 0 && token.capital() && HasEnding(word)) {
        token.entry.surname = 2;
      }
    }
    return token.entry;
  }
  // False if a word in small letters is surely no name of class kNothingElse.
  bool MayBeNothingElse(size_t i) const {
    const Token& token = tokens_[i];
    return !token.ascii || names_.MayBeNothingElse(text(), token.begin, token.end);
  }
  // What stands between the word and the one before it.
  std::string_view Gap(size_t i) const {
    const size_t begin = i == 0 ? 0 : tokens_[i - 1].end;
    return text().substr(begin, tokens_[i].begin - begin);
  }
  std::string_view GapBehind(size_t i) const {
    const size_t end = i + 1 < size_ ? tokens_[i + 1].begin : text().size();
    return text().substr(tokens_[i].end, end - tokens_[i].end);
  }
  // True if most words of two letters and more are in capitals: then capitals say nothing.
  bool shouts() const { return caps_ >= 3 && caps_ * 2 > cased_; }
  // True if ordinary words begin with a capital: then that says nothing.
  bool declaims() {
    if (ordinary_ == kUnknown) {
      ordinary_ = 0;
      for (size_t i = 1; i < size_; ++i) {
        if (tokens_[i].shape != kTitleCase || !OnlySpaces(Gap(i))) continue;
        const PersonNames::Entry& entry = Look(i);
        ordinary_ += entry.word != 0 && entry.given == 0;
      }
    }
    return ordinary_ >= 3 && ordinary_ * 3 > title_;
  }

  // Notes that a name ends with word `i`.
  void NoteName(size_t i) { name_end_ = i; }
  // True if the word stands behind a name, a comma or an "and" between.
  bool ListedBehindName(size_t i) const {
    if (name_end_ == kUnknown) return false;
    if (name_end_ + 1 == i) return Gap(i) == ", " || Gap(i) == ",";
    return name_end_ + 2 == i && (tokens_[i - 1].is & kAnd) != 0 && OnlySpaces(Gap(i)) &&
           OnlySpaces(Gap(i - 1));
  }
  // True if the word is alone before a colon, at the begin of a line.
  bool IsSpeaker(size_t i) const {
    return (i == 0 || Gap(i).find('\n') != std::string_view::npos) &&
           GapBehind(i).starts_with(": ") && tokens_[i].shape == kTitleCase;
  }
  // True if two names and more stand so: what people say to each other.
  bool IsDialogue() {
    if (speakers_ == kUnknown) {
      speakers_ = 0;
      bool sure = false;
      for (size_t i = 0; i < size_; ++i) {
        if (!IsSpeaker(i) || Look(i).given < 2) continue;
        ++speakers_;
        sure |= Look(i).word == 0;
      }
      if (!sure) speakers_ = 0;
    }
    return speakers_ >= 2;
  }

 private:
  // The end of the placeholder that begins at `at`, or `at`.
  size_t MarkEnd(size_t at) const {
    const auto mark =
        std::lower_bound(input_.placeholders.begin(), input_.placeholders.end(), at,
                         [](const Span& span, size_t place) { return span.begin < place; });
    return mark != input_.placeholders.end() && mark->begin == at ? mark->end : at;
  }
  size_t NextBegin(size_t at) const;
  // Read the word that begins at token.begin: its end, shape, and how it is written. Return the
  // number of its letters, 0 if there is no word.
  size_t ReadWord(Token& token) const;
  size_t ReadLongWord(Token& token) const;
  void CutLabel(Token& token) const;
  bool InNarration(const Token& token, size_t letters) const;
  bool IsGlued(const Token& token) const;
  void ReadCues(size_t from);
  bool HasEnding(std::string_view word) const {
    char folded[PersonNames::kMaxBytes];
    const std::string_view small(folded, PersonNames::FoldLetters(word, folded));
    return std::any_of(endings_.begin(), endings_.end(), [&](const std::string& ending) {
      return small.size() >= ending.size() + 3 && small.ends_with(ending);
    });
  }

  const RecogniserInput& input_;
  const PersonNames& names_;
  absl::Span<const uint32_t> cues_of_list_;
  absl::Span<const std::string> endings_;
  // Not initialised: most messages fill a few.
  alignas(Token) std::byte storage_[kMaxTokens * sizeof(Token)];
  Token* const tokens_ = reinterpret_cast<Token*>(storage_);
  size_t size_ = 0, next_ = 0;
  static constexpr size_t kUnknown = static_cast<size_t>(-1);
  size_t caps_ = 0, cased_ = 0, title_ = 0, ordinary_ = kUnknown;
  size_t name_end_ = kUnknown, speakers_ = kUnknown;
};

// A byte at or behind `at` before which no word and no mark begins, or the size of the text.
size_t Words::NextBegin(size_t at) const {
  const Triggers& triggers = input_.triggers;
  const bool marks = !input_.placeholders.empty();
  uint64_t behind = ~uint64_t{0} << (at % 64);
  for (size_t block = at / 64; block * 64 < text().size(); ++block) {
    const ByteClasses& of = triggers.classes[block];
    const uint64_t begins = (of.letters | of.non_ascii | (marks ? of.signs : 0)) & behind;
    if (begins != 0) {
      return BehindUnspaced(text(), block * 64 + static_cast<size_t>(std::countr_zero(begins)));
    }
    behind = ~uint64_t{0};
  }
  return text().size();
}

// Most words are letters of ASCII alone.
size_t Words::ReadWord(Token& token) const {
  const std::string_view all = text();
  const size_t begin = token.begin;
  const uint64_t run = input_.triggers.BitsFrom(&ByteClasses::letters, begin);
  if (run == ~uint64_t{0} || (run & 1) == 0) return ReadLongWord(token);
  const auto letters = static_cast<size_t>(std::countr_zero(~run));
  const size_t end = begin + letters;
  if (end < all.size()) {
    const char c = all[end];
    const bool goes_on = static_cast<unsigned char>(c) >= 0x80 || c == '-' ||
                         (c == '\'' && !IsEnding(all.substr(end + 1, 16)));
    if (goes_on) return ReadLongWord(token);
  }
  const uint64_t word = ~(~uint64_t{0} << letters);
  const uint64_t upper = input_.triggers.BitsFrom(&ByteClasses::capitals, begin) & word;
  token.end = static_cast<uint32_t>(end);
  token.ascii = true;
  token.shape = upper == 0      ? kSmall
                : upper == word ? CapsOrInitial(all.substr(begin, letters), letters)
                : upper == 1    ? kTitleCase
                                : kMixed;
  // "McDowell", "MacKenzie"
  if ((upper == 0b101 && all[begin + 1] == 'c' && letters > 4) ||
      (upper == 0b1001 && all.substr(begin + 1, 2) == "ac" && letters > 5)) {
    if (all[begin] == 'M') token.shape = kTitleCase;
  }
  return letters;
}

// A word: letters, with an apostrophe or a hyphen inside.
size_t Words::ReadLongWord(Token& token) const {
  const std::string_view all = text();
  const size_t begin = token.begin;
  size_t letters = 0, upper = 0, lower = 0, upper_parts = 0;
  bool first_upper = false, part_begins = true, hyphened = false;
  size_t at = begin;
  while (at < all.size()) {
    const char c = all[at];
    if (IsAsciiLetter(c)) {
      const bool is_upper = c <= 'Z';
      if (letters == 0) first_upper = is_upper;
      upper_parts += part_begins && is_upper;
      part_begins = false;
      upper += is_upper;
      lower += !is_upper;
      ++letters;
      ++at;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) {
      const char32_t cp = CodePointAt(all, at);
      if (!IsSpacedLetter(cp)) break;
      const bool is_upper = PersonNames::IsUpper(cp);
      if (letters == 0) first_upper = is_upper;
      upper_parts += part_begins && is_upper;
      part_begins = false;
      upper += is_upper;
      lower += PersonNames::IsLower(cp);
      ++letters;
      at += LengthOf(c);
      continue;
    }
    if ((c == '\'' || c == '-') && letters > 0 && at + 1 < all.size() &&
        (IsAsciiLetter(all[at + 1]) || IsSpacedLetter(CodePointAt(all, at + 1)))) {
      // "Marlon's", "Ankara'dan": an ending is no part of the name. Nor is what stands behind a
      // hyphen in capitals: "UPI-RAVI".
      if (c == '\'' && IsEnding(all.substr(at + 1, 16))) break;
      if (c == '-' && letters >= 2 && lower == 0 && upper == letters) break;
      part_begins = true;
      hyphened |= c == '-';
      ++at;
      continue;
    }
    break;
  }
  token.end = static_cast<uint32_t>(at);
  token.hyphened = hyphened;
  token.shape = upper == 0 && lower == 0 ? kCaseless
                : upper == 0             ? kSmall
                : lower == 0             ? CapsOrInitial(all.substr(begin, at - begin), letters)
                : first_upper && upper == upper_parts ? kTitleCase
                                                      : kMixed;
  return letters;
}

// "Name: AmaraTel: 0803": where a sender lost the end of a line, a label is glued on.
void Words::CutLabel(Token& token) const {
  const std::string_view all = text();
  if (token.shape != kMixed || token.end == all.size() || all[token.end] != ':') return;
  const size_t begin = token.begin;
  size_t label = token.end - 1;
  while (label > begin + 2 && IsAsciiLetter(all[label]) && all[label] >= 'a') --label;
  if (label <= begin + 2 || !IsAsciiLetter(all[label]) || all[label - 1] < 'a') return;
  const char32_t first = CodePointAt(all, begin);
  const bool first_upper = (first >= 'A' && first <= 'Z') || PersonNames::IsUpper(first);
  token.end = static_cast<uint32_t>(label);
  token.shape = first_upper ? kTitleCase : kSmall;
  token.cut = true;
}

// True for the name in a bank's "UPI/123456/RAVI KUMAR/".
bool Words::InNarration(const Token& token, size_t letters) const {
  if (token.begin == 0 || text()[token.begin - 1] != '/' || letters < 3) return false;
  const bool small_letters =
      token.shape == kSmall || token.shape == kTitleCase || token.shape == kMixed;
  return !small_letters && IsReferenceBefore(text().substr(0, token.begin - 1));
}

// True for parts of hosts, paths, codes.
bool Words::IsGlued(const Token& token) const {
  const std::string_view all = text();
  const size_t begin = token.begin, end = token.end;
  const bool masked = ((all[begin] == 'X' || all[begin] == 'x') &&
                       all.substr(begin, end - begin).find_first_not_of("Xx-") == all.npos) ||
                      (end - begin > 2 && all[begin + 1] == '-');  // "e-mail", "M-Pesa"
  if (masked) return true;
  const char before = begin > 0 ? all[begin - 1] : ' ';
  const char after = end < all.size() ? all[end] : ' ';
  if (before == ' ' && after == ' ') return false;
  const auto joins = [](char c) {
    return c == '@' || c == '/' || c == '_' || c == '#' || c == '&' || c == '=' || c == '\\';
  };
  const bool dot_behind = after == '.' && end + 1 < all.size() && token.shape == kSmall &&
                          IsAsciiLetter(all[end + 1]) && all[end + 1] >= 'a';
  return IsDigit(before) || IsDigit(after) || (joins(before) && !token.narrated) || after == '@' ||
         after == '_' || after == '=' || dot_behind ||
         (before == '.' && begin > 1 && IsAsciiLetter(all[begin - 2]) && token.shape == kSmall);
}

void Words::Read(size_t from) {
  const std::string_view all = text();
  size_ = 0;
  caps_ = cased_ = title_ = 0;
  ordinary_ = name_end_ = speakers_ = kUnknown;
  size_t at = from;
  while (size_ < kMaxTokens) {
    at = NextBegin(at);
    if (at == all.size()) break;
    // What was masked earlier is no word.
    if (all[at] == '<') {
      const size_t end = MarkEnd(at);
      at = end == at ? at + 1 : end;
      continue;
    }
    Token& token = *new (tokens_ + size_) Token;
    token.begin = static_cast<uint32_t>(at);
    const size_t letters = ReadWord(token);
    if (letters == 0) {
      at += LengthOf(all[at]);
      continue;
    }
    ++size_;
    CutLabel(token);
    token.narrated = InNarration(token, letters);
    token.glued = IsGlued(token);
    if (token.narrated) token.before = kTransfer;
    if (letters > 1) {
      cased_ += token.shape != kCaseless;
      caps_ += token.shape == kCaps;
      title_ += token.shape == kTitleCase;
    }
    at = token.end;
    // "'s" is no word.
    if (at < all.size() && all[at] == '\'') {
      ++at;
      while (at < all.size() && IsAsciiLetter(all[at])) ++at;
    }
  }
  next_ = at;
  ReadCues(from);
}

void Words::ReadCues(size_t from) {
  const std::string_view all = text();
  size_t t = 0;
  const auto first =
      std::lower_bound(input_.words.begin(), input_.words.end(), from > 64 ? from - 64 : 0,
                       [](const WordHit& hit, size_t place) { return hit.begin < place; });
  for (auto hit = first; hit != input_.words.end() && hit->begin < next_; ++hit) {
    uint32_t cues = 0;
    for (uint16_t list : hit->lists) cues |= cues_of_list_[list];
    if (cues == 0) {
      // A listed word of another kind ("kata sandi", "request ids") is no name by itself.
      while (t < size_ && tokens_[t].end <= hit->begin) ++t;
      for (size_t inside = t; inside < size_ && tokens_[inside].begin < hit->end; ++inside) {
        tokens_[inside].other_word = true;
      }
      continue;
    }
    const bool is_title = (cues & kTitle) != 0;
    // "don", "dr" in small letters and "PAN" in capitals are other words as well.
    if ((cues & kTitle) != 0 && IsAsciiLetter(all[hit->begin])) {
      const bool begins_small = all[hit->begin] >= 'a' && hit->end - hit->begin <= 3;
      const bool all_caps = hit->end - hit->begin >= 3 && all[hit->begin + 1] <= 'Z' && !shouts();
      if (begins_small || all_caps) cues = (cues & ~kTitle) | kIntro;
    }
    while (t < size_ && tokens_[t].end <= hit->begin) ++t;
    // Before a mark stood what the title was of.
    size_t mark = hit->end;
    while (mark < all.size() && mark - hit->end < 3 && (all[mark] == ' ' || all[mark] == '.'))
      ++mark;
    const bool titles_mark = (cues & (kTitle | kTitleWeak)) != 0 && MarkEnd(mark) != mark;
    size_t inside = t;
    for (; inside < size_ && tokens_[inside].begin < hit->end; ++inside) {
      tokens_[inside].is |= cues;
      tokens_[inside].is_title |= titles_mark;
    }
    if (t > 0 && hit->begin - tokens_[t - 1].end <= 2) {
      const std::string_view gap = all.substr(tokens_[t - 1].end, hit->begin - tokens_[t - 1].end);
      if (gap == ". " || gap == " (") tokens_[t - 1].after |= cues & kPaidAfter;
      if (gap.empty() || gap == " " || gap == ", " || gap == "\n") tokens_[t - 1].after |= cues;
    }
    if (inside < size_ && tokens_[inside].begin - hit->end <= 4) {
      const std::string_view gap = all.substr(hit->end, tokens_[inside].begin - hit->end);
      bool joins = true;
      uint32_t keeps = cues;
      for (char c : gap) {
        joins &= c == ' ' || c == '.' || c == ':' || c == ',' || c == '-' || c == '(' || c == '"' ||
                 c == '\n' || c == '=' || c == '>' || c == '\'' || c == '*' || c == '<';
        if (c == ',' || c == '\n') keeps &= kGreeting | kLabel | kFarewell;
        if (c == '.') {
          keeps &= kTitle | kLabel | kGreeting | (is_title ? kIntro : 0u) |
                   (is_title || gap.size() == 1 ? uint32_t{kTitleWeak} : 0u);
        }
        if (c == '-' || c == '=' || c == ':') keeps &= ~(kTo | kGreeting);
        if (c == '-') keeps &= ~kTitleWeak;
      }
      // "M. Dupont" has its space, "M.Pesa" has not.
      if (gap.empty() && (cues & kTitle) != 0 && all[hit->end - 1] == '.') joins = false;
      if (gap.find('(') != gap.npos) keeps &= kLabel | kRole | kTransfer;
      if (joins && !(gap.empty() && IsAsciiLetter(all[hit->end - 1]))) {
        tokens_[inside].before |= keeps;
        // "Dear Miss Byrne": the greeting is for what stands behind the title too.
        if ((keeps & (kTitle | kTitleWeak)) != 0 && t < inside) {
          for (size_t inner = t; inner < inside; ++inner) tokens_[inner].is_title = true;
          tokens_[inside].before |= tokens_[t].before & (kGreeting | kLabel | kTransfer);
        }
      }
    }
  }
  // "nome de M-Pesa RUI": the label is for what stands behind the general word.
  for (size_t i = 0; i + 1 < size_; ++i) {
    if ((tokens_[i].before & kLabel) != 0 && (tokens_[i].is & (kGeneral | kNoise)) != 0) {
      tokens_[i + 1].before |= kLabel;
    }
  }
}

// A run of words that may be one name: [first, last].
struct Chain {
  size_t first = 0, last = 0;
  int given = 0;      // words that are given names and no common words
  int surname = 0;    // the same of surnames only
  int ambiguous = 0;  // names that are common words too
  int unknown = 0;    // words in no list
  int size() const { return given + surname + ambiguous + unknown; }
};

class PersonRecogniser : public Recogniser {
 public:
  PersonRecogniser(PersonNames names, std::vector<uint32_t> cues, std::vector<std::string> endings)
      : names_(std::move(names)), cues_of_list_(std::move(cues)), endings_(std::move(endings)) {}

  absl::Span<const std::string_view> kinds() const override { return kKindNames; }
  int min_digits() const override { return 0; }
  bool keeps_off_marks() const override { return true; }

  void Recognise(const RecogniserInput& input, Emit emit) const override {
    // Where values were masked, what they told of the rest is gone, and a second pass must not find
    // more: only what stands behind a strong cue is found there.
    const bool masked = !input.placeholders.empty();
    uint32_t cues = 0;
    for (const WordHit& hit : input.words) {
      for (uint16_t list : hit.lists) cues |= cues_of_list_[list];
    }
    Words words(input, names_, cues_of_list_, endings_);
    for (size_t from = 0; from < input.text.size();) {
      words.Read(from);
      for (size_t i = 0; i < words.size();) {
        i = CannotBegin(words, i, masked) ? i + 1 : Try(words, input, i, masked, emit);
      }
      from = words.next();
    }
    bool unspaced = (cues & (kUnspacedBefore | kUnspacedAfter)) != 0;
    if (input.triggers.non_ascii) {
      for (const DigitRun& run : input.digit_runs) {
        unspaced |= run.end + 2 < input.text.size() && run.end - run.begin >= 9 &&
                    static_cast<unsigned char>(input.text[run.end + 1]) >= 0xEA;
      }
    }
    if (unspaced) RecogniseUnspaced(input, emit);
  }

 private:
  static bool InList(Words& words, size_t i);
  static bool CannotBegin(Words& words, size_t i, bool masked);
  size_t Try(Words& words, const RecogniserInput& input, size_t i, bool masked, Emit emit) const;
  Chain ChainAt(Words& words, size_t i, bool strong) const;
  static bool IsBeforeAccount(const Words& words, size_t i);
  static bool IsBeforeNames(Words& words, size_t i);
  static bool IsInitialled(Words& words, size_t i);
  static bool PairBeforeGenitive(Words& words, size_t i);
  static bool EndsLine(const Words& words, size_t i);
  static bool OnlyShort(const Words& words, const Chain& chain);
  static bool EndsInCapitals(Words& words, size_t i);
  static bool NumberBeside(const Words& words, const RecogniserInput& input, const Token& first,
                           const Token& last);
  void RecogniseUnspaced(const RecogniserInput& input, Emit emit) const;
  uint32_t UnspacedFrom(std::string_view text, uint32_t begin, uint32_t limit) const;
  bool IsGeneral(const WordHit& hit) const {
    return std::any_of(hit.lists.begin(), hit.lists.end(), [&](uint16_t list) {
      return (cues_of_list_[list] & (kGeneral | kCompany)) != 0;
    });
  }
  bool IsUnspaced(const WordHit& hit) const {
    return std::any_of(hit.lists.begin(), hit.lists.end(), [&](uint16_t list) {
      return (cues_of_list_[list] & (kUnspacedBefore | kUnspacedAfter)) != 0;
    });
  }

  PersonNames names_;
  std::vector<uint32_t> cues_of_list_;
  std::vector<std::string> endings_;
};

// True if no word of a name is longer than a syllable of Chinese.
bool PersonRecogniser::OnlyShort(const Words& words, const Chain& chain) {
  for (size_t at = chain.first; at <= chain.last; ++at) {
    if (words[at].end - words[at].begin > 5) return false;
  }
  return true;
}

// True if the word behind word `i` is surely no more of a name in capitals.
bool PersonRecogniser::EndsInCapitals(Words& words, size_t i) {
  if (i + 1 >= words.size()) return true;
  const Token& next = words[i + 1];
  return next.shape == kSmall || (next.is & kAnyBefore) != 0;
}

// True if a number of nine digits or more stands behind word `i`, or behind the small word after.
bool PersonRecogniser::IsBeforeAccount(const Words& words, size_t i) {
  for (size_t at = i; at < words.size() && at <= i + 1; ++at) {
    if (at > i && (words[at].shape != kSmall || !OnlySpaces(words.Gap(at)))) return false;
    std::string_view behind = words.text().substr(words[at].end);
    behind.remove_prefix(std::min(behind.find_first_not_of(", "), behind.size()));
    if (std::min(behind.find_first_not_of("0123456789"), behind.size()) >= 9) return true;
  }
  return false;
}

// True if the next two words are names, commas between.
bool PersonRecogniser::IsBeforeNames(Words& words, size_t i) {
  for (size_t at = i + 1; at <= i + 2; ++at) {
    if (at >= words.size() || words[at].shape != words[i].shape || words.Gap(at) != ", " ||
        words.Look(at).given < 3 || words.Look(at).word == kVeryCommon) {
      return false;
    }
  }
  return true;
}

// "Soib K. Kishiev": two words that are nothing else, and a letter with a dot between.
bool PersonRecogniser::IsInitialled(Words& words, size_t i) {
  return i + 2 < words.size() && words[i].shape == kTitleCase && words[i + 1].shape == kInitial &&
         words[i + 2].shape == kTitleCase && words[i + 1].end - words[i + 1].begin == 1 &&
         OnlySpaces(words.Gap(i + 1)) && words.Gap(i + 2) == ". " && !words[i].glued &&
         !words[i + 2].glued && words.Look(i).word == 0 && words.Look(i + 2).word == 0;
}

// "Alpatu Shervashidze's": two words that are nothing else.
bool PersonRecogniser::PairBeforeGenitive(Words& words, size_t i) {
  return i + 1 < words.size() && words[i].shape == kTitleCase && words[i + 1].shape == kTitleCase &&
         words.GapBehind(i + 1).starts_with("'s") && OnlySpaces(words.Gap(i + 1)) &&
         words.Look(i).word == 0 && words.Look(i + 1).word == 0;
}

// True if the line ends behind word `i`.
bool PersonRecogniser::EndsLine(const Words& words, size_t i) {
  const std::string_view gap = words.GapBehind(i);
  return gap.empty() || gap[0] == '\n' || gap[0] == '\r';
}

// The longest name that begins at word `i`. With `strong`, behind a strong cue, words of no list
// are taken too.
Chain PersonRecogniser::ChainAt(Words& words, size_t i, bool strong) const {
  constexpr size_t kMaxWords = 5;
  Chain chain{.first = i, .last = i};
  size_t leading = i;  // the first word that is neither an initial nor a particle
  while (leading + 1 < words.size() && leading < i + 3 &&
         (words[leading].shape == kInitial ||
          ((words[leading].is & kParticle) != 0 && !words[leading].capital()))) {
    ++leading;
  }
  const Shape shape = words[leading].shape;
  for (size_t at = i; at < words.size() && at < i + kMaxWords; ++at) {
    Token& token = words[at];
    if (token.glued || (token.cut && !strong)) break;
    if (at > i) {
      const std::string_view gap = words.Gap(at);
      const bool dotted = words[at - 1].shape == kInitial && (gap == "." || gap == ". ");
      if (!OnlySpaces(gap) && !dotted) break;
      if ((token.before & (kTitle | kGreeting | kLabel | kIntroStrong)) != 0) break;
    }
    const PersonNames::Entry& entry = words.Look(at);
    if (token.shape == kInitial) {
      // An initial at the end needs a name before it; "A", "I" and "U" without a dot are words.
      const char letter = words.text()[token.begin];
      if (at > i && (letter == 'I' || letter == 'A' || letter == 'U') &&
          !words.GapBehind(at).starts_with('.')) {
        break;
      }
      if (at > i || (at + 1 < words.size() && !words[at + 1].glued)) {
        if (at > i) chain.last = at;
        continue;
      }
      break;
    }
    // A particle counts only with a name behind it.
    if ((at > i || strong) && (token.is & kParticle) != 0 && !token.capital() &&
        at + 1 < words.size() && OnlySpaces(words.Gap(at + 1)) &&
        (words[at + 1].capital() || shape == kSmall || (words[at + 1].is & kParticle) != 0)) {
      continue;
    }
    if ((token.is & (kGeneral | kCompany | kNoise)) != 0) break;
    if (at > i && (token.is & kAfter) != 0 && token.shape != kTitleCase) break;  // "Sanjay bhai"
    if (at > i && (token.is & kAnyBefore) != 0 && !token.named()) break;
    const Token& head = words[leading];
    // Behind "name", and before an account number, the words that follow may be in no list.
    const auto may_be_unlisted = [&] {
      return at > leading && token.end - token.begin >= 5 && head.entry.given >= 2 &&
             ((at == leading + 1 && (words[i].before & (kLabel | kIntroStrong | kTransfer)) != 0) ||
              (at <= leading + 2 && head.entry.word == 0 && IsBeforeAccount(words, at)));
    };
    // "Farida hanum"
    const bool carries_on = shape == kTitleCase && token.shape == kSmall && entry.word == 0 &&
                            (entry.given >= 2 || entry.surname >= 2 || may_be_unlisted());
    // "Jean DUPONT"; "OKAFOR Chidi" behind a cue, as "SANTANDER Marcus" is no name.
    const bool surname_in_capitals =
        at == leading + 1 && !words.shouts() && token.named() && entry.word == 0 &&
        token.end - token.begin >= 4 && head.end - head.begin >= 3 && IsMostlyName(head) &&
        ((shape == kTitleCase && token.shape == kCaps && head.named()) ||
         (shape == kCaps && token.shape == kTitleCase && strong));
    const bool same_shape = token.shape == shape || carries_on || surname_in_capitals;
    if (!same_shape) break;
    if (!token.named() && shape == kCaseless && chain.given > 0 &&
        words.text().substr(token.begin).starts_with("\u0627\u0644")) {
      ++chain.surname;  // an Arabic name with the article
    } else if (!token.named()) {
      // A word in no list: taken for a name behind a strong cue, or beside a listed name.
      if (entry.word != 0 || token.shape == kMixed || token.end - token.begin < 2) break;
      const bool listed = chain.given + chain.surname > 0;
      if (!strong && !carries_on && !(listed && token.shape == kTitleCase && !words.declaims())) {
        break;
      }
      if (shape == kSmall && at > i) break;
      if (chain.unknown >= 2 || (listed && shape == kCaseless)) break;
      // In capitals nothing tells where a name ends.
      if (token.shape == kCaps && (chain.size() >= 3 || chain.given + chain.surname >= 2) &&
          words.GapBehind(at).starts_with(' ') && !EndsInCapitals(words, at)) {
        break;
      }
      ++chain.unknown;
    } else if (entry.word == kSyllable && at > i && entry.surname == 3 && chain.given > 0 &&
               words.Look(i).word != kSyllable) {
      ++chain.surname;  // "Grace Kim"
    } else if (entry.word == kVeryCommon && at == i + 1 && entry.surname == 3 &&
               token.end - token.begin >= 4 && token.shape == kTitleCase && chain.given > 0 &&
               !words.declaims() &&
               !(at + 1 < words.size() && words[at + 1].capital() &&
                 OnlySpaces(words.Gap(at + 1)))) {
      ++chain.ambiguous;  // "Zoe Young"
    } else if (!IsMostlyName(token) || (token.is & kPlace) != 0) {
      // A common word that is a name as well.
      const bool small =
          shape == kSmall && !(entry.word == 1 && (words[i].before & (kLabel | kIntroStrong)) != 0);
      if (at > i && (small || entry.word == kVeryCommon || token.end - token.begin < 3 ||
                     (entry.given < 2 && entry.surname < 2 &&
                      !(strong && token.shape == kTitleCase && EndsLine(words, at))))) {
        break;
      }
      ++chain.ambiguous;
    } else if (entry.given != 0) {
      ++chain.given;
    } else {
      ++chain.surname;
    }
    chain.last = at;
  }
  return chain;
}

// True if a number of seven digits or more stands right before or behind.
bool PersonRecogniser::NumberBeside(const Words& words, const RecogniserInput& input,
                                    const Token& first, const Token& last) {
  const std::string_view text = words.text();
  // "XXXXXXXXXX", "********": a number that was masked before it came here.
  const size_t masked = text.find_first_not_of(' ', last.end);
  if (masked != text.npos && masked > last.end && (text[masked] == 'X' || text[masked] == '*') &&
      std::min(text.find_first_not_of(text[masked], masked), text.size()) - masked >= 7) {
    return true;
  }
  const auto digits_near = [&](const DigitRun& run) {
    // Groups of one number count together.
    size_t digits = 0;
    for (size_t at = run.begin; at < text.size() && at < run.begin + size_t{24}; ++at) {
      // "20XXXXXX87" and "30****34" are accounts.
      if (IsDigit(text[at]) || text[at] == 'X' || text[at] == '*') {
        ++digits;
      } else if (std::string_view(" -.()").find(text[at]) == std::string_view::npos) {
        break;
      }
    }
    return digits >= 7;
  };
  const auto behind =
      std::lower_bound(input.digit_runs.begin(), input.digit_runs.end(), last.end,
                       [](const DigitRun& run, uint32_t at) { return run.begin < at; });
  const auto is_joint = [](std::string_view gap) {
    return gap.find_first_not_of(" :,-+(~\n") == std::string_view::npos;
  };
  if (behind != input.digit_runs.end() && behind->begin - last.end <= 5 &&
      is_joint(text.substr(last.end, behind->begin - last.end)) && digits_near(*behind)) {
    return true;
  }
  if (behind == input.digit_runs.begin()) return false;
  auto before = behind - 1;
  if (before->end > first.begin || first.begin - before->end > 4 ||
      !is_joint(text.substr(before->end, first.begin - before->end))) {
    return false;
  }
  size_t digits = before->end - before->begin;
  uint32_t begin = before->begin;
  while (before != input.digit_runs.begin() && begin - (before - 1)->end <= 1) {
    --before;
    digits += before->end - before->begin;
    begin = before->begin;
  }
  return digits >= 7;
}

// True if word `i` goes on with a list of names.
bool PersonRecogniser::InList(Words& words, size_t i) {
  if (!words.ListedBehindName(i) || words[i].end - words[i].begin < 4) return false;
  const PersonNames::Entry& entry = words.Look(i);
  return entry.word == 0 ? entry.given >= 2 : entry.word == 1 && entry.given >= 3;
}

// True for most words: no name begins at word `i`, whatever stands behind it.
bool PersonRecogniser::CannotBegin(Words& words, size_t i, bool masked) {
  const Token& token = words[i];
  if (token.glued) return true;
  // A small word is a name behind a cue, or if it can be nothing else; words of scripts without
  // case are looked up.
  if (token.shape != kSmall || (token.before & kAnyBefore) != 0) return false;
  if (masked || token.is != 0 || token.other_word || token.hyphened) return true;
  if (InList(words, i)) return false;
  return !words.MayBeNothingElse(i) || words.Look(i).word != 0 ||
         words.Look(i).given < kNothingElse;
}

// Looks for a name that begins at word `i`; emits it, and returns the word to go on with.
size_t PersonRecogniser::Try(Words& words, const RecogniserInput& input, size_t i, bool masked,
                             Emit emit) const {
  Token& token = words[i];
  const uint32_t before = token.before;
  const bool capital = token.capital() || token.shape == kInitial;
  const bool uncued_small = token.shape == kSmall && (before & kAnyBefore) == 0;
  const bool in_list = !masked && InList(words, i);
  if ((token.is & (kAnyBefore & ~(kTo | kTitleWeak))) != 0 && before == 0) return i + 1;
  if ((token.is & (kGeneral | kCompany | kNoise)) != 0 || token.is_title) return i + 1;
  // "Chuc Mung Tai Khoan Cua": what announces a name is none, also behind a greeting; "Mr Holder".
  if ((token.is & kLabel) != 0 && (before & kTitle) == 0) return i + 1;
  // "Rue Gambetta", "Bank Mandiri".
  if ((before & kCompany) != 0 && (before & kStrongBefore) == 0) return i + 1;

  const bool strong = (before & kStrongBefore) != 0;
  if (masked && !strong) return i + 1;
  // "258840000000 - NOE CUMBANE": a number, a dash and its holder.
  const std::string_view gap_before = words.Gap(i);
  const bool holder = capital && gap_before.size() >= 9 && gap_before.ends_with("- ") &&
                      gap_before.find_first_not_of("0123456789 -+()") == std::string_view::npos;
  // "9XXXXXX495-ANITHA RAJAN"
  const bool beside_masked =
      capital && !holder && IsMaskedNumberBefore(words.text().substr(0, token.begin));
  const bool cued = holder || beside_masked || (before & (kRole | kTitleWeak)) != 0 ||
                    ((before & (kIntro | kTo)) != 0 && !words.shouts() &&
                     (token.shape == kCaps || token.shape == kInitial));
  const bool initialled = !masked && IsInitialled(words, i);
  const bool speaker = !masked && words.IsSpeaker(i) && words.IsDialogue();
  const Chain chain =
      ChainAt(words, i, strong || cued || speaker || PairBeforeGenitive(words, i) || initialled);
  if (chain.size() == 0) return i + 1;

  const Token& last = words[chain.last];
  // "Sharma Traders", "Jio user".
  const int listed = chain.given + chain.surname;
  const bool general =
      (last.after & kGeneral) != 0 && (last.after & kAfter) == 0 && !(strong && listed > 0);
  if (((last.after & kCompany) != 0 || general) && OnlySpaces(words.GapBehind(chain.last))) {
    return chain.last + 1;
  }
  const bool place = (token.is & kPlace) != 0;
  // The first word that is no initial and no particle says most.
  size_t head = chain.first;
  while (head < chain.last && (words[head].shape == kInitial ||
                               ((words[head].is & kParticle) != 0 && !words[head].capital()))) {
    ++head;
  }
  const PersonNames::Entry& entry = words.Look(head);
  const std::string_view gap_behind = words.GapBehind(chain.last);
  const char next = gap_behind.empty() ? '\0' : gap_behind[0];
  const bool at_end = chain.last + 1 == words.size() && words.next() == words.text().size() &&
                      gap_behind.size() <= 8;
  const bool genitive = gap_behind.starts_with("'s") || gap_behind.starts_with("'S");
  // A capital that says something.
  const Shape shape = words[head].shape;
  const bool cased =
      (shape == kTitleCase && !words.declaims()) || (shape == kCaps && !words.shouts());
  const bool small = words[head].shape == kSmall;
  if (small && token.shape == kInitial && !strong) return i + 1;  // "I wan to"
  // "Ring Chantelle": an everyday word is no begin of a name, unless it is a common one: "Will".
  if (chain.size() >= 2 && (before & kAnyBefore) == 0 && entry.word == kVeryCommon &&
      entry.given < 3 && !small) {
    return i + 1;
  }
  const auto letters = words[head].end - words[head].begin;
  // "So Joel": a short everyday word is no name, nor does it begin one.
  if (entry.word == kVeryCommon && letters <= 3 && (before & kStrongBefore) == 0) return i + 1;
  // "YU SHI GE JUE XIONG": many short words are a sentence in Chinese written in Latin letters.
  if (chain.size() >= 4 && (before & kAnyBefore) == 0 && !holder && OnlyShort(words, chain)) {
    return chain.last + 1;
  }
  // A listed name that is nothing else, in small letters only if it is long enough to be sure.
  const bool sure = chain.given > 0 && entry.given >= 2 && !place &&
                    (!small || letters >= (entry.given >= 3 ? 4u : 5u));
  const bool title_case = words[head].shape == kTitleCase;
  const auto found = [&](Kind kind) {
    // The dot of an initial behind a name is a part of it.
    const bool dot = last.shape == kInitial && chain.last > chain.first && next == '.';
    emit(kind, words[chain.first].begin, last.end + (dot ? 1 : 0));
    words.NoteName(chain.last);
    return chain.last + 1;
  };

  // Surname and at least two more syllables: a Vietnamese name.
  const bool vietnamese = title_case && entry.word == kSyllable && entry.surname == 3 &&
                          chain.ambiguous >= 3 && chain.size() == chain.ambiguous;
  const size_t mark = gap_behind.find_first_not_of(' ');
  const bool ends_phrase =
      mark == gap_behind.npos
          ? chain.last + 1 == words.size()
          : std::string_view(",.(:").find(gap_behind[mark]) != std::string_view::npos;
  const bool goes_on_small = chain.last + 1 < words.size() && words[chain.last + 1].shape == kSmall;
  if (vietnamese && ((before & kAnyBefore) != 0 || NumberBeside(words, input, token, last) ||
                     (!words.declaims() && (ends_phrase || goes_on_small)))) {
    return found((before & kAnyBefore) != 0 ? kInRole : kFull);
  }
  if ((before & kFarewell) != 0 && title_case && (token.named() || letters >= 4) &&
      entry.word != kVeryCommon) {
    return found(kSignature);
  }
  if ((before & kTitle) != 0 &&
      (capital || words[head].capital() || (token.named() && entry.word != kVeryCommon) ||
       (listed > 0 && token.shape == kCaseless))) {
    return found(kTitled);
  }
  if ((before & kIntroStrong) != 0 &&
      (capital || sure ||
       (letters >= 4 && (entry.word == 0 || (entry.word == 1 && entry.given >= 2)) &&
        (next == '\0' || next == '\n' || next == '.' || next == ',')))) {
    return found(kIntroduced);
  }
  if ((before & kLabel) != 0) {
    const bool colon = words.Gap(i).find_first_of(":=") != std::string_view::npos;
    if (listed > 0 || (token.shape == kCaseless && colon) ||
        (small && colon && chain.ambiguous > 0 && entry.word != kVeryCommon) ||
        (shape == kCaps && cased && chain.unknown > 0 && letters >= 4 &&
         (chain.size() >= 2 ||
          (letters >= 6 && (next == '\0' || next == ')' || gap_behind.starts_with(". ") ||
                            gap_behind.starts_with(", "))))) ||
        (small && chain.size() >= 2 && entry.given >= 2 && letters >= 4) ||
        (capital && (chain.size() >= 2 || entry.word == 0) &&
         (chain.ambiguous > 0 || title_case || (words.shouts() && !masked)))) {
      return found(kLabelled);
    }
  }
  // "Hey. Amy, when ...": behind a full stop only what is surely a name.
  const bool stopped = words.Gap(i).find('.') != std::string_view::npos;
  if ((before & kGreeting) != 0 && stopped) {
    if (sure && title_case && cased && entry.given >= 3) return found(kGreeted);
  } else if ((before & kGreeting) != 0 && !words.shouts()) {
    if (small ? sure && i <= 3
              : listed > 0 || (entry.given >= 2 && entry.word != kVeryCommon) ||
                    (token.named() && (entry.given >= 2 || entry.word != kVeryCommon) &&
                     chain.size() == 1 && !gap_behind.empty() && !gap_behind.starts_with(' ')) ||
                    (entry.surname >= 2 && (chain.size() >= 2 || next == ',' || next == '!'))) {
      return found(kGreeted);
    }
    if (chain.unknown > 0 && token.shape == kTitleCase && !place && letters >= 4 && next != '\0') {
      return found(kGreeted);
    }
  } else if ((before & kGreeting) != 0 && listed > 0 && !small) {
    return found(kGreeted);
  }
  if ((before & kIntro) != 0 && !place) {
    if (small ? sure
              : listed > 0 ||
                    (title_case && cased && entry.given >= 2 && entry.word != kVeryCommon)) {
      return found(kIntroduced);
    }
    if (cased && !title_case && chain.size() >= 2) return found(kIntroduced);
  }
  if ((before & kTransfer) != 0 && !place && !small) {
    // What a bank cut off may be a shop's: "/MAMU GARLIC M".
    if (listed > 0 && (!token.narrated || listed >= 2 || next != ' ')) return found(kPayee);
    if (cased && !token.narrated && chain.ambiguous > 0 && chain.size() >= 2) return found(kPayee);
    // "handed to S. Whitcombe": an initial makes a name of a word in no list.
    if ((token.shape == kInitial || last.end - last.begin == 1) && chain.unknown > 0) {
      return found(kPayee);
    }
  }
  if ((before & (kRole | kTitleWeak)) != 0 && !place) {
    if (small ? sure : listed > 0 && (title_case || entry.given >= 2)) return found(kInRole);
    if (title_case && cased && letters >= 3 && entry.word != kVeryCommon &&
        (entry.given >= 2 || (letters >= 4 && chain.unknown > 0) ||
         (entry.surname >= 2 && chain.size() >= 2))) {
      return found(kInRole);
    }
    if (cased && !title_case && chain.size() >= 2 &&
        (std::string_view(",.;:)").find(next) != std::string_view::npos ||
         NumberBeside(words, input, token, last))) {
      return found(kInRole);
    }
  }
  if ((last.after & kAfter) != 0 && !place) {
    if (small ? sure
              : (listed > 0 && (cased || token.shape == kCaseless || (sure && title_case))) ||
                    // "saya REZKY operator TRI"
                    ((before & kIntro) != 0 && cased && chain.unknown > 0 && letters >= 4) ||
                    (token.shape == kCaseless && entry.given >= 2 && entry.word < kVeryCommon) ||
                    (title_case && cased && entry.given >= 3 && letters >= 3)) {
      return found(kCalled);
    }
  }
  if ((before & kTo) != 0 && !place && cased) {
    if (title_case ? sure || (listed > 0 && chain.size() >= 2)
                   : (listed >= 2 && chain.given > 0) ||
                         (sure && (entry.given >= 3 || chain.last > head))) {
      return found(kPayee);
    }
    if ((last.after & kPaidAfter) != 0 && !title_case && chain.last > chain.first) {
      return found(kPayee);
    }
  }
  if (beside_masked && !place && (listed > 0 || chain.size() >= 2)) return found(kByNumber);
  // "18005721916 - KVB" is a bank.
  if (holder && !place &&
      (listed > 0 || (chain.unknown > 0 && (letters >= 5 || chain.size() >= 2)))) {
    return found(kByNumber);
  }
  if (in_list && !place) return found(kGiven);
  if (small) {
    if (uncued_small || ((before & kTo) != 0 && sure && entry.given >= 3 && letters >= 5)) {
      return found(kGiven);
    }
    return i + 1;
  }
  if (words[head].other_word && before == 0) return i + 1;
  if (listed > 0 && !place && letters >= 3 && (sure || title_case) &&
      NumberBeside(words, input, token, last)) {
    return found(kByNumber);
  }
  if (token.shape == kCaseless) {
    if (chain.given > 0 && listed >= 2) return found(kFull);
    return chain.last + 1;
  }
  // A given name with an initial, and two names in a message all in capitals.
  if (sure && !place && cased && chain.last > chain.first &&
      (last.shape == kInitial ? last : token).end - (last.shape == kInitial ? last : token).begin ==
          1) {
    return found(kFull);
  }
  if (!place && shape == kCaps && !cased && sure && listed >= 2 && chain.unknown == 0 &&
      chain.ambiguous == 0) {
    return found(kFull);
  }
  if (speaker && (entry.word == 0 || entry.given >= 3)) return found(kGiven);
  // "Maya: your code": who sends, a company mostly.
  if (i == 0 && next == ':') return chain.last + 1;
  // Two names together.
  if (!place && chain.size() >= 2 && cased) {
    const bool caps = shape == kCaps;
    if (chain.given > 0 && listed >= 2 &&
        (!caps || (entry.given >= 2 && letters >= 3 && chain.unknown == 0))) {
      return found(kFull);
    }
    if (!caps && sure && letters >= 3 && (chain.unknown == 0 || entry.given >= 3)) {
      return found(kFull);
    }
    if (!caps && entry.given >= 3 && listed > 0) return found(kFull);
  }
  // The same among ordinary words with capitals, if both are nothing but names.
  if (!place && title_case && !cased && sure && listed >= 2 && chain.unknown == 0 &&
      chain.ambiguous == 0 && entry.word == 0 && words.Look(chain.last).word == 0) {
    return found(kFull);
  }
  // "Soib K. Kishiev"
  if (initialled && cased && !place && chain.last > chain.first + 1) return found(kFull);
  // "Alpatu Shervashidze's"
  if (genitive && title_case && cased && !place && chain.size() == 2 && entry.word == 0 &&
      words.Look(chain.last).word == 0) {
    return found(kFull);
  }
  // "Leo's": a syllable of Vietnamese as well.
  if (genitive && title_case && cased && entry.given >= 3 && entry.word != kVeryCommon && !place &&
      chain.size() <= 2) {
    return found(kGiven);
  }
  // "Gaetane, Hannah, Derek"
  if (title_case && !place && chain.size() == 1 && next == ',' && IsBeforeNames(words, i)) {
    return found(kGiven);
  }
  // One given name.
  const bool begins = i == 0 || words.Gap(i).find_first_of(".!?\n:]") != std::string_view::npos;
  if (begins && next == ',' && i <= 2 && title_case && cased && chain.size() == 1 && letters >= 3 &&
      entry.given >= 3 && entry.word < kVeryCommon && !place) {
    return found(kVocative);
  }
  if (!sure || !cased || letters < 3) return chain.last + 1;
  if (begins && (next == ',' || next == '!')) return found(kVocative);
  if (at_end && i > 0 && words.Gap(i).find_first_of(".!?,\n-~") != std::string_view::npos) {
    return found(kSignature);
  }
  // "Lydia: your code" is a sender, "Rain 44 mm" the weather.
  if (!title_case || (begins && (letters < 4 || next == ':' ||
                                 IsDigitAfter(gap_behind, words.text(), last.end)))) {
    return chain.last + 1;
  }
  const bool goes_on =
      next == ' ' && chain.last + 1 < words.size() && words[chain.last + 1].shape == kSmall;
  if (genitive || entry.given >= 3 || (letters >= 5 && (!begins || goes_on))) return found(kGiven);
  return chain.last + 1;
}

// --- scripts without spaces ----------------------------------------------------------------------

uint32_t PersonRecogniser::UnspacedFrom(std::string_view text, uint32_t begin,
                                        uint32_t limit) const {
  const char32_t first = CodePointAt(text, begin);
  const auto entry = [&](uint32_t from, uint32_t to) {
    return names_.Find(text.substr(from, to - from));
  };
  if (IsHan(first)) {
    // A surname of one or two characters, a given name of one or two.
    for (const uint32_t surname : {6u, 3u}) {
      if (begin + surname > limit || entry(begin, begin + surname).surname == 0) continue;
      uint32_t end = begin + surname;
      // A listed word is an everyday one, and no part of a name.
      while (end < limit && end < begin + surname + 6 && IsHan(CodePointAt(text, end)) &&
             entry(end, end + 3).word == 0) {
        end += 3;
      }
      if (end > begin + surname && entry(begin, begin + 3).word != 0) continue;
      return end;
    }
    return begin;
  }
  if (IsHangul(first)) {
    uint32_t end = begin;
    while (end < limit && IsHangul(CodePointAt(text, end))) end += 3;
    const uint32_t size = (end - begin) / 3;
    // One letter is often masked: 홍길*, 홍*동.
    if (size <= 2 && end < limit && text[end] == '*') {
      uint32_t masked = end + 1;
      while (masked < limit && IsHangul(CodePointAt(text, masked))) masked += 3;
      if (size + (masked - end - 1) / 3 == 2 && entry(begin, begin + 3).surname != 0) return masked;
    }
    if (entry(begin, end).word != 0) return begin;
    if ((size == 2 || size == 3) && entry(begin, begin + 3).surname != 0) return end;
    if (size == 4 && entry(begin, begin + 6).surname != 0) return end;
    return begin;
  }
  if (IsKana(first)) {
    uint32_t end = begin;
    while (end < limit && IsKana(CodePointAt(text, end))) end += 3;
    return end > begin && entry(begin, end).given != 0 ? end : begin;
  }
  if (IsThai(first)) {
    // Words touch: the longest listed name, or all up to a space if that is short.
    uint32_t end = begin;
    while (end < limit && IsThai(CodePointAt(text, end))) end += 3;
    uint32_t best = begin;
    constexpr uint32_t kLongest = PersonNames::kMaxBytes / 3 * 3;
    for (uint32_t to = std::min(end, begin + kLongest); to > begin + 3; to -= 3) {
      if (const PersonNames::Entry name = entry(begin, to); name.given != 0 || name.surname != 0) {
        best = to;
        break;
      }
    }
    if (best == begin) return begin;
    // A second name behind a space.
    if (best == end && end + 1 < limit && text[end] == ' ' && IsThai(CodePointAt(text, end + 1))) {
      uint32_t second = end + 1;
      while (second < limit && IsThai(CodePointAt(text, second))) second += 3;
      if (entry(end + 1, second).given != 0 || entry(end + 1, second).surname != 0) return second;
    }
    return best;
  }
  return begin;
}

// The words that begin in [begin - kMaxUnspacedBytes, end].
absl::Span<const WordHit> WordsNear(absl::Span<const WordHit> words, uint32_t begin, uint32_t end) {
  const auto begins_before = [](const WordHit& hit, uint32_t at) { return hit.begin < at; };
  const uint32_t from = begin > kMaxUnspacedBytes ? begin - kMaxUnspacedBytes : 0;
  const auto low = std::lower_bound(words.begin(), words.end(), from, begins_before);
  return absl::MakeConstSpan(low, std::lower_bound(low, words.end(), end + 1, begins_before));
}

void PersonRecogniser::RecogniseUnspaced(const RecogniserInput& input, Emit emit) const {
  const std::string_view text = input.text;
  const auto size = static_cast<uint32_t>(text.size());
  for (const DigitRun& run : input.digit_runs) {
    // "농협 2511023803022 류이스": an account and its holder, alone behind it.
    if (run.end - run.begin < 9 || run.end + 1 >= size || text[run.end] != ' ') continue;
    const uint32_t begin = run.end + 1;
    uint32_t end = begin;
    while (end < size && end - begin < kMaxUnspacedBytes && IsHangul(CodePointAt(text, end)))
      end += 3;
    if (end - begin == 9 && (end == size || text[end] == '\n' || text[end] == ' ') &&
        UnspacedFrom(text, begin, end) == end) {
      emit(kUnspaced, begin, end);
    }
  }
  for (const WordHit& hit : input.words) {
    uint32_t cues = 0;
    for (uint16_t list : hit.lists) cues |= cues_of_list_[list];
    if ((cues & kUnspacedBefore) != 0) {
      uint32_t begin = hit.end;
      while (begin < size && begin < hit.end + 6) {
        const char c = text[begin];
        if (c == ' ' || c == ':' || c == '\n' || c == ',' || c == '(') {
          ++begin;
        } else if (CodePointAt(text, begin) == 0xFF1A || CodePointAt(text, begin) == 0xFF0C ||
                   CodePointAt(text, begin) == 0x3001) {
          begin += 3;
        } else {
          break;
        }
      }
      if (begin < size) {
        const auto unspaced_at = [&](uint32_t at) {
          const absl::Span<const WordHit> near = WordsNear(input.words, at, at);
          return std::any_of(near.begin(), near.end(), [&](const WordHit& other) {
            return other.begin == at && IsUnspaced(other);
          });
        };
        const uint32_t end =
            unspaced_at(begin)
                ? begin
                : UnspacedFrom(text, begin, std::min(size, begin + kMaxUnspacedBytes));
        // Chinese runs on: a name ends where its characters do or a word that follows names begins.
        if (end > begin && (!IsHan(CodePointAt(text, begin)) || !IsHan(CodePointAt(text, end)) ||
                            unspaced_at(end))) {
          emit(kUnspaced, begin, end);
        }
      }
    }
    if ((cues & kUnspacedAfter) != 0) {
      uint32_t end = hit.begin;
      while (end > 0 && hit.begin - end < 2 && text[end - 1] == ' ') --end;
      // Back over at most four characters of one script.
      uint32_t begin = end;
      const char32_t last = CodePointBefore(text, end);
      const auto same = [&](char32_t c) {
        return IsHan(last) ? IsHan(c) : IsKana(last) ? IsKana(c) : IsHangul(last) && IsHangul(c);
      };
      // "홍길*님"
      if (end >= 4 && text[end - 1] == '*' && IsHangul(CodePointBefore(text, end - 1))) {
        uint32_t from = end - 1;
        while (from >= 3 && end - from < 15 && IsHangul(CodePointBefore(text, from))) from -= 3;
        if (UnspacedFrom(text, from, end) == end) emit(kUnspaced, from, end);
        continue;
      }
      while (begin >= 3 && end - begin < 15 && same(CodePointBefore(text, begin))) begin -= 3;
      const absl::Span<const WordHit> near = WordsNear(input.words, begin, end);
      if (begin == end || std::any_of(near.begin(), near.end(), [&](const WordHit& o) {
            return o.begin < end && o.end > begin && IsGeneral(o);
          })) {
        continue;
      }
      const uint32_t characters = (end - begin) / 3;
      if ((cues & kUnspacedWeak) != 0) {
        // "권실장입니다": what stands before is no name but what somebody is.
        const bool other = std::any_of(near.begin(), near.end(), [&](const WordHit& o) {
          return o.end == end && IsUnspaced(o);
        });
        const bool given = names_.Find(text.substr(begin, end - begin)).given != 0 ||
                           (characters == 3 && names_.Find(text.substr(begin + 3, 6)).given != 0);
        if (!other && given) emit(kUnspaced, begin, end);
        continue;
      }
      if (IsHangul(last)) {
        // "씨" inside a longer word is no form of address.
        if (hit.end - hit.begin == 3 && IsHangul(CodePointAt(text, hit.end)) &&
            std::string_view("가는의께도를와을").find(text.substr(hit.end, 3)) ==
                std::string_view::npos) {
          continue;
        }
        // A surname alone, before what somebody is.
        const bool surname = characters == 1 && names_.Find(text.substr(begin, 3)).surname != 0;
        if (surname || (characters <= 4 && UnspacedFrom(text, begin, end) == end)) {
          emit(kUnspaced, begin, end);
        }
        continue;
      }
      if (IsKana(last)) {
        if (UnspacedFrom(text, begin, end) == end) emit(kUnspaced, begin, end);
        continue;
      }
      // Han: the last two to four characters that begin with a surname, the longest given name
      // first; the run before must end there, or a surname stands alone.
      for (uint32_t from = begin; from < end; from += 3) {
        const uint32_t length = (end - from) / 3;
        if (length > 4) continue;
        if (from != begin && length > 3) continue;
        const PersonNames::Entry whole = names_.Find(text.substr(from, end - from));
        if (whole.word != 0) continue;
        if (whole.given >= 2 && length > 1 && from == begin) {
          emit(kUnspaced, from, end);
          break;
        }
        if (UnspacedFrom(text, from, end) == end &&
            (length > 1 || names_.Find(text.substr(from, 3)).surname >= 3)) {
          emit(kUnspaced, from, end);
          break;
        }
      }
    }
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Recogniser>> MakePersonRecogniser(const PatternLibrary& library) {
  std::vector<uint32_t> cues(library.word_lists().size(), 0);
  for (const auto& [name, cue] : kLists) {
    const auto list = std::find_if(library.word_lists().begin(), library.word_lists().end(),
                                   [name = name](const WordList& l) { return l.name == name; });
    if (list == library.word_lists().end()) {
      if (!name.starts_with("person-")) continue;  // places help, where they are listed
      return absl::InvalidArgumentError(
          absl::StrFormat("the recogniser 'person' needs the word list '%s'", name));
    }
    cues[static_cast<size_t>(list - library.word_lists().begin())] |= cue;
  }
  absl::StatusOr<PersonNames> names = PersonNames::Default();
  if (!names.ok()) return names.status();
  std::vector<std::string> endings;
  for (const WordList& list : library.word_lists()) {
    if (list.name != kEndingList) continue;
    for (const WordList::Word& word : list.words) {
      char folded[PersonNames::kMaxBytes];
      endings.emplace_back(folded, PersonNames::FoldLetters(word.text, folded));
    }
  }
  return std::make_unique<PersonRecogniser>(*std::move(names), std::move(cues), std::move(endings));
}

}  // namespace tacet
