// Why a record was not passed on.
#ifndef TACET_TOOLS_TACET_WITHHELD_H_
#define TACET_TOOLS_TACET_WITHHELD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace tacet::cli {

// A record that could not be scanned is withheld: the output says so in its place, with one of
// these fixed reasons and none of its content.
enum class Withheld : uint8_t {
  kNo,         // it was scanned
  kTooLong,    // longer than --max-record
  kNotJson,    // not valid JSON
  kNotUtf8,    // JSON, but not UTF-8
  kTooDeep,    // JSON nested deeper than kMaxJsonDepth
  kNoField,    // JSON without any of the --field names
  kOverLimit,  // a bound of the detector was passed
  kEngine,     // the detector failed
};
inline constexpr size_t kWithheldReasons = static_cast<size_t>(Withheld::kEngine) + 1;

constexpr std::string_view WithheldName(Withheld reason) {
  switch (reason) {
    case Withheld::kNo:
      return "";
    case Withheld::kTooLong:
      return "too long";
    case Withheld::kNotJson:
      return "not JSON";
    case Withheld::kNotUtf8:
      return "not UTF-8";
    case Withheld::kTooDeep:
      return "nested too deep";
    case Withheld::kNoField:
      return "no field";
    case Withheld::kOverLimit:
      return "over a limit";
    case Withheld::kEngine:
      return "engine failed";
  }
  return "";
}

// Why the detector's status says that a text was not scanned.
inline Withheld WhyWithheld(const absl::Status& status) {
  return absl::IsResourceExhausted(status) ? Withheld::kOverLimit : Withheld::kEngine;
}

// The reasons as they stand in outputs, by reason: "no field text" names the missing fields.
inline std::vector<std::string> WithheldTexts(const std::vector<std::string>& fields) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < kWithheldReasons; ++i) {
    texts.emplace_back(WithheldName(static_cast<Withheld>(i)));
  }
  std::string& no_field = texts[static_cast<size_t>(Withheld::kNoField)];
  for (size_t i = 0; i < fields.size(); ++i) no_field += (i == 0 ? " " : ", ") + fields[i];
  return texts;
}

// What stands in the place of a withheld text line. JSON lines get an object instead.
inline constexpr std::string_view kWithheldText = "<WITHHELD>";

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_WITHHELD_H_
