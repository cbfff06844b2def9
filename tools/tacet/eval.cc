// tacet eval: measures how right the findings are on labelled messages.
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tacet/detector.h"
#include "tools/tacet/arguments.h"
#include "tools/tacet/command.h"
#include "tools/tacet/jsonl.h"
#include "tools/tacet/offsets.h"
#include "tools/tacet/output.h"
#include "tools/tacet/record_reader.h"
#include "tools/tacet/score.h"

namespace tacet::cli {
namespace {

namespace dom = simdjson::dom;

constexpr size_t kMaxCase = size_t{64} << 20;

struct EvalArguments {
  std::vector<std::string> files;
  DetectorArguments detector;  // its types are those that are judged; all are looked for
  std::vector<std::string> skip;
  std::vector<std::string> only;
  std::string group;
  bool coarse = false;
  bool json = false;
  uint64_t errors = 0;
  bool show_text = false;
};

// A field counts as set if its value is neither null nor false nor empty nor zero.
bool IsSet(dom::object object, std::string_view key) {
  dom::element value;
  if (object.at_key(key).get(value)) return false;
  switch (value.type()) {
    case dom::element_type::NULL_VALUE:
      return false;
    case dom::element_type::BOOL:
      return value.get_bool().value_unsafe();
    case dom::element_type::STRING:
      return !value.get_string().value_unsafe().empty();
    case dom::element_type::ARRAY:
      return value.get_array().value_unsafe().size() > 0;
    case dom::element_type::OBJECT:
      return value.get_object().value_unsafe().size() > 0;
    default:
      return value.get_double().value_unsafe() != 0;
  }
}

// The value of a field as the name of a group.
std::string GroupName(dom::object object, std::string_view key) {
  dom::element value;
  if (object.at_key(key).get(value) || value.is_null()) return "None";
  std::string_view text;
  if (!value.get_string().get(text)) return std::string(text);
  bool flag = false;
  if (!value.get_bool().get(flag)) return flag ? "True" : "False";
  return simdjson::minify(value);
}

// Reads one case of the gold file, or says what is wrong with it, without quoting it.
class CaseReader {
 public:
  explicit CaseReader(const EvalArguments& arguments) : coarse_(arguments.coarse) {}

  struct Case {
    std::string id;
    std::string_view text;
    dom::object fields;
    LabelledCase labelled;
    std::vector<std::string> raw_scope;  // as written, not folded
  };

  // An empty result means that `out` is a case. `line` is followed by Batch::kPadding bytes;
  // `number` names it if it has no id.
  std::string_view Read(std::string_view line, uint64_t number, Case& out) {
    out.labelled = {};
    out.raw_scope.clear();
    if (parser_.parse(line.data(), line.size(), false).get(root_)) return "not JSON";
    if (root_.get_object().get(out.fields)) return "not a JSON object";
    dom::element id;
    std::string_view name;
    if (out.fields["id"].get(id)) {
      out.id = absl::StrCat(number);
    } else {
      out.id = id.get_string().get(name) ? simdjson::minify(id) : std::string(name);
    }
    if (out.fields["text"].get_string().get(out.text)) return "has no string 'text'";
    const size_t length = OffsetCounter(out.text, OffsetUnit::kCodePoint).At(out.text.size());

    dom::array spans;
    if (!out.fields["spans"].get_array().get(spans) ||
        !out.fields["labels"].get_array().get(spans)) {
      for (dom::element element : spans) {
        LabelledCase::Gold gold;
        std::string_view type;
        if (!ReadRange(element, gold.span) || element["type"].get_string().get(type)) {
          return "a span without 'start', 'end' and 'type'";
        }
        if (gold.span.start >= gold.span.end || gold.span.end > length)
          return "a span out of range";
        gold.span.type = Fold(type);
        dom::array alternatives;
        if (!element["alt"].get_array().get(alternatives)) {
          for (dom::element alternative : alternatives) {
            if (alternative.get_string().get(type)) return "an 'alt' that is no string";
            if (Fold(type) != gold.span.type) gold.alternatives.push_back(Fold(type));
          }
        }
        out.labelled.gold.push_back(std::move(gold));
      }
    }
    dom::array scope;
    if (!out.fields["scope"].get_array().get(scope)) {
      out.labelled.scope.emplace();
      for (dom::element element : scope) {
        std::string_view type;
        if (element.get_string().get(type)) return "a 'scope' that is no string";
        out.raw_scope.emplace_back(type);
        out.labelled.scope->insert(Fold(type));
      }
    }
    dom::array ignored;
    if (!out.fields["ignore"].get_array().get(ignored)) {
      for (dom::element element : ignored) {
        ScoredSpan& part = out.labelled.ignored.emplace_back();
        if (!ReadRange(element, part)) return "an 'ignore' without 'start' and 'end'";
      }
    }
    return "";
  }

