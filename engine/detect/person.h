// Finds names of people: by what stands before and behind them, and by lists of names.
#ifndef TACET_DETECT_PERSON_H_
#define TACET_DETECT_PERSON_H_

#include <memory>

#include "absl/status/statusor.h"
#include "engine/detect/recogniser.h"
#include "tacet/pattern_library.h"

namespace tacet {

// Takes its cues (titles, greetings, roles, ...) from word lists of `library`. Fails if one is
// missing.
absl::StatusOr<std::unique_ptr<Recogniser>> MakePersonRecogniser(const PatternLibrary& library);

}  // namespace tacet

#endif  // TACET_DETECT_PERSON_H_
