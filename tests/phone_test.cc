#include "engine/detect/phone.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "engine/detect/triggers.h"
#include "gtest/gtest.h"
#include "tests/test_library.h"

namespace tacet {
namespace {

// --- the plans ---

NumberingPlan DefaultPlan() {
  absl::StatusOr<NumberingPlan> plan = NumberingPlan::Default();
  EXPECT_TRUE(plan.ok()) << plan.status();
  return plan.ok() ? *std::move(plan) : NumberingPlan();
}

TEST(NumberingPlanTest, KnowsWhichInternationalNumbersExist) {
  const NumberingPlan plan = DefaultPlan();
  const struct {
    std::string_view digits;
    bool valid;
    std::string_view why;
  } kCases[] = {
      {"442079460812", true, "London"},
      {"44207946081", false, "London, a digit short"},
      {"4420794608123", false, "London, a digit long"},
      {"14155550132", true, "San Francisco"},
      {"15555550132", false, "no area 555"},
      {"18005550199", true, "toll-free in North America"},
      {"919650000000", true, "an Indian mobile"},
      {"390612345678", true, "Rome keeps its zero"},
      {"39612345678", false, "Rome without its zero"},
      {"80012345678", true, "international freephone, no country"},
      {"88812345678901", true, "a country code whose numbers may begin in any way"},
      {"99912345678", false, "no such country code"},
      {"1", false, "a country code alone"},
      {"", false, "nothing"},
  };
  for (const auto& c : kCases) EXPECT_EQ(plan.IsValidInternational(c.digits), c.valid) << c.why;
}

TEST(NumberingPlanTest, KnowsHowNumbersAreDialledInARegion) {
  const NumberingPlan plan = DefaultPlan();
  const struct {
    std::string_view region, digits;
    bool valid;
    std::string_view why;
  } kCases[] = {
      {"GB", "02079460812", true, "with trunk prefix"},
      {"GB", "2079460812", true, "without"},
      {"GB", "002079460812", false, "with two"},
      {"RU", "89161234567", true, "trunk prefix 8"},
      {"HU", "06201234567", true, "trunk prefix 06"},
      {"AR", "01115234567890", false, "15 behind the area code, a digit too many"},
      {"AR", "0111523456789", true, "15 behind the area code"},
      {"AR", "0112345678", false, "a digit short"},
      {"GA", "011441234", true, "a zero that belongs to no trunk prefix"},
      {"SG", "91234567", true, "no trunk prefix"},
      {"SG", "091234567", false, "no trunk prefix"},
      {"XX", "91234567", false, "no such region"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(plan.IsValidNational(c.region, c.digits), c.valid) << c.region << ": " << c.why;
  }
}

TEST(NumberingPlanTest, TellsTheKindsOfLine) {
  const NumberingPlan plan = DefaultPlan();
  const int gb = plan.FindRegion("GB");
  ASSERT_GE(gb, 0);
  EXPECT_EQ(plan.NationalKinds(gb, "7400123456"), NumberingPlan::kMobile);
  EXPECT_EQ(plan.NationalKinds(gb, "2079460812"), NumberingPlan::kFixed);
  EXPECT_EQ(plan.NationalKinds(gb, "8001111"), NumberingPlan::kTollFree);
  EXPECT_EQ(plan.NationalKinds(gb, "9061701461"), NumberingPlan::kPremium);
  EXPECT_EQ(plan.InternationalKinds("14155550132"), NumberingPlan::kFixed | NumberingPlan::kMobile);
}

TEST(NumberingPlanTest, NamesTheLineOfAFault) {
  constexpr std::string_view kRegions = "# comment\nGB\t44\t0\t\t00\t2-4-4\n";
  EXPECT_TRUE(NumberingPlan::Parse(kRegions, "GB\tmobile\t10\t7400-7599\n").ok());
  const struct {
    std::string_view regions, plans, message;
  } kCases[] = {
      {"GB\t44\n", "", "phone_regions.tsv:1"},
      {"GB\tx\t0\t\t00\t2-4-4\n", "", "phone_regions.tsv:1"},
      {"GB\t44\t0\t\t00\t2--4\n", "", "phone_regions.tsv:1"},
      {kRegions, "#\nFR\tmobile\t9\t6\n", "numbering_plans.tsv:2"},
      {kRegions, "GB\tmobil\t10\t7\n", "numbering_plans.tsv:1"},
      {kRegions, "GB\tmobile\t99\t7\n", "numbering_plans.tsv:1"},
      {kRegions, "GB\tmobile\t10\t75-74\n", "numbering_plans.tsv:1"},
      {kRegions, "GB\tmobile\t10\t7-74\n", "numbering_plans.tsv:1"},
      {kRegions, "GB\tmobile\t10\n", "numbering_plans.tsv:1"},
  };
  for (const auto& c : kCases) {
    const absl::Status status = NumberingPlan::Parse(c.regions, c.plans).status();
    EXPECT_NE(std::string(status.message()).find(c.message), std::string::npos) << status;
  }
}

// --- the recogniser ---

constexpr char kWords[] = R"(
[[entity]]
type = "T"
name = "t"
category = "contact"
source = "none"
examples = ["<<zzyzx>>"]
counterexamples = ["x"]
  [[entity.pattern]]
  name = "t"
  regex = 'zzyzx'
  score = 1.0
[words]
phone = { en = ["call", "tel"] }
phone-extension = { en = ["ext", "extn"] }
digit-0 = { en = ["zero", "oh"] }
digit-1 = { en = ["one"] }
digit-2 = { en = ["two"] }
digit-4 = { en = ["four"] }
digit-5 = { en = ["five"] }
digit-6 = { en = ["six"] }
digit-7 = { en = ["seven"] }
digit-9 = { en = ["nine"] }
times-2 = { en = ["double"] }
)";

class PhoneRecogniserTest : public testing::Test {
 protected:
  PhoneRecogniserTest() : library_(MustParse(kWords)) { Expect({}); }

