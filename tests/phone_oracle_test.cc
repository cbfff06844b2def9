// Holds the numbering plans to libphonenumber, which they are derived from: the same numbers must
// be valid in both, over more than a million of them from every region. A build that has not found
// libphonenumber skips the test and says so.
#include "gtest/gtest.h"

#ifndef TACET_PHONE_ORACLE

TEST(PhoneOracleTest, AgreesWithLibphonenumber) { GTEST_SKIP() << "built without libphonenumber"; }

#else

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "engine/detect/phone.h"
#include "phonenumbers/phonenumber.pb.h"
#include "phonenumbers/phonenumberutil.h"

namespace tacet {
namespace {

using ::i18n::phonenumbers::PhoneNumber;
using ::i18n::phonenumbers::PhoneNumberUtil;

// Its region code for country codes of no region.
constexpr char kNoRegion[] = "001";

std::string RegionCode(const NumberingPlan::Region& region) {
  return region.code.substr(0, region.code.find(':'));
}

std::string KeyDigits(uint32_t key) { return absl::StrFormat("%08u", key); }

class PhoneOracleTest : public testing::Test {
 protected:
  PhoneOracleTest() : oracle_(*PhoneNumberUtil::GetInstance()) {
    absl::StatusOr<NumberingPlan> plan = NumberingPlan::Default();
    EXPECT_TRUE(plan.ok()) << plan.status();
    if (plan.ok()) plan_ = *std::move(plan);
  }

  static PhoneNumber Number(const NumberingPlan::Region& region, const std::string& national) {
    PhoneNumber number;
    number.set_country_code(std::stoi(region.country_code));
    number.set_national_number(std::stoull(national));
    const size_t zeros = std::min(national.find_first_not_of('0'), national.size());
    if (zeros > 0) number.set_italian_leading_zero(true);
    if (zeros > 1) number.set_number_of_leading_zeros(static_cast<int>(zeros));
    return number;
  }

  // Compares the answers for `national`, a number of region `r`.
  void Check(size_t r, const std::string& national) {
    // It keeps a number as an integer and its leading zeros, and cannot say "zeros alone".
    if (national.find_first_not_of('0') == std::string::npos || national.size() > 18) return;
    const NumberingPlan::Region& region = plan_.regions()[r];
    const PhoneNumber number = Number(region, national);
    ++checked_;
    const bool valid = oracle_.IsValidNumber(number);
    valid_ += valid;
    if (plan_.IsValidInternational(region.country_code + national) != valid) {
      Differ(region, national, valid ? "should be valid" : "should not be valid");
    }
    const bool here = valid && oracle_.IsValidNumberForRegion(number, RegionCode(region));
    const uint16_t kinds = plan_.NationalKinds(static_cast<int>(r), national);
    if ((kinds != 0) != here) {
      Differ(region, national, here ? "should be valid here" : "should not be valid here");
    } else if (here && checked_ % 8 == 0 && (kinds & Bits(oracle_.GetNumberType(number))) == 0) {
      Differ(region, national, "has another kind");
    }
    if (here && checked_ % 8 == 1) CheckDialled(region, number, national);
  }

  // What it prints for use inside the region must be valid there as it is dialled.
  void CheckDialled(const NumberingPlan::Region& region, const PhoneNumber& number,
                    const std::string& national) {
    if (RegionCode(region) == kNoRegion) return;
    std::string printed;
    oracle_.Format(number, PhoneNumberUtil::NATIONAL, &printed);
    std::string digits;
    std::copy_if(printed.begin(), printed.end(), std::back_inserter(digits),
                 [](char c) { return c >= '0' && c <= '9'; });
    ++dialled_;
    if (!plan_.IsValidNational(region.code, digits)) {
      Differ(region, national, "is not valid as dialled");
    }
  }

  static int Bits(PhoneNumberUtil::PhoneNumberType type) {
    switch (type) {
      case PhoneNumberUtil::FIXED_LINE:
        return NumberingPlan::kFixed;
      case PhoneNumberUtil::MOBILE:
        return NumberingPlan::kMobile;
      case PhoneNumberUtil::FIXED_LINE_OR_MOBILE:
        return NumberingPlan::kFixed | NumberingPlan::kMobile;
      case PhoneNumberUtil::TOLL_FREE:
        return NumberingPlan::kTollFree;
      case PhoneNumberUtil::PREMIUM_RATE:
        return NumberingPlan::kPremium;
      case PhoneNumberUtil::SHARED_COST:
        return NumberingPlan::kSharedCost;
      case PhoneNumberUtil::VOIP:
        return NumberingPlan::kVoip;
      case PhoneNumberUtil::PERSONAL_NUMBER:
        return NumberingPlan::kPersonal;
      case PhoneNumberUtil::PAGER:
        return NumberingPlan::kPager;
      case PhoneNumberUtil::UAN:
        return NumberingPlan::kUan;
      case PhoneNumberUtil::VOICEMAIL:
        return NumberingPlan::kVoicemail;
      default:
        return 0;
    }
  }

