#include "engine/policy/allow_list.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/detect/phone.h"
#include "engine/text/fold.h"

namespace tacet {
namespace {

// Rows of the privacy map that no entry is about unless it names the type.
constexpr std::string_view kSecrets[] = {"credentials", "pin"};
constexpr size_t kLeastDigits = 3;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// A value as it is compared. On the stack: a look-up allocates nothing.
class Key {
 public:
  std::string_view text() const { return {bytes_, size_}; }
  bool overflown() const { return overflown_; }
  void Append(char32_t c) {
    if (size_ + U8_MAX_LENGTH > sizeof(bytes_)) {
      overflown_ = true;
      return;
    }
    int32_t at = static_cast<int32_t>(size_);
    U8_APPEND_UNSAFE(bytes_, at, static_cast<UChar32>(c));
    size_ = static_cast<size_t>(at);
  }

 private:
  char bytes_[AllowList::kMaxFindingBytes + U8_MAX_LENGTH];
  size_t size_ = 0;
  bool overflown_ = false;
};

// Case folded, spaces and line breaks as single spaces, none at the ends.
void NormaliseText(std::string_view folded, Key& key) {
  bool space = false;
  for (size_t i = 0; i < folded.size();) {
    if (IsSpace(folded[i])) {
      space = !key.text().empty();
      ++i;
      continue;
    }
    if (space) key.Append(U' ');
    space = false;
    auto at = static_cast<int32_t>(i);
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(folded.data(), at, static_cast<int32_t>(folded.size()), c);
    i = static_cast<size_t>(at);
    key.Append(static_cast<char32_t>(u_foldCase(c, U_FOLD_CASE_DEFAULT)));
  }
}

// True if `folded` is digits and what stands between groups of them; `key` is then a "+" if one
// stands before them, and the digits.
bool NormaliseNumber(std::string_view folded, Key& key) {
  size_t digits = 0;
  for (char c : folded) {
    if (IsDigit(c)) {
      ++digits;
      key.Append(static_cast<char32_t>(c));
    } else if (c == '+' && key.text().empty()) {
      key.Append(U'+');
    } else if (!IsSpace(c) && c != '-' && c != '.' && c != '(' && c != ')') {
      return false;
    }
  }
  return digits >= kLeastDigits && !key.overflown();
}

// The host of an e-mail address or of a web address with or without scheme, or empty. Browsers
// take a backslash for a slash, and what stands before the last @ for a user's name.
std::string_view Host(std::string_view finding) {
  if (const size_t scheme = finding.find("://"); scheme != finding.npos) {
    finding.remove_prefix(scheme + 3);
  }
  finding = finding.substr(0, finding.find_first_of("/?#\\"));
  if (const size_t user = finding.rfind('@'); user != finding.npos) {
    finding.remove_prefix(user + 1);
  }
  finding = finding.substr(0, finding.find(':'));
  if (!finding.empty() && finding.back() == '.') finding.remove_suffix(1);
  return finding;
}

std::string Folded8(std::string_view text) {
  Folded folded;
  Fold(text, folded);
  return std::string(folded.text());
}

RE2::Options PatternOptions() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(int64_t{4} << 20);
  return options;
}

}  // namespace

absl::Status AllowList::CheckValue(std::string_view value) {
  if (value.size() > kMaxEntryBytes) {
    return absl::InvalidArgumentError(
        absl::StrFormat("an allowed value has at most %d bytes", kMaxEntryBytes));
  }
  Key key;
  NormaliseText(Folded8(value), key);
  if (key.text().empty()) return absl::InvalidArgumentError("an allowed value must not be empty");
  return absl::OkStatus();
}

absl::Status AllowList::CheckDomain(std::string_view domain) {
  const std::string folded = Folded8(domain);
  size_t labels = 1, label = 0;
  bool right = domain.size() <= kMaxEntryBytes;
  for (char c : folded) {
    if (c == '.') {
      right = right && label > 0;
      label = 0;
      ++labels;
      continue;
    }
    ++label;
    right = right && (IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                      c == '_' || static_cast<unsigned char>(c) >= 0x80);
  }
  if (right && labels >= 2 && label > 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "an allowed domain is a host name with a dot, such as example.com; its subdomains and its "
      "mail are allowed with it");
}

absl::Status AllowList::CheckPattern(std::string_view pattern) {
  if (pattern.size() > kMaxEntryBytes) {
    return absl::InvalidArgumentError(
        absl::StrFormat("an allowed pattern has at most %d bytes", kMaxEntryBytes));
  }
  const RE2 regex(re2::StringPiece(pattern.data(), pattern.size()), PatternOptions());
  if (!regex.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("not an RE2 regex: ", regex.error()));
  }
  if (RE2::FullMatch("", regex)) {
    return absl::InvalidArgumentError("an allowed pattern must not match the empty text");
  }
  return absl::OkStatus();
}

void AllowList::AddPhoneForms(const NumberingPlan& plan, std::string_view number, Groups bit,
                              absl::Span<const std::string> phone_regions) {
  const auto add = [&](const NumberingPlan::Region& region, std::string_view national) {
    const std::string dialled(national);
    phones_[dialled] |= bit;
    for (const char* prefix : {"+", "", "00"}) {
      phones_[prefix + region.country_code + dialled] |= bit;
    }
    for (const std::string& trunk : region.trunks) phones_[trunk + dialled] |= bit;
  };
  if (number.front() == '+') {
    number.remove_prefix(1);
    const size_t code = plan.CountryCodeLength(number);
    if (code == 0 || code == number.size()) return;
    for (const NumberingPlan::Region& region : plan.regions()) {
      if (region.country_code == number.substr(0, code)) add(region, number.substr(code));
    }
    return;
  }
  for (const std::string& code : phone_regions) {
    const int index = plan.FindRegion(code);
    if (index < 0) continue;
    const NumberingPlan::Region& region = plan.regions()[static_cast<size_t>(index)];
    std::string_view national = number;
    for (const std::string& trunk : region.trunks) {
      if (plan.NationalKinds(index, national) == 0 && national.size() > trunk.size() &&
          national.substr(0, trunk.size()) == trunk) {
        national.remove_prefix(trunk.size());
        break;
      }
    }
    add(region, national);
  }
}

