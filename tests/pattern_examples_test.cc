// Runs the examples and counter-examples of every built-in pattern file through both engines.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/test_library.h"

namespace tacet {
namespace {

class PatternExamplesTest : public testing::TestWithParam<Engine> {};

TEST_P(PatternExamplesTest, ExamplesGiveExactlyTheirMarks) {
  const PatternLibrary library = DefaultLibrary();
  std::vector<std::string> types;  // all, also those that are off by default
  for (const EntityType& entity : library.entities()) {
    if (entity.reported) types.push_back(entity.type);
  }
  const Detector detector = MustCreate(library, {.engine = GetParam(), .types = types});
  // Look-alikes are not reported: their examples must give no finding that overlaps a mark.
  Detector::Scratch scratch = detector.NewScratch();
  size_t run = 0;
  for (const Example& example : library.examples()) {
    const EntityType& entity = library.entities()[static_cast<size_t>(example.entity)];
    const auto findings = detector.Detect(example.text, scratch);
    ASSERT_TRUE(findings.ok()) << findings.status();
    std::string expected, actual;
    for (const Example::Mark& mark : example.marks) {
      if (entity.reported) expected += example.text.substr(mark.begin, mark.end - mark.begin) + "|";
    }
    for (const Finding& f : *findings) {
      const bool own = f.entity == example.entity;
      const bool on_lookalike =
          !entity.reported &&
          std::any_of(example.marks.begin(), example.marks.end(), [&](const Example::Mark& mark) {
            return f.span.begin < mark.end && f.span.end > mark.begin;
          });
      if (own || on_lookalike) {
        actual += example.text.substr(f.span.begin, f.span.end - f.span.begin) + "|";
      }
    }
    EXPECT_EQ(actual, expected) << example.file << ":" << example.line << ": " << entity.type
                                << " in: " << example.text << "\n found "
                                << Describe(detector, example.text, *findings);
    ++run;
  }
  EXPECT_GT(run, 100u);
}

INSTANTIATE_TEST_SUITE_P(Engines, PatternExamplesTest,
                         testing::Values(Engine::kTiered, Engine::kReference),
                         [](const auto& info) {
                           return info.param == Engine::kTiered ? "Tiered" : "Reference";
                         });

}  // namespace
}  // namespace tacet
