#include "tools/tacet/eval_report.h"

#include <algorithm>
#include <cstddef>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/tacet/html.h"
#include "tools/tacet/json_writer.h"
#include "tools/tacet/offsets.h"
#include "tools/tacet/table.h"

namespace tacet::cli {
namespace {

using Groups = std::map<std::string, Scorer>;

// --- the table of one scorer ---------------------------------------------------------------------

std::string Three(std::optional<double> value) {
  return value ? absl::StrFormat("%.3f", *value) : "-";
}

void AppendTableRow(std::string_view name, std::string_view counts, const Measures& m,
                    std::string& out) {
  const auto wide = [](std::optional<double> value) {
    return absl::StrFormat("%5s", Three(value));
  };
  absl::StrAppendFormat(&out, "%-24s %s | %s %s %s %s | %s %s %s %s | %s %s\n", name, counts,
                        wide(m.precision), wide(m.recall), wide(m.f1), wide(m.f2),
                        wide(m.relaxed_precision), wide(m.relaxed_recall), wide(m.relaxed_f1),
                        wide(m.relaxed_f2), wide(m.leak), wide(m.leak_typed));
}

void AppendScores(const Scorer& scorer, std::string& out) {
  absl::StrAppendFormat(
      &out, "cases %d (all right %d), negatives %d, of them with a prediction %d\n", scorer.cases,
      scorer.perfect, scorer.negatives, scorer.negatives_with_findings);
  absl::StrAppendFormat(
      &out, "%-24s %6s %5s %5s %5s | %5s %5s %5s %5s | %5s %5s %5s %5s | %5s %5s\n", "type", "gold",
      "tp", "fp", "fn", "P", "R", "F1", "F2", "rP", "rR", "rF1", "rF2", "leak", "leakT");
  const auto add = [&](std::string_view name, const ScoreRow& row) {
    AppendTableRow(name,
                   absl::StrFormat("%6d %5d %5d %5d", row.gold, row.true_positives,
                                   row.false_positives(), row.false_negatives()),
                   Measure(row), out);
  };
  for (const auto& [type, row] : scorer.rows()) add(type, row);
  add("micro", scorer.Micro());
  size_t types = 0;
  const Measures macro = scorer.Macro(&types);
  if (types == 0) return;
  AppendTableRow(absl::StrFormat("macro (%d types)", types),
                 absl::StrFormat("%6s %5s %5s %5s", "", "", "", ""), macro, out);
}

// --- what changed --------------------------------------------------------------------------------

// Over the same labels, counts say it all: fewer missed, fewer false, fewer characters leaked.
std::string_view Verdict(const ScoreRow& before, const ScoreRow& now) {
  bool better = false, worse = false;
  const auto compare = [&](uint64_t was, uint64_t is) {
    better |= is < was;
    worse |= is > was;
  };
  compare(before.false_negatives(), now.false_negatives());
  compare(before.false_positives(), now.false_positives());
  compare(before.leaked, now.leaked);
  return better && worse ? "mixed" : better ? "better" : worse ? "worse" : "same";
}

struct Change {
  std::string name;
  ScoreRow before, now;
};

// The rows that got better or worse; a type that one side lacks has no counts there.
std::vector<Change> Changes(const std::map<std::string, ScoreRow>& before,
                            const std::map<std::string, ScoreRow>& now) {
  std::map<std::string, Change> all;
  for (const auto& [name, row] : before) all[name].before = row;
  for (const auto& [name, row] : now) all[name].now = row;
  std::vector<Change> changes;
  for (auto& [name, change] : all) {
    if (Verdict(change.before, change.now) == "same") continue;
    change.name = name;
    changes.push_back(std::move(change));
  }
  return changes;
}

std::map<std::string, ScoreRow> MicroRows(const Groups& groups) {
  std::map<std::string, ScoreRow> rows;
  for (const auto& [name, scorer] : groups) rows[name] = scorer.Micro();
  return rows;
}

const Groups* GroupsBy(const EvalResults& results, const std::string& field) {
  const auto found = results.groups.find(field);
  return found == results.groups.end() ? nullptr : &found->second;
}

std::string Arrow(std::string_view before, std::string_view now) {
  return before == now ? std::string(now) : absl::StrFormat("%s -> %s", before, now);
}
std::string Arrow(uint64_t before, uint64_t now) {
  return Arrow(absl::StrCat(before), absl::StrCat(now));
}
std::string Arrow(std::optional<double> before, std::optional<double> now) {
  return Arrow(Three(before), Three(now));
}

Table ChangeTable(std::string_view title, std::string_view name,
                  const std::vector<Change>& changes) {
  Table table{std::string(title),
              "",
              {std::string(name), "false", "missed", "P", "R", "F1", "leak", ""},
              {},
              1};
  for (const Change& change : changes) {
    const Measures before = Measure(change.before), now = Measure(change.now);
    table.rows.push_back({change.name,
                          Arrow(change.before.false_positives(), change.now.false_positives()),
                          Arrow(change.before.false_negatives(), change.now.false_negatives()),
                          Arrow(before.precision, now.precision), Arrow(before.recall, now.recall),
                          Arrow(before.f1, now.f1), Arrow(before.leak, now.leak),
                          std::string(Verdict(change.before, change.now))});
  }
  return table;
}

// Micro always, then the types that changed; then the values of fields that both runs have.
std::vector<Table> ChangeTables(const EvalResults& results, const EvalBaseline& baseline) {
  const EvalResults& old = baseline.results;
  std::vector<Change> changes = Changes(old.total.rows(), results.total.rows());
  std::set<std::string> types;
  for (const EvalResults* side : {&old, &results}) {
    for (const auto& [type, row] : side->total.rows()) types.insert(type);
  }
  const size_t same = types.size() - changes.size();
  changes.push_back({"micro", old.total.Micro(), results.total.Micro()});
  std::vector<Table> tables;
  tables.push_back(ChangeTable(absl::StrCat("Since ", baseline.path), "type", changes));
  tables.back().note = absl::StrFormat(
      "Cases all right: %s. Clean cases with a finding: %s. Types that did not change: %d.",
      Arrow(old.total.perfect, results.total.perfect),
      Arrow(old.total.negatives_with_findings, results.total.negatives_with_findings), same);
  for (const auto& [field, groups] : results.groups) {
    const Groups* before = GroupsBy(old, field);
    if (before == nullptr) {
      if (field == results.group) {
        tables.back().note += absl::StrFormat(" %s has no figures by %s.", baseline.path, field);
      }
      continue;
    }
    tables.push_back(ChangeTable(absl::StrFormat("Since %s, by %s", baseline.path, field), field,
                                 Changes(MicroRows(*before), MicroRows(groups))));
  }
  return tables;
}

// --- JSON ----------------------------------------------------------------------------------------

void WriteRow(std::string_view key, const ScoreRow& row, JsonWriter& json) {
  const Measures m = Measure(row);
  json.Open(key, '{');
  json.Add("chars", row.characters);
  json.AddOrNull("f1", m.f1);
  json.AddOrNull("f2", m.f2);
  json.Add("fn", row.false_negatives());
  json.Add("fp", row.false_positives());
  json.Add("gold", row.gold);
  json.AddOrNull("leak", m.leak);
  json.AddOrNull("leak_typed", m.leak_typed);
  json.AddOrNull("precision", m.precision);
  json.Add("pred", row.predicted);
  json.AddOrNull("recall", m.recall);
  json.AddOrNull("relaxed_f1", m.relaxed_f1);
  json.AddOrNull("relaxed_f2", m.relaxed_f2);
  json.Add("relaxed_fn", row.gold - row.relaxed_found);
  json.Add("relaxed_fp", row.predicted - row.relaxed_right);
  json.AddOrNull("relaxed_precision", m.relaxed_precision);
  json.AddOrNull("relaxed_recall", m.relaxed_recall);
  json.Add("relaxed_tp", row.relaxed_found);
  json.Add("tp", row.true_positives);
  json.Close();
}

void WriteMacro(const Scorer& scorer, JsonWriter& json) {
  size_t types = 0;
  const Measures m = scorer.Macro(&types);
  json.Open("macro", '{');
  if (types > 0) {
    json.AddOrNull("f1", m.f1);
    json.AddOrNull("f2", m.f2);
    json.AddOrNull("leak", m.leak);
    json.AddOrNull("leak_typed", m.leak_typed);
    json.AddOrNull("precision", m.precision);
    json.AddOrNull("recall", m.recall);
    json.AddOrNull("relaxed_f1", m.relaxed_f1);
    json.AddOrNull("relaxed_f2", m.relaxed_f2);
    json.AddOrNull("relaxed_precision", m.relaxed_precision);
    json.AddOrNull("relaxed_recall", m.relaxed_recall);
    json.Add("types", uint64_t{types});
  }
  json.Close();
}

void WriteBeforeAndNow(std::string_view key, uint64_t before, uint64_t now, JsonWriter& json) {
  json.Open(key, '{');
  json.Add("before", before);
  json.Add("now", now);
  json.Close();
}

void WriteBeforeAndNow(std::string_view key, std::optional<double> before,
                       std::optional<double> now, JsonWriter& json) {
  json.Open(key, '{');
  json.AddOrNull("before", before);
  json.AddOrNull("now", now);
  json.Close();
}

void WriteChange(std::string_view key, const ScoreRow& before, const ScoreRow& now,
                 JsonWriter& json) {
  const Measures a = Measure(before), b = Measure(now);
  json.Open(key, '{');
  json.Add("change", Verdict(before, now));
  WriteBeforeAndNow("f1", a.f1, b.f1, json);
  WriteBeforeAndNow("fn", before.false_negatives(), now.false_negatives(), json);
  WriteBeforeAndNow("fp", before.false_positives(), now.false_positives(), json);
  WriteBeforeAndNow("leak", a.leak, b.leak, json);
  WriteBeforeAndNow("precision", a.precision, b.precision, json);
  WriteBeforeAndNow("recall", a.recall, b.recall, json);
  json.Close();
}

void WriteChanges(std::string_view key, const std::vector<Change>& changes, JsonWriter& json) {
  json.Open(key, '{');
  for (const Change& change : changes) WriteChange(change.name, change.before, change.now, json);
  json.Close();
}

void WriteBaseline(const EvalResults& results, const EvalBaseline& baseline, JsonWriter& json) {
  const Scorer& old = baseline.results.total;
  json.Open("baseline", '{');
  json.Add("file", std::string_view(baseline.path));
  if (!results.group.empty()) {
    if (const Groups* before = GroupsBy(baseline.results, results.group)) {
      WriteChanges("groups",
                   Changes(MicroRows(*before), MicroRows(results.groups.at(results.group))), json);
    }
  }
  WriteChange("micro", old.Micro(), results.total.Micro(), json);
  WriteBeforeAndNow("negatives_with_predictions", old.negatives_with_findings,
                    results.total.negatives_with_findings, json);
  WriteBeforeAndNow("perfect_cases", old.perfect, results.total.perfect, json);
  WriteChanges("types", Changes(old.rows(), results.total.rows()), json);
  json.Close();
}

// The members of a report, in the order of their names. Those of the whole alone stand between
// those that a group has too.
void WriteScores(const Scorer& scorer, const EvalResults* whole, JsonWriter& json) {
  json.Add("cases", scorer.cases);
  if (whole != nullptr && !whole->group.empty()) {
    json.Add("group", std::string_view(whole->group));
    json.Open("groups", '{');
    if (const Groups* groups = GroupsBy(*whole, whole->group)) {
      for (const auto& [name, group] : *groups) {
        json.Open(name, '{');
        WriteScores(group, nullptr, json);
        json.Close();
      }
    }
    json.Close();
  }
  WriteMacro(scorer, json);
  WriteRow("micro", scorer.Micro(), json);
  json.Add("negatives", scorer.negatives);
  json.Add("negatives_with_predictions", scorer.negatives_with_findings);
  json.Add("perfect_cases", scorer.perfect);
  if (whole != nullptr) {
    // Every case gets its findings here, so none is missing and none is of an unknown case.
    json.Add("predictions_missing", uint64_t{0});
    json.Add("predictions_unknown", uint64_t{0});
  }
  json.Open("types", '{');
  for (const auto& [type, row] : scorer.rows()) WriteRow(type, row, json);
  json.Close();
}

// --- HTML ----------------------------------------------------------------------------------------

constexpr size_t kMaxBars = 40;

std::string Note(std::string_view text) {
  return absl::StrFormat("<p class=\"note\">%s</p>\n", HtmlEscape(text));
}

std::string Card(std::string_view what, std::string_view figure, std::string_view before) {
  return absl::StrFormat(
      "<li><span>%s</span><b>%s</b><span>%s</span></li>\n", HtmlEscape(what), HtmlEscape(figure),
      before.empty() || before == figure ? (before.empty() ? "" : "as before")
                                         : absl::StrCat("before: ", HtmlEscape(before)));
}

std::string Cards(const Scorer& now, const Scorer* old) {
  const Measures m = Measure(now.Micro());
  const Measures before = old != nullptr ? Measure(old->Micro()) : Measures{};
  const auto was = [&](std::optional<double> value) {
    return old != nullptr ? Three(value) : std::string();
  };
  const auto count = [](uint64_t part, uint64_t whole) {
    return absl::StrFormat("%d / %d", part, whole);
  };
  return absl::StrCat(
      "<ul class=\"cards\">\n", Card("recall", Three(m.recall), was(before.recall)),
      Card("precision", Three(m.precision), was(before.precision)),
      Card("F1", Three(m.f1), was(before.f1)), Card("leak rate", Three(m.leak), was(before.leak)),
      Card("clean messages hit", count(now.negatives_with_findings, now.negatives),
           old != nullptr ? count(old->negatives_with_findings, old->negatives) : ""),
      Card("messages all right", count(now.perfect, now.cases),
           old != nullptr ? count(old->perfect, old->cases) : ""),
      "</ul>\n");
}

std::vector<std::string> FigureCells(std::string_view name, const ScoreRow& row) {
  const Measures m = Measure(row);
  return {std::string(name),
          absl::StrCat(row.gold),
          absl::StrCat(row.true_positives),
          absl::StrCat(row.false_positives()),
          absl::StrCat(row.false_negatives()),
          Three(m.precision),
          Three(m.recall),
          Three(m.f1),
          Three(m.relaxed_precision),
          Three(m.relaxed_recall),
          Three(m.relaxed_f1),
          Three(m.leak)};
}

// Charts of recall, precision and leak, the most frequent first, and all figures behind a fold.
std::string Figures(std::string_view title, std::string_view name,
                    const std::map<std::string, ScoreRow>& rows,
                    const std::map<std::string, ScoreRow>* before, const ScoreRow* micro) {
  std::vector<const std::pair<const std::string, ScoreRow>*> order;
  for (const auto& row : rows) order.push_back(&row);
  std::stable_sort(order.begin(), order.end(),
                   [](auto* a, auto* b) { return a->second.gold > b->second.gold; });
  std::vector<BarColumn> columns = {
      {"recall", 1, {}, 0}, {"precision", 1, {}, 2}, {"leak rate (less is better)", 1, {}, 1}};
  constexpr std::optional<double> Measures::*kShown[] = {&Measures::recall, &Measures::precision,
                                                         &Measures::leak};
  for (size_t i = 0; i < std::min(order.size(), kMaxBars); ++i) {
    const auto& [label, row] = *order[i];
    const Measures now = Measure(row);
    std::optional<Measures> old;
    if (before != nullptr && before->count(label) > 0) old = Measure(before->at(label));
    for (size_t c = 0; c < columns.size(); ++c) {
      const std::optional<double> value = now.*kShown[c];
      columns[c].bars.push_back(
          {absl::StrFormat("%s (%d)", label, row.gold), value.value_or(0), 0, 0, Three(value)});
      if (old && (*old).*kShown[c] != value) columns[c].bars.back().before = (*old).*kShown[c];
    }
  }
  std::string out = absl::StrFormat("<h2>%s</h2>\n", HtmlEscape(title));
  if (order.size() > kMaxBars) {
    out += Note(absl::StrFormat("The %d with the most labels; the table has all.", kMaxBars));
  }
  out += BarChart(
      absl::StrFormat("Values found exactly, and characters leaked, by %s (number of "
                      "labelled values)%s",
                      name,
                      before != nullptr ? "; a stroke is where it was before, if elsewhere" : ""),
      columns);
  std::vector<std::vector<std::string>> cells;
  for (const auto* row : order) cells.push_back(FigureCells(row->first, row->second));
  if (micro != nullptr) cells.push_back(FigureCells("micro", *micro));
  out += absl::StrFormat("<details><summary>All figures by %s</summary>\n", HtmlEscape(name));
  out += HtmlTable({std::string(name), "labelled", "right", "false", "missed", "P", "R", "F1",
                    "overlap P", "overlap R", "overlap F1", "leak"},
                   cells);
  return out + "</details>\n";
}

std::string_view KindName(ScoredError::Kind kind) {
  switch (kind) {
    case ScoredError::Kind::kMissed:
      return "missed";
    case ScoredError::Kind::kFalseAlarm:
      return "false alarm";
    case ScoredError::Kind::kWrongSpan:
      return "wrong span";
    case ScoredError::Kind::kWrongType:
      return "wrong type";
  }
  return "";
}

// How each part of a message was labelled and found; what `error` is about stands out.
std::vector<HtmlMark> Marks(const WrongCase& wrong, const ScoredError& error) {
  std::vector<size_t> borders;
  const auto add_borders = [&](const std::vector<ScoredSpan>& spans) {
    for (const ScoredSpan& span : spans) {
      borders.push_back(span.start);
      borders.push_back(span.end);
    }
  };
  add_borders(wrong.judged.gold);
  add_borders(wrong.judged.findings);
  std::sort(borders.begin(), borders.end());
  borders.erase(std::unique(borders.begin(), borders.end()), borders.end());
  const auto over = [](const std::vector<ScoredSpan>& spans, size_t at) -> const ScoredSpan* {
    for (const ScoredSpan& span : spans) {
      if (span.start <= at && at < span.end) return &span;
    }
    return nullptr;
  };
  const auto here = [](const std::optional<ScoredSpan>& span, size_t at) {
    return span && span->start <= at && at < span->end;
  };
  std::vector<HtmlMark> marks;
  ByteCounter bytes(wrong.text);
  for (size_t i = 0; i + 1 < borders.size(); ++i) {
    const size_t at = borders[i];
    const ScoredSpan* gold = over(wrong.judged.gold, at);
    const ScoredSpan* found = over(wrong.judged.findings, at);
    if (gold == nullptr && found == nullptr) continue;
    std::string kind = gold == nullptr             ? "wrong"
                       : found == nullptr          ? "missed"
                       : gold->type == found->type ? "right"
                                                   : "other";
    if (here(error.gold, at) || here(error.found, at)) kind += " here";
    const size_t begin = bytes.At(at);
    marks.push_back({begin, bytes.At(borders[i + 1]), std::move(kind)});
  }
  return marks;
}

std::string Place(const ScoredSpan& span) {
  return absl::StrFormat("%s %d to %d", span.type, span.start, span.end);
}

HtmlListItem ListItem(const WrongCase& wrong, const ScoredError& error, bool show_text) {
  HtmlListItem item;
  std::string where = Place(error.gold ? *error.gold : *error.found);
  std::vector<std::string> types = {error.gold ? error.gold->type : error.found->type};
  if (error.gold && error.found) {
    absl::StrAppend(&where, ", found ", Place(*error.found));
    types.push_back(error.found->type);
  }
  std::string about;
  if (error.gold) {
    about = absl::StrFormat("leaks %d of %d; ", error.leaked, error.gold->end - error.gold->start);
  }
  absl::StrAppend(&about, wrong.id);
  item.values = {{std::string(KindName(error.kind))}, std::move(types)};
  for (const auto& [field, value] : wrong.groups) {
    if (value != "None") absl::StrAppend(&about, ", ", value);
    item.values.push_back({value});
  }
  item.html = absl::StrFormat("<span class=\"what\">%s</span> %s <span class=\"about\">%s</span>",
                              KindName(error.kind), HtmlEscape(where), HtmlEscape(about));
  if (show_text) item.html += HtmlMessage(wrong.text, Marks(wrong, error));
  return item;
}

std::string ErrorList(const EvalResults& results, const EvalPage& page) {
  std::string out = "<h2>Misses and false alarms</h2>\n";
  std::vector<HtmlListItem> items;
  for (const WrongCase& wrong : page.wrong) {
    for (const ScoredError& error : wrong.errors) {
      items.push_back(ListItem(wrong, error, page.show_text));
    }
  }
  if (items.empty()) return out + Note("None.");
  out += Note("Positions count code points. A value leaks where no finding of any type covers it.");
  if (page.show_text) {
    out +=
        "<p class=\"note\">In a message: <mark class=\"right\">labelled and found</mark> "
        "<mark class=\"missed\">labelled, not found</mark> <mark class=\"wrong\">found, not "
        "labelled</mark> <mark class=\"other\">found as another type</mark>; "
        "<mark class=\"here\">framed</mark> is what the line above it says.</p>\n";
  } else {
    out += Note("Without the texts: --show-text puts them in.");
  }
  if (page.left_out > 0) {
    out +=
        Note(absl::StrFormat("%d more messages with mistakes are not in the list.", page.left_out));
  }
  std::vector<std::string> menus = {"mistake", "type"};
  for (const auto& [field, groups] : results.groups) menus.push_back(field);
  return out + HtmlFilterList(menus, items);
}

}  // namespace

std::string EvalTable(const EvalResults& results, const EvalBaseline* baseline) {
  std::string out;
  AppendScores(results.total, out);
  if (const Groups* groups = GroupsBy(results, results.group)) {
    for (const auto& [name, group] : *groups) {
      absl::StrAppendFormat(&out, "\n== %s = %s\n", results.group, name);
      AppendScores(group, out);
    }
  }
  if (baseline != nullptr) {
    for (const Table& table : ChangeTables(results, *baseline)) AppendTable(table, out);
  }
  return out;
}

std::string EvalJson(const EvalResults& results, const EvalBaseline* baseline) {
  JsonWriter json;
  json.Open("", '{');
  if (baseline != nullptr) WriteBaseline(results, *baseline, json);
  WriteScores(results.total, &results, json);
  json.Close();
  return json.Take();
}

std::string EvalHtml(const EvalResults& results, const EvalBaseline* baseline,
                     const EvalPage& page) {
  const Scorer* old = baseline != nullptr ? &baseline->results.total : nullptr;
  std::string body = Note(page.about);
  body += Cards(results.total, old);
  if (baseline != nullptr) {
    for (const Table& table : ChangeTables(results, *baseline)) body += HtmlSection(table);
  }
  const ScoreRow micro = results.total.Micro();
  body += Figures("By type", "type", results.total.rows(), old != nullptr ? &old->rows() : nullptr,
                  &micro);
  for (const auto& [field, groups] : results.groups) {
    if (groups.size() == 1 && groups.begin()->first == "None") continue;  // no case has it
    std::map<std::string, ScoreRow> before;
    const Groups* old_groups = baseline != nullptr ? GroupsBy(baseline->results, field) : nullptr;
    if (old_groups != nullptr) before = MicroRows(*old_groups);
    body += Figures(absl::StrCat("By ", field), field, MicroRows(groups),
                    old_groups != nullptr ? &before : nullptr, nullptr);
  }
  body += ErrorList(results, page);
  const bool has_list = !page.wrong.empty();
  return HtmlPage("tacet eval", body, has_list);
}

}  // namespace tacet::cli
