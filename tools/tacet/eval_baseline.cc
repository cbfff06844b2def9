// Reads the figures of an earlier tacet eval --json.
#include <simdjson.h>

#include <cmath>

#include "absl/strings/str_format.h"
#include "tools/tacet/eval_report.h"

namespace tacet::cli {
namespace {

namespace dom = simdjson::dom;

// All of these are false if what they read is not there or no count can be so.
bool ReadCount(dom::element object, std::string_view key, uint64_t& count) {
  return object[key].get_uint64().get(count) == simdjson::SUCCESS;
}

// A share of `whole`, as the count that it was made from.
bool ReadShare(dom::element object, std::string_view key, uint64_t whole, uint64_t& count) {
  dom::element value;
  double share = 0;
  count = 0;
  if (object[key].get(value)) return false;
  if (value.is_null()) return whole == 0;
  if (value.get_double().get(share) || !(share >= 0 && share <= 1)) return false;
  count = static_cast<uint64_t>(std::llround(share * static_cast<double>(whole)));
  return true;
}

bool ReadRow(dom::element object, ScoreRow& row) {
  uint64_t relaxed_wrong = 0;
  if (!ReadCount(object, "gold", row.gold) || !ReadCount(object, "pred", row.predicted) ||
      !ReadCount(object, "tp", row.true_positives) ||
      !ReadCount(object, "relaxed_tp", row.relaxed_found) ||
      !ReadCount(object, "relaxed_fp", relaxed_wrong) ||
      !ReadCount(object, "chars", row.characters) ||
      !ReadShare(object, "leak", row.characters, row.leaked) ||
      !ReadShare(object, "leak_typed", row.characters, row.leaked_typed)) {
    return false;
  }
  if (row.true_positives > row.gold || row.true_positives > row.predicted ||
      row.relaxed_found > row.gold || relaxed_wrong > row.predicted) {
    return false;
  }
  row.relaxed_right = row.predicted - relaxed_wrong;
  return true;
}

bool ReadScores(dom::element object, Scorer& scorer) {
  dom::object types;
  if (!ReadCount(object, "cases", scorer.cases) ||
      !ReadCount(object, "perfect_cases", scorer.perfect) ||
      !ReadCount(object, "negatives", scorer.negatives) ||
      !ReadCount(object, "negatives_with_predictions", scorer.negatives_with_findings) ||
      object["types"].get_object().get(types)) {
    return false;
  }
  for (const dom::key_value_pair& type : types) {
    ScoreRow row;
    if (!ReadRow(type.value, row)) return false;
    scorer.Add(std::string(type.key), row);
  }
  return true;
}

// What of the labels differs; empty if nothing does.
std::string LabelsDiffer(const Scorer& before, const Scorer& now) {
  const auto differ = [](std::string_view what, uint64_t was, uint64_t is) {
    return absl::StrFormat("%s: %d there, %d here", what, was, is);
  };
  if (before.cases != now.cases) return differ("cases", before.cases, now.cases);
  if (before.negatives != now.negatives) {
    return differ("cases without a label", before.negatives, now.negatives);
  }
  const auto row_of = [](const Scorer& scorer, const std::string& type) {
    const auto found = scorer.rows().find(type);
    return found == scorer.rows().end() ? ScoreRow{} : found->second;
  };
  for (const Scorer* side : {&before, &now}) {
    for (const auto& [type, unused] : side->rows()) {
      const ScoreRow was = row_of(before, type), is = row_of(now, type);
      if (was.gold != is.gold) return differ(type, was.gold, is.gold);
      if (was.characters != is.characters) {
        return differ("characters of " + type, was.characters, is.characters);
      }
    }
  }
  return "";
}

}  // namespace

absl::StatusOr<EvalBaseline> ReadEvalBaseline(std::string_view path, const std::string& json) {
  const auto wrong = [&](std::string_view what) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: %s; --baseline takes what tacet eval --json wrote", path, what));
  };
  dom::parser parser;
  dom::element root;
  if (parser.parse(json).get(root)) return wrong("not JSON");
  if (!root.is_object() || root["micro"].error() || root["types"].error()) {
    return wrong("no result of tacet eval");
  }
  EvalBaseline baseline;
  baseline.path = path;
  if (!ReadScores(root, baseline.results.total)) return wrong("a figure is missing or impossible");
  std::string_view group;
  dom::object groups;
  if (!root["group"].get_string().get(group) && !root["groups"].get_object().get(groups)) {
    baseline.results.group = group;
    for (const dom::key_value_pair& one : groups) {
      Scorer& scorer = baseline.results.groups[std::string(group)][std::string(one.key)];
      if (!ReadScores(one.value, scorer)) return wrong("a figure of a group is impossible");
    }
  }
  return baseline;
}

absl::Status CheckSameLabels(const EvalBaseline& baseline, const EvalResults& now) {
  std::string differ = LabelsDiffer(baseline.results.total, now.total);
  for (const auto& [field, groups] : baseline.results.groups) {
    const auto found = now.groups.find(field);
    if (found == now.groups.end()) continue;
    for (const auto& [name, scorer] : groups) {
      const auto same = found->second.find(name);
      if (!differ.empty()) break;
      differ = LabelsDiffer(scorer, same == found->second.end() ? Scorer{} : same->second);
      if (!differ.empty()) differ = absl::StrFormat("%s = %s, %s", field, name, differ);
    }
  }
  if (differ.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("%s: is of other labelled messages, or of others of them (%s); --baseline "
                      "compares runs over the same",
                      baseline.path, differ));
}

}  // namespace tacet::cli
