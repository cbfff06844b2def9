// The pattern files, parsed: entity types, their patterns, word lists and examples.
//
//   absl::StatusOr<PatternLibrary> library = PatternLibrary::Parse(DefaultPatternFiles());
//   if (!library.ok()) return library.status();              // "codes.toml:41: unknown key 'scor'"
//   absl::StatusOr<Detector> detector = Detector::Create(*std::move(library));
//
// The file format, field by field, is in patterns/FORMAT.md.
#ifndef TACET_PATTERN_LIBRARY_H_
#define TACET_PATTERN_LIBRARY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace tacet {

// One pattern file: a name for messages, and its TOML text.
struct PatternFile {
  std::string name;
  std::string text;
};

// A word list that changes a score when one of its words stands near a candidate.
struct ContextRule {
  int words = 0;     // index into PatternLibrary::word_lists()
  int before = 0;    // furthest gap, in code points, for a word that stands before the value
  int after = 0;     // the same for a word that stands after it; 0 means "not there"
  float weight = 0;  // added (context) or subtracted (against)
};

// What may stand next to a value. Checked on folded text, outside the span.
enum class Boundary : uint8_t {
  kNone,    // anything
  kDigit,   // no digit on either side
  kNumber,  // no digit, and no separator with a digit behind it: not a part of 12.345 or 10:38
  kGroup,   // kNumber, and no single space with a digit behind it: not a part of 0917 123 456
  kWord,    // no letter or digit of a script that writes spaces between words
  kToken,   // kWord, and none of _ - @ . / with a letter or digit behind it
};

// One way to recognise an entity type. Exactly one of regex, recogniser and lexicon is set.
struct Pattern {
  std::string name;              // unique in the library; shows in findings
  int entity = 0;                // index into PatternLibrary::entities()
  std::string region;            // the country whose number it finds, or empty
  std::string regex;             // over folded text, bytes; the subset in patterns/FORMAT.md
  bool has_value_group = false;  // the span is the group (?P<value>...) rather than the whole match
  int follows = -1;              // word list: the regex is tried only where a word of it ends
  std::string recogniser;        // name of a recogniser in C++ ("phone", "address", ...)
  std::string kind;              // which of the recogniser's kinds
  int lexicon = -1;              // word list: its words are themselves the values
  std::string validator;         // name of a check in C++ ("luhn", ...), or empty
  Boundary boundary = Boundary::kNone;
  float score = 0;  // on its own, 0 to 1
  std::vector<ContextRule> context;
  std::vector<ContextRule> against;
  std::string file;
  int line = 0;
};

// A marked text from a pattern file. An example holds spans that must be found with the entity's
// type; a counter-example must give no finding of that type.
struct Example {
  int entity = 0;
  std::string text;  // without the << >> marks
  struct Mark {
    size_t begin = 0, end = 0;  // bytes of `text`
  };
  std::vector<Mark> marks;  // empty for a counter-example
  std::string file;
  int line = 0;
};

// A kind of personal data (or, if not `reported`, of look-alike: a price, a date, a reference).
struct EntityType {
  std::string type;      // "US_SSN"
  std::string name;      // "US Social Security number"
  std::string category;  // row of the privacy map: "government-identifier"
  std::string region;    // ISO 3166-1 alpha-2; empty if it is none's or several countries'
  std::string source;    // the standard or document that lays the form down
  float threshold = 0.5f;
  bool reported = true;    // false: a look-alike, which only hides candidates that it covers
  bool is_default = true;  // false: reported only when a policy or a caller asks for the type
  bool repeats = false;    // other verbatim occurrences of a found value are found too (codes)
};

// Words by list. Matched on folded text, in any case, as whole words where the script has them;
// a trailing '*' matches every word that begins so.
struct WordList {
  std::string name;
  struct Word {
    std::string language;
    std::string text;
  };
  std::vector<Word> words;
};

// The parsed pattern files. Immutable once parsed; copyable.
class PatternLibrary {
 public:
  // Parses `files` in order. A later file may add patterns to an entity of an earlier one, replace
  // a pattern by giving its name again, and switch patterns off with `disable = [...]`. All faults
  // are in one message, a line each: "file:line: what". Nothing of a faulty set is used.
  static absl::StatusOr<PatternLibrary> Parse(absl::Span<const PatternFile> files);

  const std::vector<EntityType>& entities() const { return entities_; }
  const std::vector<Pattern>& patterns() const { return patterns_; }
  const std::vector<WordList>& word_lists() const { return word_lists_; }
  const std::vector<Example>& examples() const { return examples_; }

  // Index of the entity named `type`, or -1.
  int FindEntity(std::string_view type) const;
  // SHA-256 over everything that can change a finding, in hexadecimal.
  const std::string& digest() const { return digest_; }

 private:
  friend class PatternParser;
  std::vector<EntityType> entities_;
  std::vector<Pattern> patterns_;
  std::vector<WordList> word_lists_;
  std::vector<Example> examples_;
  std::string digest_;
};

// The pattern files that are built into the library.
absl::Span<const PatternFile> DefaultPatternFiles();

}  // namespace tacet

#endif  // TACET_PATTERN_LIBRARY_H_
