// tacet scan: says what was found where.
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tacet/redactor.h"
#include "tools/tacet/arguments.h"
#include "tools/tacet/command.h"
#include "tools/tacet/jsonl.h"
#include "tools/tacet/offsets.h"
#include "tools/tacet/output.h"
#include "tools/tacet/pipeline.h"
#include "tools/tacet/utf8.h"
#include "tools/tacet/withheld.h"

namespace tacet::cli {
namespace {

struct ScanArguments {
  InputArguments input;
  DetectorArguments detector;
  PolicyArguments policy;
  std::string output;
  std::string offsets = "codepoint";
  std::string color = "auto";
  bool show_text = false;
  bool fail_on_findings = false;
  bool verbose = false;
};

template <typename T>
void AppendNumber(T number, std::string& out) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

// Four digits: a score is a sum of weights with two, and the rest is the rounding of a float.
void AppendScore(float score, std::string& out) {
  char digits[24];
  out.append(
      digits,
      std::to_chars(digits, digits + sizeof digits, score, std::chars_format::general, 4).ptr);
}

// A text of a record, as a subclass is shown it.
struct ScannedText {
  std::string_view text;
  std::string_view path;  // empty unless the record has several texts
  absl::Span<const Finding> findings;
};

// Scans the records of a batch; what is written about them is the subclass's.
class ScanWorker : public Worker {
 public:
  ScanWorker(const PatternLibrary& library, const Redactor& redactor,
             const std::vector<std::string>& fields)
      : library_(library),
        redactor_(redactor),
        scratch_(redactor.NewScratch()),
        line_(fields),
        withheld_texts_(WithheldTexts(fields)) {}

  void Work(const Batch& batch, std::string& output, Tally& tally) override {
    uint64_t number = batch.first_number;
    for (const Record& record : batch.records) {
      const std::string_view text = batch.Text(record);
      const bool json = batch.format == Format::kJsonLines && !record.too_long;
      if (json && IsBlankJson(text)) {
        ++number;
        continue;
      }
      ++tally.records;
      const size_t begin = output.size();
      const uint64_t findings_before = tally.findings;
      id_.clear();
      AppendNumber(number++, id_);
      Withheld why = record.too_long ? Withheld::kTooLong : Withheld::kNo;
      if (json) {
        why = line_.Parse(text);
        if (line_.has_id()) id_ = line_.id();
        scratch_.PreferRegion(line_.region());
      }
      Begin(id_, json && line_.values().size() == 1 ? line_.values()[0].text : text, output);
      if (json) {
        const bool several = line_.values().size() > 1;
        for (const JsonValue& value : line_.values()) {
          if (why != Withheld::kNo) break;
          why = Scan(value.text, several ? value.path : "", output, tally);
        }
      } else if (why == Withheld::kNo) {
        why = Scan(text, "", output, tally);
      }
      if (why == Withheld::kNo) {
        End(output);
        tally.records_with_findings += tally.findings != findings_before;
      } else {
        output.resize(begin);
        AppendWithheld(id_, withheld_texts_[static_cast<size_t>(why)], output);
        tally.findings = findings_before;
        ++tally.withheld[static_cast<size_t>(why)];
      }
    }
  }

 protected:
  const PatternLibrary& library() const { return library_; }

 private:
  virtual void Begin(std::string_view id, std::string_view text, std::string& output) = 0;
  virtual void Append(const ScannedText& scanned, std::string& output) = 0;
  virtual void End(std::string& output) = 0;
  virtual void AppendWithheld(std::string_view id, std::string_view why, std::string& output) = 0;

  Withheld Scan(std::string_view text, std::string_view path, std::string& output, Tally& tally) {
    absl::StatusOr<absl::Span<const Finding>> findings = redactor_.Find(text, scratch_);
    if (!findings.ok()) return WhyWithheld(findings.status());
    tally.findings += findings->size();
    Append({text, path, *findings}, output);
    return Withheld::kNo;
  }

