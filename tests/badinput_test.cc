// Runs the command line over hostile and broken inputs: it must not crash, hang, grow without
// bound, say that all is well when it is not, or let a value through.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/cli/program.h"

namespace tacet {
namespace {

namespace fs = std::filesystem;

// What the good records of the files hold.
constexpr const char* kValues[] = {"482913", "14155550132", "14155550199", "14155550133", "7391"};

class BadInputTest : public testing::Test {
 protected:
  void SetUp() override {
    if (TacetBinary().empty()) GTEST_SKIP() << "TACET_CLI names no binary: it is not built";
    if (!fs::exists(data_)) {
      GTEST_SKIP() << data_ << " is not there: bad inputs are not tested (set TACET_SHARED)";
    }
  }

  ProgramResult Tacet(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), TacetBinary());
    return RunProgram(arguments, fs::current_path(), input,
                      {{"XDG_CACHE_HOME", cache_.path().string()}});
  }

  // A few plain patterns, where it does not matter what is found: they load in no time.
  static std::vector<std::string> Plain(std::vector<std::string> arguments) {
    for (const char* argument :
         {"--no-default-patterns", "--patterns", "tests/cli/patterns.toml"}) {
      arguments.emplace_back(argument);
    }
    return arguments;
  }

  const fs::path data_ = fs::absolute(SharedData() / "data" / "badinput");
  TemporaryDirectory cache_;
};

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

size_t CountValues(const std::string& text) {
  size_t count = 0;
  for (const std::string value : kValues) {
    for (size_t at = text.find(value); at != text.npos; at = text.find(value, at + 1)) ++count;
  }
  return count;
}

// The exit code of each file is 0, but for those that are damaged, refused or partly withheld.
const std::map<std::string, std::string> kIncomplete = {
    {"bad_checksum.log.zst", "damaged"},
    {"bad_crc.log.gz", "damaged"},
    {"bad_isize.log.gz", "damaged"},
    {"bomb_256MiB_one_line.log.gz", "withheld"},
    {"deep_nesting.jsonl", "withheld"},
    {"flipped_bit.log.gz", "damaged"},
    {"long_window_2GiB.log.zst", "window"},
    {"mixed.jsonl", "withheld"},
    {"trailing_garbage.log.gz", "other data follows"},
    {"truncated.log.zst", "ends early"},
    {"truncated_checksum.log.zst", "ends early"},
    {"truncated_header.log.gz", "ends early"},
    {"truncated_middle.log.gz", "ends early"},
    {"truncated_trailer.log.gz", "ends early"},
    {"utf16be_bom.log", "UTF-16"},
    {"utf16le_bom.log", "UTF-16"},
    {"utf16le_no_bom.log", "UTF-16"},
};

// Values that nothing in their line gives away, and why.
const std::map<std::string, size_t> kStanding = {
    {"mixed.jsonl", 1},           // "nul \u0000 482913": no word for a code
    {"mixed_encodings.log", 1},   // the word for a code is there in Shift-JIS only
    {"newline_in_field.csv", 1},  // a line of digits only: the text began in the line before
    {"ragged_rows.csv", 1},       // "code 482913,extra": that is how vouchers are written
};

TEST_F(BadInputTest, EachFileIsRedactedOrRefused) {
  const double idle = Tacet({"redact"}).peak_mib;
  size_t files = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(data_ / "files")) {
    const std::string name = entry.path().filename();
    SCOPED_TRACE(name);
    ++files;
    const auto incomplete = kIncomplete.find(name);
    for (const std::string command : {"redact", "scan"}) {
      SCOPED_TRACE(command);
      // Standard output may be cut off by an error, so what is there is looked at too.
      const ProgramResult result =
          Tacet(command == "redact" ? std::vector<std::string>{command, entry.path()}
                                    : Plain({command, entry.path()}));
      EXPECT_EQ(result.exit_code, incomplete == kIncomplete.end() ? 0 : 3) << result.errors;
      if (incomplete != kIncomplete.end()) {
        EXPECT_NE(result.errors.find(incomplete->second), std::string::npos) << result.errors;
        EXPECT_EQ(Lines(result.errors).size(), 1u) << result.errors;
      } else {
        EXPECT_EQ(result.errors, "");
      }
      EXPECT_EQ(CountValues(result.errors), 0u) << result.errors;
      EXPECT_LT(result.peak_mib, idle + 64);
      const auto standing = kStanding.find(name);
      const size_t allowed =
          command == "scan" || standing == kStanding.end() ? 0 : standing->second;
      EXPECT_LE(CountValues(result.output), allowed) << result.output.substr(0, 2000);
    }
  }
  EXPECT_GE(files, 56u);
}