  void Differ(const NumberingPlan::Region& region, const std::string& national,
              std::string_view how) {
    if (++different_ <= 20) {
      ADD_FAILURE() << region.code << " +" << region.country_code << " " << national << " " << how;
    }
  }

  std::string RandomDigits(size_t count) {
    std::string digits(count, '0');
    for (char& c : digits) c = static_cast<char>('0' + random_() % 10);
    return digits;
  }

  NumberingPlan plan_;
  PhoneNumberUtil& oracle_;
  std::mt19937_64 random_{20221011};  // fixed: a failure repeats
  size_t checked_ = 0;
  size_t valid_ = 0;
  size_t dialled_ = 0;
  size_t different_ = 0;
};

TEST_F(PhoneOracleTest, KnowsTheSameRegions) {
  std::set<std::string> theirs;
  oracle_.GetSupportedRegions(&theirs);
  for (const NumberingPlan::Region& region : plan_.regions()) {
    if (RegionCode(region) == kNoRegion) continue;
    EXPECT_EQ(theirs.erase(region.code), 1u) << region.code;
    EXPECT_EQ(std::to_string(oracle_.GetCountryCodeForRegion(region.code)), region.country_code);
  }
  EXPECT_TRUE(theirs.empty()) << *theirs.begin();
}

TEST_F(PhoneOracleTest, AgreesWithLibphonenumber) {
  ASSERT_FALSE(plan_.regions().empty());
  for (size_t r = 0; r < plan_.regions().size(); ++r) {
    const absl::Span<const NumberingPlan::Range> ranges = plan_.Ranges(plan_.regions()[r]);
    // Both sides of each border between ranges, in each length that exists beside it, and one digit
    // more and less: where an error of the tables would show.
    for (size_t i = 0; i < ranges.size(); ++i) {
      for (size_t length = 3; length <= NumberingPlan::kMaxNationalDigits; ++length) {
        bool near = false;
        for (size_t l = length - 1; l <= length + 1 && l <= NumberingPlan::kMaxNationalDigits;
             ++l) {
          near |= plan_.KindsOf(ranges[i])[l] != 0;
          near |= i > 0 && plan_.KindsOf(ranges[i - 1])[l] != 0;
        }
        if (!near) continue;
        const size_t rest = length > 8 ? length - 8 : 0;
        const uint32_t begin = ranges[i].begin;
        const uint32_t end = i + 1 < ranges.size() ? ranges[i + 1].begin : 100'000'000;
        const auto inside = [&] {
          return begin + static_cast<uint32_t>(random_() % (end - begin));
        };
        for (uint32_t key : {begin, inside(), end - 1}) {
          Check(r, KeyDigits(key).substr(0, length) + RandomDigits(rest));
        }
        for (int n = 0; n < 8 && plan_.KindsOf(ranges[i])[length] != 0; ++n) {
          Check(r, KeyDigits(inside()).substr(0, length) + RandomDigits(rest));
        }
      }
    }
    // Its own examples, and those with a digit changed, added or lost.
    const std::string code = RegionCode(plan_.regions()[r]);
    for (int type = PhoneNumberUtil::FIXED_LINE; type <= PhoneNumberUtil::VOICEMAIL; ++type) {
      PhoneNumber example;
      const auto kind = static_cast<PhoneNumberUtil::PhoneNumberType>(type);
      if (code == kNoRegion || !oracle_.GetExampleNumberForType(code, kind, &example)) continue;
      std::string national;
      oracle_.GetNationalSignificantNumber(example, &national);
      Check(r, national);
      for (int n = 0; n < 60; ++n) {
        std::string changed = national;
        changed[random_() % changed.size()] = static_cast<char>('0' + random_() % 10);
        if (n % 3 == 1) changed += RandomDigits(1);
        if (n % 3 == 2) changed.pop_back();
        Check(r, changed);
      }
    }
    for (int n = 0; n < 1500; ++n) Check(r, RandomDigits(4 + random_() % 10));
  }
  EXPECT_EQ(different_, 0u);
  EXPECT_GE(checked_, 1'000'000u);
  EXPECT_GE(valid_, checked_ / 5) << "too few of the numbers are valid to mean anything";
  EXPECT_GE(dialled_, 20'000u);
  RecordProperty("numbers", static_cast<int>(checked_));
  RecordProperty("valid", static_cast<int>(valid_));
}

}  // namespace
}  // namespace tacet

#endif  // TACET_PHONE_ORACLE
