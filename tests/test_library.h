// Small pattern sets and helpers that several tests share.
#ifndef TACET_TESTS_TEST_LIBRARY_H_
#define TACET_TESTS_TEST_LIBRARY_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tacet/detector.h"
#include "tacet/pattern_library.h"

namespace tacet {

inline PatternLibrary MustParse(std::string text, std::string name = "test.toml") {
  absl::StatusOr<PatternLibrary> library =
      PatternLibrary::Parse({PatternFile{std::move(name), std::move(text)}});
  EXPECT_TRUE(library.ok()) << library.status();
  return library.ok() ? *std::move(library) : PatternLibrary();
}

inline PatternLibrary DefaultLibrary() {
  absl::StatusOr<PatternLibrary> library = PatternLibrary::Parse(DefaultPatternFiles());
  EXPECT_TRUE(library.ok()) << library.status();
  return library.ok() ? *std::move(library) : PatternLibrary();
}

inline Detector MustCreate(PatternLibrary library, const DetectorOptions& options = {}) {
  absl::StatusOr<Detector> detector = Detector::Create(std::move(library), options);
  if (!detector.ok()) {
    ADD_FAILURE() << detector.status();
    std::abort();
  }
  return *std::move(detector);
}

// "TYPE:value TYPE:value", in order.
inline std::string Describe(const Detector& detector, std::string_view text,
                            absl::Span<const Finding> findings) {
  std::string out;
  for (const Finding& f : findings) {
    if (!out.empty()) out += ' ';
    out += detector.library().entities()[static_cast<size_t>(f.entity)].type;
    out += ':';
    out += text.substr(f.span.begin, f.span.end - f.span.begin);
  }
  return out;
}

inline std::string Found(const Detector& detector, std::string_view text) {
  Detector::Scratch scratch = detector.NewScratch();
  const auto findings = detector.Detect(text, scratch);
  if (!findings.ok()) return std::string(findings.status().ToString());
  return Describe(detector, text, *findings);
}

// A one-time code, a standing PIN, a price that hides codes, and a reference word.
inline constexpr char kSmallLibrary[] = R"(
[[entity]]
type = "OTP"
source = "test"
category = "credentials"
repeats = true
examples = ["code <<482913>>"]
counterexamples = ["482913"]
  [[entity.pattern]]
  name = "otp"
  regex = '\d{4,8}|\d{3}-\d{3}'
  boundary = "number"
  score = 0.2
  context = [{ words = "code", before = 20, after = 10, add = 0.6 }]
  against = [{ words = "reference", before = 5, subtract = 0.7 }]

[[entity]]
type = "PASSWORD"
source = "test"
category = "credentials"
examples = ["password: <<hunter2>>"]
counterexamples = ["password"]
  [[entity.pattern]]
  name = "password"
  follows = "password"
  regex = '[:=] ?(?P<value>[^\s]{4,20})'
  score = 0.9

[[entity]]
type = "PRICE"
source = "test"
reported = false
examples = ["Rs <<4829>>"]
counterexamples = ["4829"]
  [[entity.pattern]]
  name = "price"
  regex = '(?i)rs\.? ?\d{1,9}'
  score = 0.9

[[entity]]
type = "COLOUR"
source = "test"
default = false
examples = ["<<green>>"]
counterexamples = ["greens"]
  [[entity.pattern]]
  name = "colour"
  lexicon = "colour"
  score = 0.7

[words]
code = { en = ["code", "one time code"], ru = ["код"], tr = ["şifre"], de = ["schlüssel*"] }
voucher = { en = ["promo code"] }
reference = { en = ["ref no"] }
password = { en = ["password"] }
colour = { en = ["green", "blue"] }
)";

}  // namespace tacet

#endif  // TACET_TESTS_TEST_LIBRARY_H_
