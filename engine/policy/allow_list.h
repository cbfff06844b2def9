// The values that a policy leaves as they are although they are found: an operator's own numbers,
// domains and names.
#ifndef TACET_POLICY_ALLOW_LIST_H_
#define TACET_POLICY_ALLOW_LIST_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "re2/re2.h"
#include "tacet/pattern_library.h"
#include "tacet/redactor.h"

namespace tacet {

class NumberingPlan;

// Immutable: share it among threads. A look-up hashes the value once or twice, whatever the number
// of entries, and allocates nothing. An entry without types is never about credentials (the
// category): a code that happens to equal a help line is a code still.
class AllowList {
 public:
  static constexpr size_t kMaxGroups = 64;
  static constexpr size_t kMaxValues = 10'000;  // and domains, of all groups together
  static constexpr size_t kMaxPatterns = 256;   // of all groups together
  static constexpr size_t kMaxEntryBytes = 256;
  static constexpr size_t kMaxFindingBytes = 512;  // a longer finding is never allowed

  // What is wrong with an entry, without the entry itself; OK if nothing is.
  static absl::Status CheckValue(std::string_view value);
  static absl::Status CheckDomain(std::string_view domain);
  static absl::Status CheckPattern(std::string_view pattern);

  // Fails if a bound is passed or an entry is malformed, and if a type is unknown. National and
  // international forms of telephone numbers are told apart by the numbering plans of
  // `phone_regions` (ISO 3166-1 alpha-2, may be empty).
  static absl::StatusOr<std::unique_ptr<AllowList>> Create(
      absl::Span<const Policy::Allow> groups, const PatternLibrary& library,
      absl::Span<const std::string> phone_regions);

  // True if the whole of `finding` (folded text) is a value of the list. Its text is known to the
  // last character, so that what is found inside it needs no care.
  bool AllowsValue(int entity, std::string_view finding) const;
  // True if `finding` is at a domain of the list or matches a pattern. The rest of its text may be
  // anything: such a finding must not hide others inside it.
  bool AllowsForm(int entity, std::string_view finding) const;

 private:
  using Groups = uint64_t;  // a bit each
  struct PatternEntry {
    std::unique_ptr<RE2> regex;  // of all patterns of a group
    Groups group = 0;
  };
  absl::Status Add(const Policy::Allow& group, Groups bit, const NumberingPlan& plan,
                   absl::Span<const std::string> phone_regions);
  void AddPhoneForms(const NumberingPlan& plan, std::string_view number, Groups bit,
                     absl::Span<const std::string> phone_regions);
  bool Has(const absl::flat_hash_map<std::string, Groups>& map, std::string_view key,
           Groups about) const;

  std::vector<Groups> about_;  // by entity: the groups that may allow a finding of it
  int phone_entity_ = -1;
  absl::flat_hash_map<std::string, Groups> texts_;    // in lower case, with single spaces
  absl::flat_hash_map<std::string, Groups> numbers_;  // "+" if there is one, and the digits
  absl::flat_hash_map<std::string, Groups> phones_;   // the other ways to dial a number
  absl::flat_hash_map<std::string, Groups> domains_;
  std::vector<PatternEntry> patterns_;
};

}  // namespace tacet

#endif  // TACET_POLICY_ALLOW_LIST_H_
