// A regex of a pattern file, compiled for matching at given places: what it needs to be there at
// all, and an automaton that finds the longest match from one place.
#ifndef TACET_DETECT_REGEX_PROGRAM_H_
#define TACET_DETECT_REGEX_PROGRAM_H_

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "re2/re2.h"

namespace tacet {

using ByteSet = std::bitset<256>;

// Bytes that are rare in text or cheap to find. A regex whose every match holds one near its
// begin is tried only around those: that byte is its pivot. A dot is one only between two bytes
// that are neither spaces nor dots: most others end a sentence.
enum class Pivot : uint8_t { kAt, kHash, kPlus, kColon, kSlash, kHyphen, kDot, kDigit, kNone };
// The byte of a pivot other than kDigit and kNone.
char PivotByte(Pivot pivot);

// A deterministic automaton over bytes. State 0 is dead, state 1 the start.
struct Automaton {
  std::vector<uint16_t> next;  // [state * class_count + class_of[byte]]
  std::vector<uint8_t> accepting;
  std::array<uint8_t, 256> class_of{};  // bytes that no state tells apart share a class
  uint32_t class_count = 0;

  bool empty() const { return next.empty(); }
  // Bytes to keep between runs, and back. Deserialise takes what it needs off the front of
  // `bytes`, and refuses what does not hold together.
  void Serialise(std::string& bytes) const;
  static std::optional<Automaton> Deserialise(std::string_view& bytes);
};

// The automata of one regex: of the whole, and, if its value group is a direct part of it, of what
// stands before the value, of the value, and of what stands behind it.
struct Automata {
  Automaton whole, before, value, after;

  void Serialise(std::string& bytes) const;
  static std::optional<Automata> Deserialise(std::string_view& bytes);
};

// An immutable compiled regex. Matching allocates nothing in programs with an automaton; the few
// without (an assertion inside, or too many states) are matched by RE2 and may.
class RegexProgram {
 public:
  // The widest match that a pattern may have, in bytes.
  static constexpr int kMaxWidth = 1024;

  struct Options {
    bool with_re2 = true;  // needed for re2(); without it RE2 is there only where matching needs it
    const Automata* automata = nullptr;  // of the same regex, made earlier; else they are made anew
  };
  // Compiles `regex`, of the subset in patterns/FORMAT.md. The error says what is wrong with it.
  static absl::StatusOr<RegexProgram> Compile(std::string_view regex, const Options& options);
  static absl::StatusOr<RegexProgram> Compile(std::string_view regex) { return Compile(regex, {}); }

  static constexpr size_t kNoMatch = static_cast<size_t>(-1);
  // The end of the longest match that begins at `begin`, or kNoMatch. `steps` grows by the bytes
  // looked at.
  size_t MatchAt(std::string_view text, size_t begin, size_t& steps) const;

  // Where the group (?P<value>...) lies in the match [begin, end) that MatchAt found: as far right
  // as it can begin, and then as long as it can be. The match itself if the regex has no such
  // group. False if RE2, which is asked where the group is no direct part of the regex, fails.
  bool FindValue(std::string_view text, size_t begin, size_t end, size_t& value_begin,
                 size_t& value_end) const;

  int min_width() const { return min_width_; }
  int max_width() const { return max_width_; }
  bool has_value_group() const { return has_value_group_; }
  bool has_automaton() const { return !automata_.whole.empty(); }
  const Automaton& automaton() const { return automata_.whole; }
  const Automata& automata() const { return automata_; }
  // Every match holds at least so many ASCII digits.
  int min_digits() const { return min_digits_; }
  // Every match holds a pivot byte, if that is a dot perhaps one that ends a sentence, with at
  // least lead_min and at most lead_max bytes of the match before it, all of lead_bytes().
  Pivot pivot() const { return pivot_; }
  int lead_min() const { return lead_min_; }
  int lead_max() const { return lead_max_; }
  const ByteSet& lead_bytes() const { return lead_bytes_; }
  // Bytes that a match can begin with.
  const ByteSet& first_bytes() const { return first_bytes_; }
  // True if a match can only begin where a \b holds.
  bool begins_at_word_boundary() const { return leading_boundary_; }
  // True if a match can only begin where the text does.
  bool begins_at_text() const { return leading_begin_; }
  // True if each match is the whole text.
  bool is_whole_text() const { return leading_begin_ && trailing_end_; }
  // The same regex written over bytes, for engines beside ours. Only if compiled with_re2.
  const std::string& byte_regex() const { return byte_regex_; }
  // That regex in RE2, longest match, Latin-1. Only if compiled with_re2.
  const RE2& re2() const { return *re2_; }

 private:
  RegexProgram() = default;
  std::string byte_regex_;
  std::unique_ptr<RE2> re2_;
  int min_width_ = 0, max_width_ = 0, min_digits_ = 0;
  bool has_value_group_ = false;
  Pivot pivot_ = Pivot::kNone;
  int lead_min_ = 0, lead_max_ = 0;
  ByteSet lead_bytes_, first_bytes_;

  // Assertions outside the automaton.
  bool leading_boundary_ = false, trailing_boundary_ = false;
  bool leading_begin_ = false, trailing_end_ = false;
  Automata automata_;
};

}  // namespace tacet

#endif  // TACET_DETECT_REGEX_PROGRAM_H_
