#include <algorithm>
#include <optional>

#include "absl/strings/str_format.h"
#include "engine/policy/allow_list.h"
#include "engine/text/toml.h"
#include "tacet/redactor.h"

namespace tacet {
namespace {

constexpr size_t kMaxFileBytes = 1 << 20;

class PolicyParser {
 public:
  explicit PolicyParser(std::string_view file) : file_(file) {}

  absl::StatusOr<Policy> Parse(std::string_view text) {
    if (text.size() > kMaxFileBytes) {
      return absl::InvalidArgumentError(absl::StrFormat("%s:1: the file is over 1 MiB", file_));
    }
    toml::parse_result parsed = ParseToml(text, file_);
    if (!parsed) {
      return Fault(parsed.error().source(),
                   absl::StrFormat("not TOML: %s", parsed.error().description()));
    }
    const toml::table& root = parsed.table();
    for (auto&& [key, value] : root) {
      if (key.str() != "default" && key.str() != "types" && key.str() != "allow") {
        return Fault(key.source(), absl::StrFormat("unknown key '%s'", key.str()));
      }
    }
    Policy policy;
    if (const toml::node* node = root.get("default")) {
      absl::StatusOr<Action> action = ParseAction(*node);
      if (!action.ok()) return action.status();
      policy.fallback = *action;
    }
    if (const toml::node* node = root.get("types")) {
      const toml::table* types = node->as_table();
      if (types == nullptr) return Fault(node->source(), "'types' must be a table");
      for (auto&& [type, value] : *types) {
        absl::StatusOr<Action> action = ParseAction(value);
        if (!action.ok()) return action.status();
        policy.by_type.emplace_back(std::string(type.str()), *action);
      }
    }
    if (const toml::node* node = root.get("allow")) {
      const toml::array* groups = node->as_array();
      for (size_t i = 0; groups != nullptr && i < groups->size(); ++i) {
        if (absl::Status status = ParseAllow(*groups->get(i), policy); !status.ok()) return status;
      }
      if (groups == nullptr) return Fault(node->source(), "'allow' is written [[allow]]");
    }
    return policy;
  }

 private:
  absl::Status Fault(const toml::source_region& where, std::string_view what) const {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s:%d: %s", file_, static_cast<int>(where.begin.line), what));
  }

  // "replace", or { action = "mask", mask = "#", keep_first = 0, keep_last = 4 }.
  absl::StatusOr<Action> ParseAction(const toml::node& node) const {
    Action action;
    const toml::table* table = node.as_table();
    const toml::node* kind = table != nullptr ? table->get("action") : &node;
    if (kind == nullptr || !kind->is_string()) {
      return Fault(node.source(), "expected an action: replace, mask, redact or keep");
    }
    const std::string& name = kind->as_string()->get();
    if (name == "replace") {
      action.kind = Action::Kind::kReplace;
    } else if (name == "mask") {
      action.kind = Action::Kind::kMask;
    } else if (name == "redact") {
      action.kind = Action::Kind::kRedact;
    } else if (name == "keep") {
      action.kind = Action::Kind::kKeep;
    } else {
      return Fault(
          kind->source(),
          absl::StrFormat("unknown action '%s': it is replace, mask, redact or keep", name));
    }
    if (table == nullptr) return action;
    for (auto&& [key, value] : *table) {
      if (key.str() == "action") continue;
      if (action.kind != Action::Kind::kMask ||
          (key.str() != "mask" && key.str() != "keep_first" && key.str() != "keep_last")) {
        return Fault(key.source(), absl::StrFormat("unknown key '%s'", key.str()));
      }
      if (key.str() == "mask") {
        const std::optional<std::string> mask = value.value<std::string>();
        if (!mask || mask->size() != 1) {
          return Fault(value.source(), "'mask' must be one ASCII character");
        }
        action.mask = (*mask)[0];
        continue;
      }
      const std::optional<int64_t> count = value.value<int64_t>();
      if (!count || *count < 0 || *count > 64) {
        return Fault(value.source(), absl::StrFormat("'%s' must be 0 to 64", key.str()));
      }
      (key.str() == "keep_first" ? action.keep_first : action.keep_last) = static_cast<int>(*count);
    }
    return action;
  }

  // One [[allow]]: types, values, domains, patterns, each a list of strings.
  absl::Status ParseAllow(const toml::node& node, Policy& policy) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return Fault(node.source(), "'allow' is written [[allow]]");
    Policy::Allow& group = policy.allow.emplace_back();
    if (policy.allow.size() > AllowList::kMaxGroups) {
      return Fault(node.source(), absl::StrFormat("more than %d [[allow]]", AllowList::kMaxGroups));
    }
    for (auto&& [key, value] : *table) {
      std::vector<std::string>* strings = nullptr;
      absl::Status (*check)(std::string_view) = nullptr;
      size_t* count = &values_;
      size_t most = AllowList::kMaxValues;
      if (key.str() == "types") {
        strings = &group.types;
      } else if (key.str() == "values") {
        strings = &group.values;
        check = AllowList::CheckValue;
      } else if (key.str() == "domains") {
        strings = &group.domains;
        check = AllowList::CheckDomain;
      } else if (key.str() == "patterns") {
        strings = &group.patterns;
        check = AllowList::CheckPattern;
        count = &patterns_;
        most = AllowList::kMaxPatterns;
      } else {
        return Fault(key.source(), absl::StrFormat("unknown key '%s'", key.str()));
      }
      const toml::array* array = value.as_array();
      if (array == nullptr || array->empty()) {
        return Fault(value.source(), absl::StrFormat("'%s' must be a list of strings", key.str()));
      }
      for (const toml::node& item : *array) {
        if (!item.is_string()) {
          return Fault(item.source(), absl::StrFormat("'%s' must be a list of strings", key.str()));
        }
        strings->push_back(item.as_string()->get());
        if (check == nullptr) continue;
        if (++*count > most) {
          return Fault(item.source(), absl::StrFormat("more than %d entries", most));
        }
        if (absl::Status status = check(strings->back()); !status.ok()) {
          return Fault(item.source(), std::string(status.message()));
        }
      }
    }
    if (group.values.empty() && group.domains.empty() && group.patterns.empty()) {
      return Fault(node.source(), "[[allow]] needs values, domains or patterns");
    }
    return absl::OkStatus();
  }

  std::string_view file_;
  size_t values_ = 0, patterns_ = 0;  // allowed so far
};

}  // namespace

absl::StatusOr<Policy> Policy::Parse(std::string_view file_name, std::string_view toml) {
  return PolicyParser(file_name).Parse(toml);
}

}  // namespace tacet
