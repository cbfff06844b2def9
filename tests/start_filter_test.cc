#include "engine/detect/start_filter.h"

#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/detect/boundary.h"
#include "gtest/gtest.h"

namespace tacet {
namespace {

struct Source {
  std::string_view regex;
  Boundary boundary = Boundary::kNone;
};

class Filter {
 public:
  explicit Filter(const std::vector<Source>& sources) {
    for (const Source& source : sources) {
      absl::StatusOr<RegexProgram> program = RegexProgram::Compile(source.regex);
      EXPECT_TRUE(program.ok()) << source.regex;
      programs_.push_back(*std::move(program));
    }
    for (size_t i = 0; i < sources.size(); ++i) {
      entries_.push_back({.program = &programs_[i],
                          .boundary = sources[i].boundary,
                          .checks_match = !programs_[i].has_value_group()});
    }
    filter_ = std::make_unique<StartFilter>(entries_);
  }

  std::set<std::pair<size_t, size_t>> Starts(std::string_view text) const {
    Triggers triggers;
    FindTriggers(text, triggers);
    StartFilter::Scratch scratch;
    std::set<std::pair<size_t, size_t>> starts;
    size_t last = 0;
    filter_->ForEachStart(text, triggers, filter_->covered(), scratch,
                          [&](size_t pattern, size_t begin) {
                            EXPECT_GE(begin, last);
                            EXPECT_LT(begin, text.size());
                            last = begin;
                            starts.emplace(pattern, begin);
                            return true;
                          });
    return starts;
  }

  // What must be among the starts: every place where a covered pattern does match, and may.
  std::set<std::pair<size_t, size_t>> Matches(std::string_view text) const {
    std::set<std::pair<size_t, size_t>> matches;
    size_t steps = 0;
    for (size_t i = 0; i < programs_.size(); ++i) {
      if (!Contains(filter_->covered(), i)) continue;
      for (size_t begin = 0; begin < text.size(); ++begin) {
        const bool allowed =
            !entries_[i].checks_match || LeftAllowsAt(entries_[i].boundary, text, begin);
        const size_t end = programs_[i].MatchAt(text, begin, steps);
        if (allowed && end != RegexProgram::kNoMatch &&
            (!entries_[i].checks_match || RightAllowsAt(entries_[i].boundary, text, end))) {
          matches.emplace(i, begin);
        }
      }
    }
    return matches;
  }

  const StartFilter& filter() const { return *filter_; }

 private:
  std::vector<RegexProgram> programs_;
  std::vector<StartFilter::Entry> entries_;
  std::unique_ptr<StartFilter> filter_;
};

const std::vector<Source>& Sources() {
  static const auto* const sources = new std::vector<Source>{
      {R"(\d{4,8})", Boundary::kNumber},
      {R"(\d{3} \d{3})", Boundary::kGroup},
      {R"(\b[a-z]{1,20}@[a-z]{2,9})"},
      {R"([a-z0-9]{1,30}\.[a-z]{2,5})", Boundary::kToken},
      {R"((?i)rs\.? ?\d{1,9})", Boundary::kWord},
      {R"(\+\d{6,12})", Boundary::kDigit},
      {R"(\bno \d{3})"},                       // its pivot stands behind a space
      {R"(\b[a-c]{2,3})"},                     // no pivot
      {R"(\b(?P<value>[ab]\d)-\d)"},           // the boundary is the value's
      {R"([x*]{2,4}\d{3})", Boundary::kWord},  // letters or stars
      {R"(\bs[a-z ]{20,30}\d)"},               // its digits are far
      {R"([\xc3-\xf4][\x80-\xbf]{1,3}\d)"},    // a character that is no letter of ASCII
      {R"(\d{6})"},                            // may begin inside a number: not covered
      {R"( ?\d{2})", Boundary::kDigit},        // may begin with a space: not covered
      {R"([\x80-\xff]\d)"},                    // may begin inside a character: not covered
  };
  return *sources;
}

TEST(StartFilterTest, CoversWhatBeginsAtEdges) {
  const Filter filter(Sources());
  for (size_t i = 0; i < Sources().size(); ++i) {
    EXPECT_EQ(Contains(filter.filter().covered(), i), i < 12) << Sources()[i].regex;
  }
}

TEST(StartFilterTest, HoldsBackNoMatch) {
  const Filter filter(Sources());
  std::mt19937 random(20261125);
  const std::string_view alphabet = "aabbcnorsx*  .@+-/:,112345 \n_\xC3\xA9\xE0\xB8\x81";
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    const size_t length = 1 + random() % 100;
    for (size_t i = 0; i < length; ++i) text += alphabet[random() % alphabet.size()];
    const auto starts = filter.Starts(text);
    for (const auto& match : filter.Matches(text)) {
      ASSERT_TRUE(starts.contains(match))
          << Sources()[match.first].regex << " at " << match.second << " of " << text;
    }
  }
}

TEST(StartFilterTest, LetsFewThrough) {
  const Filter filter(Sources());
  EXPECT_TRUE(filter.Starts("hello there, how is it going").empty());
  EXPECT_EQ(filter.Starts("ring 482913 now"), (std::set<std::pair<size_t, size_t>>{{0, 5}}));
}

TEST(StartFilterTest, StopsWhenAsked) {
  const Filter filter(Sources());
  const std::string_view text = "4829 4829 4829";
  Triggers triggers;
  FindTriggers(text, triggers);
  StartFilter::Scratch scratch;
  int calls = 0;
  filter.filter().ForEachStart(text, triggers, filter.filter().covered(), scratch,
                               [&](size_t, size_t) { return ++calls < 2; });
  EXPECT_EQ(calls, 2);
}

}  // namespace
}  // namespace tacet
