#include "tacet/redactor.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/test_library.h"

namespace tacet {
namespace {

class RedactorTest : public testing::Test {
 protected:
  std::string Redacted(std::string_view text, const Policy& policy = {}) {
    absl::StatusOr<Redactor> redactor = Redactor::Create(&detector_, policy);
    if (!redactor.ok()) return std::string(redactor.status().ToString());
    Redactor::Scratch scratch = redactor->NewScratch();
    return std::string(redactor->Redact(text, scratch).text());
  }
  static Policy With(std::string type, Action action) {
    return Policy{.by_type = {{std::move(type), action}}};
  }

  Detector detector_ = MustCreate(MustParse(kSmallLibrary));
};

TEST_F(RedactorTest, ReplacesByTheTypeUnlessToldOtherwise) {
  EXPECT_EQ(Redacted("Your code is 482913, ok?"), "Your code is <OTP>, ok?");
}

TEST_F(RedactorTest, MasksCodePointByCodePoint) {
  const std::string text = "password: żółć123! x";
  EXPECT_EQ(Redacted(text, With("PASSWORD", {.kind = Action::Kind::kMask})),
            "password: ******** x");
  EXPECT_EQ(
      Redacted(text,
               With("PASSWORD",
                    {.kind = Action::Kind::kMask, .mask = '#', .keep_first = 1, .keep_last = 2})),
      "password: ż#####3! x");
}

TEST_F(RedactorTest, AValueNoLongerThanWhatIsKeptIsMaskedWhole) {
  EXPECT_EQ(Redacted("code 4829", With("OTP", {.kind = Action::Kind::kMask, .keep_last = 4})),
            "code ****");
}

TEST_F(RedactorTest, RedactLeavesNothing) {
  EXPECT_EQ(Redacted("code 4829!", With("OTP", {.kind = Action::Kind::kRedact})), "code !");
}

TEST_F(RedactorTest, KeptTypesHideNoOthers) {
  EXPECT_EQ(Redacted("password: code4829"), "password: <PASSWORD>");
  EXPECT_EQ(Redacted("password: code4829", With("PASSWORD", {.kind = Action::Kind::kKeep})),
            "password: code<OTP>");
}

TEST_F(RedactorTest, OutcomeSaysWhatHappened) {
  absl::StatusOr<Redactor> redactor = Redactor::Create(&detector_, Policy{});
  ASSERT_TRUE(redactor.ok());
  Redactor::Scratch scratch = redactor->NewScratch();

  const std::string clean = "hello";
  Outcome outcome = redactor->Redact(clean, scratch);
  EXPECT_EQ(outcome.kind(), Outcome::Kind::kClean);
  EXPECT_EQ(outcome.text().data(), clean.data());

  outcome = redactor->Redact("code 4829", scratch);
  EXPECT_EQ(outcome.kind(), Outcome::Kind::kRedacted);
  ASSERT_EQ(outcome.findings().size(), 1u);
  EXPECT_EQ(outcome.findings()[0].span, (Span{5, 9}));
}

TEST_F(RedactorTest, WhatWasNotScannedIsWithheld) {
  const Detector detector = MustCreate(MustParse(kSmallLibrary), {.max_message_bytes = 8});
  absl::StatusOr<Redactor> redactor = Redactor::Create(&detector, Policy{});
  ASSERT_TRUE(redactor.ok());
  Redactor::Scratch scratch = redactor->NewScratch();
  const Outcome outcome = redactor->Redact("code 4829", scratch);
  EXPECT_EQ(outcome.kind(), Outcome::Kind::kWithheld);
  EXPECT_EQ(outcome.text(), "");
  EXPECT_TRUE(outcome.findings().empty());
  EXPECT_EQ(outcome.status().message(), "the message has 9 bytes, over the limit of 8");
}

TEST_F(RedactorTest, RefusesUnknownTypesAndMasksOutsideGsm7) {
  EXPECT_FALSE(Redactor::Create(&detector_, With("NOBODY", {})).ok());
  for (char mask : {'[', '~', '\n', '\x80'}) {
    EXPECT_FALSE(
        Redactor::Create(&detector_, With("OTP", {.kind = Action::Kind::kMask, .mask = mask}))
            .ok());
  }
}

TEST(PolicyTest, ReadsActions) {
  const auto policy =
      Policy::Parse("p.toml",
                    "default = 'mask'\n[types]\nOTP = 'redact'\n"
                    "CREDIT_CARD = { action = 'mask', mask = '#', keep_last = 4 }\n");
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->fallback.kind, Action::Kind::kMask);
  ASSERT_EQ(policy->by_type.size(), 2u);
  EXPECT_EQ(policy->by_type[0].first, "CREDIT_CARD");
  EXPECT_EQ(policy->by_type[0].second.keep_last, 4);
  EXPECT_EQ(policy->by_type[0].second.mask, '#');
  EXPECT_EQ(policy->by_type[1].second.kind, Action::Kind::kRedact);
}

TEST(PolicyTest, NamesFileLineAndKeyOfAFault) {
  auto fault = [](std::string_view text) {
    return std::string(Policy::Parse("p.toml", text).status().message());
  };
  EXPECT_EQ(fault("defaut = 'mask'"), "p.toml:1: unknown key 'defaut'");
  EXPECT_EQ(fault("[types]\nOTP = 'hide'"),
            "p.toml:2: unknown action 'hide': it is replace, mask, redact or keep");
  EXPECT_EQ(fault("[types]\nOTP = { action = 'mask', keep_last = 65 }"),
            "p.toml:2: 'keep_last' must be 0 to 64");
  EXPECT_EQ(fault("[types]\nOTP = { action = 'replace', keep_last = 4 }"),
            "p.toml:2: unknown key 'keep_last'");
  EXPECT_EQ(fault("[types]\nOTP = 1"),
            "p.toml:2: expected an action: replace, mask, redact or keep");
  EXPECT_EQ(fault("x = ").substr(0, 19), "p.toml:1: not TOML:");
}

}  // namespace
}  // namespace tacet
