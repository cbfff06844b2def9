#include "tacet/pattern_library.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/test_library.h"

namespace tacet {
namespace {

std::string FaultOf(std::string text) {
  absl::StatusOr<PatternLibrary> library = PatternLibrary::Parse({PatternFile{"p.toml", text}});
  if (library.ok()) {
    absl::StatusOr<Detector> detector = Detector::Create(*std::move(library));
    return detector.ok() ? "" : std::string(detector.status().message());
  }
  return std::string(library.status().message());
}

// A sound entity with one more line in its pattern.
std::string WithPatternLine(std::string_view line) {
  std::string text =
      "[[entity]]\ntype = \"T\"\nsource = \"s\"\nexamples = [\"<<a1>>\"]\n"
      "counterexamples = [\"b\"]\n[[entity.pattern]]\nname = \"t\"\n";
  text += line;
  return text + "\n";
}

TEST(PatternLibraryTest, NamesFileLineAndKeyOfAFault) {
  EXPECT_EQ(FaultOf(WithPatternLine("regex = 'a1'\nscore = 0.5")), "");
  EXPECT_EQ(FaultOf(WithPatternLine("regex = 'a1'\nscor = 0.5")),
            "p.toml:9: unknown key 'scor'\np.toml:6: a pattern needs a 'score'");
  EXPECT_EQ(FaultOf(WithPatternLine("regex = 'a1'\nscore = 1.5")),
            "p.toml:9: 'score' must be a number from 0 to 1");
  EXPECT_EQ(FaultOf(WithPatternLine("score = 0.5")),
            "p.toml:6: a pattern has exactly one of 'regex', 'lexicon' and 'recogniser'");
  EXPECT_EQ(FaultOf(WithPatternLine("regex = 'a1'\nvalidate = 'nobody'\nscore = 0.5")),
            "p.toml:9: no validator is named 'nobody'");
  EXPECT_EQ(FaultOf(WithPatternLine("regex = 'a1'\ncontext = ['nothing']\nscore = 0.5")),
            "p.toml:9: no word list is named 'nothing'");
  EXPECT_EQ(FaultOf(WithPatternLine("regex = 'a1'\nboundary = 'line'\nscore = 0.5")),
            "p.toml:9: 'boundary' is one of none, digit, number, group, word, token");
  EXPECT_EQ(FaultOf(WithPatternLine("regex = '{{link}}'\nscore = 0.5")),
            "p.toml:8: no fragment is named 'link'");
  EXPECT_EQ(FaultOf(WithPatternLine("regex = '(a)'\nscore = 0.5")),
            "p.toml:6: pattern t: regex, column 2: a bare group: write (?:...) or (?P<value>...)");
  EXPECT_EQ(FaultOf(WithPatternLine("recogniser = 'nobody'\nkind = 'k'\nscore = 0.5")),
            "p.toml:6: pattern t: no recogniser is named 'nobody'");
  EXPECT_EQ(FaultOf("[[entity]\n").substr(0, 19), "p.toml:1: not TOML:");
  EXPECT_EQ(FaultOf("# x\n [[>]]\n").substr(0, 19), "p.toml:2: not TOML:");
  EXPECT_EQ(FaultOf("disable = [\"é\", 'é']\nx = é\n").substr(0, 19), "p.toml:2: not TOML:");
  EXPECT_EQ(FaultOf("# é\n[fragments]\na = \'\'\'\n[é\'\'\'\nb = \"\\\"é\"\n"), "");
  EXPECT_EQ(FaultOf("[").substr(0, 19), "p.toml:1: not TOML:");
  EXPECT_EQ(FaultOf("entities = 1\n"), "p.toml:1: unknown key 'entities'");
  EXPECT_EQ(FaultOf("[words]\nw = { en = ['a1', '12'] }\n"), "p.toml:2: a word needs a letter");
  EXPECT_EQ(FaultOf("disable = ['x']\n"), "p.toml:1: no earlier pattern is named 'x'");
}

TEST(PatternLibraryTest, AsksForExamplesAndASource) {
  EXPECT_EQ(
      FaultOf("[[entity]]\ntype = 'T'\n[[entity.pattern]]\nname = 't'\nregex = 'a'\nscore = 1\n"),
      "p.toml:1: entity T needs at least one example and one counter-example\n"
      "p.toml:1: entity T has no 'source'");
  EXPECT_EQ(FaultOf("[[entity]]\ntype = 'T'\nsource = 's'\nexamples = ['no mark']\n"),
            "p.toml:4: an example needs its values between << and >>");
}

TEST(PatternLibraryTest, ReadsMarksInBytes) {
  const PatternLibrary library = MustParse(
      "[[entity]]\ntype = 'T'\nsource = 's'\nexamples = ['é <<1>> and <<22>>']\n"
      "counterexamples = ['x']\n");
  ASSERT_EQ(library.examples().size(), 2u);
  const Example& example = library.examples()[0];
  EXPECT_EQ(example.text, "é 1 and 22");
  ASSERT_EQ(example.marks.size(), 2u);
  EXPECT_EQ(example.marks[0].begin, 3u);
  EXPECT_EQ(example.marks[1].end, 11u);
  EXPECT_TRUE(library.examples()[1].marks.empty());
}

TEST(PatternLibraryTest, LaterFilesAddReplaceAndSwitchOff) {
  const std::string base = WithPatternLine("regex = 'a1'\nscore = 0.5");
  auto parse = [&](std::string second) {
    return PatternLibrary::Parse({PatternFile{"base.toml", base}, PatternFile{"own.toml", second}});
  };
  auto added = parse(
      "[[entity]]\ntype = 'T'\nexamples = ['<<b>>']\ncounterexamples = ['x']\n"
      "[[entity.pattern]]\nname = 'own'\nregex = 'b'\nscore = 1\n");
  ASSERT_TRUE(added.ok()) << added.status();
  EXPECT_EQ(added->patterns().size(), 2u);
  EXPECT_EQ(added->entities().size(), 1u);

  auto replaced = parse(
      "[[entity]]\ntype = 'T'\nexamples = ['<<b>>']\ncounterexamples = ['x']\n"
      "[[entity.pattern]]\nname = 't'\nregex = 'b'\nscore = 1\n");
  ASSERT_TRUE(replaced.ok()) << replaced.status();
  ASSERT_EQ(replaced->patterns().size(), 1u);
  EXPECT_EQ(replaced->patterns()[0].regex, "b");

  auto off = parse("disable = ['t']\n");
  ASSERT_TRUE(off.ok()) << off.status();
  EXPECT_TRUE(off->patterns().empty());
  EXPECT_NE(off->digest(), replaced->digest());
  EXPECT_EQ(off->digest().size(), 64u);
}

TEST(PatternLibraryTest, FragmentsMayUseEarlierOnes) {
  const PatternLibrary library = MustParse("[fragments]\nzz = '[:=]'\nlink = '{{zz}} ?'\n" +
                                           WithPatternLine("regex = 'a{{link}}1'\nscore = 0.5"));
  ASSERT_EQ(library.patterns().size(), 1u);
  EXPECT_EQ(library.patterns()[0].regex, "a[:=] ?1");
}

TEST(PatternLibraryTest, TheBuiltInFilesParse) {
  const PatternLibrary library = DefaultLibrary();
  EXPECT_GT(library.patterns().size(), 20u);
  for (const EntityType& entity : library.entities()) {
    EXPECT_FALSE(entity.source.empty()) << entity.type;
    if (entity.reported) {
      EXPECT_FALSE(entity.name.empty()) << entity.type;
      EXPECT_FALSE(entity.category.empty()) << entity.type;
    }
  }
}

}  // namespace
}  // namespace tacet
