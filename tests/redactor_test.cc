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

// What an operator calls its own, over the built-in patterns.
class AllowTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { detector_ = new Detector(MustCreate(DefaultLibrary())); }
  static void TearDownTestSuite() { delete detector_; }

  std::string Redacted(std::string_view text, const Policy::Allow& allow,
                       const Detector& detector = *detector_) {
    absl::StatusOr<Redactor> redactor = Redactor::Create(&detector, Policy{.allow = {allow}});
    if (!redactor.ok()) return std::string(redactor.status().message());
    Redactor::Scratch scratch = redactor->NewScratch();
    return std::string(redactor->Redact(text, scratch).text());
  }

  static Detector* detector_;
};

Detector* AllowTest::detector_ = nullptr;

TEST_F(AllowTest, AValueIsTheSameInAnyCaseAndWithAnySpaces) {
  const Policy::Allow allow = {.values = {"Care@Example.org", "1800 111 109"}};
  EXPECT_EQ(Redacted("mail care@example.ORG or ravi@example.org", allow),
            "mail care@example.ORG or <EMAIL_ADDRESS>");
  EXPECT_EQ(Redacted("Call 1800-111-109 or １８００ 111 109", allow),
            "Call 1800-111-109 or １８００ 111 109");
}

TEST_F(AllowTest, ATelephoneNumberIsTheSameWithAndWithoutItsCountryCode) {
  const Policy::Allow allow = {.values = {"+44 20 7946 0812"}};
  EXPECT_EQ(Redacted("Ring 020 7946 0812, +442079460812 or 0044 20 7946 0812", allow),
            "Ring 020 7946 0812, +442079460812 or 0044 20 7946 0812");
  EXPECT_EQ(Redacted("Ring 020 7946 0813", allow), "Ring <PHONE_NUMBER>");
  // Without its country code it could be any country's, unless the regions are known.
  const Policy::Allow national = {.values = {"020 7946 0812"}};
  EXPECT_EQ(Redacted("Ring +44 20 7946 0812", national), "Ring <PHONE_NUMBER>");
  const Detector british = MustCreate(DefaultLibrary(), {.regions = {"GB"}});
  EXPECT_EQ(Redacted("Ring +44 20 7946 0812", national, british), "Ring +44 20 7946 0812");
}

TEST_F(AllowTest, ADomainStandsForItsSubdomainsAndItsMail) {
  const Policy::Allow allow = {.domains = {"example.com"}};
  EXPECT_EQ(Redacted("See https://help.Example.com/kyc?x=1 or mail care@mail.example.com", allow),
            "See https://help.Example.com/kyc?x=1 or mail care@mail.example.com");
  for (const char* other :
       {"https://notexample.com/a", "https://example.com.shop.example.org/a",
        "https://example.com@shop.example.org/a", "https://shop.example.org\\@example.com/a",
        "https://shop.example.org/?u=example.com"}) {
    EXPECT_EQ(Redacted(std::string("See ") + other, allow).substr(0, 9), "See <URL>") << other;
  }
}

TEST_F(AllowTest, WhatIsAllowedByItsFormHidesNothingInsideIt) {
  const std::string text = "482913 is your code. https://example.com/v?code=482913";
  EXPECT_EQ(Redacted(text, {.domains = {"example.com"}}),
            "<OTP> is your code. https://example.com/v?code=<OTP>");
  EXPECT_EQ(Redacted(text, {.patterns = {"https://example\\.com/.*"}}),
            "<OTP> is your code. https://example.com/v?code=<OTP>");
}

TEST_F(AllowTest, APatternMatchesTheWholeFinding) {
  EXPECT_EQ(Redacted("mail care.7@example.org, xcare.7@example.org, care.77@example.org",
                     {.patterns = {"care\\.\\d@example\\.org|nobody"}}),
            "mail care.7@example.org, <EMAIL_ADDRESS>, <EMAIL_ADDRESS>");
}

TEST_F(AllowTest, ALongerFindingAroundAnAllowedValueStays) {
  const Policy::Allow allow = {.values = {"example.com", "2079460812"}, .domains = {"example.net"}};
  EXPECT_EQ(Redacted("mail ravi@example.com or call +442079460812", allow),
            "mail <EMAIL_ADDRESS> or call <PHONE_NUMBER>");
}

