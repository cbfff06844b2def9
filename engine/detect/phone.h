// Finds telephone numbers by the numbering plans of all regions.
#ifndef TACET_DETECT_PHONE_H_
#define TACET_DETECT_PHONE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/detect/recogniser.h"
#include "tacet/pattern_library.h"

namespace tacet {

// `regions` are ISO 3166-1 alpha-2 codes whose national formats are expected; empty means every
// region's. Fails if a code is unknown.
absl::StatusOr<std::unique_ptr<Recogniser>> MakePhoneRecogniser(
    const PatternLibrary& library, absl::Span<const std::string> regions);

}  // namespace tacet

#endif  // TACET_DETECT_PHONE_H_