// The controls: 200 lines, each with one code and two phone numbers, however they are packed.
TEST_F(BadInputTest, GoodFilesAreRedactedWhole) {
  for (const auto& [name, times] :
       std::vector<std::pair<std::string, size_t>>{{"ok.log.gz", 1},
                                                   {"ok.log.zst", 1},
                                                   {"plain_named_log_but_gzip.log", 1},
                                                   {"two_members.log.gz", 1},
                                                   {"member_splits_line.log.gz", 1},
                                                   {"trailing_zeros.log.gz", 1},
                                                   {"skippable_frame.log.zst", 1},
                                                   {"two_frames.log.zst", 2}}) {
    SCOPED_TRACE(name);
    const ProgramResult result = Tacet({"scan", data_ / "files" / name});
    const std::vector<std::string> lines = Lines(result.output);
    EXPECT_EQ(lines.size(), 200 * times);
    const auto complete = [](const std::string& line) {
      const size_t phone = line.find("\"PHONE_NUMBER\"");
      return line.find("\"OTP\"") != line.npos && phone != line.npos &&
             line.find("\"PHONE_NUMBER\"", phone + 1) != line.npos;
    };
    const auto missing = std::find_if_not(lines.begin(), lines.end(), complete);
    EXPECT_TRUE(missing == lines.end()) << *missing;
  }
}

// A compressed file that was cut anywhere is an error, and leaves no output file.
TEST_F(BadInputTest, CutAnywhereIsNoticed) {
  for (const auto& [name, magic] :
       {std::pair<std::string, size_t>{"ok.log.gz", 2}, {"ok.log.zst", 4}}) {
    const std::string whole = ReadAll(data_ / "files" / name);
    ASSERT_GT(whole.size(), 90u);
    TemporaryDirectory directory;
    const std::string output = directory.path() / "out";
    // With fewer bytes than the mark of its format it is a text, and a very short one.
    for (size_t size = magic; size < whole.size(); ++size) {
      const ProgramResult result = Tacet(Plain({"redact", "-o", output}), whole.substr(0, size));
      EXPECT_EQ(result.exit_code, 3) << name << " cut at " << size;
      EXPECT_EQ(CountValues(result.errors), 0u);
      EXPECT_FALSE(fs::exists(output)) << name << " cut at " << size;
    }
  }
}

// Every document of JSONTestSuite as the value of the field: valid ones pass, others are withheld.
TEST_F(BadInputTest, ValidJsonPassesAndNoOther) {
  std::string input;
  std::vector<std::string> names;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(data_ / "json_test_suite" / "test_parsing")) {
    std::string document = ReadAll(entry.path());
    while (!document.empty() && document.back() == '\n') document.pop_back();
    // A document of several lines cannot be a JSON line, and a long one tests another limit.
    if (document.find('\n') != document.npos || document.size() > 10'000) continue;
    names.push_back(entry.path().filename());
    input += "{\"text\":" + document + "}\n";
  }
  ASSERT_GT(names.size(), 280u);
  const ProgramResult result = Tacet(Plain({"scan", "--format", "jsonl"}), input);
  EXPECT_EQ(result.exit_code, 3);
  const std::vector<std::string> lines = Lines(result.output);
  ASSERT_EQ(lines.size(), names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    const bool withheld = lines[i].find("\"withheld\"") != std::string::npos;
    // i_ documents may be taken either way.
    if (names[i][0] == 'i') continue;
    EXPECT_EQ(withheld, names[i][0] == 'n') << names[i] << ": " << lines[i];
  }
  // And redacting gives a line for a line, none of them a withheld one passed on.
  const std::vector<std::string> redacted =
      Lines(Tacet(Plain({"redact", "--format", "jsonl"}), input).output);
  ASSERT_EQ(redacted.size(), names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    const bool withheld = lines[i].find("\"withheld\"") != std::string::npos;
    EXPECT_EQ(redacted[i].rfind("{\"withheld\":", 0) == 0, withheld) << names[i];
  }
}