  const PatternLibrary& library_;
  const Redactor& redactor_;
  Redactor::Scratch scratch_;
  JsonLine line_;
  std::vector<std::string> withheld_texts_;
  std::string id_;
};

// Findings as JSON lines. No text unless it is asked for.
class JsonScanWorker : public ScanWorker {
 public:
  JsonScanWorker(const PatternLibrary& library, const Redactor& redactor,
                 const std::vector<std::string>& fields, OffsetUnit unit, bool show_text)
      : ScanWorker(library, redactor, fields), unit_(unit), show_text_(show_text) {}

 private:
  void Begin(std::string_view id, std::string_view text, std::string& output) override {
    output += "{\"id\":";
    AppendJsonString(id, false, output);
    if (show_text_) {
      output += ",\"text\":";
      AppendJsonString(text, false, output);
    }
    output += ",\"findings\":[";
    first_ = true;
  }

  void Append(const ScannedText& scanned, std::string& output) override {
    OffsetCounter offsets(scanned.text, unit_);
    for (const Finding& finding : scanned.findings) {
      output += first_ ? "{\"type\":" : ",{\"type\":";
      first_ = false;
      AppendJsonString(library().entities()[static_cast<size_t>(finding.entity)].type, false,
                       output);
      output += ",\"start\":";
      AppendNumber(offsets.At(finding.span.begin), output);
      output += ",\"end\":";
      AppendNumber(offsets.At(finding.span.end), output);
      output += ",\"score\":";
      AppendScore(finding.score, output);
      output += ",\"pattern\":";
      AppendJsonString(library().patterns()[static_cast<size_t>(finding.pattern)].name, false,
                       output);
      if (!scanned.path.empty()) {
        output += ",\"field\":";
        AppendJsonString(scanned.path, false, output);
      }
      if (show_text_) {
        output += ",\"text\":";
        AppendJsonString(
            scanned.text.substr(finding.span.begin, finding.span.end - finding.span.begin), false,
            output);
      }
      output += '}';
    }
  }

  void End(std::string& output) override { output += "]}\n"; }

  void AppendWithheld(std::string_view id, std::string_view why, std::string& output) override {
    output += "{\"id\":";
    AppendJsonString(id, false, output);
    output += ",\"withheld\":";
    AppendJsonString(why, false, output);
    output += "}\n";
  }

  OffsetUnit unit_;
  bool show_text_;
  bool first_ = true;
};

// The texts themselves with what was found in colour, for the user's own terminal.
class ColorScanWorker : public ScanWorker {
 public:
  using ScanWorker::ScanWorker;

 private:
  static constexpr std::string_view kId = "\x1b[32m";
  static constexpr std::string_view kValue = "\x1b[1;31m";
  static constexpr std::string_view kType = "\x1b[36m";
  static constexpr std::string_view kPlain = "\x1b[0m";

  void Begin(std::string_view id, std::string_view, std::string& output) override {
    output += kId;
    AppendPrintable(id, output);
    output += kPlain;
    output += ':';
  }

  void Append(const ScannedText& scanned, std::string& output) override {
    output += ' ';
    if (!scanned.path.empty()) {
      AppendPrintable(scanned.path, output);
      output += ": ";
    }
    size_t at = 0;
    for (const Finding& finding : scanned.findings) {
      AppendPrintable(scanned.text.substr(at, finding.span.begin - at), output);
      output += kValue;
      AppendPrintable(
          scanned.text.substr(finding.span.begin, finding.span.end - finding.span.begin), output);
      output += kPlain;
      output += kType;
      output += '<';
      output += library().entities()[static_cast<size_t>(finding.entity)].type;
      output += ' ';
      AppendScore(finding.score, output);
      output += '>';
      output += kPlain;
      at = finding.span.end;
    }
    AppendPrintable(scanned.text.substr(at), output);
  }

  void End(std::string& output) override { output += '\n'; }

  void AppendWithheld(std::string_view id, std::string_view why, std::string& output) override {
    Begin(id, {}, output);
    output += ' ';
    output += kType;
    output += "<WITHHELD ";
    output += why;
    output += '>';
    output += kPlain;
    output += '\n';
  }

