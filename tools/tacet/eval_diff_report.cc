#include "tools/tacet/eval_diff_report.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/tacet/html.h"
#include "tools/tacet/json_writer.h"
#include "tools/tacet/jsonl.h"
#include "tools/tacet/table.h"

namespace tacet::cli {
namespace {

using Results = DiffResults;
using Kind = Results::Kind;

constexpr Kind kKinds[] = {Kind::kNew, Kind::kGone, Kind::kChanged};

double PerThousand(const Results& results, uint64_t count) {
  if (results.messages == 0) return 0;
  return 1000 * static_cast<double>(count) / static_cast<double>(results.messages);
}

std::string Rate(const Results& results, uint64_t count) {
  return absl::StrFormat("%.3f", PerThousand(results, count));
}

uint64_t Total(const Results& results, Kind kind) {
  uint64_t total = 0;
  for (const Results::Row& row : results.rows) {
    if (row.kind == kind) total += row.count;
  }
  return total;
}

const char* KindName(Kind kind) {
  return kind == Kind::kNew ? "new" : kind == Kind::kGone ? "gone" : "changed";
}

// What of a finding changed.
std::string_view WhatChanged(const Results::Row& row) {
  if (row.type_before == row.type_now) return "span";
  return row.moved ? "type and span" : "type";
}

std::string Head(const Results& results) {
  std::string out;
  for (size_t i = 0; i < results.sets.size(); ++i) {
    const Results::Set& set = results.sets[i];
    absl::StrAppendFormat(&out, "%s  %s: %d patterns, %s; %d findings\n", i == 0 ? "old" : "new",
                          set.path, set.patterns,
                          set.whole ? "a whole set" : "with the built-in ones", set.findings);
  }
  absl::StrAppendFormat(&out, "%d messages, %d of them differ (%s in 1,000)\n", results.messages,
                        results.messages_changed, Rate(results, results.messages_changed));
  return out;
}

Table TypeTable(const Results& results) {
  Table table{"By type",
              "",
              {"type", "before", "now", "before/1,000", "now/1,000", "new", "gone", "to other type",
               "from other", "span"},
              {},
              1};
  for (const auto& [type, c] : results.types) {
    if (c.added + c.gone + c.to_other + c.from_other + c.moved == 0) continue;
    table.rows.push_back({type, absl::StrCat(c.before), absl::StrCat(c.now),
                          Rate(results, c.before), Rate(results, c.now), absl::StrCat(c.added),
                          absl::StrCat(c.gone), absl::StrCat(c.to_other),
                          absl::StrCat(c.from_other), absl::StrCat(c.moved)});
  }
  return table;
}

Table RowTable(const Results& results, Kind kind) {
  const uint64_t total = Total(results, kind);
  Table table;
  table.title = absl::StrFormat("%s: %d (%s in 1,000)",
                                kind == Kind::kNew    ? "Newly found"
                                : kind == Kind::kGone ? "No longer found"
                                                      : "Found otherwise",
                                total, Rate(results, total));
  table.head = kind == Kind::kChanged
                   ? std::vector<std::string>{"before", "", "now", "", "what", "count", "in 1,000"}
                   : std::vector<std::string>{"type", "pattern", "count", "in 1,000"};
  table.first_number = table.head.size() - 2;
  for (const Results::Row& row : results.rows) {
    if (row.kind != kind) continue;
    std::vector<std::string> cells;
    if (kind != Kind::kNew) cells = {row.type_before, row.pattern_before};
    if (kind != Kind::kGone) cells.insert(cells.end(), {row.type_now, row.pattern_now});
    if (kind == Kind::kChanged) cells.emplace_back(WhatChanged(row));
    cells.insert(cells.end(), {absl::StrCat(row.count), Rate(results, row.count)});
    table.rows.push_back(std::move(cells));
  }
  return table;
}

std::string RowName(const Results::Row& row) {
  const auto name = [](const std::string& type, const std::string& pattern) {
    return absl::StrCat(type, " ", pattern);
  };
  if (row.kind == Kind::kNew) return name(row.type_now, row.pattern_now);
  if (row.kind == Kind::kGone) return name(row.type_before, row.pattern_before);
  return absl::StrCat(name(row.type_before, row.pattern_before), " -> ",
                      name(row.type_now, row.pattern_now));
}

std::string PlaceName(const Results::Row& row, const Results::Example& example) {
  const auto range = [](const Results::Place& place) {
    return absl::StrFormat("%d to %d", place.start, place.end);
  };
  std::string out = absl::StrFormat("record %d", example.record);
  if (!example.field.empty()) absl::StrAppend(&out, ", ", example.field);
  absl::StrAppend(&out, ": ");
  if (row.kind != Kind::kNew) absl::StrAppend(&out, range(example.before));
  if (row.kind == Kind::kChanged && row.moved) absl::StrAppend(&out, ", now ");
  if (row.kind == Kind::kNew || row.moved) absl::StrAppend(&out, range(example.now));
  return out;
}

// The text with << >> around what was found, as in pattern files, as a JSON string: a message must
// not be able to command the terminal.
std::string MarkedText(const std::string& text, const Results::Place& place) {
  std::string out;
  AppendJsonString(absl::StrCat(absl::string_view(text).substr(0, place.begin_byte), "<<",
                                absl::string_view(text).substr(place.begin_byte,
                                                               place.end_byte - place.begin_byte),
                                ">>", absl::string_view(text).substr(place.end_byte)),
                   false, out);
  return out;
}

std::string ExampleLines(const Results& results) {
  std::string out;
  for (const Results::Row& row : results.rows) {
    for (const Results::Example& example : row.examples) {
      absl::StrAppend(&out, KindName(row.kind), "  ", RowName(row), ", ", PlaceName(row, example),
                      "\n");
      if (!results.show_text) continue;
      if (row.kind != Kind::kNew) {
        absl::StrAppend(&out, "     ", MarkedText(example.text, example.before), "\n");
      }
      if (row.kind == Kind::kNew || row.moved) {
        absl::StrAppend(&out, "     ", MarkedText(example.text, example.now), "\n");
      }
    }
  }
  return out;
}

void WritePlace(const Results::Place& place, JsonWriter& json) {
  json.Add("start", uint64_t{place.start});
  json.Add("end", uint64_t{place.end});
}

void WriteFinding(std::string_view key, const std::string& type, const std::string& pattern,
                  JsonWriter& json) {
  json.Open(key, '{');
  json.Add("type", std::string_view(type));
  json.Add("pattern", std::string_view(pattern));
  json.Close();
}

void WriteExample(const Results& results, const Results::Row& row, const Results::Example& example,
                  JsonWriter& json) {
  json.Open("", '{');
  json.Add("record", example.record);
  if (!example.field.empty()) json.Add("field", std::string_view(example.field));
  if (row.kind == Kind::kChanged) {
    json.Open("before", '{');
    WritePlace(example.before, json);
    json.Close();
    json.Open("now", '{');
    WritePlace(example.now, json);
    json.Close();
  } else {
    WritePlace(row.kind == Kind::kNew ? example.now : example.before, json);
  }
  if (results.show_text) json.Add("text", std::string_view(example.text));
  json.Close();
}

}  // namespace

std::string DiffText(const Results& results) {
  std::string out = Head(results);
  if (results.rows.empty()) return out + "\nBoth find the same.\n";
  AppendTable(TypeTable(results), out);
  for (Kind kind : kKinds) AppendTable(RowTable(results, kind), out);
  if (const std::string examples = ExampleLines(results); !examples.empty()) {
    absl::StrAppend(&out, "\nExamples, in code points\n", examples);
  }
  return out;
}

std::string DiffJson(const Results& results) {
  JsonWriter json;
  json.Open("", '{');
  json.Add("tacet_eval_diff", uint64_t{1});  // the version of this form
  for (size_t i = 0; i < results.sets.size(); ++i) {
    const Results::Set& set = results.sets[i];
    json.Open(i == 0 ? "old" : "new", '{');
    json.Add("path", std::string_view(set.path));
    json.Add("base", std::string_view(set.whole ? "none" : "built-in"));
    json.Add("patterns", set.patterns);
    json.Add("findings", set.findings);
    json.Close();
  }
  json.Add("messages", results.messages);
  json.Add("messages_changed", results.messages_changed);
  json.Open("types", '{');
  for (const auto& [type, c] : results.types) {
    json.Open(type, '{');
    json.Add("before", c.before);
    json.Add("now", c.now);
    json.Add("new", c.added);
    json.Add("gone", c.gone);
    json.Add("to_other_type", c.to_other);
    json.Add("from_other_type", c.from_other);
    json.Add("span", c.moved);
    json.Close();
  }
  json.Close();
  json.Open("differences", '[');
  for (const Results::Row& row : results.rows) {
    json.Open("", '{');
    json.Add("kind", KindName(row.kind));
    if (row.kind != Kind::kNew) WriteFinding("before", row.type_before, row.pattern_before, json);
    if (row.kind != Kind::kGone) WriteFinding("now", row.type_now, row.pattern_now, json);
    if (row.kind == Kind::kChanged) json.Add("what", WhatChanged(row));
    json.Add("count", row.count);
    json.Add("per_1000_messages", PerThousand(results, row.count));
    json.Open("examples", '[');
    for (const Results::Example& example : row.examples) {
      WriteExample(results, row, example, json);
    }
    json.Close();
    json.Close();
  }
  json.Close();
  json.Close();
  return json.Take();
}

std::string DiffHtml(const Results& results) {
  std::string body;
  const auto note = [&](std::string_view text) {
    absl::StrAppend(&body, "<p class=\"note\">", HtmlEscape(text), "</p>\n");
  };
  const std::string head = Head(results);
  for (size_t at = 0; at < head.size();) {
    const size_t end = head.find('\n', at);
    note(std::string_view(head).substr(at, end - at));
    at = end + 1;
  }
  if (results.rows.empty()) {
    note("Both find the same.");
    return HtmlPage("tacet eval --diff", body);
  }
  std::vector<std::pair<std::string, Results::TypeCounts>> types;
  for (const auto& [type, c] : results.types) {
    if (c.added + c.gone + c.to_other + c.from_other + c.moved > 0) types.emplace_back(type, c);
  }
  const auto changes = [](const Results::TypeCounts& c) {
    return c.added + c.gone + c.to_other + c.from_other + c.moved;
  };
  std::stable_sort(types.begin(), types.end(), [&](const auto& a, const auto& b) {
    return changes(a.second) > changes(b.second);
  });
  constexpr size_t kMaxBars = 40;
  if (types.size() > kMaxBars) types.resize(kMaxBars);
  std::vector<BarColumn> columns = {{"new", 0, {}, 2}, {"gone", 0, {}, 1}, {"otherwise", 0, {}, 0}};
  for (const auto& [type, c] : types) {
    const uint64_t counts[] = {c.added, c.gone, c.to_other + c.from_other + c.moved};
    for (size_t i = 0; i < columns.size(); ++i) {
      columns[i].bars.push_back({type, PerThousand(results, counts[i]), 0, 0,
                                 counts[i] == 0 ? "" : Rate(results, counts[i])});
    }
  }
  double top = 0;  // one scale for all
  for (const BarColumn& column : columns) {
    for (const Bar& bar : column.bars) top = std::max(top, bar.value);
  }
  for (BarColumn& column : columns) column.top = top;
  body += BarChart("Findings that differ, in 1,000 messages", columns);
  body += HtmlSection(TypeTable(results));
  std::vector<HtmlListItem> items;
  for (Kind kind : kKinds) body += HtmlSection(RowTable(results, kind));
  for (const Results::Row& row : results.rows) {
    for (const Results::Example& example : row.examples) {
      HtmlListItem item;
      item.values = {{std::string(KindName(row.kind))},
                     {row.type_before, row.type_now},
                     {row.pattern_before, row.pattern_now}};
      item.html = absl::StrCat("<span class=\"what\">", HtmlEscape(KindName(row.kind)), "</span> ",
                               HtmlEscape(RowName(row)), " <span class=\"about\">",
                               HtmlEscape(PlaceName(row, example)), "</span>");
      if (results.show_text && row.kind != Kind::kNew) {
        const char* const kind = row.kind == Kind::kGone || row.moved ? "missed" : "other";
        item.html +=
            HtmlMessage(example.text, {{example.before.begin_byte, example.before.end_byte, kind}});
      }
      if (results.show_text && (row.kind == Kind::kNew || row.moved)) {
        item.html +=
            HtmlMessage(example.text, {{example.now.begin_byte, example.now.end_byte, "right"}});
      }
      items.push_back(std::move(item));
    }
  }
  if (!items.empty()) {
    absl::StrAppend(&body, "<h2>Examples</h2>\n");
    note(results.show_text
             ? "What was found before is red, what is found now green; violet where the "
               "type alone changed."
             : "Without the texts: --show-text puts them in.");
    body += HtmlFilterList({"difference", "type", "pattern"}, items);
  }
  return HtmlPage("tacet eval --diff", body, !items.empty());
}

}  // namespace tacet::cli
