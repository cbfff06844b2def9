// The subcommands: each adds its arguments to the command line and says what to run.
#ifndef TACET_TOOLS_TACET_COMMAND_H_
#define TACET_TOOLS_TACET_COMMAND_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tacet::cli {

// How a run ended, for scripts. Listed in docs/cli.md.
enum ExitCode : int {
  kDone = 0,
  kFindings = 1,    // --fail-on-findings, and there were some
  kUsage = 2,       // wrong arguments or configuration: status InvalidArgument
  kIncomplete = 3,  // input or output failed (any other status), or records were withheld
};

struct Command {
  CLI::App* app = nullptr;
  // Runs it with the parsed arguments. InvalidArgument means that the user has to change the
  // arguments or the configuration; Cancelled that there is nothing to report.
  std::function<absl::StatusOr<ExitCode>()> run;
};

void AddRedact(CLI::App& root, std::vector<Command>& commands);
void AddScan(CLI::App& root, std::vector<Command>& commands);
void AddEval(CLI::App& root, std::vector<Command>& commands);
void AddBench(CLI::App& root, std::vector<Command>& commands);
void AddPatterns(CLI::App& root, std::vector<Command>& commands);
void AddPolicy(CLI::App& root, std::vector<Command>& commands);

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_COMMAND_H_
