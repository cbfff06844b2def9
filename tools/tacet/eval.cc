// tacet eval: measures how right the findings are on labelled messages. What it does with other
// messages (--diff) is in eval_diff.cc.
#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tacet/detector.h"
#include "tools/tacet/arguments.h"
#include "tools/tacet/byte_source.h"
#include "tools/tacet/case_reader.h"
#include "tools/tacet/command.h"
#include "tools/tacet/eval_diff.h"
#include "tools/tacet/eval_report.h"
#include "tools/tacet/jsonl.h"
#include "tools/tacet/offsets.h"
#include "tools/tacet/output.h"
#include "tools/tacet/record_reader.h"
#include "tools/tacet/score.h"

namespace tacet::cli {
namespace {

constexpr size_t kMaxCase = size_t{64} << 20;

// What the page lists: more is no reading, and memory stays bounded. Each mistake has the text.
constexpr size_t kMaxMistakes = 10'000;
constexpr size_t kMaxSpansOfCase = 200;
constexpr size_t kMaxTextOnPage = size_t{32} << 20;

// Fields that the page has charts by, if the cases have them, whatever --group says.
constexpr const char* kPageGroups[] = {"lang", "kind"};

struct EvalArguments {
  std::vector<std::string> files;
  DetectorArguments detector;  // its types are those that are judged; all are looked for
  std::vector<std::string> skip;
  std::vector<std::string> only;
  std::string group;
  bool coarse = false;
  bool json = false;
  std::string html;
  std::string baseline;
  uint64_t errors = 0;
  bool show_text = false;
  bool is_diff = false;
  EvalDiffArguments diff;  // takes over what it shares
};

// Every type that is found anyway, and those that are judged. Names that the patterns lack can
// stand in gold files; they are judged as never found.
std::vector<std::string> TypesToFind(const PatternLibrary& library,
                                     const std::vector<std::string>& judged) {
  std::vector<std::string> types;
  for (const EntityType& entity : library.entities()) {
    const bool asked = std::find(judged.begin(), judged.end(), entity.type) != judged.end();
    if (entity.reported && (entity.is_default || asked)) types.push_back(entity.type);
  }
  return types;
}

class Evaluation {
 public:
  Evaluation(const EvalArguments& arguments, const Detector& detector)
      : arguments_(arguments),
        detector_(detector),
        scratch_(detector.NewScratch()),
        reader_(arguments.coarse) {
    for (const std::string& type : arguments.detector.types)
      judged_types_.insert(reader_.Fold(type));
    results_.group = arguments.group;
    if (!arguments.group.empty()) results_.groups[arguments.group];
    if (!arguments.html.empty()) {
      for (const char* field : kPageGroups) results_.groups[field];
      page_.show_text = arguments.show_text;
    }
  }

  // Scores one line of the gold file; an empty result means that it is well-formed.
  std::string_view Add(std::string_view line, uint64_t number) {
    if (std::string_view fault = reader_.Read(line, number, case_); !fault.empty()) return fault;
    if (!ids_.insert(case_.id).second) return "an 'id' that was there before";
    for (const std::string& field : arguments_.skip) {
      if (case_.IsSet(field)) return "";
    }
    for (const std::string& field : arguments_.only) {
      if (!case_.IsSet(field)) return "";
    }
    if (!judged_types_.empty()) NarrowScope();
    const JudgedCase judged = Judge(case_.labelled, Find());
    if (!judged_types_.empty() && judged.gold.empty() && !case_.raw_scope.empty() &&
        std::none_of(case_.raw_scope.begin(), case_.raw_scope.end(),
                     [&](const std::string& type) { return judged_types_.count(type) > 0; })) {
      return "";
    }
    results_.total.Add(judged);
    for (auto& [field, groups] : results_.groups) groups[case_.Group(field)].Add(judged);
    if (shown_ < arguments_.errors) ShowErrors(judged);
    if (!arguments_.html.empty()) KeepErrors(judged);
    return "";
  }

  const EvalResults& results() const { return results_; }
  EvalPage& page() { return page_; }
  uint64_t withheld() const { return withheld_; }

 private:
  void NarrowScope() {
    std::optional<std::set<std::string>>& scope = case_.labelled.scope;
    if (!scope) {
      scope = judged_types_;
      return;
    }
    std::set<std::string> both;
    std::set_intersection(scope->begin(), scope->end(), judged_types_.begin(), judged_types_.end(),
                          std::inserter(both, both.end()));
    scope = std::move(both);
  }

  std::vector<ScoredSpan> Find() {
    std::vector<ScoredSpan> spans;
    scratch_.PreferRegion(case_.region);
    absl::StatusOr<absl::Span<const Finding>> findings = detector_.Detect(case_.text, scratch_);
    if (!findings.ok()) {
      ++withheld_;
      return spans;
    }
    OffsetCounter offsets(case_.text, OffsetUnit::kCodePoint);
    for (const Finding& finding : *findings) {
      const size_t start = offsets.At(finding.span.begin);
      const size_t end = offsets.At(finding.span.end);
      spans.push_back({start, end, reader_.Fold(Type(finding))});
    }
    return spans;
  }

