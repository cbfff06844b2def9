#include "tools/tacet/score.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tacet::cli {
namespace {

bool Overlap(const ScoredSpan& a, const ScoredSpan& b) {
  return a.start < b.end && b.start < a.end;
}

bool AnyOfType(const std::vector<ScoredSpan>& spans, const ScoredSpan& span) {
  return std::any_of(spans.begin(), spans.end(), [&](const ScoredSpan& other) {
    return other.type == span.type && Overlap(other, span);
  });
}

// How many characters of `span` no span of `covers` covers; of its type only, if `typed`.
uint64_t Uncovered(const ScoredSpan& span, const std::vector<ScoredSpan>& covers, bool typed) {
  uint64_t uncovered = 0;
  size_t at = span.start;
  // `covers` is sorted by start.
  for (const ScoredSpan& cover : covers) {
    if (typed && cover.type != span.type) continue;
    if (cover.end <= at) continue;
    if (cover.start >= span.end) break;
    if (cover.start > at) uncovered += cover.start - at;
    at = std::min(cover.end, span.end);
  }
  return uncovered + (span.end - at);
}

std::optional<double> Ratio(uint64_t part, uint64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

std::optional<double> FBeta(std::optional<double> precision, std::optional<double> recall,
                            double beta) {
  if (!precision || !recall) return std::nullopt;
  if (*precision + *recall == 0) return 0.0;
  const double b = beta * beta;
  return (1 + b) * *precision * *recall / (b * *precision + *recall);
}

constexpr std::optional<double> Measures::*kMeasures[] = {
    &Measures::precision,
    &Measures::recall,
    &Measures::f1,
    &Measures::f2,
    &Measures::relaxed_precision,
    &Measures::relaxed_recall,
    &Measures::relaxed_f1,
    &Measures::relaxed_f2,
    &Measures::leak,
    &Measures::leak_typed,
};

}  // namespace

JudgedCase Judge(const LabelledCase& labelled, std::vector<ScoredSpan> findings) {
  JudgedCase judged;
  const auto in_scope = [&](const std::string& type) {
    return !labelled.scope || labelled.scope->count(type) > 0;
  };
  std::vector<const LabelledCase::Gold*> gold;
  for (const LabelledCase::Gold& one : labelled.gold) {
    if (!in_scope(one.span.type)) continue;
    gold.push_back(&one);
    judged.gold.push_back(one.span);
  }
  std::vector<ScoredSpan> renamed = findings;
  for (size_t i = 0; i < findings.size(); ++i) {
    if (AnyOfType(judged.gold, findings[i])) continue;
    for (const LabelledCase::Gold* one : gold) {
      const bool alternative = std::find(one->alternatives.begin(), one->alternatives.end(),
                                         findings[i].type) != one->alternatives.end();
      if (alternative && Overlap(one->span, findings[i])) {
        renamed[i].type = one->span.type;
        break;
      }
    }
  }
  std::sort(renamed.begin(), renamed.end());
  renamed.erase(std::unique(renamed.begin(), renamed.end()), renamed.end());
  for (const ScoredSpan& finding : renamed) {
    if (!in_scope(finding.type)) continue;
    const bool ignored =
        std::any_of(labelled.ignored.begin(), labelled.ignored.end(),
                    [&](const ScoredSpan& part) { return Overlap(part, finding); }) &&
        !AnyOfType(judged.gold, finding);
    if (!ignored) judged.findings.push_back(finding);
  }
  judged.all = std::move(renamed);
  return judged;
}

std::vector<ScoredError> Errors(const JudgedCase& judged) {
  using Kind = ScoredError::Kind;
  std::vector<ScoredSpan> gold = judged.gold;
  std::sort(gold.begin(), gold.end());
  gold.erase(std::unique(gold.begin(), gold.end()), gold.end());
  std::vector<ScoredSpan> wrong;
  std::set_difference(judged.findings.begin(), judged.findings.end(), gold.begin(), gold.end(),
                      std::back_inserter(wrong));
  std::vector<bool> placed(wrong.size());
  std::vector<ScoredError> errors;
  for (const ScoredSpan& span : gold) {
    if (std::binary_search(judged.findings.begin(), judged.findings.end(), span)) continue;
    ScoredError error;
    error.gold = span;
    error.leaked = Uncovered(span, judged.all, false);
    for (size_t i = 0; i < wrong.size(); ++i) {
      if (!Overlap(wrong[i], span)) continue;
      const bool same_type = wrong[i].type == span.type;
      // One of the right type before any other.
      if (!error.found || (same_type && error.kind == Kind::kWrongType)) {
        error.kind = same_type ? Kind::kWrongSpan : Kind::kWrongType;
        error.found = wrong[i];
      }
      placed[i] = true;
    }
    errors.push_back(std::move(error));
  }
  for (size_t i = 0; i < wrong.size(); ++i) {
    if (!placed[i]) errors.push_back({Kind::kFalseAlarm, std::nullopt, wrong[i], 0});
  }
  std::stable_sort(errors.begin(), errors.end(), [](const ScoredError& a, const ScoredError& b) {
    const auto start = [](const ScoredError& e) { return e.gold ? e.gold->start : e.found->start; };
    return start(a) < start(b);
  });
  return errors;
}

void ScoreRow::Add(const ScoreRow& other) {
  gold += other.gold;
  predicted += other.predicted;
  true_positives += other.true_positives;
  relaxed_found += other.relaxed_found;
  relaxed_right += other.relaxed_right;
  characters += other.characters;
  leaked += other.leaked;
  leaked_typed += other.leaked_typed;
}

Measures Measure(const ScoreRow& row) {
  Measures m;
  m.precision = Ratio(row.true_positives, row.predicted);
  m.recall = Ratio(row.true_positives, row.gold);
  m.relaxed_precision = Ratio(row.relaxed_right, row.predicted);
  m.relaxed_recall = Ratio(row.relaxed_found, row.gold);
  // Nothing was found of what there is: no finding was right.
  if (row.gold > 0 && row.predicted == 0) m.precision = m.relaxed_precision = 0.0;
  m.f1 = FBeta(m.precision, m.recall, 1);
  m.f2 = FBeta(m.precision, m.recall, 2);
  m.relaxed_f1 = FBeta(m.relaxed_precision, m.relaxed_recall, 1);
  m.relaxed_f2 = FBeta(m.relaxed_precision, m.relaxed_recall, 2);
  m.leak = Ratio(row.leaked, row.characters);
  m.leak_typed = Ratio(row.leaked_typed, row.characters);
  return m;
}

void Scorer::Add(const JudgedCase& judged) {
  ++cases;
  if (judged.gold.empty()) {
    ++negatives;
    negatives_with_findings += !judged.findings.empty();
  }
  std::vector<ScoredSpan> gold = judged.gold;
  std::sort(gold.begin(), gold.end());
  perfect += gold == judged.findings;
  for (size_t i = 0; i < gold.size(); ++i) {
    ScoreRow& row = rows_[gold[i].type];
    ++row.gold;
    row.relaxed_found += AnyOfType(judged.findings, gold[i]);
    // A span that is labelled twice is found once, and its characters leak once.
    if (i > 0 && gold[i] == gold[i - 1]) continue;
    row.true_positives +=
        std::binary_search(judged.findings.begin(), judged.findings.end(), gold[i]);
    row.characters += gold[i].end - gold[i].start;
    row.leaked += Uncovered(gold[i], judged.all, false);
    row.leaked_typed += Uncovered(gold[i], judged.all, true);
  }
  for (const ScoredSpan& finding : judged.findings) {
    ScoreRow& row = rows_[finding.type];
    ++row.predicted;
    row.relaxed_right += AnyOfType(gold, finding);
  }
}

ScoreRow Scorer::Micro() const {
  ScoreRow all;
  for (const auto& [type, row] : rows_) all.Add(row);
  return all;
}

Measures Scorer::Macro(size_t* types) const {
  Measures macro;
  *types = 0;
  for (const auto& [type, row] : rows_) *types += row.gold > 0;
  for (auto member : kMeasures) {
    double sum = 0;
    size_t count = 0;
    for (const auto& [type, row] : rows_) {
      if (row.gold == 0) continue;
      if (const std::optional<double> value = Measure(row).*member) {
        sum += *value;
        ++count;
      }
    }
    if (count > 0) macro.*member = sum / static_cast<double>(count);
  }
  return macro;
}

std::string Coarse(std::string_view type) {
  const auto of_country = [&](std::string_view suffix) {
    return type.size() == suffix.size() + 2 && type.substr(2) == suffix && type[0] >= 'A' &&
           type[0] <= 'Z' && type[1] >= 'A' && type[1] <= 'Z';
  };
  constexpr std::pair<std::string_view, std::string_view> kFolded[] = {
      {"US_BANK_NUMBER", "BANK_ACCOUNT"},
      {"IN_VEHICLE", "LICENSE_PLATE"},
      {"SECRET_URL", "URL"},
      {"DE_ID_CARD", "NATIONAL_ID"},
  };
  if (of_country("_PASSPORT")) return "PASSPORT";
  if (of_country("_DRIVER_LICENSE")) return "DRIVER_LICENSE";
  for (const auto& [from, to] : kFolded) {
    if (type == from) return std::string(to);
  }
  return std::string(type);
}

}  // namespace tacet::cli
