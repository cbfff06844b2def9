// Holds tacet eval to the figures of score.py, the reference program beside the labelled messages.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/cli/program.h"

namespace tacet {
namespace {

namespace fs = std::filesystem;

// Compares two reports: the same keys everywhere, and numbers that differ by rounding at most.
constexpr const char* kCompare = R"(
import json, sys
def same(a, b, path):
    if isinstance(a, dict) and isinstance(b, dict):
        if a.keys() != b.keys():
            sys.exit("%s: keys %s and %s" % (path, sorted(a), sorted(b)))
        for k in a: same(a[k], b[k], path + "/" + k)
    elif isinstance(a, float) or isinstance(b, float):
        if a is None or b is None or abs(a - b) > 1e-12: sys.exit("%s: %r and %r" % (path, a, b))
    elif a != b: sys.exit("%s: %r and %r" % (path, a, b))
same(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])), "")
)";

class EvalTest : public testing::Test {
 protected:
  void SetUp() override {
    if (TacetBinary().empty()) GTEST_SKIP() << "TACET_CLI names no binary: it is not built";
    if (!fs::exists(score_)) {
      GTEST_SKIP() << score_ << " is not there: tacet eval is not compared (set TACET_SHARED)";
    }
    if (Run({"python3", "--version"}).exit_code != 0) GTEST_SKIP() << "python3 is not there";
  }

  ProgramResult Run(const std::vector<std::string>& arguments) {
    return RunProgram(arguments, fs::current_path(), "",
                      {{"XDG_CACHE_HOME", directory_.path().string()}});
  }

  // Scores `gold` both ways, as a table and as JSON.
  void Compare(const fs::path& gold, const std::vector<std::string>& options) {
    SCOPED_TRACE(gold.string() + " " + testing::PrintToString(options));
    const std::string found = directory_.path() / "found.jsonl";
    ASSERT_EQ(Run({TacetBinary(), "scan", "--format", "jsonl", "-o", found, gold}).exit_code, 0);
    for (const bool json : {false, true}) {
      std::vector<std::string> theirs = {"python3", score_, gold, found};
      std::vector<std::string> ours = {TacetBinary(), "eval", gold};
      for (std::vector<std::string>* arguments : {&theirs, &ours}) {
        arguments->insert(arguments->end(), options.begin(), options.end());
        if (json) arguments->push_back("--json");
      }
      const ProgramResult expected = Run(theirs);
      const ProgramResult actual = Run(ours);
      ASSERT_EQ(expected.exit_code, 0) << expected.errors;
      ASSERT_EQ(actual.exit_code, 0) << actual.errors;
      if (!json) {
        EXPECT_EQ(actual.output, expected.output);
        continue;
      }
      WriteAll(directory_.path() / "ours", actual.output);
      WriteAll(directory_.path() / "theirs", expected.output);
      const ProgramResult compared = Run(
          {"python3", "-c", kCompare, directory_.path() / "theirs", directory_.path() / "ours"});
      EXPECT_EQ(compared.exit_code, 0) << compared.errors;
    }
  }

  const fs::path shared_ = fs::absolute(SharedData());
  const fs::path score_ = shared_ / "tools" / "score.py";
  TemporaryDirectory directory_;
};

TEST_F(EvalTest, GivesTheFiguresOfScorePyOnLabelledMessages) {
  const fs::path labelled = shared_ / "data" / "labelled";
  Compare(labelled / "sms-labelled.jsonl", {});
  Compare(labelled / "sms-labelled.jsonl", {"--coarse", "--group", "lang"});
  Compare(labelled / "sms-labelled.jsonl",
          {"--types", "OTP,PIN,PHONE_NUMBER", "--group", "region"});
  Compare(labelled / "real-labelled.jsonl", {"--coarse", "--group", "source"});
}

// Cases with scopes, alternatives, parts that are not judged, and marks to pick cases by.
TEST_F(EvalTest, GivesTheFiguresOfScorePyOnPeers) {
  size_t files = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(shared_ / "data" / "peers")) {
    if (entry.path().extension() != ".jsonl") continue;
    Compare(entry.path(), {});
    ++files;
  }
  EXPECT_GT(files, 20u);
  const fs::path peers = shared_ / "data" / "peers";
  Compare(peers / "presidio.jsonl", {"--skip", "bare", "--skip", "disputed", "--group", "weak"});
  Compare(peers / "validatorjs.jsonl", {"--only", "carrier", "--coarse"});
  Compare(peers / "presidio.jsonl", {"--types", "US_SSN,NO_SUCH_TYPE", "--coarse"});
}

}  // namespace
}  // namespace tacet