  void Expect(const std::vector<std::string>& regions) {
    auto made = MakePhoneRecogniser(library_, regions);
    ASSERT_TRUE(made.ok()) << made.status();
    recogniser_ = *std::move(made);
  }

  // "kind:value kind:value", in the order of emission.
  std::string Find(std::string_view text) {
    std::vector<DigitRun> runs;
    for (uint32_t i = 0; i < text.size();) {
      uint32_t end = i;
      while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end]))) ++end;
      if (end > i) runs.push_back({i, end});
      i = std::max(end, i + 1);
    }
    std::string lower(text);
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    std::vector<std::vector<uint16_t>> lists;
    std::vector<WordHit> hits;
    for (uint16_t list = 0; list < library_.word_lists().size(); ++list) lists.push_back({list});
    for (uint16_t list = 0; list < library_.word_lists().size(); ++list) {
      for (const WordList::Word& word : library_.word_lists()[list].words) {
        for (size_t at = lower.find(word.text); at != std::string::npos;
             at = lower.find(word.text, at + 1)) {
          const size_t end = at + word.text.size();
          const auto letter = [&](size_t i) {
            return std::isalpha(static_cast<unsigned char>(lower[i])) != 0;
          };
          if ((at > 0 && letter(at - 1)) || (end < lower.size() && letter(end))) continue;
          hits.push_back({static_cast<uint32_t>(at), static_cast<uint32_t>(end), lists[list]});
        }
      }
    }
    std::sort(hits.begin(), hits.end(),
              [](const WordHit& a, const WordHit& b) { return a.begin < b.begin; });
    std::string found;
    Triggers triggers;
    FindTriggers(text, triggers);
    recogniser_->Recognise({.text = text, .triggers = triggers, .digit_runs = runs, .words = hits},
                           [&](int kind, uint32_t begin, uint32_t end) {
                             if (!found.empty()) found += ' ';
                             found += recogniser_->kinds()[static_cast<size_t>(kind)];
                             found += ':';
                             found += text.substr(begin, end - begin);
                           });
    return found;
  }

  PatternLibrary library_;
  std::unique_ptr<Recogniser> recogniser_;
};

struct FormCase {
  std::string_view text;
  std::string_view found;
};

