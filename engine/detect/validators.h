// Checks that a regex cannot make: check digits, ranges, alphabets. Named by pattern files.
#ifndef TACET_DETECT_VALIDATORS_H_
#define TACET_DETECT_VALIDATORS_H_

#include <string_view>

#include "absl/types/span.h"

namespace tacet {

// A check on a value as it stands in folded text, separators included. Allocates nothing, never
// throws, and says no to what it does not understand.
struct Validator {
  std::string_view name;
  bool (*valid)(std::string_view value);
  // Every value that passes holds at least this many ASCII digits, so that a message with fewer
  // need not be looked at.
  int min_digits;
  // Where the check comes from: "ISO/IEC 7812-1:2017 annex B".
  std::string_view source;
};

// All of them, sorted by name.
absl::Span<const Validator> Validators();
// The validator named `name`, or null.
const Validator* FindValidator(std::string_view name);

}  // namespace tacet

#endif  // TACET_DETECT_VALIDATORS_H_
