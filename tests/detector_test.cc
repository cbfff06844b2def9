#include "tacet/detector.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/test_library.h"

namespace tacet {
namespace {

Detector Small(DetectorOptions options = {}) {
  return MustCreate(MustParse(kSmallLibrary), options);
}

TEST(DetectorTest, WordsOnEitherSideLiftTheScore) {
  const Detector detector = Small();
  EXPECT_EQ(Found(detector, "Your code is 482913."), "OTP:482913");
  EXPECT_EQ(Found(detector, "482-913 is your code"), "OTP:482-913");
  EXPECT_EQ(Found(detector, "Your number is 482913."), "");
}

TEST(DetectorTest, DistanceIsInCodePoints) {
  const Detector detector = Small();
  const std::string twenty_thai = [] {
    std::string text;
    for (int i = 0; i < 20; ++i) text += "ก";
    return text;
  }();
  EXPECT_EQ(Found(detector, "code" + twenty_thai + "482913"), "OTP:482913");
  EXPECT_EQ(Found(detector, "code" + twenty_thai + "ก482913"), "");
  EXPECT_EQ(Found(detector, "482913" + twenty_thai + "code"), "");  // behind, only ten
}

TEST(DetectorTest, AWordDirectlyBeforeSpeaksAgainst) {
  const Detector detector = Small();
  EXPECT_EQ(Found(detector, "code 482913, ref no 771234"), "OTP:482913");
}

TEST(DetectorTest, ALongerWordHidesTheOneInside) {
  const Detector detector = Small();
  EXPECT_EQ(Found(detector, "promo code 482913"), "");
}

TEST(DetectorTest, ALookalikeHidesWhatItCovers) {
  const Detector detector = Small();
  EXPECT_EQ(Found(detector, "code 482913 for Rs. 2840"), "OTP:482913");
}

TEST(DetectorTest, BoundaryRefusesPiecesOfNumbers) {
  const Detector detector = Small();
  for (std::string_view text : {"code 12.4829", "code 4829.50", "code 10:4829", "code 123456789"}) {
    EXPECT_EQ(Found(detector, text), "") << text;
  }
  EXPECT_EQ(Found(detector, "code:4829. 12"), "OTP:4829");
}

TEST(DetectorTest, AFollowerBeginsWhereTheWordEnds) {
  const Detector detector = Small();
  EXPECT_EQ(Found(detector, "Password: hunter2 and more"), "PASSWORD:hunter2");
  EXPECT_EQ(Found(detector, "password is: hunter2"), "");
}

TEST(DetectorTest, TypesThatAreOffByDefaultNeedAsking) {
  EXPECT_EQ(Found(Small(), "green code 4829"), "OTP:4829");
  EXPECT_EQ(Found(Small({.types = {"COLOUR"}}), "green code 4829"), "COLOUR:green");
}

TEST(DetectorTest, ACodeThatStandsTwiceIsFoundTwice) {
  const Detector detector = Small();
  EXPECT_EQ(Found(detector, "code 482-913. Or tap on the link to verify: v.example.com/482913"),
            "OTP:482-913 OTP:482913");
  EXPECT_EQ(Found(detector, "code 482913, not 4829134829 or x482913"), "OTP:482913");
}

TEST(DetectorTest, SpansAreBytesOfTheCallersText) {
  const Detector detector = Small();
  // Full-width digits, a zero-width space inside, an emoji before.
  const std::string text = "😀 code: ４８\u200B２９";
  Detector::Scratch scratch = detector.NewScratch();
  auto findings = detector.Detect(text, scratch);
  ASSERT_TRUE(findings.ok());
  ASSERT_EQ(findings->size(), 1u);
  EXPECT_EQ((*findings)[0].span, (Span{11, 26}));
}

TEST(DetectorTest, BrokenBytesHideNothing) {
  const Detector detector = Small();
  for (std::string text : {"code \xFF 482913",
                           "code 482\xFF"
                           "913",
                           "\xC0\xAF"
                           "code 482913",
                           "code \xE2\x82"
                           "482913"}) {
    EXPECT_NE(Found(detector, text), "") << testing::PrintToString(text);
  }
  EXPECT_EQ(Found(detector, std::string("code 482\0"
                                        "913",
                                        12)),
            "OTP:482" + std::string(1, '\0') + "913");
}

TEST(DetectorTest, WhatTacetWroteEndsTheReachOfWords) {
  const Detector detector = Small();
  EXPECT_EQ(Found(detector, "code <OTP> 4829"), "");
  EXPECT_EQ(Found(detector, "code <XYZ> 4829"), "OTP:4829");
  EXPECT_EQ(Found(detector, "<OTP:3:4829> code"), "");
}

TEST(DetectorTest, MinScoreRaisesEveryThreshold) {
  EXPECT_EQ(Found(Small({.min_score = 0.8f}), "code 482913"), "OTP:482913");
  EXPECT_EQ(Found(Small({.min_score = 0.81f}), "code 482913"), "");
}

TEST(DetectorTest, RefusesALongMessage) {
  const Detector detector = Small({.max_message_bytes = 100});
  Detector::Scratch scratch = detector.NewScratch();
  EXPECT_TRUE(detector.Detect(std::string(100, 'x'), scratch).ok());
  EXPECT_EQ(detector.Detect(std::string(101, 'x'), scratch).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(DetectorTest, RefusesAMessageWithTooManyFindings) {
  const Detector detector = Small({.max_findings = 3});
  Detector::Scratch scratch = detector.NewScratch();
  EXPECT_TRUE(detector.Detect("code 1111 2222 3333", scratch).ok());
  EXPECT_EQ(detector.Detect("code 1111 2222 3333 4444", scratch).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(DetectorTest, AHostileMessageIsRefusedRatherThanWorkedOnForever) {
  const Detector detector = MustCreate(MustParse(R"(
[[entity]]
type = "T"
source = "test"
examples = ["<<a>>1"]
counterexamples = ["b"]
  [[entity.pattern]]
  name = "quadratic"
  regex = '(?P<value>a)[a ]{0,1000}1'
  score = 1.0
)"));
  Detector::Scratch scratch = detector.NewScratch();
  // Each a begins a try that runs a thousand bytes and fails.
  EXPECT_EQ(detector.Detect(std::string(1 << 20, 'a') + "2", scratch).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(DetectorTest, MarksAndRepeatsWithoutEndAreRefused) {
  const Detector detector = Small();
  Detector::Scratch scratch = detector.NewScratch();
  std::string marks, codes = "code 1111";
  for (int i = 0; i < 300'000; ++i) marks += "<OTP>x";
  EXPECT_EQ(detector.Detect(marks, scratch).status().code(), absl::StatusCode::kResourceExhausted);
  for (int i = 0; i < 200'000; ++i) codes += " 1111";
  EXPECT_EQ(detector.Detect(codes, scratch).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(DetectorTest, UnknownTypesAndScoresAreRefused) {
  EXPECT_FALSE(Detector::Create(MustParse(kSmallLibrary), {.types = {"NOBODY"}}).ok());
  EXPECT_FALSE(Detector::Create(MustParse(kSmallLibrary), {.types = {"PRICE"}}).ok());
  EXPECT_FALSE(Detector::Create(MustParse(kSmallLibrary), {.min_score = 1.5f}).ok());
  EXPECT_FALSE(Detector::Create(DefaultLibrary(), {.regions = {"XX"}}).ok());
}

TEST(DetectorTest, ANumberAloneIsFirstOneOfItsOwnCountry) {
  // A telephone number of several countries, and a tax file number of Australia.
  const std::string_view text = "865414088";
  const Detector anywhere = MustCreate(DefaultLibrary());
  EXPECT_EQ(Found(anywhere, text), "PHONE_NUMBER:865414088");
  const Detector southern = MustCreate(DefaultLibrary(), {.regions = {"NZ", "AU"}});
  EXPECT_EQ(Found(southern, text), "AU_TFN:865414088");
  EXPECT_EQ(Found(southern, "order 865414088"), "");
  Detector::Scratch scratch = anywhere.NewScratch();
  scratch.PreferRegion("AU");
  auto findings = anywhere.Detect(text, scratch);
  ASSERT_TRUE(findings.ok());
  EXPECT_EQ(Describe(anywhere, text, *findings), "AU_TFN:865414088");
  scratch.PreferRegion("");
  findings = anywhere.Detect(text, scratch);
  ASSERT_TRUE(findings.ok());
  EXPECT_EQ(Describe(anywhere, text, *findings), "PHONE_NUMBER:865414088");
}

TEST(DetectorTest, ATelephoneNumberAloneIsFirstOneOfItsOwnCountry) {
  const Detector detector = MustCreate(DefaultLibrary());
  Detector::Scratch scratch = detector.NewScratch();
  const auto found = [&](std::string_view region, std::string_view text) {
    scratch.PreferRegion(region);
    auto findings = detector.Detect(text, scratch);
    return findings.ok() ? Describe(detector, text, *findings) : "failed";
  };
  EXPECT_EQ(found("TR", "3121234567"), "PHONE_NUMBER:3121234567");
  EXPECT_EQ(found("", "3121234567"), "CZ_RC:3121234567");
  EXPECT_EQ(found("CK", "21 234"), "PHONE_NUMBER:21 234");
  EXPECT_EQ(found("DE", "482913"), "OTP:482913");
}

TEST(DetectorTest, FindingsAreSortedAndDisjoint) {
  const Detector detector = MustCreate(DefaultLibrary());
  Detector::Scratch scratch = detector.NewScratch();
  const std::string_view text =
      "Mail anna.lee@example.com or call +14155550132, card 4111 1111 1111 1111, OTP 482913, "
      "https://example.com/482913 IBAN DE89370400440532013000";
  auto findings = detector.Detect(text, scratch);
  ASSERT_TRUE(findings.ok());
  EXPECT_GE(findings->size(), 5u) << Describe(detector, text, *findings);
  for (size_t i = 0; i < findings->size(); ++i) {
    EXPECT_LT((*findings)[i].span.begin, (*findings)[i].span.end);
    if (i == 0) continue;
    EXPECT_LE((*findings)[i - 1].span.end, (*findings)[i].span.begin);
  }
}

TEST(DetectorTest, ACachedDatabaseGivesTheSameFindings) {
  std::string directory = testing::TempDir() + "/detectorXXXXXX";
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  const DetectorOptions options{.cache_directory = directory};
  const std::string first = Found(Small(options), "code 482913");
  EXPECT_FALSE(std::filesystem::is_empty(directory));
  EXPECT_EQ(Found(Small(options), "code 482913"), first);
  EXPECT_EQ(first, "OTP:482913");
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace tacet
