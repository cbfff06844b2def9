// Labelled messages: our own sample line by line, the shared labelled and peers' files by figures.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "bench/corpus.h"
#include "tacet/detector.h"
#include "tests/test_library.h"

namespace tacet {
namespace {

struct Label {
  size_t begin = 0, end = 0;  // code points
  std::string type;
  auto operator<=>(const Label&) const = default;
};

struct Case {
  std::string text, why;
  std::vector<Label> labels;
  std::vector<std::string> scope;  // empty: all types
  bool judged = true;              // false for cases that their own source marks as doubtful
};

std::vector<Case> ReadCases(const std::string& path) {
  std::vector<Case> cases;
  std::ifstream in(path);
  EXPECT_TRUE(in.good()) << path;
  simdjson::dom::parser parser;
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    simdjson::dom::object record;
    EXPECT_EQ(parser.parse(line).get(record), simdjson::SUCCESS) << path;
    Case c;
    c.text = std::string(std::string_view(record["text"]));
    if (std::string_view why; record["why"].get(why) == simdjson::SUCCESS) c.why = std::string(why);
    for (const char* key : {"labels", "spans"}) {
      simdjson::dom::array spans;
      if (record[key].get(spans) != simdjson::SUCCESS) continue;
      for (simdjson::dom::element span : spans) {
        c.labels.push_back({static_cast<size_t>(uint64_t(span["start"])),
                            static_cast<size_t>(uint64_t(span["end"])),
                            std::string(std::string_view(span["type"]))});
      }
    }
    if (simdjson::dom::array scope; record["scope"].get(scope) == simdjson::SUCCESS) {
      for (std::string_view type : scope) c.scope.emplace_back(type);
    }
    for (const char* flag : {"bare", "weak", "disputed", "extra_type", "ignore"}) {
      simdjson::dom::element value;
      if (record[flag].get(value) == simdjson::SUCCESS) c.judged = false;
    }
    cases.push_back(std::move(c));
  }
  return cases;
}

size_t CodePointOf(std::string_view text, size_t byte) {
  return static_cast<size_t>(std::count_if(text.begin(),
                                           text.begin() + static_cast<std::ptrdiff_t>(byte),
                                           [](char c) { return (c & 0xC0) != 0x80; }));
}

std::vector<Label> Find(const Detector& detector, Detector::Scratch& scratch,
                        std::string_view text) {
  std::vector<Label> found;
  const auto findings = detector.Detect(text, scratch);
  EXPECT_TRUE(findings.ok());
  if (!findings.ok()) return found;
  for (const Finding& f : *findings) {
    found.push_back({CodePointOf(text, f.span.begin), CodePointOf(text, f.span.end),
                     detector.library().entities()[static_cast<size_t>(f.entity)].type});
  }
  return found;
}

// tests/corpus: each line is a story of its own and must be right in every label.
TEST(ConformanceTest, OwnSample) {
  const Detector detector = MustCreate(DefaultLibrary());
  Detector::Scratch scratch = detector.NewScratch();
  size_t run = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TACET_SOURCE_DIR "/tests/corpus")) {
    for (const Case& c : ReadCases(entry.path())) {
      const std::vector<Label> found = Find(detector, scratch, c.text);
      EXPECT_EQ(found, c.labels) << c.text << "\n"
                                 << c.why << "\nfound " << testing::PrintToString(found.size());
      ++run;
    }
  }
  EXPECT_GE(run, 30u);
}

struct Figures {
  size_t gold = 0, right = 0, found = 0;
  double Recall() const {
    return gold == 0 ? 1 : static_cast<double>(right) / static_cast<double>(gold);
  }
};

struct Score {
  std::map<std::string, Figures> by_type;
  size_t negatives = 0, negatives_hit = 0;
};

Score Evaluate(const Detector& detector, const std::vector<Case>& cases) {
  Score score;
  Detector::Scratch scratch = detector.NewScratch();
  for (const Case& c : cases) {
    if (!c.judged) continue;
    const auto in_scope = [&](const std::string& type) {
      return c.scope.empty() || std::find(c.scope.begin(), c.scope.end(), type) != c.scope.end();
    };
    size_t found_in_scope = 0;
    const std::vector<Label> found = Find(detector, scratch, c.text);
    for (const Label& f : found) {
      if (!in_scope(f.type)) continue;
      ++found_in_scope;
      ++score.by_type[f.type].found;
    }
    for (const Label& gold : c.labels) {
      Figures& figures = score.by_type[gold.type];
      ++figures.gold;
      figures.right += std::find(found.begin(), found.end(), gold) != found.end();
    }
    if (c.labels.empty()) {
      ++score.negatives;
      score.negatives_hit += found_in_scope > 0;
    }
  }
  return score;
}

void Print(const std::string& name, const Score& score) {
  for (const auto& [type, figures] : score.by_type) {
    if (figures.gold >= 5) {
      std::printf("%s %s: %zu of %zu found\n", name.c_str(), type.c_str(), figures.right,
                  figures.gold);
    }
  }
  std::printf("%s: %zu of %zu messages without personal data get a finding\n", name.c_str(),
              score.negatives_hit, score.negatives);
}

// The recalls that this version promises, for types with 20 labels or more in a file.
constexpr std::pair<std::string_view, double> kPromised[] = {
    {"OTP", 0.92},           {"PIN", 0.92},         {"PHONE_NUMBER", 0.95},
    {"EMAIL_ADDRESS", 0.98}, {"CREDIT_CARD", 0.98}, {"IBAN_CODE", 0.98},
};

TEST(ConformanceTest, SharedLabelledMessages) {
  const std::string shared = SharedFolder();
  if (shared.empty())
    GTEST_SKIP() << "the shared labelled messages are not here (set TACET_SHARED)";
  const Detector detector = MustCreate(DefaultLibrary());
  for (const char* file : {"sms-labelled.jsonl", "real-labelled.jsonl"}) {
    const Score score = Evaluate(detector, ReadCases(shared + "/data/labelled/" + file));
    Print(file, score);
    for (const auto& [type, least] : kPromised) {
      const auto it = score.by_type.find(std::string(type));
      if (it == score.by_type.end() || it->second.gold < 20) continue;
      EXPECT_GE(it->second.Recall(), least) << file << " " << type;
    }
    EXPECT_LE(static_cast<double>(score.negatives_hit), 0.03 * static_cast<double>(score.negatives))
        << file;
  }
}

TEST(ConformanceTest, SharedPeersCases) {
  const std::string shared = SharedFolder();
  if (shared.empty()) GTEST_SKIP() << "the shared peers' cases are not here (set TACET_SHARED)";
  const Detector detector = MustCreate(DefaultLibrary());
  std::vector<Case> all;
  for (const auto& entry : std::filesystem::directory_iterator(shared + "/data/peers")) {
    if (entry.path().extension() != ".jsonl") continue;
    std::vector<Case> cases = ReadCases(entry.path());
    all.insert(all.end(), cases.begin(), cases.end());
  }
  const Score score = Evaluate(detector, all);
  Print("peers", score);
  for (const auto& [type, least] :
       {std::pair("OTP", 0.95), std::pair("EMAIL_ADDRESS", 0.98), std::pair("CREDIT_CARD", 0.98),
        std::pair("IBAN_CODE", 0.98), std::pair("PHONE_NUMBER", 0.97),
        std::pair("BANK_ACCOUNT", 0.95), std::pair("IP_ADDRESS", 0.95), std::pair("URL", 0.95),
        std::pair("AGE", 0.95)}) {
    EXPECT_GE(score.by_type.at(type).Recall(), least) << type;
  }
}

}  // namespace
}  // namespace tacet
