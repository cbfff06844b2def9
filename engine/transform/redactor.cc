#include "tacet/redactor.h"

#include "absl/strings/str_format.h"
#include "engine/policy/allow_list.h"
#include "engine/transform/transformation.h"

namespace tacet {
namespace {

constexpr int kMaxKept = 64;

// The printable ASCII characters that one septet of the GSM 7-bit default alphabet can say (3GPP
// TS 23.038, 6.2.1); the others would make a redacted message longer than its original.
bool InGsm7(char c) {
  if (c < 0x20 || c > 0x7E) return false;
  switch (c) {
    case '[':
    case ']':
    case '{':
    case '}':
    case '\\':
    case '^':
    case '~':
    case '|':
    case '`':
      return false;
    default:
      return true;
  }
}

absl::Status Check(std::string_view what, const Action& action) {
  if (action.kind != Action::Kind::kMask) return absl::OkStatus();
  if (!InGsm7(action.mask)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: the mask must be a character of the GSM 7-bit basic alphabet", what));
  }
  if (action.keep_first < 0 || action.keep_last < 0 || action.keep_first > kMaxKept ||
      action.keep_last > kMaxKept) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: keep 0 to %d characters", what, kMaxKept));
  }
  return absl::OkStatus();
}

}  // namespace

struct Redactor::Scratch::Rep {
  Detector::Scratch detector;
  std::string text;
};

struct Redactor::Rep {
  const Detector* detector = nullptr;
  std::vector<std::unique_ptr<Transformation>> by_entity;
  std::unique_ptr<Transformation> whole_mask;  // for values that their own cannot treat
  std::vector<uint8_t> kept;                   // by entity; empty if none is
  std::unique_ptr<AllowList> allowed;          // null if nothing is
};

absl::StatusOr<Redactor> Redactor::Create(const Detector* detector, const Policy& policy) {
  auto rep = std::make_unique<Rep>();
  rep->detector = detector;
  const std::vector<EntityType>& entities = detector->library().entities();
  std::vector<Action> actions(entities.size(), policy.fallback);
  if (absl::Status status = Check("default", policy.fallback); !status.ok()) return status;
  for (const auto& [type, action] : policy.by_type) {
    const int entity = detector->library().FindEntity(type);
    if (entity < 0) {
      return absl::InvalidArgumentError(
          absl::StrFormat("the policy names '%s', which is no entity type", type));
    }
    if (absl::Status status = Check(type, action); !status.ok()) return status;
    actions[static_cast<size_t>(entity)] = action;
  }
  rep->kept.resize(entities.size());
  bool any_kept = false;
  for (size_t i = 0; i < entities.size(); ++i) {
    rep->kept[i] = actions[i].kind == Action::Kind::kKeep;
    any_kept |= rep->kept[i] != 0;
    rep->by_entity.push_back(MakeTransformation(actions[i]));
  }
  if (!any_kept) rep->kept.clear();
  if (!policy.allow.empty()) {
    absl::StatusOr<std::unique_ptr<AllowList>> allowed =
        AllowList::Create(policy.allow, detector->library(), detector->options().regions);
    if (!allowed.ok()) return allowed.status();
    rep->allowed = *std::move(allowed);
  }
  rep->whole_mask = MakeTransformation({.kind = Action::Kind::kMask});
  return Redactor(std::move(rep));
}

absl::StatusOr<absl::Span<const Finding>> Redactor::Find(std::string_view text,
                                                         Scratch& scratch) const {
  return rep_->detector->DetectBut(text, rep_->kept, rep_->allowed.get(), scratch.rep_->detector);
}

Outcome Redactor::Redact(std::string_view text, Scratch& scratch) const {
  Outcome outcome;
  Scratch::Rep& s = *scratch.rep_;
  const absl::StatusOr<absl::Span<const Finding>> findings = Find(text, scratch);
  if (!findings.ok()) {
    outcome.status_ = findings.status();
    return outcome;
  }
  outcome.findings_ = *findings;
  if (findings->empty()) {
    outcome.kind_ = Outcome::Kind::kClean;
    outcome.text_ = text;
    return outcome;
  }
  const std::vector<EntityType>& entities = rep_->detector->library().entities();
  s.text.clear();
  size_t at = 0;
  for (const Finding& finding : *findings) {
    const auto entity = static_cast<size_t>(finding.entity);
    s.text.append(text.substr(at, finding.span.begin - at));
    const ValueContext value{
        .value = text.substr(finding.span.begin, finding.span.end - finding.span.begin),
        .type = entities[entity].type};
    const size_t length = s.text.size();
    if (!rep_->by_entity[entity]->Apply(value, s.text)) {
      s.text.resize(length);
      rep_->whole_mask->Apply(value, s.text);
    }
    at = finding.span.end;
  }
  s.text.append(text.substr(at));
  outcome.kind_ = Outcome::Kind::kRedacted;
  outcome.text_ = s.text;
  return outcome;
}

Redactor::Scratch::Scratch(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Redactor::Scratch::Scratch(Scratch&&) noexcept = default;
Redactor::Scratch& Redactor::Scratch::operator=(Scratch&&) noexcept = default;
Redactor::Scratch::~Scratch() = default;

void Redactor::Scratch::PreferRegion(std::string_view region) {
  rep_->detector.PreferRegion(region);
}

Redactor::Redactor(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Redactor::Redactor(Redactor&&) noexcept = default;
Redactor& Redactor::operator=(Redactor&&) noexcept = default;
Redactor::~Redactor() = default;

Redactor::Scratch Redactor::NewScratch() const {
  return Scratch(std::unique_ptr<Scratch::Rep>(
      new Scratch::Rep{.detector = rep_->detector->NewScratch(), .text = {}}));
}

}  // namespace tacet