absl::Status AllowList::Add(const Policy::Allow& group, Groups bit, const NumberingPlan& plan,
                            absl::Span<const std::string> phone_regions) {
  for (const std::string& value : group.values) {
    if (absl::Status status = CheckValue(value); !status.ok()) return status;
    const std::string folded = Folded8(value);
    Key text, number;
    NormaliseText(folded, text);
    texts_[std::string(text.text())] |= bit;
    if (!NormaliseNumber(folded, number)) continue;
    numbers_[std::string(number.text())] |= bit;
    AddPhoneForms(plan, number.text(), bit, phone_regions);
  }
  for (const std::string& domain : group.domains) {
    if (absl::Status status = CheckDomain(domain); !status.ok()) return status;
    Key key;
    NormaliseText(Folded8(domain), key);
    domains_[std::string(key.text())] |= bit;
  }
  if (group.patterns.empty()) return absl::OkStatus();
  std::string all;
  for (const std::string& pattern : group.patterns) {
    if (absl::Status status = CheckPattern(pattern); !status.ok()) return status;
    absl::StrAppend(&all, all.empty() ? "" : "|", "(?:", pattern, ")");
  }
  auto regex = std::make_unique<RE2>(all, PatternOptions());
  if (!regex->ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the allowed patterns are too large together: ", regex->error()));
  }
  patterns_.push_back({.regex = std::move(regex), .group = bit});
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<AllowList>> AllowList::Create(
    absl::Span<const Policy::Allow> groups, const PatternLibrary& library,
    absl::Span<const std::string> phone_regions) {
  size_t values = 0, patterns = 0;
  for (const Policy::Allow& group : groups) {
    values += group.values.size() + group.domains.size();
    patterns += group.patterns.size();
  }
  if (groups.size() > kMaxGroups || values > kMaxValues || patterns > kMaxPatterns) {
    return absl::InvalidArgumentError(
        absl::StrFormat("a policy has at most %d allow groups, with %d values and domains and %d "
                        "patterns in all",
                        kMaxGroups, kMaxValues, kMaxPatterns));
  }
  const absl::StatusOr<NumberingPlan> plan = NumberingPlan::Default();
  if (!plan.ok()) return plan.status();
  const std::vector<EntityType>& entities = library.entities();
  auto list = std::unique_ptr<AllowList>(new AllowList);
  list->about_.resize(entities.size());
  list->phone_entity_ = library.FindEntity("PHONE_NUMBER");
  for (size_t g = 0; g < groups.size(); ++g) {
    const Groups bit = Groups{1} << g;
    for (const std::string& type : groups[g].types) {
      const int entity = library.FindEntity(type);
      if (entity < 0) {
        return absl::InvalidArgumentError(
            absl::StrFormat("the policy names '%s', which is no entity type", type));
      }
      list->about_[static_cast<size_t>(entity)] |= bit;
    }
    for (size_t i = 0; i < entities.size() && groups[g].types.empty(); ++i) {
      const std::string& category = entities[i].category;
      if (absl::c_linear_search(kSecrets, category)) continue;
      list->about_[i] |= bit;
    }
    if (absl::Status status = list->Add(groups[g], bit, *plan, phone_regions); !status.ok())
      return status;
  }
  return list;
}

bool AllowList::Has(const absl::flat_hash_map<std::string, Groups>& map, std::string_view key,
                    Groups about) const {
  const auto found = map.find(absl::string_view(key.data(), key.size()));
  return found != map.end() && (found->second & about) != 0;
}

bool AllowList::AllowsValue(int entity, std::string_view finding) const {
  const Groups about = about_[static_cast<size_t>(entity)];
  if (about == 0 || finding.size() > kMaxFindingBytes) return false;
  Key text;
  NormaliseText(finding, text);
  if (text.overflown()) return false;
  if (Has(texts_, text.text(), about)) return true;
  Key number;
  if (numbers_.empty() || !NormaliseNumber(finding, number)) return false;
  return Has(numbers_, number.text(), about) ||
         (entity == phone_entity_ && Has(phones_, number.text(), about));
}

bool AllowList::AllowsForm(int entity, std::string_view finding) const {
  const Groups about = about_[static_cast<size_t>(entity)];
  if (about == 0 || finding.size() > kMaxFindingBytes) return false;
  if (!domains_.empty()) {
    Key key;
    NormaliseText(Host(finding), key);
    std::string_view host = key.overflown() ? std::string_view() : key.text();
    while (host.find('.') != host.npos) {
      if (Has(domains_, host, about)) return true;
      host.remove_prefix(host.find('.') + 1);
    }
  }
  for (const PatternEntry& pattern : patterns_) {
    if ((pattern.group & about) != 0 &&
        pattern.regex->Match(re2::StringPiece(finding.data(), finding.size()), 0, finding.size(),
                             RE2::ANCHOR_BOTH, nullptr, 0)) {
      return true;
    }
  }
  return false;
}

}  // namespace tacet
