// tacet policy: says whether a policy is right, and what it does to which type.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "tacet/redactor.h"
#include "tools/tacet/arguments.h"
#include "tools/tacet/command.h"
#include "tools/tacet/output.h"

namespace tacet::cli {
namespace {

struct CheckedPolicy {
  PatternLibrary library;
  Policy policy;
};

// Loads the policy and proves it against the patterns, as redact would.
absl::StatusOr<CheckedPolicy> LoadAndCheck(const PatternArguments& patterns,
                                           const PolicyArguments& arguments) {
  absl::StatusOr<Policy> policy = arguments.Load();
  if (!policy.ok()) return policy.status();
  absl::StatusOr<PatternLibrary> library = patterns.Load();
  if (!library.ok()) return library.status();
  DetectorArguments detector_arguments;
  absl::StatusOr<Detector> detector =
      detector_arguments.Make(*library, detector_arguments.Options());
  if (!detector.ok()) return detector.status();
  absl::StatusOr<Redactor> redactor = Redactor::Create(&*detector, *policy);
  if (!redactor.ok()) return Misconfigured(redactor.status());
  return CheckedPolicy{*std::move(library), *std::move(policy)};
}

std::string Describe(const Action& action) {
  switch (action.kind) {
    case Action::Kind::kReplace:
      return "replaced by its type";
    case Action::Kind::kRedact:
      return "taken out";
    case Action::Kind::kKeep:
      return "kept as it is";
    case Action::Kind::kMask:
      break;
  }
  std::string text = absl::StrFormat("masked with %c", action.mask);
  if (action.keep_first > 0) absl::StrAppendFormat(&text, ", first %d kept", action.keep_first);
  if (action.keep_last > 0) absl::StrAppendFormat(&text, ", last %d kept", action.keep_last);
  return text;
}

absl::StatusOr<ExitCode> RunCheck(const PatternArguments& patterns,
                                  const PolicyArguments& arguments) {
  absl::StatusOr<CheckedPolicy> checked = LoadAndCheck(patterns, arguments);
  if (!checked.ok()) return checked.status();
  size_t values = 0, domains = 0, patterns_allowed = 0;
  for (const Policy::Allow& group : checked->policy.allow) {
    values += group.values.size();
    domains += group.domains.size();
    patterns_allowed += group.patterns.size();
  }
  std::string text =
      absl::StrFormat("%s: %d types named", arguments.path, checked->policy.by_type.size());
  if (!checked->policy.allow.empty()) {
    absl::StrAppendFormat(&text, "; %d values, %d domains, %d patterns allowed", values, domains,
                          patterns_allowed);
  }
  const absl::Status status = Print(text + ", no fault\n");
  if (!status.ok()) return status;
  return kDone;
}

absl::StatusOr<ExitCode> RunShow(const PatternArguments& patterns,
                                 const PolicyArguments& arguments) {
  absl::StatusOr<CheckedPolicy> checked = LoadAndCheck(patterns, arguments);
  if (!checked.ok()) return checked.status();
  std::string text;
  for (const EntityType& entity : checked->library.entities()) {
    if (!entity.reported) continue;
    const Action* action = &checked->policy.fallback;
    for (const auto& [type, named] : checked->policy.by_type) {
      if (type == entity.type) action = &named;
    }
    absl::StrAppendFormat(&text, "%-20s %s%s\n", entity.type, Describe(*action),
                          entity.is_default ? "" : " (looked for only with --types)");
  }
  for (const Policy::Allow& group : checked->policy.allow) {
    const std::string about =
        group.types.empty() ? "all but credentials" : absl::StrJoin(group.types, ", ");
    for (const auto& [kind, entries] : {std::pair("value", &group.values),
                                        {"domain", &group.domains},
                                        {"pattern", &group.patterns}}) {
      for (const std::string& entry : *entries) {
        absl::StrAppendFormat(&text, "allowed %-12s %s (%s)\n", kind, entry, about);
      }
    }
  }
  if (absl::Status status = Print(text); !status.ok()) return status;
  return kDone;
}

}  // namespace

void AddPolicy(CLI::App& root, std::vector<Command>& commands) {
  CLI::App* app = root.add_subcommand("policy", "Say what a policy does to which type");
  app->require_subcommand(1);
  struct Arguments {
    PatternArguments patterns;
    PolicyArguments policy;
  };

  CLI::App* check = app->add_subcommand("check", "Say what is wrong with a policy file, and where");
  check->footer("Example\n  tacet policy check partner.toml");
  auto check_arguments = std::make_shared<Arguments>();
  check->add_option("FILE", check_arguments->policy.path, "Policy file")->required();
  check_arguments->patterns.AddTo(*check);
  commands.push_back({check, [check_arguments] {
                        return RunCheck(check_arguments->patterns, check_arguments->policy);
                      }});

  CLI::App* show = app->add_subcommand("show", "List what becomes of each type");
  show->footer("Example\n  tacet policy show --policy partner.toml");
  auto show_arguments = std::make_shared<Arguments>();
  show_arguments->policy.AddTo(*show);
  show_arguments->patterns.AddTo(*show);
  commands.push_back({show, [show_arguments] {
                        return RunShow(show_arguments->patterns, show_arguments->policy);
                      }});
}

}  // namespace tacet::cli