  std::string_view Type(const Finding& finding) const {
    return detector_.library().entities()[static_cast<size_t>(finding.entity)].type;
  }

  // The spans that stand on one side only.
  void ShowErrors(const JudgedCase& judged) {
    const std::set<ScoredSpan> gold(judged.gold.begin(), judged.gold.end());
    const std::set<ScoredSpan> found(judged.findings.begin(), judged.findings.end());
    if (gold == found) return;
    ++shown_;
    for (const ScoredSpan& span : gold) {
      if (found.count(span) == 0) ShowError("missed", span);
    }
    for (const ScoredSpan& span : found) {
      if (gold.count(span) == 0) ShowError("wrong", span);
    }
  }

  void ShowError(std::string_view what, const ScoredSpan& span) const {
    std::string line;
    AppendJsonString(case_.id, false, line);
    absl::StrAppendFormat(&line, "\t%s\t%s\t%d\t%d", what, span.type, span.start, span.end);
    if (arguments_.show_text) {
      ByteCounter bytes(case_.text);
      const size_t begin = bytes.At(span.start);
      const size_t end = bytes.At(span.end);
      line += '\t';
      AppendJsonString(case_.text.substr(begin, end - begin), false, line);
      line += "\tin ";
      AppendJsonString(case_.text, false, line);
    }
    absl::FPrintF(stderr, "%s\n", line);
  }

  // For the page.
  void KeepErrors(const JudgedCase& judged) {
    std::vector<ScoredError> errors = Errors(judged);
    if (errors.empty()) return;
    const size_t text_size = page_.show_text ? case_.text.size() * errors.size() : 0;
    if (mistakes_ + errors.size() > kMaxMistakes ||
        judged.gold.size() + judged.findings.size() > kMaxSpansOfCase ||
        text_on_page_ + text_size > kMaxTextOnPage) {
      ++page_.left_out;
      return;
    }
    mistakes_ += errors.size();
    text_on_page_ += text_size;
    WrongCase& wrong = page_.wrong.emplace_back();
    wrong.id = case_.id;
    if (page_.show_text) wrong.text = case_.text;
    for (const auto& [field, groups] : results_.groups) {
      wrong.groups.emplace_back(field, case_.Group(field));
    }
    wrong.judged = judged;
    wrong.errors = std::move(errors);
  }

