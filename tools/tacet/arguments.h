// Arguments that several subcommands share, and what is made of them.
#ifndef TACET_TOOLS_TACET_ARGUMENTS_H_
#define TACET_TOOLS_TACET_ARGUMENTS_H_

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tacet/detector.h"
#include "tacet/pattern_library.h"
#include "tacet/redactor.h"
#include "tools/tacet/command.h"
#include "tools/tacet/pipeline.h"
#include "tools/tacet/record_reader.h"

namespace tacet::cli {

// Marks a fault of the library's as one of the configuration.
absl::Status Misconfigured(const absl::Status& status);

// Reads a configuration file whole. Fails with InvalidArgument.
absl::StatusOr<std::string> ReadConfiguration(const std::string& path);

// Which patterns there are: --patterns, --no-default-patterns.
struct PatternArguments {
  std::vector<std::string> paths;
  bool no_defaults = false;

  void AddTo(CLI::App& app);
  // The built-in files, then the files of `paths` in order, those of a directory by name.
  absl::StatusOr<std::vector<PatternFile>> Files() const;
  absl::StatusOr<PatternLibrary> Load() const;
};

// What is looked for: the patterns, --types, --min-score, --regions, --engine, --no-cache.
struct DetectorArguments {
  PatternArguments patterns;
  std::vector<std::string> types;
  float min_score = 0;
  std::vector<std::string> regions;
  std::string engine = "tiered";
  bool no_cache = false;

  void AddTo(CLI::App& app);
  DetectorOptions Options() const;
  absl::StatusOr<Detector> Make(PatternLibrary library, const DetectorOptions& options) const;
  // Just as given, for records of at most `max_record` bytes.
  absl::StatusOr<Detector> MakeForRecords(size_t max_record) const;
};

// What is read: the files, --format, --field, --max-record, -j.
struct InputArguments {
  std::vector<std::string> files;
  std::string format = "auto";
  std::vector<std::string> fields = {"text"};
  size_t max_record = size_t{2} << 20;
  int threads = 1;

  void AddTo(CLI::App& app);
  // All but the names of the files.
  std::vector<CLI::Option*> AddOptionsTo(CLI::App& app);
  // Fails (Unavailable) if a file cannot be opened, so that nothing is written before a mistake in
  // the last name shows; and (InvalidArgument) if one is also the output.
  absl::StatusOr<RecordReader> Open() const;
  int Threads() const;
};

// What becomes of what is found: --policy and --action.
struct PolicyArguments {
  std::string path;
  std::vector<std::string> actions;

  void AddTo(CLI::App& app);
  absl::StatusOr<Policy> Load() const;
};

// "mask:keep-last=4" and the like, as --action takes it.
absl::StatusOr<Action> ParseAction(std::string_view text);

// Reports what was withheld and how the run ended.
ExitCode Conclude(const Tally& tally, bool fail_on_findings, bool verbose);

// True if progress should be shown: standard error is a terminal and nothing else writes to it.
bool ShowProgress(bool standard_output_used);

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_ARGUMENTS_H_
