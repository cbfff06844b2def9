#include "engine/detect/person_names.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "engine/detect/embedded_files.h"
#include "engine/text/word_forms.h"

namespace tacet {
namespace {

constexpr size_t kMaxNames = 1'000'000;
// Cased scripts and Arabic end here but for the additions to Latin; what lies above is looked up as
// it is.
constexpr char32_t kTableEnd = 0x0700;
constexpr char32_t kLatinAdditional = 0x1E00;
constexpr char32_t kLatinAdditionalEnd = 0x1F00;

// Letters that do not fall apart into a letter of ASCII and a mark.
constexpr std::pair<char32_t, std::string_view> kSpecial[] = {
    {0xDF, "ss"}, {0xE6, "ae"},  {0xF0, "d"},  {0xF8, "o"},  {0xFE, "th"},
    {0x111, "d"}, {0x127, "h"},  {0x131, "i"}, {0x138, "k"}, {0x142, "l"},
    {0x14B, "n"}, {0x153, "oe"}, {0x259, "e"},
};

// Letters that Arabic and Persian keyboards have in several forms, as one of them.
UChar32 Plain(UChar32 c) {
  switch (c) {
    case 0x0622:
    case 0x0623:
    case 0x0625:
      return 0x0627;  // alef
    case 0x0649:
    case 0x06CC:
      return 0x064A;  // yeh
    case 0x06A9:
      return 0x0643;  // kaf
    default:
      return c;
  }
}

struct Letter {
  char text[3] = {};
  uint8_t size = 0;  // 0: as it is
  bool upper = false;
  bool lower = false;
};

// By code point, from 0x80; behind kTableEnd the Latin additions.
class Letters {
 public:
  Letters() {
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2* nfd = unorm2_getNFDInstance(&error);
    for (size_t i = 0; i < table_.size(); ++i) {
      const auto c = static_cast<UChar32>(i < kTableEnd ? i : i - kTableEnd + kLatinAdditional);
      Letter& letter = table_[i];
      letter.upper = u_isupper(c) != 0;
      letter.lower = u_islower(c) != 0;
      const UChar32 small = Plain(u_tolower(c));
      if (c < 0x80 || u_isalpha(c) == 0) continue;
      std::string_view special;
      for (const auto& [from, to] : kSpecial) {
        if (from == static_cast<char32_t>(small)) special = to;
      }
      UChar32 base = small;
      if (U_SUCCESS(error)) {
        UChar decomposed[8];
        UErrorCode failed = U_ZERO_ERROR;
        const int32_t length = unorm2_getDecomposition(nfd, small, decomposed, 8, &failed);
        if (U_SUCCESS(failed) && length > 0 && decomposed[0] < 0x80) base = decomposed[0];
      }
      if (!special.empty()) {
        std::copy(special.begin(), special.end(), letter.text);
        letter.size = static_cast<uint8_t>(special.size());
      } else if (base < 0x80) {
        letter.text[0] = static_cast<char>(base);
        letter.size = 1;
      } else if (small < 0x800) {
        letter.text[0] = static_cast<char>(0xC0 | small >> 6);
        letter.text[1] = static_cast<char>(0x80 | (small & 0x3F));
        letter.size = 2;
      }
    }
  }
  const Letter* Find(char32_t c) const {
    if (c < kTableEnd) return &table_[c];
    if (c >= kLatinAdditional && c < kLatinAdditionalEnd) {
      return &table_[c - kLatinAdditional + kTableEnd];
    }
    return nullptr;
  }

 private:
  std::array<Letter, kTableEnd + kLatinAdditionalEnd - kLatinAdditional> table_;
};

const Letters& TheLetters() {
  static const Letters* const letters = new Letters();
  return *letters;
}

// Takes what stands before the first `separator` off `text`, and the separator.
std::string_view TakeField(std::string_view& text, char separator) {
  const size_t end = std::min(text.find(separator), text.size());
  const std::string_view field = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return field;
}

uint64_t Hash(std::string_view text) {
  uint64_t hash = 0x9E3779B97F4A7C15u ^ text.size();
  while (text.size() >= 8) {
    uint64_t word = 0;
    std::memcpy(&word, text.data(), 8);
    hash = (hash ^ word) * 0xD6E8FEB86659FD93u;
    hash ^= hash >> 32;
    text.remove_prefix(8);
  }
  uint64_t word = 0;
  std::memcpy(&word, text.data(), text.size());
  hash = (hash ^ word) * 0xD6E8FEB86659FD93u;
  return hash ^ hash >> 32;
}

}  // namespace

size_t PersonNames::FoldLetters(std::string_view word, char* out) {
  size_t size = 0;
  for (size_t at = 0; at < word.size();) {
    const auto byte = static_cast<unsigned char>(word[at]);
    if (byte < 0x80) {
      if (size + 1 > kMaxBytes) return 0;
      out[size++] = static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
      ++at;
      continue;
    }
    const size_t length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    // Most scripts are looked up as they are; U+1000 to U+1FFF has the additions to Latin.
    if (byte >= 0xE0 && byte != 0xE1) {
      if (size + length > kMaxBytes) return 0;
      for (size_t i = 0; i < length; ++i) out[size++] = word[at++];
      continue;
    }
    const Letter* letter = TheLetters().Find(CodePointAt(word, at));
    const std::string_view as = letter != nullptr && letter->size != 0
                                    ? std::string_view(letter->text, letter->size)
                                    : word.substr(at, length);
    if (size + as.size() > kMaxBytes) return 0;
    std::memcpy(out + size, as.data(), as.size());
    size += as.size();
    at += length;
  }
  return size;
}

bool PersonNames::IsUpper(char32_t c) {
  const Letter* letter = TheLetters().Find(c);
  return letter != nullptr && letter->upper;
}

bool PersonNames::IsLower(char32_t c) {
  const Letter* letter = TheLetters().Find(c);
  return letter != nullptr && letter->lower;
}

const PersonNames::Slot* PersonNames::Look(std::string_view folded) const {
  const uint64_t hash = Hash(folded);
  const size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.size == 0) return &slot;
    if (slot.tag == static_cast<uint8_t>(hash >> 56) && slot.size == folded.size() &&
        std::memcmp(pool_.data() + slot.offset, folded.data(), folded.size()) == 0) {
      return &slot;
    }
  }
}