TEST_F(PhoneRecogniserTest, FindsTheFormsOfNumbers) {
  const FormCase kCases[] = {
      // With a plus, or dialled as from abroad.
      {"ring +442079460812 or", "international:+442079460812"},
      {"ring +44 (0)20 7946 0812 or", "international:+44 (0)20 7946 0812"},
      {"ring (+44) 20 7946 0812 or", "international:(+44) 20 7946 0812"},
      {"ring 0044 20 7946 0812 or", "international:0044 20 7946 0812"},
      {"ring 011 44 20 7946 0812 from there", "international:011 44 20 7946 0812"},
      {"tel + 1 4 1 5 5 5 5 0 1 3 2 tonight", "international:+ 1 4 1 5 5 5 5 0 1 3 2"},
      {"tel +_1_4_1_5_5_5_5_0_1_3_2 tonight", "international:+_1_4_1_5_5_5_5_0_1_3_2"},
      {"tel +1 555-555-5555 tonight", "international-loose:+1 555-555-5555"},
      // In groups as they are usual where the number is valid.
      {"see you, 020 7946 0812, Ann", "trunk-grouped:020 7946 0812"},
      {"see you, (020) 7946 0812, Ann", "trunk-grouped:(020) 7946 0812"},
      {"see you, 020-79460812, Ann", "trunk-grouped:020-79460812"},
      {"see you, 1-415-555-0132, Ann", "trunk-grouped:1-415-555-0132"},
      {"see you, (415) 555-0132, Ann", "grouped:(415) 555-0132"},
      {"see you, 415.555.0132, Ann", "grouped:415.555.0132"},
      {"see you, 8-916-123-45-67, Ann", "trunk-grouped:8-916-123-45-67"},
      {"see you, 0664/805 0126, Ann", "trunk-grouped:0664/805 0126"},
      {"see you, 33 6 12 34 56 78, Ann", "grouped:33 6 12 34 56 78"},
      {"call 1588-1200, Ann", "grouped-weak:1588-1200"},
      {"call 444 0 724, Ann", "service:444 0 724"},
      {"see you, 98765 43210, Ann", "grouped:98765 43210"},
      {"see you, 021-277\n-8673", "trunk-grouped:021-277\n-8673"},
      // In a run.
      {"see you, 09061701461 Ann", "trunk-mobile:09061701461"},
      {"see you, 02522141297 Ann", "trunk-fixed:02522141297"},
      {"call 9650000000 please", "mobile-bare:9650000000"},
      {"call 918600000000 please", "international-bare:918600000000"},
      {"call 18001111092 please", "toll-free:18001111092"},
      {"call 5551234567 please", "mobile-bare:5551234567"},
      // Other ways.
      {"7409XXXX07 Congrats", "masked:7409XXXX07"},
      {"Hi 98348129XX, hello", "masked:98348129XX"},
      {"No +6281571xxxx terpilih", "masked:+6281571xxxx"},
      {"get 1-800-FLOWERS now", "vanity:1-800-FLOWERS"},
      {"get 1-800-GO-FEDEX now", "vanity:1-800-GO-FEDEX"},
      {"get 1300 FLOWER now", "vanity:1300 FLOWER"},
      {"get 800-555-HELP now", "vanity:800-555-HELP"},
      {"nine one nine, five five five, zero one six six is hers",
       "spelled:nine one nine, five five five, zero one six six"},
      {"num seven zero one two 55 oh 1 four four", "spelled:seven zero one two 55 oh 1 four four"},
      {"double seven zero one two 55 oh 1 four four",
       "spelled:double seven zero one two 55 oh 1 four four"},
      {"mine 9 1 2 3 4 5 0 1 8 8 is", "spaced:9 1 2 3 4 5 0 1 8 8"},
  };
  for (const FormCase& c : kCases) EXPECT_EQ(Find(c.text), c.found) << c.text;
}

TEST_F(PhoneRecogniserTest, ExtensionsAndSecondLinesBelongToTheNumber) {
  const FormCase kCases[] = {
      {"desk 020 7946 0812 ext 331.", "trunk-grouped:020 7946 0812 ext 331"},
      {"desk 020 7946 0812 x331.", "trunk-grouped:020 7946 0812 x331"},
      {"desk 020 7946 0812 #331.", "trunk-grouped:020 7946 0812 #331"},
      {"desk 022-66680005 (extn:216,221) or", "trunk-grouped:022-66680005 (extn:216,221"},
      {"desk (523)222-8888EXT623", "trunk-grouped:(523)222-8888EXT623"},
      {"desk 01-2712005-7.", "trunk-grouped:01-2712005-7"},
      {"a 020 7946 0812 extra bag", "trunk-grouped:020 7946 0812"},
  };
  for (const FormCase& c : kCases) EXPECT_EQ(Find(c.text), c.found) << c.text;
}

