// Finds telephone numbers by the numbering plans of all regions.
#ifndef TACET_DETECT_PHONE_H_
#define TACET_DETECT_PHONE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/detect/recogniser.h"
#include "tacet/pattern_library.h"

namespace tacet {

// `regions` are ISO 3166-1 alpha-2 codes whose national formats are expected; empty means every
// region's. Fails if a code is unknown.
absl::StatusOr<std::unique_ptr<Recogniser>> MakePhoneRecogniser(
    const PatternLibrary& library, absl::Span<const std::string> regions);

// Says which telephone numbers exist, region by region (ITU-T E.164 and the national plans, as
// compiled in patterns/data/). Immutable: share it among threads. A look-up takes some ten
// nanoseconds and allocates nothing. Arguments named `digits` hold ASCII digits and nothing else.
class NumberingPlan {
 public:
  // What a number can be, a bit each; zero means that there is no such number.
  enum Kind : uint16_t {
    kFixed = 1 << 0,
    kMobile = 1 << 1,
    kTollFree = 1 << 2,
    kPremium = 1 << 3,
    kSharedCost = 1 << 4,
    kPersonal = 1 << 5,
    kVoip = 1 << 6,
    kPager = 1 << 7,
    kUan = 1 << 8,  // one number for a whole company: 1588-1200, 444 0 724
    kVoicemail = 1 << 9,
  };
  // The longest national number of any plan, without country code and trunk prefix.
  static constexpr size_t kMaxNationalDigits = 17;

  // How a national number is written: how many digits it has, and after how many of them a
  // separator may stand (bit n: after n digits).
  struct Layout {
    uint8_t digits;
    uint32_t breaks;
  };

  struct Region {
    std::string code;                 // "GB"; "001:800" for a country code of no region
    std::string country_code;         // "44"
    std::vector<std::string> trunks;  // dialled before a national number: "0"
    std::string infix;                // dialled after the area code, "15" in Argentina, ...
    std::string infix_stands_for;     // ... for this before it: "9"
    std::vector<Layout> layouts;      // without trunk, by digits
    uint32_t first_range = 0;         // its part of ranges_
    uint32_t range_count = 0;
  };

  // Parses phone_regions.tsv and numbering_plans.tsv. Fails with file and line.
  static absl::StatusOr<NumberingPlan> Parse(std::string_view regions, std::string_view plans);
  // The plans that are built into the library.
  static absl::StatusOr<NumberingPlan> Default();

  const std::vector<Region>& regions() const { return regions_; }
  // Index of the region named `code`, or -1.
  int FindRegion(std::string_view code) const;
  // Digits of the country code that `digits` begins with, or 0.
  size_t CountryCodeLength(std::string_view digits) const;

  // Kinds of the number with country code and without any prefix: "442079460812".
  uint16_t InternationalKinds(std::string_view digits) const;
  // Kinds of a number of `region` (an index) without country code and trunk prefix: "2079460812".
  uint16_t NationalKinds(int region, std::string_view digits) const;
  // The same for a number as it is dialled inside the region: "02079460812" or "2079460812".
  uint16_t DialledKinds(int region, std::string_view digits) const;

  bool IsValidInternational(std::string_view digits) const {
    return InternationalKinds(digits) != 0;
  }
  // `digits` as dialled in the region named `region`; false if there is no such region.
  bool IsValidNational(std::string_view region, std::string_view digits) const;

  // The numbers of a region are an array of ranges of their first eight digits, in order, without
  // gaps; the kinds by number of digits are shared among ranges.
  struct Range {
    uint32_t begin;  // eight digits, padded with zeros; it ends where the next one begins
    uint16_t kinds;  // index for KindsOf
  };
  absl::Span<const Range> Ranges(const Region& region) const {
    return absl::MakeConstSpan(ranges_).subspan(region.first_range, region.range_count);
  }
  using KindsByDigits = std::array<uint16_t, kMaxNationalDigits + 1>;
  const KindsByDigits& KindsOf(const Range& range) const { return kinds_[range.kinds]; }

 private:
  // `key` is the number that the first eight digits are.
  uint16_t KindsByKey(const Region& region, uint32_t key, size_t digits) const;

  std::vector<Region> regions_;
  std::vector<Range> ranges_;
  std::vector<KindsByDigits> kinds_;
  // By country code, padded to three digits with zeros for every longer number: its regions, the
  // main one first.
  std::array<uint16_t, 1000> country_by_prefix_{};  // index into countries_; 0 is "none"
  struct Country {
    uint8_t code_digits = 0;
    std::vector<uint16_t> regions;
  };
  std::vector<Country> countries_;
};

}  // namespace tacet

#endif  // TACET_DETECT_PHONE_H_