PersonNames::Slot& PersonNames::Place(std::string_view folded) {
  Slot& slot = const_cast<Slot&>(*Look(folded));
  if (slot.size == 0) {
    slot.offset = static_cast<uint32_t>(pool_.size());
    slot.size = static_cast<uint8_t>(folded.size());
    slot.tag = static_cast<uint8_t>(Hash(folded) >> 56);
    pool_ += folded;
  }
  return slot;
}

PersonNames::Entry PersonNames::Find(std::string_view word) const {
  char folded[kMaxBytes];
  const size_t size = FoldLetters(word, folded);
  if (size == 0) return {};
  const Slot* slot = Look({folded, size});
  if (slot->size != 0) return slot->entry;
  // Of a double name the best part.
  const std::string_view all(folded, size);
  if (all.find_first_of("-'") != all.npos) {
    Entry best;
    for (std::string_view rest = all; !rest.empty();) {
      const size_t end = std::min(rest.find_first_of("-'"), rest.size());
      const Entry part = Look(rest.substr(0, end))->entry;
      best.given = std::max(best.given, part.given);
      best.surname = std::max(best.surname, part.surname);
      if (part.word == 2 || (part.given == 0 && part.surname == 0 && part.word != 0)) best.word = 2;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return best;
  }
  // A Slavic case ending: Ивана, Марии.
  if (size >= 8 && static_cast<unsigned char>(folded[0]) >= 0xD0 &&
      static_cast<unsigned char>(folded[0]) <= 0xD1) {
    for (const std::string_view ending : {"", "а", "я", "й"}) {
      char stem[kMaxBytes + 2];
      std::memcpy(stem, folded, size - 2);
      std::memcpy(stem + size - 2, ending.data(), ending.size());
      slot = Look({stem, size - 2 + ending.size()});
      if (slot->size != 0 && slot->entry.word == 0) return slot->entry;
    }
  }
  return {};
}

absl::StatusOr<PersonNames> PersonNames::Parse(
    absl::Span<const std::pair<std::string_view, std::string_view>> files) {
  PersonNames names;
  size_t bytes = 0, count = 0;
  for (const auto& [name, text] : files) {
    bytes += text.size();
    count += static_cast<size_t>(std::count(text.begin(), text.end(), ' '));
    count += static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
  }
  if (count > kMaxNames) return absl::InvalidArgumentError("more than 1,000,000 names of people");
  size_t capacity = 16;
  while (capacity < 2 * count) capacity *= 2;
  names.slots_.resize(capacity);
  names.pool_.reserve(bytes);
  for (const auto& [name, text] : files) {
    int line_number = 0;
    for (std::string_view rest = text; !rest.empty();) {
      std::string_view line = TakeField(rest, '\n');
      ++line_number;
      if (line.empty() || line[0] == '#') continue;
      const std::string_view kind = TakeField(line, '\t'), size = TakeField(line, '\t');
      TakeField(line, '\t');
      const bool word = kind == "word", given = kind == "given";
      if (!(word || given || kind == "surname") || size.size() != 1 || size[0] < '0' ||
          size[0] > (given ? '4' : '3') || line.empty()) {
        return absl::InvalidArgumentError(
            absl::StrFormat("%s:%d: not 'kind class culture names'", name, line_number));
      }
      const auto common = static_cast<uint8_t>(size[0] - '0');
      while (!line.empty()) {
        const std::string_view entry = TakeField(line, ' ');
        if (entry.empty()) continue;
        char folded[kMaxBytes];
        const size_t folded_size = FoldLetters(entry, folded);
        if (folded_size == 0) continue;
        Entry& slot = names.Place({folded, folded_size}).entry;
        uint8_t& of = word ? slot.word : given ? slot.given : slot.surname;
        of = std::max(of, common);
      }
    }
  }
  for (const Slot& slot : names.slots_) {
    if (slot.size == 0 || slot.entry.given < kNothingElse) continue;
    const uint32_t bit = FilterBit(names.pool_, slot.offset, slot.offset + slot.size);
    names.nothing_else_[bit / 64] |= uint64_t{1} << (bit % 64);
  }
  return names;
}

absl::StatusOr<PersonNames> PersonNames::Default() {
  std::vector<std::pair<std::string_view, std::string_view>> files;
  for (const EmbeddedFile& file : EmbeddedFiles()) {
    if (file.name.starts_with("data/person_names")) files.emplace_back(file.name, file.text);
  }
  return Parse(files);
}

}  // namespace tacet
