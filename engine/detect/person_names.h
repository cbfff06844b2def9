// Which words are names of people, in which sense, and which are common words.
#ifndef TACET_DETECT_PERSON_NAMES_H_
#define TACET_DETECT_PERSON_NAMES_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace tacet {

// The lists patterns/data/person_names*.tsv in a hash table. Immutable: share it among threads. A
// look-up allocates nothing.
class PersonNames {
 public:
  // What a word is: how common as a given name and as a surname (0 no name, 3 very; 4 very, and in
  // no language a word), and as a common word (0 none, 1 yes, 2 very, 3 a syllable of everyday
  // Vietnamese).
  struct Entry {
    uint8_t given = 0;
    uint8_t surname = 0;
    uint8_t word = 0;
  };
  // The longest word that is looked up, in bytes once it is folded.
  static constexpr size_t kMaxBytes = 48;

  // The class of given names that are no word in any language.
  static constexpr uint8_t kNothingElse = 4;

  // Parses the files. Fails with file and line.
  static absl::StatusOr<PersonNames> Parse(
      absl::Span<const std::pair<std::string_view, std::string_view>> files);
  // Those that are built into the library.
  static absl::StatusOr<PersonNames> Default();

  // `word` is valid UTF-8, in any case, Latin letters with their diacritics or without.
  Entry Find(std::string_view word) const;

  // False if the small ASCII letters text[begin, end) are surely no given name of class
  // kNothingElse. Most words end here, before they are looked up.
  bool MayBeNothingElse(std::string_view text, size_t begin, size_t end) const {
    const uint32_t bit = FilterBit(text, begin, end);
    return (nothing_else_[bit / 64] >> (bit % 64) & 1) != 0;
  }

  // Letters as they are looked up: small, those of the Latin script without diacritics. Writes at
  // most kMaxBytes to `out`; 0 if that is too little.
  static size_t FoldLetters(std::string_view word, char* out);
  static bool IsUpper(char32_t c);
  static bool IsLower(char32_t c);

 private:
  struct Slot {
    uint32_t offset = 0;  // in pool_
    uint8_t size = 0;     // 0: empty
    uint8_t tag = 0;      // of the hash
    Entry entry;
  };
  static constexpr size_t kFilterBits = 16;
  // By the length and the first eight letters.
  static uint32_t FilterBit(std::string_view text, size_t begin, size_t end) {
    uint64_t letters = 0;
    const size_t size = end - begin;
    std::memcpy(&letters, text.data() + begin, std::min(sizeof(letters), text.size() - begin));
    if (size < sizeof(letters)) letters &= (uint64_t{1} << (8 * size)) - 1;
    return static_cast<uint32_t>((letters + size) * 0x9E3779B97F4A7C15u >> (64 - kFilterBits));
  }
  Slot& Place(std::string_view folded);
  const Slot* Look(std::string_view folded) const;

  std::string pool_;
  std::vector<Slot> slots_;
  std::vector<uint64_t> nothing_else_ = std::vector<uint64_t>((size_t{1} << kFilterBits) / 64);
};

}  // namespace tacet

#endif  // TACET_DETECT_PERSON_NAMES_H_
