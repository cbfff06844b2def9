// Runs tests/cli/*.test: a command, what it is given, and all that it must answer.
//
//   # A comment.
//   run     tacet scan $plain a.log        begins a case; a shell runs it in a directory of its own
//   file    a.log                          a file there; its lines follow, indented by eight
//           Your code is 482913
//   input   Your code is 482913            standard input; more lines follow, indented by eight
//   output  {"id":"1", ...}                standard output, whole; nothing if left out
//   stderr  tacet: ...                     standard error, whole; nothing if left out
//   result  b.log                          a file that must be there afterwards; its lines follow
//   absent  b.log                          a file that must not be there afterwards
//   exit    0                              0 if left out
//
// With a $ behind the word (input$, file$, ...) lines have C escapes (\n \r \t \\ \xHH) and no line
// feed of their own. $plain stands for the patterns of tests/cli/patterns.toml and no others.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/cli/program.h"

namespace tacet {
namespace {

namespace fs = std::filesystem;

struct Case {
  int line = 0;
  std::string command;
  std::map<std::string, std::string> files;
  std::map<std::string, std::string> results;
  std::set<std::string> absent;
  std::string input, output, errors;
  int exit_code = 0;
};

std::string Unescape(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    switch (text[++i]) {
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case 'x':
        out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
        i += 2;
        break;
      default:
        out += text[i];
    }
  }
  return out;
}

// Reads a test file; what is no part of the format is a failure of the test.
std::vector<Case> ReadCases(const fs::path& path) {
  std::vector<Case> cases;
  std::istringstream lines(ReadAll(path));
  std::string line;
  std::string* target = nullptr;  // what indented lines are added to
  bool escaped = false;
  const auto add = [&](const std::string& text) {
    *target += escaped ? Unescape(text) : text + "\n";
  };
  for (int number = 1; std::getline(lines, line); ++number) {
    if (line.empty() || line[0] == '#') continue;
    std::string word = line.substr(0, line.find(' '));
    const std::string rest = line.size() > 8 ? line.substr(8) : "";
    if (word.empty()) {
      if (target == nullptr) ADD_FAILURE_AT(path.c_str(), number) << "nothing to continue";
      if (target != nullptr) add(rest);
      continue;
    }
    escaped = word.back() == '$';
    if (escaped) word.pop_back();
    target = nullptr;
    if (word == "run") {
      cases.emplace_back();
      cases.back().line = number;
      cases.back().command = rest;
      continue;
    }
    if (cases.empty()) {
      ADD_FAILURE_AT(path.c_str(), number) << "a case begins with run";
      continue;
    }
    Case& current = cases.back();
    if (word == "file") {
      target = &current.files[rest];
    } else if (word == "result") {
      target = &current.results[rest];
    } else if (word == "absent") {
      current.absent.insert(rest);
    } else if (word == "exit") {
      current.exit_code = std::stoi(rest);
    } else if (word == "input" || word == "output" || word == "stderr") {
      target = word == "input"    ? &current.input
               : word == "output" ? &current.output
                                  : &current.errors;
      add(rest);
    } else {
      ADD_FAILURE_AT(path.c_str(), number) << "unknown word " << word;
    }
  }
  return cases;
}

class CliTest : public testing::TestWithParam<std::string> {};

TEST_P(CliTest, AnswersAsWritten) {
  const std::string binary = TacetBinary();
  if (binary.empty()) GTEST_SKIP() << "TACET_CLI names no binary: the command line is not built";
  const fs::path test_file = fs::path("tests/cli") / (GetParam() + ".test");
  const std::string patterns = ReadAll("tests/cli/patterns.toml");
  const std::vector<Case> cases = ReadCases(test_file);
  ASSERT_FALSE(cases.empty());
  TemporaryDirectory cache;
  for (const Case& one : cases) {
    TemporaryDirectory directory;
    WriteAll(directory.path() / "patterns.toml", patterns);
    for (const auto& [name, bytes] : one.files) WriteAll(directory.path() / name, bytes);
    const ProgramResult result =
        RunProgram({"/bin/sh", "-c", one.command}, directory.path(), one.input,
                   {{"PATH", fs::path(binary).parent_path().string() + ":" + std::getenv("PATH")},
                    {"XDG_CACHE_HOME", cache.path()},
                    {"plain", "--no-default-patterns --patterns patterns.toml"}});
    SCOPED_TRACE(one.command);
    const auto expect = [&](const std::string& what, const std::string& actual,
                            const std::string& expected) {
      if (actual == expected) return;
      ADD_FAILURE_AT(test_file.c_str(), one.line) << what << " is\n"
                                                  << testing::PrintToString(actual) << "\nand not\n"
                                                  << testing::PrintToString(expected);
    };
    expect("standard output", result.output, one.output);
    expect("standard error", result.errors, one.errors);
    expect("the exit code", std::to_string(result.exit_code), std::to_string(one.exit_code));
    for (const auto& [name, bytes] : one.results) {
      EXPECT_TRUE(fs::exists(directory.path() / name))
          << test_file << ":" << one.line << ": " << name;
      expect(name, ReadAll(directory.path() / name), bytes);
    }
    for (const std::string& name : one.absent) {
      EXPECT_FALSE(fs::exists(directory.path() / name))
          << test_file << ":" << one.line << ": " << name;
    }
    // Nothing of a temporary output file stays behind, whatever happened.
    for (const fs::directory_entry& entry : fs::directory_iterator(directory.path())) {
      EXPECT_NE(entry.path().filename().string().substr(0, 7), ".tacet-")
          << test_file << ":" << one.line;
    }
  }
}

std::vector<std::string> TestFiles() {
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator("tests/cli", error)) {
    if (entry.path().extension() == ".test") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(CliTestFiles, AreThere) { EXPECT_FALSE(TestFiles().empty()) << "run it in the source folder"; }

INSTANTIATE_TEST_SUITE_P(Files, CliTest, testing::ValuesIn(TestFiles()),
                         [](const auto& file) { return file.param; });

}  // namespace
}  // namespace tacet
