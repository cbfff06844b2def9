// Every language that the word lists promise is there, and works: all are live at once.
#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "tests/test_library.h"

namespace tacet {
namespace {

// The official languages of the EU, then those of the other large SMS countries.
constexpr std::string_view kLanguages[] = {
    "bg", "hr", "cs", "da", "nl", "en", "et", "fi", "fr", "de", "el", "hu", "ga", "it", "lv",
    "lt", "mt", "pl", "pt", "ro", "sk", "sl", "es", "sv", "ru", "uk", "tr", "ar", "fa", "he",
    "hi", "bn", "ta", "te", "mr", "ur", "id", "ms", "vi", "th", "zh", "ja", "ko", "sw", "tl"};

constexpr std::string_view kLists[] = {
    "otp",      "code",           "pin",         "password",   "phone",         "account", "card",
    "passport", "identity-paper", "address-cue", "birth-date", "driver-license"};

constexpr std::string_view kTypes[] = {"OTP",          "PIN",           "PASSWORD",
                                       "BANK_ACCOUNT", "DATE_OF_BIRTH", "PASSPORT"};

struct Line {
  int number = 0;
  std::string language, type, text, value;
};

std::vector<Line> ReadLines() {
  std::ifstream file("tests/languages.tsv");
  std::vector<Line> lines;
  std::string row;
  for (int number = 1; std::getline(file, row); ++number) {
    if (row.empty() || row[0] == '#') continue;
    const size_t first = row.find('\t'), second = row.find('\t', first + 1);
    const size_t open = row.find("<<"), close = row.find(">>");
    if (second == row.npos || open == row.npos || close == row.npos) {
      ADD_FAILURE() << "tests/languages.tsv:" << number << ": malformed";
      continue;
    }
    lines.push_back({.number = number,
                     .language = row.substr(0, first),
                     .type = row.substr(first + 1, second - first - 1),
                     .text = row.substr(second + 1, open - second - 1) +
                             row.substr(open + 2, close - open - 2) + row.substr(close + 2),
                     .value = row.substr(open + 2, close - open - 2)});
  }
  EXPECT_FALSE(lines.empty()) << "run it in the source folder";
  return lines;
}

TEST(LanguageTest, EachListHasWordsInEachLanguage) {
  const PatternLibrary library = DefaultLibrary();
  std::map<std::string, std::set<std::string>, std::less<>> languages;
  for (const WordList& list : library.word_lists()) {
    for (const WordList::Word& word : list.words) languages[list.name].insert(word.language);
  }
  for (std::string_view list : kLists) {
    for (std::string_view language : kLanguages) {
      EXPECT_TRUE(languages[std::string(list)].contains(std::string(language)))
          << list << " has no words in " << language;
    }
  }
}

TEST(LanguageTest, EachTypeHasAMessageInEachLanguage) {
  std::set<std::pair<std::string, std::string>> there;
  for (const Line& line : ReadLines()) there.emplace(line.language, line.type);
  for (std::string_view language : kLanguages) {
    for (std::string_view type : kTypes) {
      EXPECT_TRUE(there.contains({std::string(language), std::string(type)}))
          << "no " << type << " in " << language;
    }
  }
}

TEST(LanguageTest, FindsTheValueOfEachMessageAndNothingElse) {
  const Detector detector = MustCreate(DefaultLibrary());
  for (const Line& line : ReadLines()) {
    std::string found = Found(detector, line.text);
    // Where the form says the country, the type does.
    if (line.type == "PASSPORT" && found.find("_PASSPORT:") != found.npos) {
      found.erase(0, found.find("_PASSPORT:") + 1);
    }
    EXPECT_EQ(found, line.type + ":" + line.value) << "languages.tsv:" << line.number;
  }
}

}  // namespace
}  // namespace tacet