TEST_F(PhoneRecogniserTest, NumbersInAListAreFoundOneByOne) {
  const FormCase kCases[] = {
      {"call 9223008333/9840777222 now", "mobile-bare:9223008333 mobile-bare:9840777222"},
      {"call 08736 253108,9840777222 now", "trunk-grouped:08736 253108 mobile-bare:9840777222"},
      {"08062435947.08022740693.email", "trunk-mobile:08062435947 trunk-mobile:08022740693"},
      {"(0733822240)(0733822240)", "trunk-mobile:0733822240 trunk-mobile:0733822240"},
      {"+971586153091  +971523182746", "international:+971586153091 international:+971523182746"},
      {"tel 84/87 0921224", "grouped-weak:84/87 0921224"},
  };
  for (const FormCase& c : kCases) EXPECT_EQ(Find(c.text), c.found) << c.text;
}

TEST_F(PhoneRecogniserTest, WhatIsSetApartNeedsNoWords) {
  const FormCase kCases[] = {
      {"Ravi Traders, Station Road. 9840011223.", "mobile-bare:9840011223 apart:9840011223"},
      {"Suresh K (9840011223) is on the way here", "mobile-bare:9840011223 apart:9840011223"},
      {"9840011223, that was Mohan's new one, ok?", "mobile-bare:9840011223 apart:9840011223"},
      {"0-12 yas ucretsiz, 9840011223 www.example.com", "mobile-bare:9840011223 apart:9840011223"},
      {"the parcel of 9840011223 waits in the hall", ""},
  };
  for (const FormCase& c : kCases) EXPECT_EQ(Find(c.text), c.found) << c.text;
}

TEST_F(PhoneRecogniserTest, WhatTouchesANumberIsNotPartOfIt) {
  const FormCase kCases[] = {
      {"dial 08452810075over18", "trunk-mobile:08452810075"},
      {"dial 0871277810710p/min", "trunk-mobile:08712778107"},
      {"dial 087187262701.50gbp/mtmsg18", "trunk-mobile:08718726270"},
      {"call08452810075 now", "trunk-mobile:08452810075"},
      {"tel 18001091 (0d).", "toll-free:18001091"},
      {"call 614.555.0173 9-5 ET", "grouped:614.555.0173"},
      {"on 28.11.20 09061701461", "trunk-mobile:09061701461"},
  };
  for (const FormCase& c : kCases) EXPECT_EQ(Find(c.text), c.found) << c.text;
}

TEST_F(PhoneRecogniserTest, LeavesOtherNumbersAlone) {
  constexpr std::string_view kTexts[] = {
      "call on 12/09/2019 or 2019-09-12 or 07-04-22",
      "call from 10:38 to 12.30",
      "call 33111 or 112",
      "call *737# or *777*70212#",
      "call 192.168.10.112",
      "call 2017-2018",
      "call 8080.79-South, 800 PEOPLE, 181 HOMMES",
      "call 1.449.600 or 15.000 750.000",
      "call 20171202103822",
      "call $9650000000 or 9650000000%",
      "call OD607492319692 or FMPP0137513445",
      "call 9650000000@paytm",
      "call 9650000000.50 or 12,9650000000",
      "order 9650000000 of the many that have no word near them at all",
      "4111 1111 1111 1111",
      "DE89 3704 0044 0532 0130 00",
      "ref 004.616.732-31",
      "one two four five six seven",
      "0000000000",
      "",
  };
  for (std::string_view text : kTexts) EXPECT_EQ(Find(text), "") << text;
}

TEST_F(PhoneRecogniserTest, AMessageThatIsNothingElseSaysSo) {
  EXPECT_EQ(Find(" 020 7946 0812. "), "trunk-grouped:020 7946 0812 alone:020 7946 0812");
}

TEST_F(PhoneRecogniserTest, ExpectsOnlyTheNationalFormatsOfItsRegions) {
  Expect({"SG", "GB"});
  EXPECT_EQ(Find("see you, 020 7946 0812"), "trunk-grouped:020 7946 0812");
  EXPECT_EQ(Find("see you, 0212 945 19 65"), "") << "Turkey";
  EXPECT_EQ(Find("call +90 212 945 19 65"), "international:+90 212 945 19 65");
  EXPECT_EQ(MakePhoneRecogniser(library_, std::vector<std::string>{"XX"}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(PhoneRecogniserTest, TakesTimeInProportionToTheText) {
  // Digits that could belong together in every way there is.
  std::string text = "call";
  while (text.size() < 400'000) text += " 12 0 345-6";
  const auto begin = std::chrono::steady_clock::now();
  Find(text.substr(0, 40'000));
  const auto tenth = std::chrono::steady_clock::now() - begin;
  Find(text);
  const auto whole = std::chrono::steady_clock::now() - begin - tenth;
  EXPECT_LT(whole, 100 * tenth);
}

}  // namespace
}  // namespace tacet
