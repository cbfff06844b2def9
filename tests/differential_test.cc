// The tiers and the reference give the same findings, and redacting twice is redacting once, over
// every message of the shared corpora, the labelled and the peers' messages, and our own sample.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bench/corpus.h"
#include "tacet/redactor.h"
#include "tests/test_library.h"

namespace tacet {
namespace {

struct Tally {
  size_t messages = 0, findings = 0, differences = 0, drifts = 0, withheld = 0;
};

class Comparison {
 public:
  // A message's number in its corpus goes into failures, its text never.
  void Check(std::string_view corpus, size_t number, std::string_view text) {
    ++tally.messages;
    const auto fast = tiered_.Detect(text, tiered_scratch_);
    const auto slow = reference_.Detect(text, reference_scratch_);
    if (!fast.ok() || !slow.ok()) {
      ++tally.withheld;
      EXPECT_EQ(fast.status().code(), slow.status().code()) << corpus << " " << number;
      return;
    }
    tally.findings += fast->size();
    if (*fast != *slow && ++tally.differences <= 10) {
      ADD_FAILURE() << corpus << " " << number << ": tiered finds " << Patterns(*fast)
                    << " and the reference " << Patterns(*slow);
    }
    const std::string once(redactor_.Redact(text, redactor_scratch_).text());
    if (redactor_.Redact(once, redactor_scratch_).text() != once && ++tally.drifts <= 10) {
      ADD_FAILURE() << corpus << " " << number << ": redacting twice differs from once";
    }
  }

  Tally tally;

 private:
  static Redactor Make(const Detector* detector) {
    absl::StatusOr<Redactor> redactor = Redactor::Create(detector, Policy{});
    EXPECT_TRUE(redactor.ok());
    return *std::move(redactor);
  }
  std::string Patterns(absl::Span<const Finding> findings) const {
    std::string out;
    for (const Finding& f : findings) {
      out += tiered_.library().patterns()[static_cast<size_t>(f.pattern)].name + "@" +
             std::to_string(f.span.begin) + "-" + std::to_string(f.span.end) + " ";
    }
    return out.empty() ? "nothing" : out;
  }

  Detector tiered_ = MustCreate(DefaultLibrary());
  Detector reference_ = MustCreate(DefaultLibrary(), {.engine = Engine::kReference});
  Redactor redactor_ = Make(&tiered_);
  Detector::Scratch tiered_scratch_ = tiered_.NewScratch();
  Detector::Scratch reference_scratch_ = reference_.NewScratch();
  Redactor::Scratch redactor_scratch_ = redactor_.NewScratch();
};

void Report(const Tally& tally) {
  std::printf("%zu messages, %zu findings, %zu differences, %zu drifts, %zu withheld\n",
              tally.messages, tally.findings, tally.differences, tally.drifts, tally.withheld);
}

TEST(DifferentialTest, TheExamples) {
  Comparison comparison;
  const PatternLibrary library = DefaultLibrary();
  size_t number = 0;
  for (const Example& example : library.examples()) {
    comparison.Check("examples", ++number, example.text);
  }
  Report(comparison.tally);
  EXPECT_EQ(comparison.tally.differences, 0u);
}

TEST(DifferentialTest, EverySharedMessage) {
  const std::vector<std::string> files = SharedCorpusFiles();
  if (files.empty()) GTEST_SKIP() << "the shared corpora are not here (set TACET_SHARED)";
  Comparison comparison;
  for (const std::string& file : files) {
    const absl::StatusOr<Corpus> corpus = LoadCorpus(file);
    ASSERT_TRUE(corpus.ok()) << corpus.status();
    size_t number = 0;
    for (std::string_view message : corpus->messages) {
      comparison.Check(corpus->name, ++number, message);
    }
  }
  Report(comparison.tally);
  EXPECT_EQ(comparison.tally.differences, 0u);
  EXPECT_EQ(comparison.tally.drifts, 0u);
  EXPECT_EQ(comparison.tally.withheld, 0u);
}

}  // namespace
}  // namespace tacet