  std::string Fold(std::string_view type) const {
    return coarse_ ? Coarse(type) : std::string(type);
  }

 private:
  static bool ReadRange(dom::element element, ScoredSpan& span) {
    uint64_t start = 0;
    uint64_t end = 0;
    if (element["start"].get_uint64().get(start) || element["end"].get_uint64().get(end))
      return false;
    span.start = start;
    span.end = end;
    return true;
  }

  bool coarse_;
  dom::parser parser_;
  dom::element root_;
};

std::string Three(std::optional<double> value) {
  return value ? absl::StrFormat("%5.3f", *value) : "    -";
}

void AppendTableRow(std::string_view name, std::string_view counts, const Measures& m,
                    std::string& out) {
  absl::StrAppendFormat(&out, "%-24s %s | %s %s %s %s | %s %s %s %s | %s %s\n", name, counts,
                        Three(m.precision), Three(m.recall), Three(m.f1), Three(m.f2),
                        Three(m.relaxed_precision), Three(m.relaxed_recall), Three(m.relaxed_f1),
                        Three(m.relaxed_f2), Three(m.leak), Three(m.leak_typed));
}

void AppendTable(const Scorer& scorer, std::string& out) {
  absl::StrAppendFormat(
      &out, "cases %d (all right %d), negatives %d, of them with a prediction %d\n", scorer.cases,
      scorer.perfect, scorer.negatives, scorer.negatives_with_findings);
  absl::StrAppendFormat(
      &out, "%-24s %6s %5s %5s %5s | %5s %5s %5s %5s | %5s %5s %5s %5s | %5s %5s\n", "type", "gold",
      "tp", "fp", "fn", "P", "R", "F1", "F2", "rP", "rR", "rF1", "rF2", "leak", "leakT");
  const auto add = [&](std::string_view name, const ScoreRow& row) {
    const std::string counts =
        absl::StrFormat("%6d %5d %5d %5d", row.gold, row.true_positives,
                        row.predicted - row.true_positives, row.gold - row.true_positives);
    AppendTableRow(name, counts, Measure(row), out);
  };
  for (const auto& [type, row] : scorer.rows()) add(type, row);
  add("micro", scorer.Micro());
  size_t types = 0;
  const Measures macro = scorer.Macro(&types);
  if (types == 0) return;
  AppendTableRow(absl::StrFormat("macro (%d types)", types),
                 absl::StrFormat("%6s %5s %5s %5s", "", "", "", ""), macro, out);
}

// Writes JSON objects whose members are given in the order of their names.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void Begin(std::string_view key = {}) {
    Key(key);
    out_ += '{';
    ++depth_;
    first_ = true;
  }
  void End() {
    --depth_;
    if (!first_) NewLine();
    out_ += '}';
    first_ = false;
  }
  void Member(std::string_view key, uint64_t value) {
    Key(key);
    absl::StrAppend(&out_, value);
  }
  void Member(std::string_view key, std::string_view value) {
    Key(key);
    AppendJsonString(value, false, out_);
  }
  void Member(std::string_view key, std::optional<double> value) {
    Key(key);
    if (!value) {
      out_ += "null";
      return;
    }
    char digits[32];
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, *value).ptr);
  }

 private:
  void NewLine() { out_.append(1, '\n').append(static_cast<size_t>(depth_), ' '); }
  void Key(std::string_view key) {
    if (depth_ == 0) return;
    if (!first_) out_ += ',';
    NewLine();
    first_ = false;
    AppendJsonString(key, false, out_);
    out_ += ": ";
  }

  std::string& out_;
  int depth_ = 0;
  bool first_ = true;
};