  const EvalArguments& arguments_;
  const Detector& detector_;
  Detector::Scratch scratch_;
  CaseReader reader_;
  CaseReader::Case case_;
  std::set<std::string> judged_types_;
  std::set<std::string> ids_;
  EvalResults results_;
  EvalPage page_;
  size_t mistakes_ = 0;
  size_t text_on_page_ = 0;
  uint64_t shown_ = 0;
  uint64_t withheld_ = 0;
};

std::string About(const EvalArguments& arguments, const PatternLibrary& library, uint64_t cases) {
  std::string about = absl::StrFormat("%d labelled messages of", cases);
  for (const std::string& file : arguments.files) absl::StrAppend(&about, " ", DisplayName(file));
  absl::StrAppendFormat(&about, "; tacet %s, %d patterns (digest %s)", TACET_VERSION,
                        library.patterns().size(), library.digest().substr(0, 16));
  return about;
}

absl::StatusOr<ExitCode> RunEval(const EvalArguments& arguments) {
  if (arguments.is_diff) {
    EvalDiffArguments diff = arguments.diff;
    diff.input.files = arguments.files;
    diff.detector = arguments.detector;
    diff.json = arguments.json;
    diff.html = arguments.html;
    diff.show_text = arguments.show_text;
    return RunEvalDiff(diff);
  }
  if (arguments.files.empty()) {
    return absl::InvalidArgumentError("FILE is required; see tacet eval --help");
  }
  std::optional<EvalBaseline> baseline;
  if (!arguments.baseline.empty()) {
    absl::StatusOr<std::string> json = ReadConfiguration(arguments.baseline);
    if (!json.ok()) return json.status();
    absl::StatusOr<EvalBaseline> read = ReadEvalBaseline(arguments.baseline, *json);
    if (!read.ok()) return read.status();
    baseline = *std::move(read);
  }
  InputArguments input;
  input.files = arguments.files;
  input.format = "jsonl";
  input.max_record = kMaxCase;
  absl::StatusOr<RecordReader> reader = input.Open();
  if (!reader.ok()) return reader.status();
  absl::StatusOr<PatternLibrary> library = arguments.detector.patterns.Load();
  if (!library.ok()) return library.status();
  DetectorOptions options = arguments.detector.Options();
  options.types = TypesToFind(*library, arguments.detector.types);
  absl::StatusOr<Detector> detector = arguments.detector.Make(*std::move(library), options);
  if (!detector.ok()) return detector.status();

  Evaluation evaluation(arguments, *detector);
  Batch batch;
  for (;;) {
    absl::StatusOr<bool> more = reader->Next(batch);
    if (!more.ok()) return more.status();
    if (!*more) break;
    uint64_t number = batch.first_number;
    for (const Record& record : batch.records) {
      const std::string_view line = batch.Text(record);
      std::string_view fault = record.too_long ? "a case over 64 MiB" : "";
      if (!record.too_long && !IsBlankJson(line)) fault = evaluation.Add(line, number);
      if (!fault.empty()) {
        return absl::UnavailableError(absl::StrFormat(
            "%s: line %d: %s; each line of a gold file is one labelled case",
            arguments.files.size() == 1 ? arguments.files[0] : "gold files", number, fault));
      }
      ++number;
    }
  }
  const EvalResults& results = evaluation.results();
  if (baseline) {
    if (absl::Status status = CheckSameLabels(*baseline, results); !status.ok()) return status;
  }
  const EvalBaseline* const old = baseline ? &*baseline : nullptr;
  if (!arguments.html.empty()) {
    EvalPage& page = evaluation.page();
    page.about = About(arguments, detector->library(), results.total.cases);
    absl::Status status = WriteFile(arguments.html, EvalHtml(results, old, page));
    if (!status.ok()) return status;
  }
  if (absl::Status status =
          Print(arguments.json ? EvalJson(results, old) : EvalTable(results, old));
      !status.ok()) {
    return status;
  }
  if (evaluation.withheld() == 0) return kDone;
  absl::FPrintF(stderr, "tacet: %d cases could not be scanned; they count as without findings\n",
                evaluation.withheld());
  return kIncomplete;
}

}  // namespace

void AddEval(CLI::App& root, std::vector<Command>& commands) {
  CLI::App* app = root.add_subcommand("eval", "Measure accuracy on labelled messages");
  app->footer(
      "Examples\n"
      "  tacet eval --group lang --errors 10 labelled.jsonl    by language; the first mistakes\n"
      "  tacet eval --html report.html --show-text labelled.jsonl\n"
      "  tacet eval --json labelled.jsonl > old.json; tacet eval --baseline old.json "
      "labelled.jsonl\n"
      "  tacet eval --diff old/patterns patterns messages.jsonl.zst    what other patterns find\n"
      "A labelled line is {\"id\", \"text\", \"spans\": [{\"start\", \"end\", \"type\"}]}, offsets "
      "in code "
      "points; \"scope\", \"alt\" and \"ignore\" are explained in docs/cli.md.");
  auto arguments = std::make_shared<EvalArguments>();
  EvalDiffArguments& diff = arguments->diff;
  app->add_option(
      "FILE", arguments->files,
      "Labelled messages, JSON lines; with --diff any messages, as tacet scan takes them");
  CLI::Option* const to_diff =
      app->add_option("--diff", diff.sets,
                      "Say what the new patterns find in messages without labels that the old ones "
                      "do not, and the reverse")
          ->type_name("OLD_PATTERNS NEW_PATTERNS");
  app->add_flag("--json", arguments->json, "The same figures as JSON");
  app->add_option("--html", arguments->html,
                  "Also write a page with charts and a list of the mistakes or differences")
      ->type_name("FILE");
  app->add_flag("--show-text", arguments->show_text,
                "With the texts of messages, in lists and on the page");
  // Of labelled messages only.
  to_diff->excludes(
      app->add_flag("--coarse", arguments->coarse, "Count the types of single countries as one"));
  to_diff->excludes(
      app->add_option("--group", arguments->group, "Also a table for each value of this field")
          ->type_name("FIELD"));
  to_diff->excludes(
      app->add_option("--skip", arguments->skip, "Leave out the cases where this field is set")
          ->type_name("FIELD")
          ->allow_extra_args(false)
          ->take_all());
  to_diff->excludes(
      app->add_option("--only", arguments->only, "Keep only the cases where this field is set")
          ->type_name("FIELD")
          ->allow_extra_args(false)
          ->take_all());
  to_diff->excludes(
      app->add_option("--baseline", arguments->baseline,
                      "Say what got better or worse since the run that wrote this JSON")
          ->type_name("OLD.json"));
  to_diff->excludes(
      app->add_option("--errors", arguments->errors,
                      "List this many wrong cases on standard error: id, what, type, start, end")
          ->type_name("N"));
  // Of others only.
  std::vector<CLI::Option*> of_diff = diff.input.AddOptionsTo(*app);
  of_diff.push_back(
      app->add_option("--examples", diff.examples, "Messages to name of each kind of difference")
          ->type_name("N")
          ->check(CLI::Range(0, 100))
          ->capture_default_str());
  for (CLI::Option* option : of_diff) option->needs(to_diff)->group("With --diff");
  arguments->detector.AddTo(*app);
  app->get_option("--types")->description("Judge, or look for, these types only");
  commands.push_back({app, [arguments, to_diff] {
                        arguments->is_diff = to_diff->count() > 0;
                        return RunEval(*arguments);
                      }});
}

}  // namespace tacet::cli
