// Which words are names of people, in which sense, and which are common words.
#ifndef TACET_DETECT_PERSON_NAMES_H_
#define TACET_DETECT_PERSON_NAMES_H_

#include <array>
#include <cstddef>
#include <cstdint>
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

  // Parses the files. Fails with file and line.
  static absl::StatusOr<PersonNames> Parse(
      absl::Span<const std::pair<std::string_view, std::string_view>> files);
  // Those that are built into the library.
  static absl::StatusOr<PersonNames> Default();

  // `word` is valid UTF-8, in any case, Latin letters with their diacritics or without.
  Entry Find(std::string_view word) const;

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
  Slot& Place(std::string_view folded);
  const Slot* Look(std::string_view folded) const;

  std::string pool_;
  std::vector<Slot> slots_;
};

}  // namespace tacet

#endif  // TACET_DETECT_PERSON_NAMES_H_