void WriteRow(std::string_view key, const ScoreRow& row, JsonWriter& json) {
  const Measures m = Measure(row);
  json.Begin(key);
  json.Member("chars", row.characters);
  json.Member("f1", m.f1);
  json.Member("f2", m.f2);
  json.Member("fn", row.gold - row.true_positives);
  json.Member("fp", row.predicted - row.true_positives);
  json.Member("gold", row.gold);
  json.Member("leak", m.leak);
  json.Member("leak_typed", m.leak_typed);
  json.Member("precision", m.precision);
  json.Member("pred", row.predicted);
  json.Member("recall", m.recall);
  json.Member("relaxed_f1", m.relaxed_f1);
  json.Member("relaxed_f2", m.relaxed_f2);
  json.Member("relaxed_fn", row.gold - row.relaxed_found);
  json.Member("relaxed_fp", row.predicted - row.relaxed_right);
  json.Member("relaxed_precision", m.relaxed_precision);
  json.Member("relaxed_recall", m.relaxed_recall);
  json.Member("relaxed_tp", row.relaxed_found);
  json.Member("tp", row.true_positives);
  json.End();
}

void WriteMacro(const Scorer& scorer, JsonWriter& json) {
  size_t types = 0;
  const Measures m = scorer.Macro(&types);
  json.Begin("macro");
  if (types > 0) {
    json.Member("f1", m.f1);
    json.Member("f2", m.f2);
    json.Member("leak", m.leak);
    json.Member("leak_typed", m.leak_typed);
    json.Member("precision", m.precision);
    json.Member("recall", m.recall);
    json.Member("relaxed_f1", m.relaxed_f1);
    json.Member("relaxed_f2", m.relaxed_f2);
    json.Member("relaxed_precision", m.relaxed_precision);
    json.Member("relaxed_recall", m.relaxed_recall);
    json.Member("types", uint64_t{types});
  }
  json.End();
}

