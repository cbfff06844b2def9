// tacet redact: writes the input again with every value treated.
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tacet/redactor.h"
#include "tools/tacet/arguments.h"
#include "tools/tacet/command.h"
#include "tools/tacet/jsonl.h"
#include "tools/tacet/output.h"
#include "tools/tacet/pipeline.h"
#include "tools/tacet/withheld.h"

namespace tacet::cli {
namespace {

struct RedactArguments {
  InputArguments input;
  DetectorArguments detector;
  PolicyArguments policy;
  std::string output;
  bool fail_on_findings = false;
  bool verbose = false;
};

// Redacts the records of a batch. Only what an Outcome holds, the bytes of a JSON line around its
// texts, and terminators reach the output.
class RedactWorker : public Worker {
 public:
  RedactWorker(const Redactor& redactor, const std::vector<std::string>& fields)
      : redactor_(redactor), scratch_(redactor.NewScratch()), line_(fields) {
    for (const std::string& text : WithheldTexts(fields)) {
      std::string& line = withheld_lines_.emplace_back("{\"withheld\":");
      AppendJsonString(text, false, line);
      line += '}';
    }
  }

  void Work(const Batch& batch, std::string& output, Tally& tally) override {
    const bool json = batch.format == Format::kJsonLines;
    for (const Record& record : batch.records) {
      const std::string_view text = batch.Text(record);
      const size_t begin = output.size();
      const uint64_t findings_before = tally.findings;
      const Withheld why = record.too_long ? Withheld::kTooLong
                           : json          ? RedactJson(text, output, tally)
                                           : RedactText(text, output, tally);
      ++tally.records;
      if (why != Withheld::kNo) {
        output.resize(begin);
        output +=
            json ? std::string_view(withheld_lines_[static_cast<size_t>(why)]) : kWithheldText;
        tally.findings = findings_before;
        ++tally.withheld[static_cast<size_t>(why)];
      }
      tally.records_with_findings += tally.findings != findings_before;
      output += batch.Terminator(record);
    }
  }

 private:
  Withheld RedactText(std::string_view text, std::string& output, Tally& tally) {
    const Outcome outcome = redactor_.Redact(text, scratch_);
    if (outcome.kind() == Outcome::Kind::kWithheld) return WhyWithheld(outcome.status());
    output += outcome.text();
    tally.findings += outcome.findings().size();
    return Withheld::kNo;
  }

  Withheld RedactJson(std::string_view text, std::string& output, Tally& tally) {
    // What an earlier run withheld stays so and is not withheld again.
    if (IsBlankJson(text) || IsWithheldLine(text)) {
      output += text;
      return Withheld::kNo;
    }
    if (const Withheld why = line_.Parse(text); why != Withheld::kNo) return why;
    scratch_.PreferRegion(line_.region());
    size_t copied = 0;
    for (const JsonValue& value : line_.values()) {
      const Outcome outcome = redactor_.Redact(value.text, scratch_);
      if (outcome.kind() == Outcome::Kind::kWithheld) return WhyWithheld(outcome.status());
      tally.findings += outcome.findings().size();
      if (outcome.text() == value.text) continue;
      output += text.substr(copied, value.begin - copied);
      // A line that was written in ASCII stays ASCII.
      const std::string_view token = text.substr(value.begin, value.end - value.begin);
      AppendJsonString(outcome.text(), IsAscii(token), output);
      copied = value.end;
    }
    output += text.substr(copied);
    return Withheld::kNo;
  }

  static bool IsAscii(std::string_view text) {
    for (char c : text) {
      if (static_cast<unsigned char>(c) >= 0x80) return false;
    }
    return true;
  }

  bool IsWithheldLine(std::string_view text) const {
    return std::find(withheld_lines_.begin(), withheld_lines_.end(), text) != withheld_lines_.end();
  }

  const Redactor& redactor_;
  Redactor::Scratch scratch_;
  JsonLine line_;
  std::vector<std::string> withheld_lines_;  // by reason
};

absl::StatusOr<ExitCode> RunRedact(const RedactArguments& arguments) {
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

  Tally tally;
  absl::Status status = RunPipeline(
      *reader, [&] { return std::make_unique<RedactWorker>(*redactor, arguments.input.fields); },
      {arguments.input.Threads(), ShowProgress(arguments.output.empty())}, **output, tally);
  if (status.ok()) status = (*output)->Commit();
  if (!status.ok()) return status;
  return Conclude(tally, arguments.fail_on_findings, arguments.verbose);
}

}  // namespace

void AddRedact(CLI::App& root, std::vector<Command>& commands) {
  CLI::App* app = root.add_subcommand("redact", "Write the input again without personal data");
  app->footer(
      "Example: what a gateway logged on 1 March, with all but the last four digits of cards gone\n"
      "  tacet redact --action CREDIT_CARD=mask:keep-last=4 -o clean.log access-0301.log.gz\n"
      "A record that cannot be scanned is withheld, never passed on; the exit code is then 3.");
  auto arguments = std::make_shared<RedactArguments>();
  arguments->input.AddTo(*app);
  app->add_option("-o,--output", arguments->output,
                  "Write here, all or nothing; may be one of the inputs")
      ->type_name("FILE");
  arguments->policy.AddTo(*app);
  arguments->detector.AddTo(*app);
  app->add_flag("--fail-on-findings", arguments->fail_on_findings,
                "Exit with 1 if anything was found");
  app->add_flag("-v,--verbose", arguments->verbose, "Say at the end how much was found");
  commands.push_back({app, [arguments] { return RunRedact(*arguments); }});
}

}  // namespace tacet::cli