TEST_F(AllowTest, CredentialsAreAllowedByNameOnly) {
  const std::string text = "Your OTP is 482913";
  EXPECT_EQ(Redacted(text, {.values = {"482913"}, .patterns = {"\\d+"}}), "Your OTP is <OTP>");
  EXPECT_EQ(Redacted(text, {.types = {"OTP"}, .values = {"482913"}}), text);
  EXPECT_EQ(Redacted("reset: https://example.com/reset?token=9fK2mQ8xLw7TzR4vB1nC",
                     {.domains = {"example.com"}}),
            "reset: <SECRET_URL>");
}

TEST_F(AllowTest, TypesNarrowWhatAnEntryIsAbout) {
  const std::string text = "mail care@example.com or see https://example.com/help";
  EXPECT_EQ(Redacted(text, {.types = {"URL"}, .domains = {"example.com"}}),
            "mail <EMAIL_ADDRESS> or see https://example.com/help");
  EXPECT_EQ(Redacted(text, {.types = {"NOBODY"}, .domains = {"example.com"}}),
            "the policy names 'NOBODY', which is no entity type");
}

TEST_F(AllowTest, FindGivesWhatRedactTreats) {
  absl::StatusOr<Redactor> redactor =
      Redactor::Create(detector_, Policy{.by_type = {{"OTP", {.kind = Action::Kind::kKeep}}},
                                         .allow = {{.domains = {"example.com"}}}});
  ASSERT_TRUE(redactor.ok());
  Redactor::Scratch scratch = redactor->NewScratch();
  const std::string text = "OTP 482913, mail care@example.com or ravi@example.org";
  const auto findings = redactor->Find(text, scratch);
  ASSERT_TRUE(findings.ok());
  EXPECT_EQ(Describe(*detector_, text, *findings), "EMAIL_ADDRESS:ravi@example.org");
}

TEST_F(AllowTest, MoreThanTheBoundsIsRefused) {
  Policy policy;
  policy.allow.resize(65, {.values = {"a"}});
  EXPECT_FALSE(Redactor::Create(detector_, policy).ok());
  policy.allow.resize(1);
  policy.allow[0].values.resize(10'001, "a");
  EXPECT_FALSE(Redactor::Create(detector_, policy).ok());
  policy.allow[0].values.resize(10'000);
  EXPECT_TRUE(Redactor::Create(detector_, policy).ok());
  policy.allow[0].patterns.resize(257, "a");
  EXPECT_FALSE(Redactor::Create(detector_, policy).ok());
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
  EXPECT_EQ(fault("allow = 1"), "p.toml:1: 'allow' is written [[allow]]");
  EXPECT_EQ(fault("[[allow]]\ntypes = ['OTP']"),
            "p.toml:1: [[allow]] needs values, domains or patterns");
  EXPECT_EQ(fault("[[allow]]\nvalue = ['x']"), "p.toml:2: unknown key 'value'");
  EXPECT_EQ(fault("[[allow]]\nvalues = [\n'x',\n' ']"),
            "p.toml:4: an allowed value must not be empty");
  EXPECT_EQ(fault("[[allow]]\nvalues = ['x', 1]"), "p.toml:2: 'values' must be a list of strings");
  EXPECT_EQ(fault("[[allow]]\nvalues = ['" + std::string(257, 'x') + "']"),
            "p.toml:2: an allowed value has at most 256 bytes");
  EXPECT_EQ(fault("[[allow]]\npatterns = ['(']"), "p.toml:2: not an RE2 regex: missing ): (");
  EXPECT_EQ(fault("[[allow]]\npatterns = ['.*']"),
            "p.toml:2: an allowed pattern must not match the empty text");
  for (const char* domain : {"com", "https://example.com", "a@example.com", "*.example.com", ""}) {
    EXPECT_EQ(fault(std::string("[[allow]]\ndomains = ['") + domain + "']").substr(0, 40),
              "p.toml:2: an allowed domain is a host na")
        << domain;
  }
  EXPECT_EQ(fault("x = ").substr(0, 19), "p.toml:1: not TOML:");
}

}  // namespace
}  // namespace tacet
