// Scores findings against labelled cases: how many are right, and how much leaks.
//
//   Scorer scorer;
//   scorer.Add(gold, judged, all);                            // for each case
//   for (const auto& [type, row] : scorer.rows()) Print(type, Measure(row));
#ifndef TACET_TOOLS_TACET_SCORE_H_
#define TACET_TOOLS_TACET_SCORE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tacet::cli {

// A labelled or found value: code points [start, end) of the case's text.
struct ScoredSpan {
  size_t start = 0;
  size_t end = 0;
  std::string type;
  friend auto operator<=>(const ScoredSpan&, const ScoredSpan&) = default;
};

// One labelled case. `scope`, if there is one, names the types that the case is about: findings of
// other types are not judged, and gold spans of other types do not exist.
struct LabelledCase {
  struct Gold {
    ScoredSpan span;
    std::vector<std::string> alternatives;  // types that are as right as its own
  };
  std::vector<Gold> gold;
  std::optional<std::set<std::string>> scope;
  std::vector<ScoredSpan> ignored;  // parts that are not judged; the type is empty
};

// What is judged of a case.
struct JudgedCase {
  std::vector<ScoredSpan> gold;      // in scope
  std::vector<ScoredSpan> findings;  // in scope, sorted, each once
  std::vector<ScoredSpan> all;       // findings of every type, for the leak rate
};

// Applies scope, alternatives and ignored parts. A finding of an alternative type over a gold
// span becomes one of the span's own type; a finding that overlaps an ignored part and no gold span
// of its type is left out.
JudgedCase Judge(const LabelledCase& labelled, std::vector<ScoredSpan> findings);

// What is wrong with a case: each labelled value that was not found exactly, beside the finding
// that stands in its place, and each finding that stands in no place.
struct ScoredError {
  enum class Kind : uint8_t {
    kMissed,      // no finding there
    kFalseAlarm,  // no label there
    kWrongSpan,   // right type, another part of the text
    kWrongType,
  };
  Kind kind = Kind::kMissed;
  std::optional<ScoredSpan> gold, found;
  uint64_t leaked = 0;  // characters of `gold` that no finding covers
};
// In the order of the text.
std::vector<ScoredError> Errors(const JudgedCase& judged);

// Counts of one type.
struct ScoreRow {
  uint64_t gold = 0;
  uint64_t predicted = 0;
  uint64_t true_positives = 0;  // same start, end and type
  uint64_t relaxed_found = 0;   // gold spans that a finding of their type overlaps
  uint64_t relaxed_right = 0;   // findings that overlap a gold span of their type
  uint64_t characters = 0;      // of gold spans
  uint64_t leaked = 0;          // of those, not covered by any finding
  uint64_t leaked_typed = 0;    // not covered by a finding of the right type
  void Add(const ScoreRow& other);
  uint64_t false_positives() const { return predicted - true_positives; }
  uint64_t false_negatives() const { return gold - true_positives; }
};

// Shares made of the counts; empty where there is nothing to divide by.
struct Measures {
  std::optional<double> precision, recall, f1, f2;
  std::optional<double> relaxed_precision, relaxed_recall, relaxed_f1, relaxed_f2;
  std::optional<double> leak, leak_typed;
};
Measures Measure(const ScoreRow& row);

// Adds up cases.
class Scorer {
 public:
  void Add(const JudgedCase& judged);
  // Adds counts that were made before.
  void Add(const std::string& type, const ScoreRow& row) { rows_[type].Add(row); }

  const std::map<std::string, ScoreRow>& rows() const { return rows_; }
  ScoreRow Micro() const;  // all spans together
  // The mean of each measure over the types that occur in the gold spans, and how many those are.
  Measures Macro(size_t* types) const;

  uint64_t cases = 0;
  uint64_t perfect = 0;    // gold and findings the same
  uint64_t negatives = 0;  // nothing to find
  uint64_t negatives_with_findings = 0;

 private:
  std::map<std::string, ScoreRow> rows_;
};

// Folds the passports, driving licences and the like of single countries into one type each.
std::string Coarse(std::string_view type);

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_SCORE_H_
