// tacet: finds personal data in messages and masks it. One subcommand a file; this one only starts
// them.
#include <sys/prctl.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "tools/tacet/command.h"

// LeakSanitizer attaches to its own process, which a process that is not dumpable forbids.
#if defined(__SANITIZE_ADDRESS__)
#define TACET_LEAK_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TACET_LEAK_SANITIZER 1
#endif
#endif

namespace tacet::cli {
namespace {

// A core file would hold messages.
void ForbidCoreDumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
#ifndef TACET_LEAK_SANITIZER
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

// One line, whatever the fault: of several only the first, and how to see the others.
void Report(std::string_view message) {
  const size_t end = std::min(message.find('\n'), message.size());
  const auto more =
      std::count(message.begin() + static_cast<std::ptrdiff_t>(end), message.end(), '\n');
  std::string line(message.substr(0, end));
  if (more > 0) line += absl::StrFormat(" (and %d more: tacet patterns check lists them)", more);
  absl::FPrintF(stderr, "tacet: %s\n", line);
}

int Main(int argc, char** argv) {
  ForbidCoreDumps();
  // A reader that has gone shows as a failed write, which cleans up; the signal would not.
  std::signal(SIGPIPE, SIG_IGN);

  CLI::App app("Finds personal data in messages and masks it before it is written down.", "tacet");
  app.set_version_flag("--version", "tacet " TACET_VERSION);
  app.require_subcommand(1);
  app.footer("tacet COMMAND --help explains a command.");
  std::vector<Command> commands;
  AddRedact(app, commands);
  AddScan(app, commands);
  AddEval(app, commands);
  AddBench(app, commands);
  AddPatterns(app, commands);
  AddPolicy(app, commands);

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& wanted) {  // --help, --version
    return app.exit(wanted);
  } catch (const CLI::ParseError& error) {
    Report(absl::StrFormat("%s; see tacet --help", error.what()));
    return kUsage;
  }
  for (const Command& command : commands) {
    if (!command.app->parsed()) continue;
    const absl::StatusOr<ExitCode> code = command.run();
    if (code.ok()) return *code;
    if (!absl::IsCancelled(code.status())) Report(std::string(code.status().message()));
    return absl::IsInvalidArgument(code.status()) ? kUsage : kIncomplete;
  }
  return kUsage;
}

}  // namespace
}  // namespace tacet::cli

int main(int argc, char** argv) { return tacet::cli::Main(argc, argv); }
