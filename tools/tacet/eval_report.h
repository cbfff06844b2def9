// The figures of tacet eval, and how they are written down and compared with older ones.
#ifndef TACET_TOOLS_TACET_EVAL_REPORT_H_
#define TACET_TOOLS_TACET_EVAL_REPORT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/tacet/score.h"

namespace tacet::cli {

struct EvalResults {
  Scorer total;
  std::string group;  // the field of --group; empty if there is none
  // By field, then by its value: those of `group`, and others that only the page shows.
  std::map<std::string, std::map<std::string, Scorer>> groups;
};

// What an earlier run found on the same cases.
struct EvalBaseline {
  std::string path;
  EvalResults results;
};

// A case with mistakes, as the page lists them.
struct WrongCase {
  std::string id;
  std::string text;                                         // empty unless texts are shown
  std::vector<std::pair<std::string, std::string>> groups;  // field and value
  JudgedCase judged;
  std::vector<ScoredError> errors;
};

// What the page says beside the figures.
struct EvalPage {
  std::string about;  // which data, which patterns
  std::vector<WrongCase> wrong;
  uint64_t left_out = 0;  // cases with mistakes that are not in `wrong`
  bool show_text = false;
};

// Reads what EvalJson wrote (or the reference program beside the labelled messages, whose form it
// is). Fails (InvalidArgument) if it is something else.
absl::StatusOr<EvalBaseline> ReadEvalBaseline(std::string_view path, const std::string& json);

// Fails (InvalidArgument) if the older run was over other labels: then no figure compares.
absl::Status CheckSameLabels(const EvalBaseline& baseline, const EvalResults& now);

// `baseline` may be null.
std::string EvalTable(const EvalResults& results, const EvalBaseline* baseline);
std::string EvalJson(const EvalResults& results, const EvalBaseline* baseline);
std::string EvalHtml(const EvalResults& results, const EvalBaseline* baseline,
                     const EvalPage& page);

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_EVAL_REPORT_H_
