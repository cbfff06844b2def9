// What tacet eval makes of its figures: the kinds of mistakes, the page, and what changed.
#include "tools/tacet/eval_report.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <simdjson.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "tools/tacet/eval_diff.h"
#include "tools/tacet/eval_diff_report.h"
#include "tools/tacet/html.h"

namespace tacet::cli {
namespace {

using Kind = ScoredError::Kind;

std::string Name(const ScoredError& error) {
  constexpr const char* kNames[] = {"missed", "false alarm", "wrong span", "wrong type"};
  const auto span = [](const std::optional<ScoredSpan>& s) {
    return s ? absl::StrFormat(" %s[%d,%d)", s->type, s->start, s->end) : std::string(" -");
  };
  return absl::StrFormat("%s%s%s leaks %d", kNames[static_cast<int>(error.kind)], span(error.gold),
                         span(error.found), error.leaked);
}

std::vector<std::string> Names(const LabelledCase& labelled, std::vector<ScoredSpan> findings) {
  std::vector<std::string> names;
  for (const ScoredError& error : Errors(Judge(labelled, std::move(findings)))) {
    names.push_back(Name(error));
  }
  return names;
}

TEST(ErrorsTest, TellsMissesFalseAlarmsAndWrongSpansAndTypesApart) {
  LabelledCase labelled;
  for (const ScoredSpan& span : std::vector<ScoredSpan>{
           {0, 4, "OTP"}, {10, 14, "PERSON"}, {20, 30, "URL"}, {40, 44, "PIN"}, {50, 54, "PIN"}}) {
    labelled.gold.push_back({span, {}});
  }
  labelled.gold[3].alternatives = {"OTP"};
  EXPECT_EQ(Names(labelled, {{0, 4, "OTP"},
                             {10, 16, "PERSON"},
                             {20, 26, "PERSON"},
                             {40, 44, "OTP"},
                             {60, 64, "AGE"}}),
            (std::vector<std::string>{"wrong span PERSON[10,14) PERSON[10,16) leaks 0",
                                      "wrong type URL[20,30) PERSON[20,26) leaks 4",
                                      "missed PIN[50,54) - leaks 4",
                                      "false alarm - AGE[60,64) leaks 0"}));
}

TEST(ErrorsTest, OneFindingMayStandInThePlaceOfTwoLabels) {
  LabelledCase labelled;
  labelled.gold = {{{0, 4, "PERSON"}, {}}, {{5, 9, "PERSON"}, {}}};
  EXPECT_EQ(Names(labelled, {{0, 9, "PERSON"}}),
            (std::vector<std::string>{"wrong span PERSON[0,4) PERSON[0,9) leaks 0",
                                      "wrong span PERSON[5,9) PERSON[0,9) leaks 0"}));
}

TEST(ErrorsTest, OfTwoFindingsTheOneOfTheRightTypeStandsForTheLabel) {
  LabelledCase labelled;
  labelled.gold = {{{0, 10, "STREET_ADDRESS"}, {}}};
  EXPECT_EQ(
      Names(labelled, {{0, 4, "PERSON"}, {5, 10, "STREET_ADDRESS"}}),
      (std::vector<std::string>{"wrong span STREET_ADDRESS[0,10) STREET_ADDRESS[5,10) leaks 1"}));
}

// Two cases, one of them wrong, by language; everything that is text is hostile.
constexpr std::string_view kHostile = "\"><script>alert('x')</script><img src=http://a.b/>";

struct Sample {
  EvalResults results;
  EvalPage page;
};

Sample MakeSample(bool show_text, size_t found_end) {
  const std::string text = std::string("code 482913 ") + std::string(kHostile);
  Sample run;
  run.results.group = "lang";
  for (const std::string& language : {std::string("en"), std::string(kHostile)}) {
    LabelledCase labelled;
    labelled.gold = {{{5, 11, "OTP"}, {}}, {{12, 20, std::string(kHostile)}, {}}};
    WrongCase wrong;
    wrong.judged = Judge(labelled, {{5, found_end, "OTP"}, {30, 34, "AGE"}});
    run.results.total.Add(wrong.judged);
    run.results.groups["lang"][language].Add(wrong.judged);
    wrong.id = std::string(kHostile);
    if (show_text) wrong.text = text;
    wrong.groups = {{"lang", language}};
    wrong.errors = Errors(wrong.judged);
    run.page.wrong.push_back(std::move(wrong));
  }
  run.page.about = std::string(kHostile);
  run.page.show_text = show_text;
  return run;
}

// The tags of a page, without what is between them and without the values of attributes.
std::vector<std::string> Tags(std::string_view page) {
  std::vector<std::string> tags;
  for (size_t at = 0; (at = page.find('<', at)) != page.npos;) {
    std::string tag;
    bool quoted = false;
    for (; at < page.size() && (quoted || page[at] != '>'); ++at) {
      quoted ^= page[at] == '"';
      if (!quoted) tag += page[at];
    }
    tags.push_back(tag + ">");
    if (tags.back() == "<script>") at = page.find("</script>", at);
  }
  return tags;
}

TEST(EvalHtmlTest, WhatMessagesHoldBecomesNeitherMarkupNorScriptNorReference) {
  for (const bool show_text : {false, true}) {
    const Sample run = MakeSample(show_text, 11);
    const std::string page = EvalHtml(run.results, nullptr, run.page);
    EXPECT_EQ(page.find(kHostile), page.npos);
    EXPECT_NE(page.find(HtmlEscape(kHostile)), page.npos);
    size_t scripts = 0;
    for (const std::string& tag : Tags(page)) {
      scripts += tag == "<script>";
      EXPECT_TRUE(tag == "<script>" || tag.find("<script") == tag.npos) << tag;
      EXPECT_EQ(tag.find("<img"), tag.npos) << tag;
      EXPECT_EQ(tag.find("<link"), tag.npos) << tag;
      EXPECT_EQ(tag.find(" src="), tag.npos) << tag;
      EXPECT_EQ(tag.find(" href="), tag.npos) << tag;
      EXPECT_EQ(tag.find(" on"), tag.npos) << tag;
    }
    EXPECT_EQ(scripts, 1u);
    EXPECT_EQ(page.find("url("), page.npos);
    EXPECT_EQ(page.find("@import"), page.npos);
  }
}

TEST(EvalHtmlTest, TextsAreThereOnlyIfAskedFor) {
  const Sample with = MakeSample(true, 11), without = MakeSample(false, 11);
  EXPECT_NE(EvalHtml(with.results, nullptr, with.page).find("482913"), std::string::npos);
  EXPECT_EQ(EvalHtml(without.results, nullptr, without.page).find("482913"), std::string::npos);
}

TEST(EvalHtmlTest, ThePolicyLetsOnlyItsOwnScriptRun) {
  const std::string page = HtmlPage("t", "<p>body", true);
  const size_t begin = page.find("<script>") + 8;
  const std::string script = page.substr(begin, page.find("</script>") - begin);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  ASSERT_EQ(EVP_Digest(script.data(), script.size(), digest, &size, EVP_sha256(), nullptr), 1);
  const std::string hash =
      absl::Base64Escape(absl::string_view(reinterpret_cast<const char*>(digest), size));
  EXPECT_NE(page.find("script-src 'sha256-" + hash + "'"), page.npos);
  EXPECT_EQ(HtmlPage("t", "<p>body").find("script"), std::string::npos);
}

TEST(HtmlMessageTest, MarksPartsAndKeepsBrokenBytesOut) {
  EXPECT_EQ(HtmlMessage("a<b> \xC3(c", {{1, 4, "right here"}}),
            "<p class=\"message\" dir=\"auto\">a<mark class=\"right here\">&lt;b&gt;</mark> "
            "\xEF\xBF\xBD(c</p>\n");
  EXPECT_EQ(HtmlEscape("\x1b[2J\xC2\x9B\x7F"), " [2J  ");
}

TEST(HtmlFilterListTest, CountsWhatAMenuFinds) {
  const std::string list =
      HtmlFilterList({"type"}, {{"<b>one</b>", {{"A", "B", "A"}}}, {"two", {{"B"}}}});
  EXPECT_NE(list.find("<option value=\"A\">A (1)</option><option value=\"B\">B (2)</option>"),
            list.npos);
  EXPECT_NE(list.find("<li data-f0=\"A\nB\nA\"><b>one</b></li>"), list.npos);
}

// The cells of the table row that begins with `name`, in the table of all figures by `field`.
std::vector<std::string> RowOfPage(const std::string& page, const std::string& field,
                                   const std::string& name) {
  size_t at = page.find("<summary>All figures by " + field + "</summary>");
  at = page.find("<tr><td>" + HtmlEscape(name) + "</td>", at);
  const std::string row = page.substr(at, page.find("</tr>", at) - at);
  std::vector<std::string> cells;
  for (size_t cell = row.find("<td"); cell != row.npos; cell = row.find("<td", cell + 1)) {
    const size_t begin = row.find('>', cell) + 1;
    cells.push_back(row.substr(begin, row.find('<', begin) - begin));
  }
  return cells;
}

std::vector<std::string> RowOfJson(simdjson::dom::element row, const std::string& name) {
  std::vector<std::string> cells = {HtmlEscape(name)};
  for (const char* key : {"gold", "tp", "fp", "fn"}) {
    cells.push_back(absl::StrFormat("%d", row[key].get_uint64().value()));
  }
  for (const char* key :
       {"precision", "recall", "f1", "relaxed_precision", "relaxed_recall", "relaxed_f1", "leak"}) {
    const simdjson::dom::element value = row[key].value();
    cells.push_back(value.is_null() ? "-" : absl::StrFormat("%.3f", value.get_double().value()));
  }
  return cells;
}

TEST(EvalHtmlTest, HasTheFiguresOfTheJson) {
  const Sample run = MakeSample(false, 9);
  const std::string page = EvalHtml(run.results, nullptr, run.page);
  simdjson::dom::parser parser;
  const std::string json = EvalJson(run.results, nullptr);
  const simdjson::dom::element root = parser.parse(json).value();
  EXPECT_EQ(RowOfPage(page, "type", "micro"), RowOfJson(root["micro"].value(), "micro"));
  size_t rows = 0;
  const simdjson::dom::object types = root["types"].get_object().value();
  for (const auto& [key, row] : types) {
    const std::string name(key);
    EXPECT_EQ(RowOfPage(page, "type", name), RowOfJson(row, name));
    ++rows;
  }
  const simdjson::dom::object groups = root["groups"].get_object().value();
  for (const auto& [key, group] : groups) {
    const std::string name(key);
    EXPECT_EQ(RowOfPage(page, "lang", name), RowOfJson(group["micro"].value(), name));
    ++rows;
  }
  EXPECT_EQ(rows, 5u);
  // The charts too: recall, precision and leak of OTP, which was found in part.
  EXPECT_NE(page.find(">OTP (2)</text>"), page.npos);
  EXPECT_NE(page.find(">0.333</text>"), page.npos);
}

TEST(EvalBaselineTest, ReadsBackWhatWasWritten) {
  const Sample run = MakeSample(false, 9);
  const std::string json = EvalJson(run.results, nullptr);
  const auto baseline = ReadEvalBaseline("old.json", json);
  ASSERT_TRUE(baseline.ok()) << baseline.status();
  EXPECT_EQ(EvalJson(baseline->results, nullptr), json);
  EXPECT_TRUE(CheckSameLabels(*baseline, MakeSample(false, 11).results).ok());
}

TEST(EvalBaselineTest, RefusesWhatIsNoResultOrOfOtherLabels) {
  const auto fault = [](const std::string& json) {
    return std::string(ReadEvalBaseline("old", json).status().message());
  };
  const std::string hint = "; --baseline takes what tacet eval --json wrote";
  EXPECT_EQ(fault("[1,"), "old: not JSON" + hint);
  EXPECT_EQ(fault("[]"), "old: no result of tacet eval" + hint);
  EXPECT_EQ(fault("{\"tacet_bench\":1}"), "old: no result of tacet eval" + hint);
  std::string json = EvalJson(MakeSample(false, 9).results, nullptr);
  json.replace(json.rfind("\"tp\": "), 7, "\"tp\": 9");
  EXPECT_EQ(fault(json), "old: a figure is missing or impossible" + hint);

  Sample other = MakeSample(false, 9);
  other.results.total.Add(other.page.wrong[0].judged);
  const auto baseline = ReadEvalBaseline("old", EvalJson(MakeSample(false, 9).results, nullptr));
  ASSERT_TRUE(baseline.ok());
  EXPECT_EQ(CheckSameLabels(*baseline, other.results).message(),
            "old: is of other labelled messages, or of others of them (cases: 2 there, 3 here); "
            "--baseline compares runs over the same");
}

// Pairs as "before>now" by index, - where there is none.
std::string Pairs(const std::vector<Finding>& before, const std::vector<Finding>& now) {
  std::vector<FindingPair> pairs;
  PairDifferences(
      before, now, [](const Finding& a, const Finding& b) { return a.entity == b.entity; }, pairs);
  std::string out;
  const auto name = [](size_t i) {
    return i == FindingPair::kNone ? std::string("-") : absl::StrFormat("%d", i);
  };
  for (const FindingPair& pair : pairs) out += name(pair.before) + ">" + name(pair.now) + " ";
  return out;
}

TEST(PairDifferencesTest, PairsWhatOverlapsAndLeavesOutWhatIsEqual) {
  const Finding a{{0, 4}, 1, 0, 0}, b{{5, 9}, 1, 0, 0}, c{{12, 15}, 2, 0, 0};
  const Finding other_pattern{{0, 4}, 1, 7, 0.5f}, other_type{{0, 4}, 3, 0, 0};
  const Finding both{{0, 9}, 1, 0, 0}, behind{{9, 10}, 1, 0, 0};
  EXPECT_EQ(Pairs({}, {}), "");
  EXPECT_EQ(Pairs({a, b, c}, {a, b, c}), "");
  EXPECT_EQ(Pairs({a}, {other_pattern}), "");
  EXPECT_EQ(Pairs({a}, {other_type}), "0>0 ");
  EXPECT_EQ(Pairs({a, b}, {}), "0>- 1>- ");
  EXPECT_EQ(Pairs({}, {a, b}), "->0 ->1 ");
  EXPECT_EQ(Pairs({a, c}, {b}), "0>- ->0 1>- ");
  EXPECT_EQ(Pairs({a, b}, {both}), "0>0 1>0 ");
  EXPECT_EQ(Pairs({both, c}, {a, b}), "0>0 0>1 1>- ");
  EXPECT_EQ(Pairs({both}, {behind}), "0>- ->0 ");
}

TEST(DiffHtmlTest, WhatMessagesHoldBecomesNoMarkup) {
  DiffResults results;
  results.show_text = true;
  results.messages = 1;
  results.sets[0].path = results.sets[1].path = kHostile;
  DiffResults::Row row;
  row.kind = DiffResults::Kind::kChanged;
  row.type_before = row.type_now = row.pattern_before = row.pattern_now = kHostile;
  row.moved = true;
  row.count = 1;
  row.examples.push_back({1, std::string(kHostile), {0, 2, 0, 2}, {2, 9, 2, 9}, ""});
  row.examples[0].text = kHostile;
  results.rows.push_back(row);
  results.types[std::string(kHostile)].moved = 1;
  const std::string page = DiffHtml(results);
  EXPECT_EQ(page.find(kHostile), page.npos);
  for (const std::string& tag : Tags(page)) {
    EXPECT_TRUE(tag == "<script>" || tag.find("<script") == tag.npos) << tag;
    EXPECT_EQ(tag.find("<img"), tag.npos) << tag;
    EXPECT_EQ(tag.find(" src="), tag.npos) << tag;
  }
}

}  // namespace
}  // namespace tacet::cli