// Broken bytes around and inside a code do not hide it.
TEST_F(BadInputTest, InvalidUtf8HidesNoCode) {
  std::string input;
  std::vector<std::string> names;
  const auto quoted = [](const std::string& line, const std::string& key) {
    const size_t begin = line.find("\"" + key + "\": \"") + key.size() + 5;
    return line.substr(begin, line.find('"', begin) - begin);
  };
  for (const std::string& line : Lines(ReadAll(data_ / "unicode" / "invalid_utf8.jsonl"))) {
    const std::string hex = quoted(line, "hex");
    for (size_t i = 0; i < hex.size(); i += 2) {
      input += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    }
    input += '\n';
    names.push_back(quoted(line, "case"));
  }
  ASSERT_EQ(names.size(), 22u);
  const ProgramResult result = Tacet({"redact", "--format", "text"}, input);
  const std::vector<std::string> lines = Lines(result.output);
  ASSERT_EQ(lines.size(), names.size());
  for (size_t i = 0; i < lines.size(); ++i) {
    // What a reader would see of the code: its digits, whatever stands between them.
    std::string digits;
    for (char c : lines[i]) {
      if (c >= '0' && c <= '9') digits += c;
    }
    // "code" is there in Shift-JIS only, which is no UTF-8 and so no word.
    if (names[i] == "Shift-JIS") continue;
    // A lone CR ends lines in some logs, so what it parts is not one number.
    if (names[i] == "CR overwrite") continue;
    EXPECT_EQ(digits.find("82913"), digits.npos) << names[i];
  }
}

// Values written so as to slip past a filter. What ordinary normalisation undoes has to be found,
// with the right offsets; the rest is counted and reported.
TEST_F(BadInputTest, EvasionIsSeenThrough) {
  const fs::path path = data_ / "unicode" / "evasion.jsonl";
  const std::vector<std::string> gold = Lines(ReadAll(path));
  const std::vector<std::string> found = Lines(Tacet({"scan", "--format", "jsonl", path}).output);
  ASSERT_EQ(gold.size(), 422u);
  ASSERT_EQ(found.size(), gold.size());
  // What a line says, as type, start, end.
  simdjson::dom::parser parser;
  const auto spans = [&](const std::string& line, const char* list) {
    std::set<std::string> result;
    simdjson::dom::array array;
    if (parser.parse(line)[list].get(array)) {
      ADD_FAILURE() << "no list " << list;
      return result;
    }
    for (simdjson::dom::element span : array) {
      uint64_t start = 0, end = 0;
      std::string_view type;
      if (span["start"].get(start) || span["end"].get(end) || span["type"].get(type)) {
        ADD_FAILURE() << "no span";
      }
      result.insert(std::string(type) + " " + std::to_string(start) + " " + std::to_string(end));
    }
    return result;
  };
  struct Tier {
    size_t cases = 0;
    size_t right = 0;
  };
  std::map<std::string, Tier> tiers;
  std::map<std::string, size_t> missed;
  for (size_t i = 0; i < gold.size(); ++i) {
    const auto field = [&](const std::string& key) {
      const size_t begin = gold[i].find("\"" + key + "\": \"") + key.size() + 5;
      return gold[i].substr(begin, gold[i].find('"', begin) - begin);
    };
    const std::set<std::string> labels = spans(gold[i], "labels");
    const std::set<std::string> findings = spans(found[i], "findings");
    // Only negatives have no label, and nothing may be found in them.
    const bool right = labels.empty() ? findings.empty()
                                      : std::includes(findings.begin(), findings.end(),
                                                      labels.begin(), labels.end());
    Tier& tier = tiers[labels.empty() ? "negative" : field("tier")];
    ++tier.cases;
    tier.right += right;
    if (!right) ++missed[field("technique")];
  }
  for (const auto& [name, tier] : tiers) {
    std::printf("evasion, %s: %zu of %zu\n", name.c_str(), tier.right, tier.cases);
  }
  for (const auto& [technique, count] : missed) {
    std::printf("  missed: %s, %zu\n", technique.c_str(), count);
  }
  EXPECT_EQ(tiers["control"].right, tiers["control"].cases);
  EXPECT_EQ(tiers["must"].cases, 285u);
  EXPECT_GE(tiers["must"].right * 100, tiers["must"].cases * 99);
  EXPECT_EQ(tiers["negative"].cases, 24u);
  EXPECT_EQ(tiers["negative"].right, 24u);
  EXPECT_GE(tiers["stretch"].right, 95u);
}

}  // namespace
}  // namespace tacet