  // A message must not be able to command the terminal: control characters (C0 but tab, DEL, C1)
  // and broken bytes are written as \x1b.
  static void AppendPrintable(std::string_view text, std::string& output) {
    constexpr std::string_view kHex = "0123456789abcdef";
    while (!text.empty()) {
      const CodePoint code_point = DecodeUtf8(text);
      const bool broken = code_point.value == 0xFFFD && code_point.size == 1;
      const bool control = (code_point.value < 0x20 && code_point.value != '\t') ||
                           (code_point.value >= 0x7F && code_point.value < 0xA0);
      if (broken || control) {
        const unsigned byte = static_cast<unsigned char>(text[code_point.size - 1]);
        output += "\\x";
        output += kHex[byte >> 4];
        output += kHex[byte & 0xF];
      } else {
        output += text.substr(0, code_point.size);
      }
      text.remove_prefix(code_point.size);
    }
  }
};

bool InColor(const ScanArguments& arguments) {
  if (arguments.color != "auto") return arguments.color == "always";
  const char* no_color = std::getenv("NO_COLOR");
  return arguments.output.empty() && isatty(STDOUT_FILENO) == 1 &&
         (no_color == nullptr || no_color[0] == '\0');
}

absl::StatusOr<ExitCode> RunScan(const ScanArguments& arguments) {
  absl::StatusOr<Policy> policy = arguments.policy.Load();
  if (!policy.ok()) return policy.status();
  absl::StatusOr<RecordReader> reader = arguments.input.Open();
  if (!reader.ok()) return reader.status();
  absl::StatusOr<Detector> detector = arguments.detector.MakeForRecords(arguments.input.max_record);
  if (!detector.ok()) return detector.status();
  absl::StatusOr<Redactor> redactor = Redactor::Create(&*detector, *policy);
  if (!redactor.ok()) return Misconfigured(redactor.status());
  absl::StatusOr<std::unique_ptr<Output>> output = Output::Open(arguments.output);
  if (!output.ok()) return output.status();

  const OffsetUnit unit = arguments.offsets == "byte"    ? OffsetUnit::kByte
                          : arguments.offsets == "utf16" ? OffsetUnit::kUtf16
                                                         : OffsetUnit::kCodePoint;
  const bool color = InColor(arguments);
  const auto make = [&]() -> std::unique_ptr<Worker> {
    const std::vector<std::string>& fields = arguments.input.fields;
    const PatternLibrary& library = detector->library();
    if (color) return std::make_unique<ColorScanWorker>(library, *redactor, fields);
    return std::make_unique<JsonScanWorker>(library, *redactor, fields, unit, arguments.show_text);
  };
  Tally tally;
  absl::Status status = RunPipeline(
      *reader, make, {arguments.input.Threads(), ShowProgress(arguments.output.empty())}, **output,
      tally);
  if (status.ok()) status = (*output)->Commit();
  if (!status.ok()) return status;
  return Conclude(tally, arguments.fail_on_findings, arguments.verbose);
}

}  // namespace

void AddScan(CLI::App& root, std::vector<Command>& commands) {
  CLI::App* app = root.add_subcommand("scan", "Say what personal data stands where");
  app->footer(
      "Example: all findings of two types, one JSON object a record\n"
      "  tacet scan --types OTP,PIN messages.jsonl.zst >findings.jsonl\n"
      "On a terminal the text itself is shown, with what was found in colour.");
  auto arguments = std::make_shared<ScanArguments>();
  arguments->input.AddTo(*app);
  app->add_option("-o,--output", arguments->output, "Write here, all or nothing")
      ->type_name("FILE");
  app->add_option("--offsets", arguments->offsets, "What start and end count")
      ->check(CLI::IsMember({"byte", "codepoint", "utf16"}))
      ->capture_default_str();
  app->add_option("--color", arguments->color,
                  "always: coloured text; never: JSON lines; auto: colour on a terminal")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  app->add_flag("--show-text", arguments->show_text, "Put the text and the values into the JSON");
  app->add_option("--policy", arguments->policy.path,
                  "Leave out what this policy keeps or allows (TOML; docs/policy.md)")
      ->type_name("FILE");
  arguments->detector.AddTo(*app);
  app->add_flag("--fail-on-findings", arguments->fail_on_findings,
                "Exit with 1 if anything was found");
  app->add_flag("-v,--verbose", arguments->verbose, "Say at the end how much was found");
  commands.push_back({app, [arguments] { return RunScan(*arguments); }});
}

}  // namespace tacet::cli