// The members of a report that a group has too; those of the whole stand between them.
void WriteReport(const Scorer& scorer, const EvalArguments* whole,
                 const std::map<std::string, Scorer>& groups, JsonWriter& json) {
  json.Member("cases", scorer.cases);
  if (whole != nullptr && !whole->group.empty()) {
    json.Member("group", std::string_view(whole->group));
    json.Begin("groups");
    for (const auto& [name, group] : groups) {
      json.Begin(name);
      WriteReport(group, nullptr, {}, json);
      json.End();
    }
    json.End();
  }
  WriteMacro(scorer, json);
  WriteRow("micro", scorer.Micro(), json);
  json.Member("negatives", scorer.negatives);
  json.Member("negatives_with_predictions", scorer.negatives_with_findings);
  json.Member("perfect_cases", scorer.perfect);
  if (whole != nullptr) {
    // Every case gets its findings here, so none is missing and none is of an unknown case.
    json.Member("predictions_missing", uint64_t{0});
    json.Member("predictions_unknown", uint64_t{0});
  }
  json.Begin("types");
  for (const auto& [type, row] : scorer.rows()) WriteRow(type, row, json);
  json.End();
}

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
        reader_(arguments) {
    for (const std::string& type : arguments.detector.types)
      judged_types_.insert(reader_.Fold(type));
  }

  // Scores one line of the gold file; an empty result means that it is well-formed.
  std::string_view Add(std::string_view line, uint64_t number) {
    if (std::string_view fault = reader_.Read(line, number, case_); !fault.empty()) return fault;
    if (!ids_.insert(case_.id).second) return "an 'id' that was there before";
    for (const std::string& field : arguments_.skip) {
      if (IsSet(case_.fields, field)) return "";
    }
    for (const std::string& field : arguments_.only) {
      if (!IsSet(case_.fields, field)) return "";
    }
    if (!judged_types_.empty()) NarrowScope();
    const JudgedCase judged = Judge(case_.labelled, Find());
    if (!judged_types_.empty() && judged.gold.empty() && !case_.raw_scope.empty() &&
        std::none_of(case_.raw_scope.begin(), case_.raw_scope.end(),
                     [&](const std::string& type) { return judged_types_.count(type) > 0; })) {
      return "";
    }
    total_.Add(judged);
    if (!arguments_.group.empty()) groups_[GroupName(case_.fields, arguments_.group)].Add(judged);
    if (shown_ < arguments_.errors) ShowErrors(judged);
    return "";
  }

  std::string Report() const {
    std::string out;
    if (arguments_.json) {
      JsonWriter json(out);
      json.Begin();
      WriteReport(total_, &arguments_, groups_, json);
      json.End();
      out += '\n';
      return out;
    }
    AppendTable(total_, out);
    for (const auto& [name, group] : groups_) {
      absl::StrAppendFormat(&out, "\n== %s = %s\n", arguments_.group, name);
      AppendTable(group, out);
    }
    return out;
  }

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
    std::string_view region;
    if (case_.fields["region"].get_string().get(region)) region = {};
    scratch_.PreferRegion(region);
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
      size_t begin = 0;
      for (size_t i = 0; i < span.start; ++i) begin += DecodeUtf8(case_.text.substr(begin)).size;
      size_t end = begin;
      for (size_t i = span.start; i < span.end; ++i) end += DecodeUtf8(case_.text.substr(end)).size;
      line += '\t';
      AppendJsonString(case_.text.substr(begin, end - begin), false, line);
      line += "\tin ";
      AppendJsonString(case_.text, false, line);
    }
    absl::FPrintF(stderr, "%s\n", line);
  }

  const EvalArguments& arguments_;
  const Detector& detector_;
  Detector::Scratch scratch_;
  CaseReader reader_;
  CaseReader::Case case_;
  std::set<std::string> judged_types_;
  std::set<std::string> ids_;
  Scorer total_;
  std::map<std::string, Scorer> groups_;
  uint64_t shown_ = 0;
  uint64_t withheld_ = 0;
};

absl::StatusOr<ExitCode> RunEval(const EvalArguments& arguments) {
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
  if (absl::Status status = Print(evaluation.Report()); !status.ok()) return status;
  if (evaluation.withheld() == 0) return kDone;
  absl::FPrintF(stderr, "tacet: %d cases could not be scanned; they count as without findings\n",
                evaluation.withheld());
  return kIncomplete;
}

}  // namespace

void AddEval(CLI::App& root, std::vector<Command>& commands) {
  CLI::App* app = root.add_subcommand("eval", "Measure accuracy on labelled messages");
  app->footer(
      "Example: by language, with the positions of the first ten mistakes\n"
      "  tacet eval --group lang --errors 10 labelled.jsonl\n"
      "A line is {\"id\", \"text\", \"spans\": [{\"start\", \"end\", \"type\"}]}, offsets in code "
      "points; \"scope\", \"alt\" and \"ignore\" are explained in docs/cli.md.");
  auto arguments = std::make_shared<EvalArguments>();
  app->add_option("GOLD", arguments->files, "Labelled messages, JSON lines")->required();
  app->add_flag("--coarse", arguments->coarse, "Count the types of single countries as one");
  app->add_option("--group", arguments->group, "Also a table for each value of this field")
      ->type_name("FIELD");
  app->add_option("--skip", arguments->skip, "Leave out the cases where this field is set")
      ->type_name("FIELD")
      ->allow_extra_args(false)
      ->take_all();
  app->add_option("--only", arguments->only, "Keep only the cases where this field is set")
      ->type_name("FIELD")
      ->allow_extra_args(false)
      ->take_all();
  app->add_flag("--json", arguments->json, "The same figures as JSON");
  app->add_option("--errors", arguments->errors,
                  "List this many wrong cases on standard error: id, what, type, start, end")
      ->type_name("N");
  app->add_flag("--show-text", arguments->show_text, "With their texts");
  arguments->detector.AddTo(*app);
  app->get_option("--types")->description("Judge these types only");
  commands.push_back({app, [arguments] { return RunEval(*arguments); }});
}

}  // namespace tacet::cli
