// What tacet bench reads, and how it sums up what it measures.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "bench/engines.h"
#include "tacet/detector.h"
#include "tests/cli/program.h"
#include "tools/tacet/bench_inputs.h"
#include "tools/tacet/bench_report.h"
#include "tools/tacet/html.h"
#include "tools/tacet/statistics.h"

namespace tacet::cli {
namespace {

TEST(StatisticsTest, MedianIsTheMiddleOrBetweenTheTwoMiddles) {
  EXPECT_EQ(Median({}), 0);
  EXPECT_EQ(Median({3, 1, 2}), 2);
  EXPECT_EQ(Median({4, 1, 2, 3}), 2.5);
}

TEST(StatisticsTest, MadIsNotMovedByOneOutlier) {
  const Spread spread = SpreadOf({10, 11, 12, 13, 1000});
  EXPECT_EQ(spread.median, 12);
  EXPECT_EQ(spread.mad, 1);
  EXPECT_EQ(spread.min, 10);
  EXPECT_EQ(spread.max, 1000);
}

TEST(StatisticsTest, PercentileIsTheNearestRank) {
  std::vector<double> values;
  for (int i = 1; i <= 1000; ++i) values.push_back(i);
  EXPECT_EQ(Percentile(values, 0.5), 500);
  EXPECT_EQ(Percentile(values, 0.99), 990);
  EXPECT_EQ(Percentile(values, 0.999), 999);
  EXPECT_EQ(Percentile(values, 1.0), 1000);
  EXPECT_EQ(Percentile(values, 0.0), 1);
  EXPECT_EQ(Percentile(std::vector<double>{7}, 0.999), 7);
  EXPECT_EQ(Percentile(std::vector<double>{}, 0.5), 0);
}

TEST(HsbenchPatternsTest, ReadsIdsRegexesFlagsAndParameters) {
  const auto set = ParseHsbenchPatterns("set",
                                        "# comment\n\n7:/a\\/b/c/ismH8W\r\n"
                                        "8:/x/{min_offset=3,edit_distance=1}\n9:/y/VPL");
  ASSERT_TRUE(set.ok()) << set.status();
  ASSERT_EQ(set->size(), 3u);
  const Expression& first = (*set)[0];
  EXPECT_EQ(first.name, "7");
  EXPECT_EQ(first.regex, "a\\/b/c");
  EXPECT_TRUE(first.caseless && first.dot_all && first.multiline && first.single_match &&
              first.utf8 && first.ucp);
  EXPECT_FALSE(first.extended());
  EXPECT_EQ((*set)[1].min_offset, 3u);
  EXPECT_EQ((*set)[1].edit_distance, 1u);
  EXPECT_TRUE((*set)[2].allow_empty && (*set)[2].prefilter && (*set)[2].start_of_match);
}

TEST(HsbenchPatternsTest, SaysWhatIsWrongAndWhere) {
  const auto set = ParseHsbenchPatterns("set",
                                        "1:/a/\nno id\n2:b\n3://\n1:/c/\n4:/d/x\n5:/(e & f)/C\n"
                                        "6:/g/{size=1}\n7:/h/{min_offset=x}\n8:/i/{\n9:/\n"
                                        "99999999999:/j/\n");
  EXPECT_EQ(set.status().message(),
            "set:2: does not begin with a number and a colon: id:/regex/flags\n"
            "set:3: has no regex between slashes\n"
            "set:4: has an empty regex\n"
            "set:5: id 1 was there before\n"
            "set:6: 'x' is no flag of Hyperscan's (i s m H V 8 W P L)\n"
            "set:7: flag 'C': combinations of patterns are not supported\n"
            "set:8: 'size' is none of Hyperscan's parameters, or its number is too large\n"
            "set:9: 'min_offset' has no number\n"
            "set:10: what stands behind the flags is no {key=number,...}\n"
            "set:11: has no regex between slashes\n"
            "set:12: does not begin with a number and a colon: id:/regex/flags");
  EXPECT_FALSE(ParseHsbenchPatterns("set", "# nothing\n").ok());
}

void MakeDatabase(const std::string& path, const char* sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(database);
}

TEST(CorpusTest, ReadsTheChunksOfAnHsbenchCorpusById) {
  TemporaryDirectory folder;
  const std::string path = folder.path() / "messages.db";
  MakeDatabase(path,
               "CREATE TABLE chunk (id integer primary key, stream_id integer not null, data blob);"
               "INSERT INTO chunk VALUES (2, 2, 'second'), (1, 1, x'66006f'), (3, 3, NULL);");
  const auto corpus = ReadCorpus(path, {});
  ASSERT_TRUE(corpus.ok()) << corpus.status();
  EXPECT_EQ(corpus->name, "messages");
  EXPECT_EQ(corpus->messages, (std::vector<std::string>{std::string("f\0o", 3), "second"}));
  EXPECT_EQ(corpus->bytes, 9u);
}

TEST(CorpusTest, RefusesOtherDatabasesAndBrokenOnes) {
  TemporaryDirectory folder;
  const std::string path = folder.path() / "other.db";
  MakeDatabase(path, "CREATE TABLE something (id integer);");
  EXPECT_EQ(ReadCorpus(path, {}).status().message(),
            path + ": is no corpus of hsbench: it has no table chunk(id, data)");
  const std::string broken = folder.path() / "broken.db";
  WriteAll(broken, std::string("SQLite format 3\0", 16) + "and no more");
  EXPECT_FALSE(ReadCorpus(broken, {}).ok());
  EXPECT_FALSE(ReadCorpus(folder.path() / "missing.db", {.format = "hsbench"}).ok());
}

TEST(CorpusTest, HoldsWhatItIsAllowedTo) {
  TemporaryDirectory folder;
  const std::string path = folder.path() / "a.txt";
  WriteAll(path, "one\n\ntwo\r\nthree");
  const auto all = ReadCorpus(path, {});
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ(all->messages, (std::vector<std::string>{"one", "two", "three"}));
  const auto two = ReadCorpus(path, {.max_messages = 2});
  ASSERT_TRUE(two.ok());
  EXPECT_EQ(two->messages.size(), 2u);
  EXPECT_TRUE(absl::IsResourceExhausted(ReadCorpus(path, {.max_bytes = 5}).status()));
  WriteAll(folder.path() / "b.jsonl", "{\"other\":1}\n");
  EXPECT_FALSE(ReadCorpus(folder.path() / "b.jsonl", {}).ok());
}

constexpr FlatKind kKinds[] = {FlatKind::kHyperscanBlock, FlatKind::kHyperscanStream,
                               FlatKind::kRe2, FlatKind::kRe2Set, FlatKind::kPcre2};

TEST(FlatEngineTest, EnginesAgreeOnFlags) {
  const auto set = ParseHsbenchPatterns(
      "set", "1:/abc/\n2:/ABC/i\n3:/a.b/s\n4:/a.b/\n5:/^two$/m\n6:/^two$/\n7:/caf\xC3\xA9./8\n");
  ASSERT_TRUE(set.ok()) << set.status();
  const std::string text = "abc a\nb\ntwo\n";
  for (FlatKind kind : kKinds) {
    const auto engine = FlatEngine::Create(kind, *set);
    ASSERT_TRUE(engine.ok()) << engine.status();
    std::vector<size_t> places;
    ASSERT_TRUE((*engine)->Match(text, places).ok());
    std::string matches;
    for (size_t place : places) matches += place == FlatEngine::kNowhere ? '-' : 'x';
    EXPECT_EQ(matches, "xxx-x--") << static_cast<int>(kind);
    EXPECT_TRUE((*engine)->Scan(text).ok());
  }
}

TEST(FlatEngineTest, LeavesOutWhatItCannotCompile) {
  std::vector<Expression> set(3);
  set[0].regex = "abc";
  set[1].regex = "(unclosed";
  set[2].regex = "(a)\\1";  // a back-reference: PCRE2 alone has them
  for (FlatKind kind : kKinds) {
    const auto engine = FlatEngine::Create(kind, set);
    ASSERT_TRUE(engine.ok()) << engine.status();
    EXPECT_EQ((*engine)->left_out(),
              kind == FlatKind::kPcre2 ? (std::vector<size_t>{1}) : (std::vector<size_t>{1, 2}));
  }
  EXPECT_FALSE(FlatEngine::Create(FlatKind::kHyperscanBlock, {set[1]}).ok());
  EXPECT_FALSE(FlatEngine::Create(FlatKind::kRe2, {}).ok());
}

TEST(PatternFilesTest, EveryPatternStandsAlone) {
  const auto library = PatternLibrary::Parse(DefaultPatternFiles());
  ASSERT_TRUE(library.ok());
  for (size_t p = 0; p < library->patterns().size(); ++p) {
    for (bool bare : {false, true}) {
      const auto alone = PatternLibrary::Parse({PatternAlone(*library, p, bare)});
      ASSERT_TRUE(alone.ok()) << library->patterns()[p].name << ": " << alone.status();
      ASSERT_EQ(alone->patterns().size(), 1u);
      EXPECT_EQ(alone->patterns()[0].regex, library->patterns()[p].regex);
      EXPECT_EQ(alone->patterns()[0].context.size(),
                bare ? 0 : library->patterns()[p].context.size());
      if (!library->patterns()[p].recogniser.empty()) {
        EXPECT_TRUE(Detector::Create(*alone).ok()) << library->patterns()[p].name;
      }
    }
  }
}

TEST(PatternFilesTest, CopiesAreOtherPatternsWithOtherWords) {
  const auto library = PatternLibrary::Parse(DefaultPatternFiles());
  ASSERT_TRUE(library.ok());
  const auto national =
      std::count_if(library->patterns().begin(), library->patterns().end(), [&](const Pattern& p) {
        const EntityType& e = library->entities()[static_cast<size_t>(p.entity)];
        return e.category == "government-identifier" && !e.region.empty();
      });
  std::vector<PatternFile> files(DefaultPatternFiles().begin(), DefaultPatternFiles().end());
  for (PatternFile& copy : PatternCopies(*library, 4)) files.push_back(std::move(copy));
  const auto grown = PatternLibrary::Parse(files);
  ASSERT_TRUE(grown.ok()) << grown.status();
  EXPECT_GT(national, 0);
  EXPECT_EQ(grown->patterns().size(),
            library->patterns().size() + 3 * static_cast<size_t>(national));
  EXPECT_TRUE(Detector::Create(*grown).ok());
}

TEST(PatternFilesTest, NoPatternFindsNothing) {
  auto library = PatternLibrary::Parse({NoPattern()});
  ASSERT_TRUE(library.ok()) << library.status();
  const auto detector = Detector::Create(*std::move(library));
  ASSERT_TRUE(detector.ok()) << detector.status();
  Detector::Scratch scratch = detector->NewScratch();
  const auto findings = detector->Detect("Your code is 482913", scratch);
  ASSERT_TRUE(findings.ok());
  EXPECT_TRUE(findings->empty());
}

BenchResults SomeResults(double ns, double mad, uint64_t hits) {
  BenchResults results;
  results.corpora.push_back({"chat", 10, 400});
  BenchResults::Result result;
  result.engine = "tiered";
  result.corpus = "chat";
  result.ns_per_message = {ns, ns - mad, ns + mad, mad};
  result.bytes_per_message = 40;
  result.hits = hits;
  results.results.push_back(result);
  return results;
}

TEST(CompareTest, TellsAChangeFromTheNoise) {
  const std::string old_json = BenchJson(SomeResults(100, 2, 5));
  const auto same = CompareBench("old", old_json, SomeResults(104, 2, 5));
  ASSERT_TRUE(same.ok()) << same.status();
  ASSERT_EQ(same->size(), 1u);
  EXPECT_TRUE((*same)[0].is_noise());
  EXPECT_FALSE((*same)[0].hits_changed);
  const auto slower = CompareBench("old", old_json, SomeResults(120, 2, 6));
  ASSERT_TRUE(slower.ok());
  EXPECT_FALSE((*slower)[0].is_noise());
  EXPECT_TRUE((*slower)[0].hits_changed);
  EXPECT_FALSE(CompareBench("old", "{}", SomeResults(1, 1, 1)).ok());
  EXPECT_FALSE(CompareBench("old", "no json", SomeResults(1, 1, 1)).ok());
}

TEST(HtmlTest, TextStaysText) {
  EXPECT_EQ(HtmlEscape("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
  EXPECT_EQ(HtmlEscape(std::string_view("a\0b\nc", 5)), "a b\nc");
  BenchResults results = SomeResults(100, 2, 5);
  results.corpora[0].name = results.results[0].corpus = "<script>";
  const std::string page = BenchHtml(results, {}, 20);
  EXPECT_EQ(page.find("<script"), page.npos);
  EXPECT_EQ(page.find("http:"), page.npos);
  EXPECT_EQ(page.find("https:"), page.npos);
}

}  // namespace
}  // namespace tacet::cli
