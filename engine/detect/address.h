// Finds postal addresses: grows one from its anchors (street word, house number, unit, postcode,
// locality) in the local order.
#ifndef TACET_DETECT_ADDRESS_H_
#define TACET_DETECT_ADDRESS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "engine/detect/recogniser.h"
#include "tacet/pattern_library.h"

namespace tacet {

// Takes its street, unit and locality words from word lists of `library`. Fails if one is missing.
absl::StatusOr<std::unique_ptr<Recogniser>> MakeAddressRecogniser(const PatternLibrary& library);

}  // namespace tacet

#endif  // TACET_DETECT_ADDRESS_H_
