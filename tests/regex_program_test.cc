#include "engine/detect/regex_program.h"

#include <random>
#include <string>

#include "gtest/gtest.h"

namespace tacet {
namespace {

RegexProgram MustCompile(std::string_view regex) {
  absl::StatusOr<RegexProgram> program = RegexProgram::Compile(regex);
  EXPECT_TRUE(program.ok()) << regex << ": " << program.status();
  return *std::move(program);
}

size_t MatchAt(const RegexProgram& program, std::string_view text, size_t begin) {
  size_t steps = 0;
  return program.MatchAt(text, begin, steps);
}

TEST(RegexProgramTest, FindsTheLongestMatchAtAPlace) {
  const RegexProgram program = MustCompile(R"(\d{3}(?:-\d{3})?)");
  EXPECT_EQ(MatchAt(program, "123-456", 0), 7u);
  EXPECT_EQ(MatchAt(program, "123-45", 0), 3u);
  EXPECT_EQ(MatchAt(program, "x123", 0), RegexProgram::kNoMatch);
  EXPECT_EQ(MatchAt(program, "x123", 1), 4u);
}

TEST(RegexProgramTest, ChecksWordBoundariesAgainstTheWholeText) {
  const RegexProgram program = MustCompile(R"(\b\d{4}\b)");
  EXPECT_TRUE(program.has_automaton());
  EXPECT_EQ(MatchAt(program, "a 1234.", 2), 6u);
  EXPECT_EQ(MatchAt(program, "a1234", 1), RegexProgram::kNoMatch);
  EXPECT_EQ(MatchAt(program, "1234a", 0), RegexProgram::kNoMatch);
  EXPECT_EQ(MatchAt(program,
                    "\xE0\xB8\xAD"
                    "1234\xE0\xB8\xAD",
                    3),
            7u);  // Thai letters touch it
}

TEST(RegexProgramTest, KnowsItsPivot) {
  struct Case {
    std::string_view regex;
    Pivot pivot;
    int lead_min, lead_max, min_digits;
  };
  for (const Case& c : {
           Case{R"(\d{4,8})", Pivot::kDigit, 0, 0, 4},
           Case{R"([A-Z]{5}\d{4}[A-Z])", Pivot::kDigit, 5, 5, 4},
           Case{R"((?:G-)?\d{6})", Pivot::kDigit, 0, 2, 6},
           Case{R"([a-z.]{1,64}@[a-z]{2,9})", Pivot::kAt, 1, 64, 0},
           Case{R"(https?://[a-z.]{4,40})", Pivot::kColon, 4, 5, 0},
           Case{R"([a-z]{2,9})", Pivot::kNone, 0, 0, 0},
           Case{R"([a-z]{2,9}\d?)", Pivot::kNone, 0, 0, 0},
           Case{R"([a-z]{0,400}\d)", Pivot::kNone, 0, 0, 1},
       }) {
    const RegexProgram program = MustCompile(c.regex);
    EXPECT_EQ(program.pivot(), c.pivot) << c.regex;
    EXPECT_EQ(program.lead_min(), c.lead_min) << c.regex;
    EXPECT_EQ(program.lead_max(), c.lead_max) << c.regex;
    EXPECT_EQ(program.min_digits(), c.min_digits) << c.regex;
  }
}

TEST(RegexProgramTest, FindsTheValueGroup) {
  const RegexProgram program = MustCompile(R"(PIN (?:is )?(?P<value>\d{4,6})!)");
  const std::string_view text = "my PIN is 4821!";
  size_t begin = 0, end = 0;
  ASSERT_EQ(MatchAt(program, text, 3), 15u);
  ASSERT_TRUE(program.FindValue(text, 3, 15, begin, end));
  EXPECT_EQ(text.substr(begin, end - begin), "4821");
}

TEST(RegexProgramTest, AValueBeginsLateAndIsLong) {
  struct Case {
    std::string_view regex, text, value;
  };
  for (const Case& c : {
           Case{R"([a-z ]{0,9}(?P<value>[a-z]{1,3}))", "ab cd", "d"},
           Case{R"(\w{1,3}: ?(?P<value>\w{2,8})(?:\w{0,2};)?)", "ab: cdefg;", "cdefg"},
           Case{R"((?P<value>\d{2,4})\d{0,2}x)", "12345x", "1234"},
           Case{R"((?:x|y(?P<value>\d))z)", "y1z", "1"},  // inside an alternative: RE2 is asked
       }) {
    const RegexProgram program = MustCompile(c.regex);
    const size_t end = MatchAt(program, c.text, 0);
    ASSERT_NE(end, RegexProgram::kNoMatch) << c.regex;
    size_t value_begin = 0, value_end = 0;
    ASSERT_TRUE(program.FindValue(c.text, 0, end, value_begin, value_end)) << c.regex;
    EXPECT_EQ(c.text.substr(value_begin, value_end - value_begin), c.value) << c.regex;
  }
}

TEST(RegexProgramTest, RefusesWhatTheEnginesDoNotShare) {
  for (std::string_view regex : {
           R"((\d+))",
           R"((?=x)y)",
           R"((?<!x)y)",
           R"(\d+?)",
           R"(\d*+)",
           R"(x*)",
           R"(\d{3,})",
           R"((?:a)",
           R"(a))",
           R"([a)",
           R"([]", R"(\p{L}{2})",
           R"(\1)",
           R"(a{5,2})",
           R"(a{2000})",
           R"((?P<other>a))",
           R"((?P<value>a)(?P<value>b))",
           "\xC3",
           "[^\xC3\xA9]",
           R"(\)",
           R"([b-a])",
           R"(\x4)",
           R"(+a)",
           "",
           R"(a|)",
       }) {
    EXPECT_FALSE(RegexProgram::Compile(regex).ok()) << regex;
  }
}

TEST(RegexProgramTest, WidthIsBounded) {
  EXPECT_EQ(MustCompile("a(?:bc){0}").max_width(), 1);
  EXPECT_FALSE(RegexProgram::Compile("a{0}").ok());
  EXPECT_TRUE(RegexProgram::Compile("a{1000}").ok());
  EXPECT_TRUE(RegexProgram::Compile("a{1000}a{24}").ok());
  EXPECT_FALSE(RegexProgram::Compile("a{1000}a{25}").ok());
  EXPECT_FALSE(RegexProgram::Compile("(?:(?:a{100}){100}){100}").ok());
}

TEST(RegexProgramTest, LettersOutsideAsciiAreWholeCharacters) {
  const RegexProgram program = MustCompile("(?i)[№•x]{2}é\\d");
  EXPECT_EQ(MatchAt(program, "№Xé1", 0), 7u);
  EXPECT_EQ(MatchAt(program, "••é1", 0), 9u);
  EXPECT_EQ(MatchAt(program, "••É1", 0), RegexProgram::kNoMatch);  // case is ASCII's
  EXPECT_EQ(MatchAt(program, "•\xE2\x84é1", 0), RegexProgram::kNoMatch);
}

// RE2, given the regex as it stands in the pattern file, is the judge: same longest match at every
// place of random texts.
TEST(RegexProgramTest, AgreesWithRe2) {
  const std::string_view regexes[] = {
      R"(\d{4,8})",
      R"(\b\d{1,3}(?:\.\d{1,3}){3}\b)",
      R"((?i)[a-c]{2}(?:-?\d{2}){1,3})",
      R"((?:ab|a)(?:c|bcd)(?:d[^x\s]?)?)",
      R"([^\d\s]{1,3}@(?:a|b1){1,4}$)",
      R"(^a?b?\d)",
      R"((?:^|\n)@[ab]{1,3} #\d{2})",
      R"(a\b-\b\d)",
      R"([\x80-\xff]{2}\W\w\S)",
      R"(.{0,3}1\.?-)",
  };
  std::mt19937 random(20261125);
  const std::string_view alphabet = "aAbBcd112345.-@# \n\xC3\xA9x";
  for (std::string_view regex : regexes) {
    const RegexProgram program = MustCompile(regex);
    RE2::Options options;
    options.set_encoding(RE2::Options::EncodingLatin1);
    options.set_longest_match(true);
    const RE2 judge(std::string(regex), options);
    for (int round = 0; round < 3000; ++round) {
      std::string text;
      const size_t length = random() % 24;
      for (size_t i = 0; i < length; ++i) text += alphabet[random() % alphabet.size()];
      for (size_t at = 0; at <= text.size(); ++at) {
        re2::StringPiece match;
        const bool found = judge.Match(text, at, text.size(), RE2::ANCHOR_START, &match, 1);
        const size_t expected = found ? at + match.size() : RegexProgram::kNoMatch;
        ASSERT_EQ(MatchAt(program, text, at), expected) << regex << " at " << at << " of " << text;
      }
    }
  }
}

TEST(RegexProgramTest, AnAutomatonSurvivesItsBytes) {
  const RegexProgram program = MustCompile(R"(\d{3}(?:-\d{3}){0,2})");
  std::string bytes;
  program.automata().Serialise(bytes);
  std::string_view view = bytes;
  const std::optional<Automata> back = Automata::Deserialise(view);
  ASSERT_TRUE(back.has_value());
  EXPECT_TRUE(view.empty());
  EXPECT_EQ(back->whole.next, program.automaton().next);
  absl::StatusOr<RegexProgram> again =
      RegexProgram::Compile(R"(\d{3}(?:-\d{3}){0,2})", {.with_re2 = false, .automata = &*back});
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(MatchAt(*again, "123-456-78", 0), 7u);

  for (size_t size = 0; size < bytes.size(); ++size) {
    view = std::string_view(bytes).substr(0, size);
    EXPECT_FALSE(Automata::Deserialise(view).has_value()) << size;
  }
  bytes.clear();
  program.automaton().Serialise(bytes);
  bytes.back() = '\xFF';  // a state that does not exist
  view = bytes;
  EXPECT_FALSE(Automaton::Deserialise(view).has_value());
}

}  // namespace
}  // namespace tacet
