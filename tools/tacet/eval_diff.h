// tacet eval --diff: what a changed pattern set finds otherwise, over messages without labels.
#ifndef TACET_TOOLS_TACET_EVAL_DIFF_H_
#define TACET_TOOLS_TACET_EVAL_DIFF_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "tacet/detector.h"
#include "tools/tacet/arguments.h"
#include "tools/tacet/command.h"

namespace tacet::cli {

struct EvalDiffArguments {
  std::pair<std::string, std::string> sets;  // the old one and the new one
  InputArguments input;
  DetectorArguments detector;  // of both
  size_t examples = 3;         // of each row
  bool json = false;
  std::string html;
  bool show_text = false;
};

absl::StatusOr<ExitCode> RunEvalDiff(const EvalDiffArguments& arguments);

// Indexes of an older and a newer finding of a text; kNone if there is none on that side.
struct FindingPair {
  static constexpr size_t kNone = static_cast<size_t>(-1);
  size_t before = kNone, now = kNone;
  friend bool operator==(const FindingPair&, const FindingPair&) = default;
};

// Which findings of a text differ: those with nothing of the other side over them stand alone, the
// others in pairs that overlap. Both lists are as Detector::Detect gives them, and what is equal by
// `same_type` in the same place does not differ.
template <typename SameType>
void PairDifferences(absl::Span<const Finding> before, absl::Span<const Finding> now,
                     SameType same_type, std::vector<FindingPair>& pairs) {
  pairs.clear();
  size_t b = 0, n = 0;
  bool b_paired = false, n_paired = false;
  const auto pass_before = [&] {
    if (!b_paired) pairs.push_back({b, FindingPair::kNone});
    b_paired = false;
    ++b;
  };
  const auto pass_now = [&] {
    if (!n_paired) pairs.push_back({FindingPair::kNone, n});
    n_paired = false;
    ++n;
  };
  while (b < before.size() || n < now.size()) {
    if (n == now.size() || (b < before.size() && before[b].span.end <= now[n].span.begin)) {
      pass_before();
    } else if (b == before.size() || now[n].span.end <= before[b].span.begin) {
      pass_now();
    } else {
      if (before[b].span != now[n].span || !same_type(before[b], now[n])) pairs.push_back({b, n});
      b_paired = n_paired = true;
      const size_t before_end = before[b].span.end, now_end = now[n].span.end;
      if (before_end <= now_end) pass_before();
      if (now_end <= before_end) pass_now();
    }
  }
}

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_EVAL_DIFF_H_
