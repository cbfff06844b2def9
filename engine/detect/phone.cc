#include "engine/detect/phone.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "engine/detect/embedded_files.h"

namespace tacet {
namespace {

// Digits that tell ranges apart; no plan needs more.
constexpr size_t kKeyDigits = 8;
constexpr uint32_t kKeyEnd = 100'000'000;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsAlnum(char c) { return IsDigit(c) || IsLetter(c); }

// True if `c` is one of the few characters in `set`.
template <size_t N>
bool IsOneOf(char c, const char (&set)[N]) {
  bool found = false;
  for (size_t i = 0; i + 1 < N; ++i) found |= set[i] == c;
  return found;
}

// The first eight digits as a number, padded with zeros.
uint32_t Key(std::string_view digits) {
  // Neighbours are joined to numbers of two, four and eight digits, all at once.
  std::array<unsigned char, kKeyDigits> bytes;
  bytes.fill('0');
  std::memcpy(bytes.data(), digits.data(), std::min(digits.size(), kKeyDigits));
  uint64_t pairs = 0;
  for (size_t i = 0; i < kKeyDigits; ++i) pairs |= uint64_t{bytes[i]} << (8 * i);
  pairs -= 0x3030303030303030;
  pairs = pairs * 10 + (pairs >> 8);
  const uint64_t low = (pairs & 0x000000ff000000ff) * (100 + (uint64_t{1'000'000} << 32));
  const uint64_t high = (pairs >> 16 & 0x000000ff000000ff) * (1 + (uint64_t{10'000} << 32));
  return static_cast<uint32_t>((low + high) >> 32);
}

// Calls `line` with number and tab-separated fields of each line that is no comment.
template <typename Line>
absl::Status ForEachLine(std::string_view file, std::string_view text, size_t fields, Line line) {
  int number = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view row = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (row.empty() || row[0] == '#') continue;
    std::array<std::string_view, 6> field;
    size_t count = 0;
    for (size_t at = 0; at <= row.size() && count < field.size(); ++count) {
      const size_t tab = std::min(row.find('\t', at), row.size());
      field[count] = row.substr(at, tab - at);
      at = tab + 1;
    }
    if (count != fields || !line(field)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s:%d: not a row of numbering plans", std::string(file), number));
    }
  }
  return absl::OkStatus();
}

// Calls `item` for each part of `list` between commas; false if one of them was refused.
template <typename Item>
bool ForEachItem(std::string_view list, Item item) {
  while (!list.empty()) {
    const size_t end = std::min(list.find(','), list.size());
    if (!item(list.substr(0, end))) return false;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return true;
}

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

bool ParseSmall(std::string_view text, uint32_t& value) {
  if (!AllDigits(text) || text.size() > 3) return false;
  value = 0;
  for (char c : text) value = value * 10 + static_cast<uint32_t>(c - '0');
  return true;
}

// "3-3-4"
bool ParseLayout(std::string_view text, NumberingPlan::Layout& layout) {
  layout = {.digits = 0, .breaks = 0};
  while (!text.empty()) {
    const size_t end = std::min(text.find('-'), text.size());
    uint32_t size = 0;
    if (!ParseSmall(text.substr(0, end), size) || layout.digits + size > 30) return false;
    if (layout.digits != 0) layout.breaks |= 1u << layout.digits;
    layout.digits = static_cast<uint8_t>(layout.digits + size);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return layout.digits != 0;
}

constexpr std::pair<std::string_view, NumberingPlan::Kind> kKindNames[] = {
    {"fixed", NumberingPlan::kFixed},
    {"mobile", NumberingPlan::kMobile},
    {"toll-free", NumberingPlan::kTollFree},
    {"premium", NumberingPlan::kPremium},
    {"shared-cost", NumberingPlan::kSharedCost},
    {"personal", NumberingPlan::kPersonal},
    {"voip", NumberingPlan::kVoip},
    {"pager", NumberingPlan::kPager},
    {"uan", NumberingPlan::kUan},
    {"voicemail", NumberingPlan::kVoicemail},
};

// A row of numbering_plans.tsv, a prefix at a time.
struct PlanRow {
  uint32_t begin = 0;
  uint32_t end = 0;
  uint32_t lengths = 0;  // bit n: n digits
  uint16_t kinds = 0;
};

bool ParsePrefix(std::string_view text, PlanRow& row) {
  const size_t dash = text.find('-');
  const std::string_view first = text.substr(0, dash);
  const std::string_view last = dash == std::string_view::npos ? first : text.substr(dash + 1);
  if (!AllDigits(first) || !AllDigits(last) || first.size() != last.size() ||
      first.size() > kKeyDigits) {
    return false;
  }
  uint32_t width = 1;
  for (size_t i = first.size(); i < kKeyDigits; ++i) width *= 10;
  row.begin = Key(first);
  row.end = Key(last) + width;
  return row.begin < row.end;
}

}  // namespace

absl::StatusOr<NumberingPlan> NumberingPlan::Parse(std::string_view regions,
                                                   std::string_view plans) {
  NumberingPlan plan;
  plan.countries_.emplace_back();
  absl::Status status = ForEachLine("phone_regions.tsv", regions, 6, [&](const auto& field) {
    Region region;
    region.code = std::string(field[0]);
    region.country_code = std::string(field[1]);
    if (region.code.empty() || !AllDigits(field[1]) || field[1].size() > 3) return false;
    const bool trunks_read = ForEachItem(field[2], [&](std::string_view trunk) {
      region.trunks.emplace_back(trunk);
      return AllDigits(trunk);
    });
    const size_t arrow = field[3].find('>');
    if (arrow != std::string_view::npos) {
      region.infix = std::string(field[3].substr(0, arrow));
      region.infix_stands_for = std::string(field[3].substr(arrow + 1));
    }
    const bool layouts_read = ForEachItem(field[5], [&](std::string_view text) {
      Layout layout{};
      if (!ParseLayout(text, layout)) return false;
      region.layouts.push_back(layout);
      return true;
    });
    if (!trunks_read || !layouts_read) return false;
    std::sort(region.layouts.begin(), region.layouts.end(), [](const Layout& a, const Layout& b) {
      return std::pair(a.digits, a.breaks) < std::pair(b.digits, b.breaks);
    });
    plan.regions_.push_back(std::move(region));
    return true;
  });
  if (!status.ok()) return status;

  std::vector<std::vector<PlanRow>> rows(plan.regions_.size());
  int at = -1;
  status = ForEachLine("numbering_plans.tsv", plans, 4, [&](const auto& field) {
    if (at < 0 || plan.regions_[at].code != field[0]) at = plan.FindRegion(field[0]);
    if (at < 0) return false;
    PlanRow row;
    const bool kinds_read = ForEachItem(field[1], [&](std::string_view name) {
      for (const auto& [kind_name, kind] : kKindNames) {
        if (kind_name == name) row.kinds |= kind;
      }
      return row.kinds != 0;
    });
    const bool lengths_read = ForEachItem(field[2], [&](std::string_view text) {
      uint32_t length = 0;
      if (!ParseSmall(text, length) || length > kMaxNationalDigits) return false;
      row.lengths |= 1u << length;
      return true;
    });
    return kinds_read && lengths_read && ForEachItem(field[3], [&](std::string_view prefix) {
             if (!ParsePrefix(prefix, row)) return false;
             rows[at].push_back(row);
             return true;
           });
  });
  if (!status.ok()) return status;

  absl::flat_hash_map<KindsByDigits, uint16_t> known;
  plan.kinds_.emplace_back();
  known.emplace(plan.kinds_.back(), 0);
  std::vector<uint32_t> bounds;
  std::vector<const PlanRow*> open;
  for (size_t r = 0; r < rows.size(); ++r) {
    std::sort(rows[r].begin(), rows[r].end(),
              [](const PlanRow& a, const PlanRow& b) { return a.begin < b.begin; });
    bounds.assign(1, 0);
    for (const PlanRow& row : rows[r]) {
      bounds.push_back(row.begin);
      if (row.end < kKeyEnd) bounds.push_back(row.end);
    }
    std::sort(bounds.begin(), bounds.end());
    bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
    Region& region = plan.regions_[r];
    region.first_range = static_cast<uint32_t>(plan.ranges_.size());
    open.clear();
    size_t next = 0;
    for (uint32_t begin : bounds) {
      std::erase_if(open, [&](const PlanRow* row) { return row->end <= begin; });
      while (next < rows[r].size() && rows[r][next].begin == begin)
        open.push_back(&rows[r][next++]);
      KindsByDigits kinds{};
      for (const PlanRow* row : open) {
        for (uint32_t lengths = row->lengths; lengths != 0; lengths &= lengths - 1) {
          kinds[static_cast<size_t>(std::countr_zero(lengths))] |= row->kinds;
        }
      }
      const auto [entry, fresh] = known.emplace(kinds, static_cast<uint16_t>(plan.kinds_.size()));
      if (fresh) plan.kinds_.push_back(kinds);
      plan.ranges_.push_back({begin, entry->second});
    }
    region.range_count = static_cast<uint32_t>(plan.ranges_.size()) - region.first_range;
  }

  for (size_t r = 0; r < plan.regions_.size(); ++r) {
    const std::string& code = plan.regions_[r].country_code;
    uint32_t first = 0;
    uint32_t width = 1;
    for (size_t i = 0; i < 3; ++i) {
      first = first * 10 + (i < code.size() ? static_cast<uint32_t>(code[i] - '0') : 0);
      if (i >= code.size()) width *= 10;
    }
    if (plan.country_by_prefix_[first] == 0) {
      const auto index = static_cast<uint16_t>(plan.countries_.size());
      plan.countries_.emplace_back().code_digits = static_cast<uint8_t>(code.size());
      for (uint32_t p = first; p < first + width; ++p) plan.country_by_prefix_[p] = index;
    }
    plan.countries_[plan.country_by_prefix_[first]].regions.push_back(static_cast<uint16_t>(r));
  }
  // The region with the richest plan first: most numbers of a shared country code are its own.
  for (Country& country : plan.countries_) {
    std::stable_sort(country.regions.begin(), country.regions.end(), [&](uint16_t a, uint16_t b) {
      return plan.regions_[a].range_count > plan.regions_[b].range_count;
    });
  }
  return plan;
}

absl::StatusOr<NumberingPlan> NumberingPlan::Default() {
  std::string_view regions;
  std::string_view plans;
  for (const EmbeddedFile& file : EmbeddedFiles()) {
    if (file.name == "data/phone_regions.tsv") regions = file.text;
    if (file.name == "data/numbering_plans.tsv") plans = file.text;
  }
  return Parse(regions, plans);
}

int NumberingPlan::FindRegion(std::string_view code) const {
  for (size_t i = 0; i < regions_.size(); ++i) {
    if (regions_[i].code == code) return static_cast<int>(i);
  }
  return -1;
}

size_t NumberingPlan::CountryCodeLength(std::string_view digits) const {
  if (digits.size() < 3) return 0;
  return countries_[country_by_prefix_[Key(digits) / 100'000]].code_digits;
}

uint16_t NumberingPlan::InternationalKinds(std::string_view digits) const {
  if (digits.size() < 3) return 0;
  const Country& country = countries_[country_by_prefix_[Key(digits) / 100'000]];
  const std::string_view national = digits.substr(country.code_digits);
  const uint32_t key = Key(national);
  for (uint16_t region : country.regions) {
    const uint16_t kinds = KindsByKey(regions_[region], key, national.size());
    if (kinds != 0) return kinds;
  }
  return 0;
}

uint16_t NumberingPlan::NationalKinds(int region, std::string_view digits) const {
  return KindsByKey(regions_[static_cast<size_t>(region)], Key(digits), digits.size());
}

uint16_t NumberingPlan::KindsByKey(const Region& region, uint32_t key, size_t digits) const {
  if (digits > kMaxNationalDigits) return 0;
  const absl::Span<const Range> ranges = Ranges(region);
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), key,
                       [](uint32_t k, const Range& range) { return k < range.begin; });
  return kinds_[(after - 1)->kinds][digits];
}

uint16_t NumberingPlan::DialledKinds(int region, std::string_view digits) const {
  uint16_t kinds = NationalKinds(region, digits);
  const Region& r = regions_[static_cast<size_t>(region)];
  for (const std::string& trunk : r.trunks) {
    if (kinds == 0 && digits.substr(0, trunk.size()) == trunk) {
      kinds = NationalKinds(region, digits.substr(trunk.size()));
    }
  }
  if (kinds != 0 || r.infix.empty()) return kinds;
  // 0 11 15 2345 6789 for 9 11 2345 6789: area codes have two to four digits.
  if (digits.substr(0, 1) == "0") digits.remove_prefix(1);
  std::array<char, kMaxNationalDigits> moved;
  const size_t rest = r.infix.size();
  for (size_t area = 2; area <= 4 && kinds == 0; ++area) {
    if (digits.size() < area + rest || digits.substr(area, rest) != r.infix ||
        digits.size() - rest + r.infix_stands_for.size() > moved.size()) {
      continue;
    }
    char* out = std::copy(r.infix_stands_for.begin(), r.infix_stands_for.end(), moved.data());
    out = std::copy_n(digits.data(), area, out);
    out = std::copy(digits.begin() + static_cast<ptrdiff_t>(area + rest), digits.end(), out);
    kinds = NationalKinds(region, {moved.data(), static_cast<size_t>(out - moved.data())});
  }
  return kinds;
}

bool NumberingPlan::IsValidNational(std::string_view region, std::string_view digits) const {
  const int index = FindRegion(region);
  return index >= 0 && DialledKinds(index, digits) != 0;
}

// --- the recogniser ----------------------------------------------------------------------------

namespace {

// What a candidate is, and so how much it needs the words around it. The names are in kKindOrder.
enum PhoneKind : int {
  kInternational,       // + or 00 before a number that exists
  kInternationalLoose,  // + before what may be one: its country code exists
  kInternationalBare,   // a number with country code that exists, and nothing that says so
  kTrunkGrouped,        // in groups as in its region, with trunk prefix
  kGrouped,             // in groups as in its region, three groups or more
  kGroupedWeak,         // the same in two groups, or in groups that an amount may have too
  kGroupedLoose,        // in groups that are usual nowhere
  kTrunkMobile,  // a run of digits with trunk prefix: mobile and other non-geographic numbers
  kTrunkFixed,   // the same, fixed
  kMobileBare,   // a run of digits that is a mobile number without trunk prefix
  kBare,         // a run of digits that is another number without trunk prefix
  kTollFree,     // a toll-free number that begins as those do in many countries
  kService,      // another number of companies, without trunk prefix
  kShort,        // a number of companies, of six digits
  kUnknown,      // a run of digits that is no number anywhere
  kSpaced,       // every digit apart
  kMasked,       // some digits hidden
  kVanity,       // letters in place of digits
  kSpelled,      // digits as words
  kAlone,        // the message is nothing else
  kApart,        // a number that needs words, set apart: first, last or in parentheses
  kAloneMobile,  // the message is nothing else, and the number is one that a person carries
  kHome,         // the message is nothing else, and the number one of the country it is from
  kKindCount,
};
constexpr std::string_view kKindOrder[kKindCount] = {
    "international",
    "international-loose",
    "international-bare",
    "trunk-grouped",
    "grouped",
    "grouped-weak",
    "grouped-loose",
    "trunk-mobile",
    "trunk-fixed",
    "mobile-bare",
    "bare",
    "toll-free",
    "service",
    "short",
    "unknown",
    "spaced",
    "masked",
    "vanity",
    "spelled",
    "alone",
    "apart",
    "alone-mobile",
    "home",
};

constexpr size_t kMinDigits = 6;   // five and fewer are short codes
constexpr size_t kMaxDigits = 17;  // country code, 15 digits, and a trunk prefix in parentheses
constexpr size_t kMaxGroups = 12;
constexpr uint32_t kCellWidth = kKeyEnd / 100;  // numbers with the same first two digits

// Numbers of companies and services, of which nobody owns one personally.
constexpr uint16_t kServiceKinds = NumberingPlan::kTollFree | NumberingPlan::kPremium |
                                   NumberingPlan::kSharedCost | NumberingPlan::kUan;
constexpr uint16_t kAnyMobile = NumberingPlan::kMobile | NumberingPlan::kPersonal |
                                NumberingPlan::kVoip | NumberingPlan::kPager;

bool IsMobileOnly(uint16_t kinds) {
  return (kinds & kAnyMobile) != 0 && (kinds & NumberingPlan::kFixed) == 0;
}

// A chain of digit runs with phone separators between them.
struct Chain {
  size_t first = 0;                             // index of its first run
  size_t groups = 0;                            // how many runs
  std::array<uint16_t, kMaxGroups + 1> offset;  // digits before each group
  std::array<uint32_t, kMaxGroups> gap;         // what stands after each group, packed
  std::array<char, kMaxGroups> separator;       // its mark, else a space, else 0
  std::array<char, kMaxGroups * kMaxDigits> digits;

  std::string_view Digits(size_t begin, size_t end) const {
    return {digits.data() + offset[begin], static_cast<size_t>(offset[end] - offset[begin])};
  }
  // Bit n: a separator stands after n digits of groups [begin, end).
  uint32_t Breaks(size_t begin, size_t end) const {
    uint32_t breaks = 0;
    for (size_t g = begin + 1; g < end; ++g) breaks |= 1u << (offset[g] - offset[begin]);
    return breaks;
  }
  size_t GroupSize(size_t g) const { return static_cast<size_t>(offset[g + 1] - offset[g]); }
};

class PhoneRecogniser : public Recogniser {
 public:
  // `home`: those whose messages are scanned, if that is known.
  PhoneRecogniser(NumberingPlan plan, const PatternLibrary& library,
                  const std::vector<uint16_t>& regions, std::vector<uint16_t> home);

  absl::Span<const std::string_view> kinds() const override { return kKindOrder; }
  int min_digits() const override { return 0; }  // a spelled-out number holds none
  void Recognise(const RecogniserInput& input, Emit emit) const override;

 private:
  // What a word list means to the recogniser.
  enum Role : uint8_t { kNoRole, kDigitWord, kRepeatWord, kExtensionWord, kCueWord, kWeakCueWord };
  struct ListRole {
    Role role = kNoRole;
    uint8_t value = 0;  // of a digit word; how often of a repeat word
  };
  struct Found {
    int kind = -1;
    size_t end = 0;  // one past its last group
  };
  // A region in the cell of the numbers of one length that begin with the same two digits.
  struct CellRegion {
    const NumberingPlan::Range* first;  // the part of its ranges that covers the cell
    const NumberingPlan::Range* end;
    uint16_t region;
    uint8_t telling;  // the most that a number of the cell can tell here, see Telling
    uint64_t size;    // how many numbers tell so much
  };
  struct Slice {
    uint32_t begin = 0;
    uint32_t end = 0;
  };
  // Where the words stand that make a bare number a phone.
  struct Cues {
    std::array<Slice, 16> words;
    size_t count = 0;
    bool everywhere = false;
    bool Near(size_t begin, size_t end) const;
  };

  ListRole RoleOf(const WordHit& hit) const {
    for (uint16_t list : hit.lists) {
      if (roles_[list].role != kNoRole) return roles_[list];
    }
    return {};
  }
  absl::Span<const CellRegion> RegionsWith(std::string_view digits) const;
  uint16_t KindsIn(const CellRegion& cell, std::string_view digits, uint32_t key) const;
  bool IsWrittenSo(uint16_t region, size_t digits, uint32_t breaks, bool area) const;
  Cues FindCues(const RecogniserInput& input) const;
  uint16_t National(std::string_view digits, uint32_t breaks, bool with_trunk) const;
  uint16_t InternationalAsWritten(std::string_view digits) const;
  size_t InternationalPrefix(std::string_view digits) const;
  bool IsService(std::string_view digits) const;
  bool IsTollFree(std::string_view digits) const;

  void ReadChain(const RecogniserInput& input, size_t first, Chain& chain) const;
  Found International(const Chain& chain, size_t begin) const;
  Found Grouped(const RecogniserInput& input, const Chain& chain, size_t begin, bool cue) const;
  Found Loose(const RecogniserInput& input, const Chain& chain, size_t begin, size_t limit) const;
  int Run(std::string_view digits, bool cue) const;
  Found Spaced(const RecogniserInput& input, size_t first, bool plus) const;
  size_t GluedPrice(std::string_view text, DigitRun run) const;
  uint32_t Vanity(const RecogniserInput& input, const Chain& chain, size_t begin,
                  size_t& groups) const;
  bool CueEndsAt(const RecogniserInput& input, size_t at) const;
  bool IsHome(int region, std::string_view digits, uint32_t breaks) const;
  void Home(const RecogniserInput& input, Emit emit) const;
  bool NeedsLittle(int kind, std::string_view shown) const;
  bool IsCarried(int kind, std::string_view number) const;
  uint32_t WithExtension(const RecogniserInput& input, uint32_t end) const;
  size_t Spelled(const RecogniserInput& input, size_t first_word, Emit emit) const;
  size_t FromRun(const RecogniserInput& input, size_t run, const Cues& cues, Chain& chain,
                 Emit emit) const;

  static constexpr size_t kLengths = NumberingPlan::kMaxNationalDigits + 1;
  NumberingPlan plan_;
  std::vector<uint64_t> trunk_sets_;  // by region: which of trunks_ it has
  std::vector<std::string> trunks_;
  std::array<std::vector<uint8_t>, 10>
      trunks_by_digit_;  // by their first digit: indices in trunks_
  std::vector<uint16_t> home_;
  std::vector<uint16_t> infix_regions_;
  // The regions of a cell: those where its numbers tell most come first, so that the usual question
  // is answered by the first look-up.
  std::vector<CellRegion> cell_regions_;
  std::array<Slice, kLengths * 100> cells_;
  std::vector<uint32_t> layouts_;     // breaks
  std::vector<Slice> layout_slices_;  // by region and number of digits
  std::vector<ListRole> roles_;       // by word list
};

// How much the kinds of a number tell: 3 for a line that a person carries, 2 for one of a company,
// 1 for a fixed line. Nearly any digits are somebody's fixed line.
int Telling(uint16_t kinds) {
  return IsMobileOnly(kinds) ? 3 : (kinds & kServiceKinds) != 0 ? 2 : kinds != 0 ? 1 : 0;
}

PhoneRecogniser::PhoneRecogniser(NumberingPlan plan, const PatternLibrary& library,
                                 const std::vector<uint16_t>& regions, std::vector<uint16_t> home)
    : plan_(std::move(plan)), home_(std::move(home)) {
  trunk_sets_.resize(plan_.regions().size());
  layout_slices_.resize(plan_.regions().size() * kLengths);
  std::vector<std::vector<CellRegion>> cells(cells_.size());
  for (uint16_t r : regions) {
    const NumberingPlan::Region& region = plan_.regions()[r];
    for (const std::string& trunk : region.trunks) {
      const auto known = std::find(trunks_.begin(), trunks_.end(), trunk);
      const auto index = static_cast<size_t>(known - trunks_.begin());
      trunk_sets_[r] |= uint64_t{1} << index;
      if (known != trunks_.end()) continue;
      trunks_by_digit_[static_cast<size_t>(trunk[0] - '0')].push_back(static_cast<uint8_t>(index));
      trunks_.push_back(trunk);
    }
    if (!region.infix.empty()) infix_regions_.push_back(r);
    for (const NumberingPlan::Layout& layout : region.layouts) {
      if (layout.digits >= kLengths) continue;
      Slice& slice = layout_slices_[r * kLengths + layout.digits];
      if (slice.end == 0) slice.begin = static_cast<uint32_t>(layouts_.size());
      layouts_.push_back(layout.breaks);
      slice.end = static_cast<uint32_t>(layouts_.size());
    }
    const absl::Span<const NumberingPlan::Range> ranges = plan_.Ranges(region);
    for (size_t i = 0; i < ranges.size(); ++i) {
      const NumberingPlan::Range* range = &ranges[i];
      const uint32_t end = i + 1 < ranges.size() ? ranges[i + 1].begin : kKeyEnd;
      const NumberingPlan::KindsByDigits& kinds = plan_.KindsOf(*range);
      for (size_t length = kMinDigits; length < kLengths; ++length) {
        if (kinds[length] == 0) continue;
        const auto telling = static_cast<uint8_t>(Telling(kinds[length]));
        for (uint32_t begin = range->begin; begin < end;) {
          const uint32_t first_two = begin / kCellWidth;
          const uint32_t stop = std::min(end, (first_two + 1) * kCellWidth);
          std::vector<CellRegion>& cell = cells[length * 100 + first_two];
          if (cell.empty() || cell.back().region != r) {
            cell.push_back({.first = range, .end = range, .region = r, .telling = 0, .size = 0});
          }
          CellRegion& entry = cell.back();
          entry.end = range + 1;
          if (telling > entry.telling) entry.size = 0;
          entry.telling = std::max(entry.telling, telling);
          if (telling == entry.telling) entry.size += stop - begin;
          begin = stop;
        }
      }
    }
  }
  for (size_t i = 0; i < cells.size(); ++i) {
    std::stable_sort(cells[i].begin(), cells[i].end(),
                     [](const CellRegion& a, const CellRegion& b) {
                       return std::pair(a.telling, a.size) > std::pair(b.telling, b.size);
                     });
    cells_[i].begin = static_cast<uint32_t>(cell_regions_.size());
    cell_regions_.insert(cell_regions_.end(), cells[i].begin(), cells[i].end());
    cells_[i].end = static_cast<uint32_t>(cell_regions_.size());
  }

  const std::vector<WordList>& lists = library.word_lists();
  roles_.resize(lists.size());
  for (size_t i = 0; i < lists.size(); ++i) {
    const std::string_view name = lists[i].name;
    uint32_t value = 0;
    if (name == "phone") {
      roles_[i] = {kCueWord, 0};
    } else if (name == "phone-weak") {
      roles_[i] = {kWeakCueWord, 0};
    } else if (name == "phone-extension") {
      roles_[i] = {kExtensionWord, 0};
    } else if (name.starts_with("digit-") && ParseSmall(name.substr(6), value)) {
      roles_[i] = {kDigitWord, static_cast<uint8_t>(value)};
    } else if (name.starts_with("times-") && ParseSmall(name.substr(6), value)) {
      roles_[i] = {kRepeatWord, static_cast<uint8_t>(value)};
    }
  }
}

// --- what exists ---

absl::Span<const PhoneRecogniser::CellRegion> PhoneRecogniser::RegionsWith(
    std::string_view digits) const {
  if (digits.size() < kMinDigits || digits.size() >= kLengths) return {};
  const size_t first_two =
      static_cast<size_t>(digits[0] - '0') * 10 + static_cast<size_t>(digits[1] - '0');
  const Slice& cell = cells_[digits.size() * 100 + first_two];
  return absl::MakeConstSpan(cell_regions_).subspan(cell.begin, cell.end - cell.begin);
}

// Kinds of the number `digits`, of which `key` is the Key, in a region of its cell.
uint16_t PhoneRecogniser::KindsIn(const CellRegion& cell, std::string_view digits,
                                  uint32_t key) const {
  const NumberingPlan::Range* after = std::upper_bound(
      cell.first, cell.end, key,
      [](uint32_t k, const NumberingPlan::Range& range) { return k < range.begin; });
  return after == cell.first ? 0 : plan_.KindsOf(*(after - 1))[digits.size()];
}

// True if the region writes a number of so many digits with separators in these places, and at most
// in one more. With `area`, only the first separator is compared.
bool PhoneRecogniser::IsWrittenSo(uint16_t region, size_t digits, uint32_t breaks,
                                  bool area) const {
  if (breaks == 0) return true;
  const uint32_t first = breaks & (~breaks + 1);
  const Slice& slice = layout_slices_[region * kLengths + digits];
  for (uint32_t i = slice.begin; i < slice.end; ++i) {
    if (area ? (first & layouts_[i]) != 0
             : (breaks & ~layouts_[i]) == 0 && std::popcount(layouts_[i] & ~breaks) <= 1) {
      return true;
    }
  }
  return false;
}

// Kinds of `digits` in the expected region where they tell most, written with `breaks` as there:
// with a trunk prefix in front, or without. A zero in front and the separator after the area code
// say enough: then the rest may be in any groups, as long as they are few.
uint16_t PhoneRecogniser::National(std::string_view digits, uint32_t breaks,
                                   bool with_trunk) const {
  uint16_t best = 0;
  if (!with_trunk) {
    const uint32_t key = Key(digits);
    for (const CellRegion& cell : RegionsWith(digits)) {
      if (Telling(best) >= cell.telling) break;
      if (!IsWrittenSo(cell.region, digits.size(), breaks, false)) continue;
      const uint16_t kinds = KindsIn(cell, digits, key);
      if (Telling(kinds) > Telling(best)) best = kinds;
    }
    return best;
  }
  if (digits.starts_with("00")) return 0;
  const bool by_area = digits[0] == '0' && std::popcount(breaks) <= 3;
  for (uint8_t t : trunks_by_digit_[static_cast<size_t>(digits[0] - '0')]) {
    const size_t trunk = trunks_[t].size();
    if (!digits.starts_with(trunks_[t])) continue;
    // Prefixes other than zero stand apart, or begin the eleven digits of Russia and North America.
    if (digits[0] != '0' && breaks != 0 && (breaks >> trunk & 1) == 0 && digits.size() != 11)
      continue;
    const std::string_view rest = digits.substr(trunk);
    const uint32_t rest_breaks = breaks >> trunk & ~1u;
    const uint32_t key = Key(rest);
    for (const CellRegion& cell : RegionsWith(rest)) {
      if (Telling(best) >= cell.telling) break;
      if ((trunk_sets_[cell.region] >> t & 1) == 0) continue;
      if (!IsWrittenSo(cell.region, rest.size(), rest_breaks, by_area)) continue;
      const uint16_t kinds = KindsIn(cell, rest, key);
      if (Telling(kinds) > Telling(best)) best = kinds;
    }
  }
  for (uint16_t r : infix_regions_) {
    if (best == 0 && digits[0] == '0') best = plan_.DialledKinds(r, digits);
  }
  return best;
}

// True if `digits`, without trunk prefix, are a number of companies in an expected region, whatever
// they are elsewhere.
bool PhoneRecogniser::IsService(std::string_view digits) const {
  const uint32_t key = Key(digits);
  for (const CellRegion& cell : RegionsWith(digits)) {
    if ((KindsIn(cell, digits, key) & kServiceKinds) != 0) return true;
  }
  return false;
}

// The same for toll-free numbers that begin as they do in many countries.
bool PhoneRecogniser::IsTollFree(std::string_view digits) const {
  return digits.size() >= 8 && (digits.starts_with("1800") || digits.starts_with("800")) &&
         IsService(digits);
}

// Kinds of a number with country code. The trunk prefix may stand after the country code, as
// in +44 (0) 20 7946 0812, although nobody can dial it so.
uint16_t PhoneRecogniser::InternationalAsWritten(std::string_view digits) const {
  const uint16_t kinds = plan_.InternationalKinds(digits);
  const size_t code = plan_.CountryCodeLength(digits);
  if (kinds != 0 || code == 0 || digits.size() <= code + 1 || digits.size() > kMaxDigits ||
      digits[code] != '0') {
    return kinds;
  }
  std::array<char, kMaxDigits> without;
  char* out = std::copy_n(digits.data(), code, without.data());
  out = std::copy(digits.begin() + static_cast<ptrdiff_t>(code) + 1, digits.end(), out);
  return plan_.InternationalKinds({without.data(), static_cast<size_t>(out - without.data())});
}

// Digits of an international prefix (00, 011, ...) that a number with country code follows, or 0.
size_t PhoneRecogniser::InternationalPrefix(std::string_view digits) const {
  if (digits[0] != '0' && digits[0] != '8') return 0;
  for (std::string_view prefix : {"00", "011", "0011", "810"}) {
    if (digits.starts_with(prefix) && digits.size() >= prefix.size() + 9 &&
        plan_.IsValidInternational(digits.substr(prefix.size()))) {
      return prefix.size();
    }
  }
  return 0;
}

// --- what is written ---

// What stands between two digit runs, if it may stand between two groups of a number.
struct GapCode {
  uint32_t packed = 0;  // its bytes; equal for equal gaps
  char separator = 0;   // its mark, else a space; 0 if there are only parentheses
  bool valid = false;
};

constexpr uint32_t Packed(std::string_view gap) {
  uint32_t packed = 0;
  for (char c : gap) packed = packed << 8 | static_cast<unsigned char>(c);
  return packed;
}

GapCode ReadGap(std::string_view gap) {
  GapCode code;
  if (gap.empty() || gap.size() > 4) return code;
  code.packed = Packed(gap);
  size_t spaces = 0, marks = 0, brackets = 0, mark_at = 0;
  for (size_t i = 0; i < gap.size(); ++i) {
    switch (gap[i]) {
      case ' ':
        ++spaces;
        break;
      case '-':
      case '.':
      case '/':
        ++marks;
        mark_at = i;
        break;
      case '(':
      case ')':
        ++brackets;
        break;
      case '\n':  // a line that was broken at the hyphen
        if (code.packed != Packed("-\n") && code.packed != Packed("\n-")) return code;
        break;
      default:
        return code;
    }
  }
  code.separator = marks != 0 ? gap[mark_at] : spaces != 0 ? ' ' : '\0';
  // A dot or slash with a space behind it ends a sentence or a number; a space before a dot is odd.
  const bool ends = marks != 0 && spaces != 0 && code.separator != '-' &&
                    (mark_at == 0 || (code.separator == '.' && mark_at + 1 == gap.size()));
  code.valid = spaces <= 2 && marks <= 1 && brackets <= 2 && !ends;
  return code;
}

std::string_view Gap(const RecogniserInput& input, size_t run) {
  const uint32_t end = input.digit_runs[run].end;
  return input.text.substr(end, input.digit_runs[run + 1].begin - end);
}

void PhoneRecogniser::ReadChain(const RecogniserInput& input, size_t first, Chain& chain) const {
  chain.first = first;
  chain.groups = 0;
  chain.offset[0] = 0;
  for (size_t run = first; run < input.digit_runs.size() && chain.groups < kMaxGroups; ++run) {
    const DigitRun& r = input.digit_runs[run];
    const size_t size = r.end - r.begin;
    if (size > kMaxDigits) break;
    if (run > first) {
      const GapCode gap = ReadGap(Gap(input, run - 1));
      if (!gap.valid) break;
      chain.gap[chain.groups - 1] = gap.packed;
      chain.separator[chain.groups - 1] = gap.separator;
    }
    std::copy_n(input.text.data() + r.begin, size,
                chain.digits.data() + chain.offset[chain.groups]);
    ++chain.groups;
    chain.offset[chain.groups] = static_cast<uint16_t>(chain.offset[chain.groups - 1] + size);
  }
}

// Where a plus stands before the digit at `begin`, at most one separator between, or npos.
size_t PlusBefore(std::string_view text, size_t begin) {
  if (begin >= 1 && text[begin - 1] == '+') return begin - 1;
  if (begin >= 2 && text[begin - 2] == '+' && !IsAlnum(text[begin - 1])) return begin - 2;
  return std::string_view::npos;
}

// The begin of an international prefix that a dial tone splits (E.123, 7.5), 0~0 or 8~10, if the
// number begins behind it or in it at `begin`; else `begin`.
size_t DialToneBefore(std::string_view text, size_t begin) {
  size_t at = begin;
  if (at > 0 && IsOneOf(text[at - 1], " -")) --at;
  for (int digits = 0; digits < 2 && at > 0 && IsDigit(text[at - 1]); ++digits) --at;
  const bool split = at >= 2 && text[at - 1] == '~' && IsOneOf(text[at - 2], "08") &&
                     (at == 2 || !IsAlnum(text[at - 3]));
  return split ? at - 2 : begin;
}

// Where a plus stands before run `run`, with the same between them as behind the run: +_1_4_1_5.
size_t PlusBeforeSpaced(const RecogniserInput& input, size_t run) {
  if (run + 1 >= input.digit_runs.size()) return std::string_view::npos;
  const std::string_view gap = Gap(input, run);
  const size_t begin = input.digit_runs[run].begin;
  if (gap.size() > 4 || begin <= gap.size() || input.text[begin - gap.size() - 1] != '+' ||
      input.text.substr(begin - gap.size(), gap.size()) != gap) {
    return std::string_view::npos;
  }
  return begin - gap.size() - 1;
}

// Widens [begin, end) over an opening parenthesis whose closing one is inside. False if the
// parentheses inside do not pair: what follows an open one is a remark, 18001091 (0d).
bool Balance(std::string_view text, size_t& begin, size_t end) {
  int depth = 0;
  for (size_t i = begin; i < end; ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && --depth < 0) {
      const size_t open = begin >= 1 && text[begin - 1] == ' ' ? begin - 1 : begin;
      if (open == 0 || text[open - 1] != '(') return false;
      begin = open - 1;
      depth = 0;
    }
  }
  return depth == 0;
}

size_t DigitsAt(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && IsDigit(text[end])) ++end;
  return end - at;
}

size_t DigitsBefore(std::string_view text, size_t at) {
  size_t begin = at;
  while (begin > 0 && IsDigit(text[begin - 1])) --begin;
  return at - begin;
}

// A word of three letters or more begins at `at`: a space was left out, as in 2348145614052Voucher.
// Fewer letters, or letters with digits behind them, belong to an identifier.
bool WordAt(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && IsLetter(text[end])) ++end;
  return end - at >= 3 && (end == text.size() || !IsDigit(text[end]));
}

// A word in small letters ends at `at`, as no identifier does: Help08718728876.
bool LowerCaseWordEndsAt(std::string_view text, size_t at) {
  size_t begin = at;
  while (begin > 0 && IsLetter(text[begin - 1])) --begin;
  return at - begin >= 3 && text[at - 1] >= 'a' && (begin == 0 || !IsDigit(text[begin - 1]));
}

// A currency sign ends just before `at`. All signs of Unicode's currency block (U+20A0 to U+20CF,
// E2 82 A0 to E2 83 8F) count.
bool CurrencyBefore(std::string_view text, size_t at) {
  if (at > 0 && text[at - 1] == ' ') --at;
  if (at >= 1 && text[at - 1] == '$') return true;
  if (at >= 2 && text[at - 2] == '\xc2' && (text[at - 1] == '\xa3' || text[at - 1] == '\xa5')) {
    return true;  // pound, yen
  }
  return at >= 3 && text[at - 3] == '\xe2' && (text[at - 2] == '\x82' || text[at - 2] == '\x83');
}

// Length of the last digits of a second line, 01-2712005-7, with what joins them; or 0.
size_t SecondLine(std::string_view text, size_t end) {
  if (end >= text.size() || (text[end] != '-' && text[end] != '/')) return 0;
  const size_t digits = DigitsAt(text, end + 1);
  const size_t after = end + 1 + digits;
  if (digits == 0 || digits > 2) return 0;
  if (after < text.size() && (IsAlnum(text[after]) || IsOneOf(text[after], "-/:%"))) return 0;
  return 1 + digits;
}

// True if [begin, end) is no piece of something longer: an identifier, a decimal number, a USSD
// string, a mail address. `strong`: the digits themselves look like a phone, so that letters may
// follow (0871277810710p/min) and another long number may be joined to it (a list). `announced`:
// letters may stand before.
bool StandsAlone(std::string_view text, size_t begin, size_t end, bool strong, bool announced) {
  // A plus begins a number, whatever it touches: from=+14155550132.
  if (begin > 0 && text[begin] != '+') {
    const char before = text[begin - 1];
    if (IsLetter(before) && !announced) return false;
    if (IsOneOf(before, "_@#*=&%")) return false;
    if (CurrencyBefore(text, begin)) return false;
    if (IsOneOf(before, ".,-/:")) {
      const size_t digits = DigitsBefore(text, begin - 1);
      const bool list = strong ? digits >= 6 && before != ':'
                               : (digits >= 8 && before == '/') || (digits >= 6 && before == ',');
      if (digits != 0 && !list) return false;
    }
  }
  if (end < text.size()) {
    const char after = text[end];
    if (IsLetter(after) && !strong && !WordAt(text, end)) return false;
    if (IsOneOf(after, "_@*%=")) return false;
    if (IsOneOf(after, ".,-/:")) {
      const size_t digits = DigitsAt(text, end + 1);
      const bool list =
          strong ? digits >= 6 && after != ':' : digits >= 8 && (after == '/' || after == ',');
      if (digits != 0 && !list) return false;
      // UPI/DR/105870855033/PhonePe
      if (!strong && after == '/' && begin > 1 && text[begin - 1] == '/' &&
          IsAlnum(text[begin - 2])) {
        return false;
      }
    }
  }
  return true;
}

int Number(std::string_view digits) {
  int value = 0;
  for (char c : digits) value = value * 10 + (c - '0');
  return value;
}

bool IsDay(std::string_view digits) {
  return digits.size() <= 2 && Number(digits) >= 1 && Number(digits) <= 31;
}
bool IsMonth(std::string_view digits) {
  return digits.size() <= 2 && Number(digits) >= 1 && Number(digits) <= 12;
}
// 1900 to 2099; and those years in the Persian (13, 14) and the Buddhist calendar (24 to 26).
bool IsYear(std::string_view digits) {
  return digits.size() == 4 &&
         (digits.starts_with("19") || digits.starts_with("20") || digits.starts_with("13") ||
          digits.starts_with("14") || digits.starts_with("25"));
}

// Groups from `begin` on that are no phone: a date, a range of years, an IPv4 address.
size_t NoPhone(const Chain& chain, size_t begin) {
  const auto group = [&](size_t g) { return chain.Digits(begin + g, begin + g + 1); };
  const auto gap = [&](size_t g) { return chain.gap[begin + g]; };
  const size_t left = chain.groups - begin;
  if (left >= 3 && gap(0) == '.' && gap(1) == '.') {
    const size_t octets = left > 3 && gap(2) == '.' ? 4 : 3;  // three, of a broken one
    bool all = true;
    for (size_t g = 0; g < octets; ++g) all &= group(g).size() <= 3 && Number(group(g)) <= 255;
    if (all) return octets;
  }
  if (left >= 3 && gap(0) == gap(1) && (left == 3 || gap(2) != gap(0)) && group(1).size() <= 2) {
    const std::string_view a = group(0), b = group(1), c = group(2);
    const bool tight = gap(0) != ' ';
    const bool day_first = (IsDay(a) && IsMonth(b)) || (IsMonth(a) && IsDay(b));
    if (day_first && (IsYear(c) || (tight && c.size() == 2))) return 3;
    if (tight && IsYear(a) && b.size() == 2 && c.size() == 2) return 3;
  }
  if (left >= 2 && IsYear(group(0)) && IsYear(group(1))) return 2;
  return 0;
}

// In groups that something else is usually written in: an amount (19.137.909), a card or account
// number (fours throughout), a United States social security number (3-2-4).
bool LooksLikeOther(const Chain& chain, size_t begin, size_t end) {
  const bool zero = chain.Digits(begin, end)[0] == '0';
  bool fours = end - begin >= 3 && !zero;
  for (size_t g = begin; g < end; ++g) fours &= chain.GroupSize(g) == 4;
  if (fours) return true;
  if (end - begin == 3 && chain.GroupSize(begin) == 3 && chain.GroupSize(begin + 1) == 2 &&
      chain.GroupSize(begin + 2) == 4) {
    return true;
  }
  const uint32_t gap = chain.gap[begin];
  if ((gap != '.' && gap != ' ') || zero) return false;
  for (size_t g = begin; g < end; ++g) {
    if (g == begin ? chain.GroupSize(g) > 3 : chain.GroupSize(g) != 3) return false;
    if (g + 1 < end && chain.gap[g] != gap) return false;
  }
  return true;
}

// A dot before one or two last digits: 2840.00.
bool LooksLikeDecimal(const Chain& chain, size_t begin, size_t end) {
  if (chain.GroupSize(end - 1) > 2 || chain.gap[end - 2] != '.') return false;
  return end - begin == 2 || chain.gap[end - 3] != '.';
}

// True if groups [begin, end) may be one number: the separators are the same after the first (the
// first two, if a country code or trunk prefix stands apart), and the last group is no
// afterthought.
bool BelongTogether(const Chain& chain, size_t begin, size_t end) {
  const size_t last = chain.GroupSize(end - 1);
  if (last == 1 || (last == 2 && chain.GroupSize(end - 2) > 4)) return false;
  const size_t first = chain.GroupSize(begin);
  if (chain.gap[begin] == '.' && first == 1 && chain.Digits(begin, end)[0] == '0') return false;
  // A slash stands only behind the area code: 0664/805 0126.
  for (size_t g = begin; g + 1 < end; ++g) {
    if (chain.separator[g] == '/' &&
        (g > begin || chain.GroupSize(g) > 5 || chain.Digits(g + 1, end).size() < 6)) {
      return false;
    }
  }
  const bool apart = first == 1 || (first <= 3 && chain.Digits(begin, end)[0] == '0') ||
                     (chain.gap[begin] & 0xff) == '(';  // 55 (17) 96332-2155
  const size_t free = apart ? 2 : 1;
  for (size_t g = begin + free + 1; g + 1 < end; ++g) {
    if (chain.separator[g] != chain.separator[g - 1]) return false;
  }
  return true;
}

bool IsInPairs(const Chain& chain, size_t begin, size_t end) {
  for (size_t g = begin; g < end; ++g) {
    if (chain.GroupSize(g) != 2) return false;
  }
  return true;
}

// True if the groups go on before or behind [begin, end) as they do inside: then it is a piece of
// something longer, such as a card number or an IBAN.
bool IsPiece(const RecogniserInput& input, const Chain& chain, size_t begin, size_t end) {
  const uint32_t separator = chain.gap[end - 2];
  const size_t least = IsInPairs(chain, begin, end) ? 2 : 3;
  const auto goes_on = [&](size_t group, size_t gap) {
    const DigitRun& run = input.digit_runs[group];
    const size_t size = run.end - run.begin;
    if (size < least || size > 6) return false;
    const std::string_view between = Gap(input, gap);
    return between.size() <= 4 && Packed(between) == separator;
  };
  const size_t first = chain.first + begin, last = chain.first + end;
  return (first > 0 && goes_on(first - 1, first - 1)) ||
         (last < input.digit_runs.size() && goes_on(last, last - 1));
}

// YYYYMMDD, alone or with a time behind it.
bool LooksLikeTimestamp(std::string_view digits) {
  return (digits.size() == 8 || digits.size() == 12 || digits.size() == 14) &&
         IsYear(digits.substr(0, 4)) && IsMonth(digits.substr(4, 2)) && IsDay(digits.substr(6, 2));
}

bool AllTheSame(std::string_view digits) {
  return std::all_of(digits.begin(), digits.end(), [&](char c) { return c == digits[0]; });
}

// 123456789, 987654321: somebody counts.
bool Counts(std::string_view digits) {
  bool up = true, down = true;
  for (size_t i = 1; i < digits.size(); ++i) {
    up &= digits[i] == digits[i - 1] + 1;
    down &= digits[i] == digits[i - 1] - 1;
  }
  return up || down;
}

// --- the forms ---

// With a plus before its first group.
PhoneRecogniser::Found PhoneRecogniser::International(const Chain& chain, size_t begin) const {
  for (size_t end = chain.groups; end > begin; --end) {
    const std::string_view digits = chain.Digits(begin, end);
    if (digits.size() > kMaxDigits) continue;
    if (digits.size() < 7) break;
    if (InternationalAsWritten(digits) != 0) return {kInternational, end};
  }
  for (size_t end = chain.groups; end > begin; --end) {
    const std::string_view digits = chain.Digits(begin, end);
    if (digits.size() > 13) continue;
    if (digits.size() < 8) break;
    if (plan_.CountryCodeLength(digits) == 0 || digits[0] == '0' || digits.ends_with("0000"))
      continue;
    if (digits[0] == '1' && digits.size() != 11) continue;
    return {kInternationalLoose, end};
  }
  // A plus before a national number, +8764511274: the writer forgot the country code.
  for (size_t end = chain.groups; end > begin; --end) {
    const std::string_view digits = chain.Digits(begin, end);
    if (digits.size() >= 9 && digits.size() <= 12 && digits[0] != '0' &&
        National(digits, 0, false) != 0) {
      return {kInternationalLoose, end};
    }
  }
  return {};
}

// A run of digits by itself. Without a `cue` near it only those forms count that need none.
int PhoneRecogniser::Run(std::string_view digits, bool cue) const {
  if (digits.size() < kMinDigits || digits.size() > kMaxDigits || AllTheSame(digits)) return -1;
  if (digits[0] != '0' && digits[0] != '8' && !cue) return -1;
  if (InternationalPrefix(digits) != 0) return kTrunkMobile;
  const bool trunk = digits[0] == '0' || (digits[0] == '1' && digits.size() == 11) ||
                     (digits.size() == 11 && digits.starts_with("89"));
  if (const uint16_t kinds = trunk ? National(digits, 0, true) : uint16_t{0}; kinds != 0) {
    // 14155550132 looks like much else; 0 in front does not.
    if (digits[0] == '1' && kinds & kServiceKinds) return kTollFree;
    const bool usual_length =
        digits[0] == '8' || (digits[0] == '0' && digits.size() >= 10 && digits.size() <= 12);
    const bool telling = kinds & kServiceKinds || IsMobileOnly(kinds);
    if (usual_length && telling) return kTrunkMobile;
    if (digits[0] == '0' && digits.size() >= 9 && digits.size() <= 13) return kTrunkFixed;
  }
  if (!cue || LooksLikeTimestamp(digits)) return -1;
  if (IsTollFree(digits)) return kTollFree;
  if (digits.size() >= 10 && IsMobileOnly(plan_.InternationalKinds(digits))) {
    return kInternationalBare;
  }
  const uint16_t kinds = National(digits, 0, false);
  if (IsMobileOnly(kinds) && digits.size() >= 9) return kMobileBare;
  if (digits.size() < 7) return -1;
  if (digits.size() <= 11 && IsService(digits)) return kService;
  if (plan_.IsValidInternational(digits)) return kInternationalBare;
  return kinds != 0 && digits.size() <= 12 ? kBare : kUnknown;
}

// Groups as they are usual where the number is valid, or one group that looks like a phone.
PhoneRecogniser::Found PhoneRecogniser::Grouped(const RecogniserInput& input, const Chain& chain,
                                                size_t begin, bool cue) const {
  size_t limit = chain.groups;
  for (size_t g = begin + 1; g + 1 < limit; ++g) {
    if (chain.gap[g - 1] != chain.gap[g] && NoPhone(chain, g) != 0) limit = g;
  }
  for (size_t end = limit; end > begin; --end) {
    const std::string_view digits = chain.Digits(begin, end);
    if (digits.size() > kMaxDigits) continue;
    if (digits.size() < kMinDigits) break;
    const size_t groups = end - begin;
    if (groups == 1) {
      const int kind = Run(digits, cue);
      const bool telling = kind == kInternational || kind == kInternationalBare ||
                           kind == kTrunkMobile || kind == kTollFree || kind == kMobileBare;
      return telling ? Found{kind, end} : Found{};
    }
    if (LooksLikeDecimal(chain, begin, end) || IsPiece(input, chain, begin, end) ||
        !BelongTogether(chain, begin, end)) {
      continue;
    }
    const uint32_t breaks = chain.Breaks(begin, end);
    const bool other = LooksLikeOther(chain, begin, end);
    if (const size_t prefix = other ? 0 : InternationalPrefix(digits); prefix != 0) {
      // A separator stands behind the prefix or the country code: not in 004.616.732-31.
      const size_t code = plan_.CountryCodeLength(digits.substr(prefix));
      if ((breaks >> prefix & 1) != 0 || (breaks >> (prefix + code) & 1) != 0) {
        return {kInternational, end};
      }
    }
    if (digits.size() >= 8 && digits.size() <= 13 && !other &&
        National(digits, breaks, true) != 0) {
      return {digits.size() >= 9 ? kTrunkGrouped : kGroupedWeak, end};
    }
    const uint16_t kinds = digits.size() <= 12 ? National(digits, breaks, false) : 0;
    if (kinds != 0) {
      if (digits.size() == 6) {
        if (chain.gap[begin] != ' ') continue;
        return {kShort, end};
      }
      // 1.449.600, 2975.6783908
      if (chain.gap[begin] == '.' && ((other && digits.size() < 9) || groups == 2)) continue;
      if (other || chain.GroupSize(begin) == 1 || IsInPairs(chain, begin, end)) {
        return {kGroupedWeak, end};
      }
      if (kinds & kServiceKinds) return {IsTollFree(digits) ? kTollFree : kService, end};
      // 8000-18000: from an amount to another
      if (groups == 2 && chain.Digits(begin, begin + 1).ends_with("00") && digits.ends_with("00")) {
        continue;
      }
      const bool telling =
          groups >= 3 ? digits.size() >= 8 : digits.size() >= 10 && IsMobileOnly(kinds);
      return {telling ? kGrouped : kGroupedWeak, end};
    }
    // 33 6 12 34 56 78, 91 98765 43210
    const size_t code = plan_.CountryCodeLength(digits);
    if (code != 0 && (breaks >> code & 1) != 0 && digits.size() >= 10 && !other &&
        plan_.IsValidInternational(digits) &&
        National(digits.substr(code), breaks >> code & ~1u, false) != 0) {
      return {groups >= 3 ? kGrouped : kGroupedWeak, end};
    }
  }
  return {};
}

// Groups that are usual nowhere, before group `limit`, or one group.
PhoneRecogniser::Found PhoneRecogniser::Loose(const RecogniserInput& input, const Chain& chain,
                                              size_t begin, size_t limit) const {
  for (size_t end = std::min(limit, begin + 5); end > begin; --end) {
    const std::string_view digits = chain.Digits(begin, end);
    if (end - begin == 1) {
      const int kind = Run(digits, true);
      return kind >= 0 ? Found{kind, end} : Found{};
    }
    if (digits.size() < 7 || digits.size() > 13) continue;
    bool groups_ok = true;
    for (size_t g = begin; g < end; ++g) groups_ok &= chain.GroupSize(g) >= (g == begin ? 1u : 2u);
    if (!groups_ok || LooksLikeDecimal(chain, begin, end) || LooksLikeOther(chain, begin, end) ||
        IsPiece(input, chain, begin, end) || !BelongTogether(chain, begin, end)) {
      continue;
    }
    if (National(digits, 0, true) != 0 || National(digits, 0, false) != 0) {
      return {kGroupedLoose, end};
    }
  }
  return {};
}

bool AllBlank(std::string_view gap) { return gap.find_first_not_of(' ') == gap.npos; }

// Single digits with the same separator between all of them, or blanks of any width, from run
// `first` on.
PhoneRecogniser::Found PhoneRecogniser::Spaced(const RecogniserInput& input, size_t first,
                                               bool plus) const {
  const absl::Span<const DigitRun> runs = input.digit_runs;
  std::array<char, kMaxDigits + 1> digits;
  size_t count = 0;
  const std::string_view gap = Gap(input, first);
  if (gap.size() > 4) return {};
  const bool blank = AllBlank(gap);
  size_t run = first;
  for (; run < runs.size() && count < digits.size(); ++run) {
    if (runs[run].end - runs[run].begin != 1) break;
    if (run > first && Gap(input, run - 1) != gap &&
        !(blank && Gap(input, run - 1).size() <= 4 && AllBlank(Gap(input, run - 1)))) {
      break;
    }
    digits[count++] = input.text[runs[run].begin];
  }
  const std::string_view number(digits.data(), count);
  if (count < 9 || count > kMaxDigits || Counts(number)) return {};
  if (plus) return InternationalAsWritten(number) != 0 ? Found{kInternational, run} : Found{};
  const bool valid = National(number, 0, true) != 0 || National(number, 0, false) != 0 ||
                     plan_.IsValidInternational(number);
  return valid ? Found{kSpaced, run} : Found{};
}

// Digits of the phone in a run that a price is glued to (087187262701.50gbp, 0871277810710p), or 0.
size_t PhoneRecogniser::GluedPrice(std::string_view text, DigitRun run) const {
  const std::string_view digits = text.substr(run.begin, run.end - run.begin);
  if (digits.size() < 11 || digits.size() > 15 || digits[0] != '0' || run.end == text.size()) {
    return 0;
  }
  const char after = text[run.end];
  const bool price =
      after == 'p' || after == 'P' || (after == '.' && DigitsAt(text, run.end + 1) == 2);
  if (!price) return 0;
  for (size_t phone = 11; phone >= 10; --phone) {
    if (digits.size() <= phone || digits.size() - phone > 3) continue;
    if (IsService(digits.substr(1, phone - 1))) return phone;
  }
  return 0;
}

// End of a number whose digits are partly hidden, 98348129XX or 01XXXX0848, that begins with `run`;
// or 0. Six digits must be left, or it names nobody.
uint32_t Masked(std::string_view text, DigitRun run, bool plus) {
  size_t at = run.end;
  const size_t shown = run.end - run.begin;
  if (shown < 2 || at >= text.size()) return 0;
  const char mask = text[at];
  if (!IsLetter(mask) && mask != '*' && mask != '#') return 0;
  const char folded = static_cast<char>(IsLetter(mask) ? mask | 0x20 : mask);
  while (at < text.size() && (IsLetter(text[at]) ? text[at] | 0x20 : text[at]) == folded) ++at;
  const size_t hidden = at - run.end;
  if (hidden < (folded == 'x' || !IsLetter(mask) ? 2u : 3u) || hidden > 8) return 0;
  const size_t tail = DigitsAt(text, at);
  at += tail;
  if (at < text.size() && (IsAlnum(text[at]) || text[at] == '*' || text[at] == '@')) return 0;
  const size_t total = shown + hidden + tail;
  if (shown + tail < 6) return 0;
  const std::string_view digits = text.substr(run.begin, shown);
  const bool phone = plus               ? total >= 9 && total <= 15
                     : digits[0] == '0' ? total >= 8 && total <= 13 && digits[1] != '0'
                                        : total == 10 && digits[0] >= '6';  // India's mobiles
  return phone ? static_cast<uint32_t>(at) : 0;
}

// The prefixes under which words are sold: toll-free and special-rate numbers of North America,
// with or without three more digits, and those of Australia and the United Kingdom.
bool SellsVanity(std::string_view prefix) {
  const bool trunk = prefix[0] == '0' || prefix[0] == '1';
  const std::string_view rest = prefix.substr(trunk ? 1 : 0);
  if (rest.size() != 3 && rest.size() != 6) return false;
  switch (Number(rest.substr(0, 3))) {
    case 800:
    case 833:
    case 844:
    case 855:
    case 866:
    case 877:
    case 888:
    case 900:
      return rest.size() == 3 || prefix[0] != '0';
    case 300:
    case 808:
      return trunk && rest.size() == 3;
    default:
      return false;
  }
}

// End of a number of which the last digits are given as letters of the key pad (1-800-FLOWERS),
// that begins with group `begin`; or 0. Then `groups` is where it ends in the chain.
uint32_t PhoneRecogniser::Vanity(const RecogniserInput& input, const Chain& chain, size_t begin,
                                 size_t& groups) const {
  constexpr std::string_view kKeyPad = "22233344455566677778889999";  // ITU-T E.161
  const std::string_view text = input.text;
  for (size_t end = begin + 1; end <= std::min(chain.groups, begin + 3); ++end) {
    size_t at = input.digit_runs[chain.first + end - 1].end;
    if (at + 1 >= text.size() || !(text[at] == '-' || text[at] == ' ' || text[at] == '.') ||
        !IsLetter(text[at + 1])) {
      continue;
    }
    std::array<char, 16> digits;
    const std::string_view prefix = chain.Digits(begin, end);
    if (prefix.empty() || prefix.size() > 7 || !SellsVanity(prefix)) continue;
    const char separator = text[at];
    const bool trunk = prefix[0] == '0' || prefix[0] == '1';
    if (separator != '-' && !trunk) continue;  // 800 PEOPLE
    char* out = std::copy(prefix.begin(), prefix.end(), digits.data());
    size_t letters = 0;
    size_t last = at;
    bool upper = true;
    for (++at; at < text.size() && out < digits.data() + digits.size(); ++at) {
      const char c = text[at];
      if (IsLetter(c)) {
        *out++ = kKeyPad[static_cast<size_t>((c | 0x20) - 'a')];
        upper &= c <= 'Z';
        ++letters;
        last = at;
      } else if (IsDigit(c)) {
        *out++ = c;
        last = at;
      } else if (c != '-') {
        break;
      }
    }
    if (letters < 4 || !(upper || (trunk && separator == '-'))) continue;
    const std::string_view number(digits.data(), static_cast<size_t>(out - digits.data()));
    // Words may be longer than the number; the last letters are then dialled for nothing.
    for (size_t extra = 0; extra <= 3 && prefix.size() + 4 + extra <= number.size(); ++extra) {
      const std::string_view dialled = number.substr(0, number.size() - extra);
      if (!trunk && dialled.size() != 10) continue;
      if (!IsService(dialled) && !(trunk && IsService(dialled.substr(1)))) continue;
      groups = end;
      return static_cast<uint32_t>(last + 1);
    }
  }
  return 0;
}

// `end`, or the end of the extension that follows: ext 331, (extn:216,221), x12, #3456.
uint32_t PhoneRecogniser::WithExtension(const RecogniserInput& input, uint32_t end) const {
  const std::string_view text = input.text;
  const auto blank = [&](size_t at) { return at < text.size() && IsOneOf(text[at], " ,.(:=-"); };
  size_t at = end;
  while (at < end + 3 && blank(at)) ++at;
  const auto hit = std::lower_bound(input.words.begin(), input.words.end(), at,
                                    [](const WordHit& h, size_t begin) { return h.begin < begin; });
  if (hit != input.words.end() && hit->begin == at && RoleOf(*hit).role == kExtensionWord) {
    at = hit->end;
  } else if (at < text.size() && (text[at] == '#' || text[at] == 'x' || text[at] == 'X')) {
    ++at;
  } else {
    return end;
  }
  for (size_t limit = at + 2; at < limit && blank(at);) ++at;
  size_t digits = DigitsAt(text, at);
  if (digits == 0 || digits > 7) return end;
  at += digits;
  if (at < text.size() && IsLetter(text[at])) return end;
  while (at + 1 < text.size() && text[at] == ',' && (digits = DigitsAt(text, at + 1)) != 0 &&
         digits <= 5) {
    at += 1 + digits;
  }
  return static_cast<uint32_t>(at);
}

// A number that is spelled out, wholly or in part, from the digit word `first_word` on. Returns the
// word after its last one.
size_t PhoneRecogniser::Spelled(const RecogniserInput& input, size_t first_word, Emit emit) const {
  const std::string_view text = input.text;
  const auto near = [&](size_t from, size_t to) {
    if (to < from || to - from > 3) return false;
    for (size_t i = from; i < to; ++i) {
      if (!IsOneOf(text[i], " ,.-;/\n")) return false;
    }
    return true;
  };
  std::array<char, 24> digits;
  size_t count = 0, words = 0, word = first_word;
  size_t begin = input.words[first_word].begin;
  size_t end = begin;
  size_t repeat = 1;

  // Digits that stand before the first word belong to it.
  auto run = std::lower_bound(input.digit_runs.begin(), input.digit_runs.end(), begin,
                              [](const DigitRun& r, size_t at) { return r.begin < at; });
  while (run != input.digit_runs.begin() && near((run - 1)->end, begin) &&
         (run - 1)->end - (run - 1)->begin <= 4) {
    --run;
    begin = run->begin;
  }
  end = begin;
  while (count < digits.size()) {
    const bool word_next = word < input.words.size() && near(end, input.words[word].begin);
    const bool run_next = run != input.digit_runs.end() && near(end, run->begin);
    if (run_next && (!word_next || run->begin < input.words[word].begin)) {
      const size_t size = std::min<size_t>(run->end - run->begin, digits.size() - count);
      for (size_t i = 0; i < size; ++i) digits[count++] = text[run->begin + i];
      end = run->end;
      ++run;
      continue;
    }
    if (!word_next) break;
    const ListRole role = RoleOf(input.words[word]);
    if (role.role == kRepeatWord) {
      repeat = role.value;
    } else if (role.role == kDigitWord) {
      for (; repeat > 0 && count < digits.size(); --repeat) {
        digits[count++] = static_cast<char>('0' + role.value);
      }
      repeat = 1;
      ++words;
    } else {
      break;
    }
    end = input.words[word].end;
    ++word;
  }
  word = std::max(word, first_word + 1);
  const std::string_view number(digits.data(), count);
  if (words < 3 || count < 9 || count > kMaxDigits || Counts(number)) return word;
  const size_t plus = PlusBefore(text, begin);
  const bool valid = plus != std::string_view::npos
                         ? InternationalAsWritten(number) != 0
                         : National(number, 0, true) != 0 || National(number, 0, false) != 0 ||
                               plan_.IsValidInternational(number);
  if (valid) {
    if (plus != std::string_view::npos) begin = plus;
    emit(kSpelled, static_cast<uint32_t>(begin), static_cast<uint32_t>(end));
  }
  return word;
}

// --- all of it ---

// A few digits that neither other digits nor letters follow are quickly told from a phone.
bool MayBegin(const RecogniserInput& input, size_t run) {
  const DigitRun& r = input.digit_runs[run];
  if (r.end - r.begin >= kMinDigits) return true;
  if (r.end == input.text.size()) return false;
  if (r.end - r.begin == 1 && PlusBeforeSpaced(input, run) != std::string_view::npos) return true;
  if (run + 1 < input.digit_runs.size() && input.digit_runs[run + 1].begin - r.end <= 4 &&
      ReadGap(Gap(input, run)).valid) {
    return true;
  }
  const char after = input.text[r.end];
  return IsLetter(after) || after == '*' || after == '#' ||                   // masked digits
         (r.end + 1 < input.text.size() && IsLetter(input.text[r.end + 1]));  // letters for digits
}

bool PhoneRecogniser::Cues::Near(size_t begin, size_t end) const {
  constexpr size_t kReach = 160;  // bytes: 40 characters of any script
  if (everywhere) return true;
  for (size_t i = 0; i < count; ++i) {
    if (words[i].end + kReach >= begin && words[i].begin <= end + kReach) return true;
  }
  return false;
}

PhoneRecogniser::Cues PhoneRecogniser::FindCues(const RecogniserInput& input) const {
  Cues cues;
  // A short message may be a number and nothing else.
  cues.everywhere = input.text.size() <= 40;
  for (const WordHit& hit : input.words) {
    const Role role = RoleOf(hit).role;
    if (role != kCueWord && role != kWeakCueWord) continue;
    if (cues.count == cues.words.size()) {
      cues.everywhere = true;
      break;
    }
    cues.words[cues.count++] = {hit.begin, hit.end};
  }
  return cues;
}

// True if `digits`, written with `breaks`, are a number of `region` as somebody there gives it.
// What is as short as a code has to be in that country's groups.
bool PhoneRecogniser::IsHome(int region, std::string_view digits, uint32_t breaks) const {
  if (digits.size() <= 6) {
    return breaks != 0 && plan_.NationalKinds(region, digits) != 0 &&
           IsWrittenSo(static_cast<uint16_t>(region), digits.size(), breaks, false);
  }
  const std::string& code = plan_.regions()[static_cast<size_t>(region)].country_code;
  return plan_.DialledKinds(region, digits) != 0 ||
         (digits.starts_with(code) && plan_.NationalKinds(region, digits.substr(code.size())) != 0);
}

// Emits the whole message if it is a number of its own country and nothing else.
void PhoneRecogniser::Home(const RecogniserInput& input, Emit emit) const {
  if (input.region.empty() && home_.empty()) return;
  std::array<char, kMaxDigits> digits;
  size_t count = 0;
  uint32_t breaks = 0;
  for (char c : input.text) {
    if (IsDigit(c)) {
      if (count == digits.size()) return;
      digits[count++] = c;
    } else if (count > 0 && std::string_view(" .-/()").find(c) != std::string_view::npos) {
      breaks |= 1u << count;
    } else if (c != '(') {
      return;
    }
  }
  const std::string_view number(digits.data(), count);
  const int own = input.region.empty() ? -1 : plan_.FindRegion(input.region);
  if ((own >= 0 && IsHome(own, number, breaks)) ||
      std::any_of(home_.begin(), home_.end(),
                  [&](uint16_t region) { return IsHome(region, number, breaks); })) {
    emit(kHome, 0, static_cast<uint32_t>(input.text.size()));
  }
}

void PhoneRecogniser::Recognise(const RecogniserInput& input, Emit emit) const {
  Home(input, emit);
  for (size_t w = 0; w < input.words.size();) {
    const Role role = RoleOf(input.words[w]).role;
    w = role == kDigitWord || role == kRepeatWord ? Spelled(input, w, emit) : w + 1;
  }
  if (input.digit_runs.empty()) return;
  const Cues cues = FindCues(input);
  Chain chain;
  for (size_t run = 0; run < input.digit_runs.size();) {
    run = MayBegin(input, run) ? FromRun(input, run, cues, chain, emit) : run + 1;
  }
}

// A cue word ends just before `at`.
bool PhoneRecogniser::CueEndsAt(const RecogniserInput& input, size_t at) const {
  auto hit = std::lower_bound(input.words.begin(), input.words.end(), at,
                              [](const WordHit& h, size_t begin) { return h.begin < begin; });
  return hit != input.words.begin() && (hit - 1)->end == at &&
         (RoleOf(*(hit - 1)).role == kCueWord || RoleOf(*(hit - 1)).role == kWeakCueWord);
}

// True if it is enough for the number `shown`, of a kind that needs words, to stand by itself: its
// digits are those of a line that somebody carries, or that many people call.
bool PhoneRecogniser::NeedsLittle(int kind, std::string_view shown) const {
  std::array<char, kMaxDigits> digits;
  size_t count = 0;
  for (char c : shown) {
    if (IsDigit(c) && count < digits.size()) digits[count++] = c;
  }
  const std::string_view number(digits.data(), count);
  if (Counts(number)) return false;
  switch (kind) {
    case kMobileBare:
    case kTollFree:
    case kTrunkFixed:
      return true;
    case kInternationalBare:
      return IsMobileOnly(plan_.InternationalKinds(number));
    case kService:
      return (National(number, 0, false) & NumberingPlan::kUan) != 0;
    default:
      return false;
  }
}

// Nothing but [begin, end) and spaces or punctuation stands in the text.
bool IsAlone(std::string_view text, size_t begin, size_t end) {
  if (text.size() - (end - begin) > 8) return false;
  const auto nothing = [](std::string_view rest) {
    return rest.find_first_not_of(" \t\r\n.,!?()") == std::string_view::npos;
  };
  return nothing(text.substr(0, begin)) && nothing(text.substr(end));
}

// [begin, end) is set apart from the sentence: the text begins or ends with it, or a line is
// nothing else, or it stands in parentheses or before a web address. So people sign with their
// numbers.
bool IsApart(std::string_view text, size_t begin, size_t end) {
  if (begin > 0 && end < text.size() && text[begin - 1] == '(' && text[end] == ')') return true;
  while (begin > 0 && IsOneOf(text[begin - 1], " *(\t\r")) --begin;
  while (end < text.size() && IsOneOf(text[end], " .,!*)\t\r")) ++end;
  if (begin == 0 || end == text.size()) return true;
  if (text[begin - 1] == '\n' && text[end] == '\n') return true;
  const auto follows = [&](std::string_view word) {
    return std::equal(word.begin(), word.end(), text.begin() + static_cast<ptrdiff_t>(end),
                      [](char w, char c) { return w == (IsLetter(c) ? c | 0x20 : c); });
  };
  return text.size() - end >= 4 && (follows("www.") || follows("http"));
}

// A number of this kind is that of a line that a person carries.
bool PhoneRecogniser::IsCarried(int kind, std::string_view number) const {
  if (kind == kTrunkMobile) return true;
  if (!AllDigits(number)) return false;
  // Nine digits are a number of nearly everything.
  if (number.size() == 8) return IsMobileOnly(National(number, 0, false));
  return number.size() >= 10 && number.size() <= kMaxDigits &&
         IsMobileOnly(plan_.InternationalKinds(number));
}

// Emits what begins in the chain that begins with `run`; returns the run to go on with.
size_t PhoneRecogniser::FromRun(const RecogniserInput& input, size_t run, const Cues& cues,
                                Chain& chain, Emit emit) const {
  const absl::Span<const DigitRun> runs = input.digit_runs;
  const std::string_view text = input.text;
  ReadChain(input, run, chain);
  if (chain.groups == 0) return run + 1;
  const size_t chain_end = runs[run + chain.groups - 1].end;
  const bool cue =
      cues.Near(runs[run].begin, chain_end) || IsApart(text, runs[run].begin, chain_end);

  size_t settled = 0;  // groups before this one belong to a number, or to none
  size_t covered = 0;  // where the last number ended, extension included
  const auto report = [&](int kind, size_t begin, size_t end) {
    emit(kind, static_cast<uint32_t>(begin), static_cast<uint32_t>(end));
    if (kind != kUnknown && IsAlone(text, begin, end)) {
      emit(IsCarried(kind, text.substr(begin, end - begin)) ? kAloneMobile : kAlone,
           static_cast<uint32_t>(begin), static_cast<uint32_t>(end));
    }
    if (NeedsLittle(kind, text.substr(begin, end - begin)) && IsApart(text, begin, end)) {
      emit(kApart, static_cast<uint32_t>(begin), static_cast<uint32_t>(end));
    }
    covered = end;
  };
  // Reports groups [begin, found.end) if they stand by themselves.
  const auto keep = [&](size_t begin, const Found& found) {
    size_t span_begin = runs[chain.first + begin].begin;
    const uint32_t digits_end = runs[chain.first + found.end - 1].end;
    const bool international = found.kind == kInternational || found.kind == kInternationalLoose;
    const size_t plus = PlusBefore(text, span_begin);
    if (international && plus != std::string_view::npos) span_begin = plus;
    span_begin = DialToneBefore(text, span_begin);
    if (!Balance(text, span_begin, digits_end)) return false;
    const bool strong = international || found.kind == kTrunkGrouped ||
                        found.kind == kTrunkMobile || found.kind == kTollFree;
    const uint32_t extension_end = WithExtension(input, digits_end);
    const bool extended = extension_end > digits_end;
    size_t end = extension_end;
    if (!extended && strong) end += SecondLine(text, end);
    // A word may touch a number, but hardly its first digit alone: MobileUpd8 08001950382.
    const bool announced = text[span_begin] == '+' ||
                           (chain.GroupSize(begin) > 1 && CueEndsAt(input, span_begin)) ||
                           (found.kind == kTrunkMobile && LowerCaseWordEndsAt(text, span_begin));
    if (!StandsAlone(text, span_begin, end, strong, announced)) {
      return false;
    }
    // What has an extension is a phone.
    report(extended && !international ? kTrunkGrouped : found.kind, span_begin, end);
    return true;
  };
  const auto settle_loosely = [&](size_t limit) {
    if (!cue) settled = std::max(settled, limit);
    while (settled < limit) {
      const Found found = runs[chain.first + settled].begin < covered
                              ? Found{}
                              : Loose(input, chain, settled, limit);
      settled = found.kind >= 0 && keep(settled, found) ? found.end : settled + 1;
    }
  };

  // A chain that was cut is left in its middle, so that no number is cut.
  const size_t last = chain.groups < kMaxGroups ? chain.groups : kMaxGroups / 2;
  size_t g = 0;
  while (g < last) {
    const DigitRun& first = runs[chain.first + g];
    if (first.begin < covered) {
      settled = ++g;
      continue;
    }
    const bool plus = PlusBefore(text, first.begin) != std::string_view::npos;
    if (const uint32_t end = Masked(text, first, plus); end != 0) {
      const size_t begin = plus ? PlusBefore(text, first.begin) : first.begin;
      settle_loosely(g);
      if (StandsAlone(text, begin, end, false, plus)) report(kMasked, begin, end);
      settled = ++g;
      continue;
    }
    if (const size_t digits = GluedPrice(text, first); digits != 0) {
      settle_loosely(g);
      if (StandsAlone(text, first.begin, first.begin + digits, true,
                      CueEndsAt(input, first.begin))) {
        report(kTrunkMobile, first.begin, first.begin + digits);
      }
      settled = ++g;
      continue;
    }
    size_t groups = 0;
    if (const uint32_t end = chain.GroupSize(g) <= 4 ? Vanity(input, chain, g, groups) : 0;
        end != 0 && StandsAlone(text, first.begin, end, true, false)) {
      settle_loosely(g);
      report(kVanity, first.begin, end);
      settled = g = groups;
      continue;
    }
    if (const size_t no_phone = plus ? 0 : NoPhone(chain, g); no_phone != 0) {
      settle_loosely(g);
      settled = g = g + no_phone;
      continue;
    }
    if (first.end - first.begin == 1 && chain.first + g + 1 < runs.size()) {
      const size_t spaced_plus =
          plus ? PlusBefore(text, first.begin) : PlusBeforeSpaced(input, chain.first + g);
      const bool has_plus = spaced_plus != std::string_view::npos;
      const Found spaced = Spaced(input, chain.first + g, has_plus);
      if (spaced.kind >= 0) {
        settle_loosely(g);
        report(spaced.kind, has_plus ? spaced_plus : first.begin, runs[spaced.end - 1].end);
        return spaced.end;
      }
    }
    // 84/87 0921224: two numbers that differ in their first digits.
    const bool either = g + 2 < chain.groups && chain.gap[g] == '/' &&
                        chain.GroupSize(g) == chain.GroupSize(g + 1) && chain.GroupSize(g) <= 4;
    const Found found = plus     ? International(chain, g)
                        : either ? Grouped(input, chain, g + 1, cue)
                                 : Grouped(input, chain, g, cue);
    const size_t before = settled;
    if (found.kind >= 0) settle_loosely(g);
    if (found.kind >= 0 && keep(g, found)) {
      settled = g = found.end;
    } else {
      settled = found.kind >= 0 ? std::max(before, g) : settled;
      ++g;
    }
  }
  settle_loosely(last);
  return chain.first + std::max(last, g);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Recogniser>> MakePhoneRecogniser(
    const PatternLibrary& library, absl::Span<const std::string> regions) {
  absl::StatusOr<NumberingPlan> plan = NumberingPlan::Default();
  if (!plan.ok()) return plan.status();
  std::vector<uint16_t> indices;
  for (const std::string& code : regions) {
    const int index = plan->FindRegion(code);
    if (index < 0) {
      return absl::InvalidArgumentError(
          absl::StrFormat("no telephone region is named '%s'; names are ISO 3166 codes: GB", code));
    }
    indices.push_back(static_cast<uint16_t>(index));
  }
  std::vector<uint16_t> home = indices;
  if (regions.empty()) {
    for (size_t i = 0; i < plan->regions().size(); ++i) indices.push_back(static_cast<uint16_t>(i));
  }
  return std::make_unique<PhoneRecogniser>(*std::move(plan), library, indices, std::move(home));
}

}  // namespace tacet
