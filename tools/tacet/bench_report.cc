#include "tools/tacet/bench_report.h"

#include <simdjson.h>

#include <algorithm>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/tacet/html.h"
#include "tools/tacet/json_writer.h"
#include "tools/tacet/jsonl.h"
#include "tools/tacet/table.h"

namespace tacet::cli {
namespace {

using Results = BenchResults;

// --- figures as text -----------------------------------------------------------------------------

std::string Bytes(uint64_t bytes) {
  if (bytes == 0) return "-";
  if (bytes < 10'000) return absl::StrFormat("%d B", bytes);
  if (bytes < 10'000'000) return absl::StrFormat("%.0f kB", static_cast<double>(bytes) / 1e3);
  return absl::StrFormat("%.1f MB", static_cast<double>(bytes) / 1e6);
}

std::string Time(double ns) {
  const double size = std::abs(ns);
  if (size < 999.5) return absl::StrFormat("%.0f ns", ns);
  if (size < 999.5e3) return absl::StrFormat("%.1f us", ns / 1e3);
  if (size < 999.5e6) return absl::StrFormat("%.1f ms", ns / 1e6);
  return absl::StrFormat("%.1f s", ns / 1e9);
}

std::string Number(std::optional<uint64_t> value) { return value ? absl::StrCat(*value) : "-"; }

double MegabytesPerSecond(const Results::Result& r) {
  return r.bytes_per_message / r.ns_per_message.median * 1e3;
}

std::string EveryMark(const Results::Result& r) {
  return r.every == 1 ? "" : absl::StrFormat("  1 in %d", r.every);
}

// --- tables, for the terminal and the page alike -------------------------------------------------

Table EngineTable(const Results& results) {
  Table table{"Engines",
              "",
              {"engine", "patterns", "left out", "compile", "database", "scratch", "stream", ""},
              {},
              1};
  for (const Results::Engine& e : results.engines) {
    table.rows.push_back({e.name, absl::StrCat(e.patterns), absl::StrCat(e.left_out),
                          Time(e.compile_ms * 1e6), Bytes(e.database_bytes), Bytes(e.scratch_bytes),
                          Bytes(e.stream_bytes), e.fault.empty() ? "" : "did not run: " + e.fault});
  }
  return table;
}

Table CorpusTable(const Results& results, const Results::CorpusInfo& corpus) {
  Table table{
      absl::StrFormat("%s: %d messages, %.0f bytes each", corpus.name, corpus.messages,
                      static_cast<double>(corpus.bytes) / static_cast<double>(corpus.messages)),
      "",
      {"engine", "ns/message", "MAD", "min", "max", "messages/s", "MB/s", "p50", "p90", "p99",
       "p99.9", "hits", ""},
      {},
      1};
  for (const Results::Result& r : results.results) {
    if (r.corpus != corpus.name) continue;
    const Spread& s = r.ns_per_message;
    std::vector<std::string> row = {r.engine,
                                    absl::StrFormat("%.1f", s.median),
                                    absl::StrFormat("%.1f", s.mad),
                                    absl::StrFormat("%.1f", s.min),
                                    absl::StrFormat("%.1f", s.max),
                                    absl::StrFormat("%.0f", 1e9 / s.median),
                                    absl::StrFormat("%.1f", MegabytesPerSecond(r))};
    if (r.latency) {
      for (double ns : {r.latency->p50, r.latency->p90, r.latency->p99, r.latency->p999}) {
        row.push_back(Time(ns));
      }
    } else {
      row.insert(row.end(), 4, "-");
    }
    row.push_back(absl::StrCat(r.hits));
    row.push_back(r.unit + EveryMark(r));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table OpenLoopTable(const Results& results) {
  Table table{"Latency with open-loop arrivals",
              "Response is from the arrival on, waiting included; service is the work alone.",
              {"engine", "corpus", "arrivals", "rate/s", "busy", "service p50", "p99", "p99.9",
               "response p50", "p90", "p99", "p99.9", "max"},
              {},
              3};
  for (const Results::OpenLoop& o : results.open_loop) {
    table.rows.push_back({o.engine, o.corpus, o.arrivals, absl::StrFormat("%.0f", o.rate),
                          absl::StrFormat("%.0f %%", 100 * o.busy), Time(o.service.p50),
                          Time(o.service.p99), Time(o.service.p999), Time(o.response.p50),
                          Time(o.response.p90), Time(o.response.p99), Time(o.response.p999),
                          Time(o.response.max)});
  }
  return table;
}

Table PatternTable(const Results& results, const Results::PatternRun& run, size_t top) {
  Table table;
  table.title = absl::StrFormat("Cost by pattern on %s", run.corpus);
  table.note = absl::StrFormat(
      "%d messages; the whole takes %.1f ns a message. Of %d patterns %d were measured alone, and "
      "the whole without each of %d.%s",
      run.messages, run.whole_ns, run.patterns, run.alone_measured, run.without_measured,
      run.without_measured < run.patterns
          ? " The time was up before the others: --budget gives more."
          : "");
  table.head = {"pattern", "adds ns", "noise", "alone ns", "fires", "refused", "file"};
  for (const Results::PatternCost& c : results.pattern_costs) {
    if (c.corpus != run.corpus) continue;
    if (table.rows.size() == top) break;
    // Of look-alikes and of hsbench's patterns it is not known.
    const std::string refused =
        c.fires && c.found ? absl::StrCat(*c.fires - std::min(*c.fires, *c.found)) : "-";
    table.rows.push_back({c.name, c.adds ? absl::StrFormat("%.1f", *c.adds) : "-",
                          c.adds ? absl::StrFormat("%.1f", c.adds_noise) : "-",
                          absl::StrFormat("%.1f", c.alone), Number(c.fires), refused, c.where});
  }
  return table;
}

Table GrowthTable(const Results& results) {
  Table table{"Growth with the number of patterns",
              "National identifiers so many times, under other names and with other words.",
              {"corpus", "times", "patterns", "ns/message", "MAD", "to the first"},
              {},
              1};
  for (const Results::Growth& g : results.growth) {
    table.rows.push_back({g.corpus, absl::StrCat(g.times), absl::StrCat(g.patterns),
                          absl::StrFormat("%.1f", g.ns_per_message.median),
                          absl::StrFormat("%.1f", g.ns_per_message.mad),
                          absl::StrFormat("%.2f", g.ratio)});
  }
  return table;
}

Table Changes(const std::vector<BenchChange>& changes) {
  Table table{"Since the older run",
              "",
              {"engine", "corpus", "ns/message before", "now", "change", "noise", ""},
              {},
              2};
  for (const BenchChange& c : changes) {
    const std::string verdict = c.is_noise()       ? "within the noise"
                                : c.now < c.before ? "faster"
                                                   : "slower";
    table.rows.push_back({c.engine, c.corpus, absl::StrFormat("%.1f", c.before),
                          absl::StrFormat("%.1f", c.now),
                          absl::StrFormat("%+.1f %%", 100 * (c.now / c.before - 1)),
                          absl::StrFormat("%.1f %%", 100 * c.noise / c.before),
                          verdict + (c.hits_changed ? ", other hits" : "")});
  }
  return table;
}

std::string DifferenceTitle(const Results& results) {
  if (results.messages_checked == 0) return "Hits were not compared.";
  return absl::StrFormat("Hits compared on %d messages: %s", results.messages_checked,
                         results.difference_count == 0
                             ? std::string("no engine differs.")
                             : absl::StrFormat("%d differences.", results.difference_count));
}

std::vector<std::string> DifferenceLines(const Results& results) {
  std::vector<std::string> lines;
  for (const Results::Difference& d : results.differences) {
    std::string line = absl::StrFormat("%s message %d: %s", d.corpus, d.message, d.what);
    if (!d.text.empty()) {
      line += " in ";
      AppendJsonString(d.text, false, line);
    }
    lines.push_back(std::move(line));
  }
  if (results.difference_count > results.differences.size()) {
    lines.push_back(
        absl::StrFormat("and %d more", results.difference_count - results.differences.size()));
  }
  return lines;
}

std::string Head(const Results& results) {
  return absl::StrFormat(
      "%s\n%s\nMedian of %d rounds, engines taking turns; MAD is the median "
      "deviation from it.\n",
      results.patterns, results.machine, results.rounds);
}

// --- JSON ----------------------------------------------------------------------------------------

class BenchJsonWriter : public JsonWriter {
 public:
  using JsonWriter::Add;
  template <typename T>
  void Add(std::string_view key, std::optional<T> value) {
    if (value) Add(key, *value);
  }
  void Add(std::string_view key, const Spread& s) {
    Open(key, '{');
    Add("median", s.median);
    Add("min", s.min);
    Add("max", s.max);
    Add("mad", s.mad);
    Close();
  }
  void Add(std::string_view key, const Results::Percentiles& p) {
    Open(key, '{');
    Add("p50", p.p50);
    Add("p90", p.p90);
    Add("p99", p.p99);
    Add("p99.9", p.p999);
    Add("max", p.max);
    Close();
  }
};

}  // namespace

std::string BenchTable(const Results& results, size_t top_patterns) {
  std::string out = Head(results);
  AppendTable(EngineTable(results), out);
  for (const Results::CorpusInfo& corpus : results.corpora) {
    AppendTable(CorpusTable(results, corpus), out);
  }
  AppendTable(OpenLoopTable(results), out);
  for (const Results::PatternRun& run : results.pattern_runs) {
    AppendTable(PatternTable(results, run, top_patterns), out);
  }
  AppendTable(GrowthTable(results), out);
  absl::StrAppend(&out, "\n", DifferenceTitle(results), "\n");
  for (const std::string& line : DifferenceLines(results)) absl::StrAppend(&out, "  ", line, "\n");
  return out;
}

std::string ChangeTable(const std::vector<BenchChange>& changes) {
  std::string out;
  AppendTable(Changes(changes), out);
  return out.empty() ? "The older run has no engine and corpus in common with this one.\n" : out;
}

std::string BenchJson(const Results& results) {
  BenchJsonWriter json;
  json.Open("", '{');
  json.Add("tacet_bench", uint64_t{1});  // the version of this form
  json.Add("version", std::string_view(results.version));
  json.Add("machine", std::string_view(results.machine));
  json.Add("patterns", std::string_view(results.patterns));
  json.Add("rounds", static_cast<uint64_t>(results.rounds));
  json.Open("engines", '[');
  for (const Results::Engine& e : results.engines) {
    json.Open("", '{');
    json.Add("engine", std::string_view(e.name));
    if (!e.fault.empty()) json.Add("fault", std::string_view(e.fault));
    json.Add("patterns", e.patterns);
    json.Add("left_out", e.left_out);
    json.Add("compile_ms", e.compile_ms);
    json.Add("database_bytes", e.database_bytes);
    json.Add("scratch_bytes", e.scratch_bytes);
    json.Add("stream_bytes", e.stream_bytes);
    json.Close();
  }
  json.Close();
  json.Open("corpora", '[');
  for (const Results::CorpusInfo& c : results.corpora) {
    json.Open("", '{');
    json.Add("corpus", std::string_view(c.name));
    json.Add("messages", c.messages);
    json.Add("bytes", c.bytes);
    json.Close();
  }
  json.Close();
  json.Open("results", '[');
  for (const Results::Result& r : results.results) {
    json.Open("", '{');
    json.Add("engine", std::string_view(r.engine));
    json.Add("corpus", std::string_view(r.corpus));
    json.Add("every", r.every);
    json.Add("ns_per_message", r.ns_per_message);
    json.Add("messages_per_second", 1e9 / r.ns_per_message.median);
    json.Add("megabytes_per_second", MegabytesPerSecond(r));
    json.Add("hits", r.hits);
    json.Add("hits_are", std::string_view(r.unit));
    json.Add("latency_ns", r.latency);
    json.Close();
  }
  json.Close();
  json.Open("open_loop", '[');
  for (const Results::OpenLoop& o : results.open_loop) {
    json.Open("", '{');
    json.Add("engine", std::string_view(o.engine));
    json.Add("corpus", std::string_view(o.corpus));
    json.Add("arrivals", std::string_view(o.arrivals));
    json.Add("rate", o.rate);
    json.Add("busy", o.busy);
    json.Add("messages", o.messages);
    json.Add("service_ns", o.service);
    json.Add("response_ns", o.response);
    json.Close();
  }
  json.Close();
  json.Open("pattern_runs", '[');
  for (const Results::PatternRun& run : results.pattern_runs) {
    json.Open("", '{');
    json.Add("corpus", std::string_view(run.corpus));
    json.Add("messages", run.messages);
    json.Add("whole_ns_per_message", run.whole_ns);
    json.Add("patterns", run.patterns);
    json.Add("measured_alone", run.alone_measured);
    json.Add("measured_without", run.without_measured);
    json.Close();
  }
  json.Close();
  json.Open("pattern_costs", '[');
  for (const Results::PatternCost& c : results.pattern_costs) {
    json.Open("", '{');
    json.Add("corpus", std::string_view(c.corpus));
    json.Add("pattern", std::string_view(c.name));
    json.Add("where", std::string_view(c.where));
    json.Add("adds_ns", c.adds);
    if (c.adds) json.Add("adds_noise_ns", c.adds_noise);
    json.Add("alone_ns", c.alone);
    json.Add("fires", c.fires);
    json.Add("found", c.found);
    json.Close();
  }
  json.Close();
  json.Open("growth", '[');
  for (const Results::Growth& g : results.growth) {
    json.Open("", '{');
    json.Add("corpus", std::string_view(g.corpus));
    json.Add("times", static_cast<uint64_t>(g.times));
    json.Add("patterns", g.patterns);
    json.Add("ns_per_message", g.ns_per_message);
    json.Add("ratio", g.ratio);
    json.Close();
  }
  json.Close();
  json.Add("messages_checked", results.messages_checked);
  json.Add("difference_count", results.difference_count);
  json.Open("differences", '[');
  for (const std::string& line : DifferenceLines(results)) json.Add("", std::string_view(line));
  json.Close();
  json.Close();
  return json.Take();
}

std::string BenchHtml(const Results& results, const std::vector<BenchChange>& changes,
                      size_t top_patterns) {
  std::string body;
  const auto note = [&](std::string_view text, std::string_view kind = "note") {
    body += absl::StrFormat("<p class=\"%s\">%s</p>\n", kind, HtmlEscape(text));
  };
  const auto add = [&](const Table& table) { body += HtmlSection(table); };
  note(Head(results));
  note(DifferenceTitle(results), results.difference_count > 0 ? "bad" : "note");
  if (!results.differences.empty()) {
    body += "<ul>\n";
    for (const std::string& line : DifferenceLines(results)) {
      body += "<li>" + HtmlEscape(line) + "</li>\n";
    }
    body += "</ul>\n";
  }
  if (!changes.empty()) add(Changes(changes));
  add(EngineTable(results));

  for (const Results::CorpusInfo& corpus : results.corpora) {
    const Table table = CorpusTable(results, corpus);
    if (table.rows.empty()) continue;
    add(table);
    std::vector<Bar> bars;
    std::vector<Line> curves;
    for (const Results::Result& r : results.results) {
      if (r.corpus != corpus.name) continue;
      const double per_ns = r.bytes_per_message * 1e3;
      bars.push_back({r.engine, MegabytesPerSecond(r), per_ns / r.ns_per_message.max,
                      per_ns / r.ns_per_message.min,
                      absl::StrFormat("%.1f MB/s", MegabytesPerSecond(r))});
      if (!r.latency) continue;
      curves.push_back({r.engine,
                        {{2, r.latency->p50},
                         {10, r.latency->p90},
                         {100, r.latency->p99},
                         {1000, r.latency->p999}}});
    }
    body += BarChart(absl::StrFormat("%s: MB/s (median, and from the slowest to the fastest round)",
                                     corpus.name),
                     bars);
    // Of a million messages one in two, in ten, ... takes longer.
    const std::vector<std::pair<double, std::string>> ticks = {
        {2, "p50"}, {10, "p90"}, {100, "p99"}, {1000, "p99.9"}};
    for (Line& line : curves) {
      for (auto& [x, y] : line.points) y = std::max(y, 1.0);
    }
    body += LineChart({absl::StrFormat("%s: time of a message, one after another", corpus.name),
                       "share of messages that take no longer", "ns", ticks, true, true},
                      curves);
    std::vector<Line> responses;
    for (const Results::OpenLoop& o : results.open_loop) {
      if (o.corpus != corpus.name) continue;
      const auto at_least_one = [](double ns) { return std::max(ns, 1.0); };
      responses.push_back({absl::StrFormat("%s, %.0f/s", o.engine, o.rate),
                           {{2, at_least_one(o.response.p50)},
                            {10, at_least_one(o.response.p90)},
                            {100, at_least_one(o.response.p99)},
                            {1000, at_least_one(o.response.p999)}}});
    }
    body += LineChart({absl::StrFormat("%s: response time with open-loop arrivals", corpus.name),
                       "share of messages that take no longer", "ns", ticks, true, true},
                      responses);
  }
  add(OpenLoopTable(results));
  for (const Results::PatternRun& run : results.pattern_runs) {
    add(PatternTable(results, run, top_patterns));
    std::vector<Bar> adds, alone;
    for (const Results::PatternCost& c : results.pattern_costs) {
      if (c.corpus != run.corpus) continue;
      if (c.adds && *c.adds > c.adds_noise && adds.size() < top_patterns) {
        adds.push_back({c.name, *c.adds, *c.adds - c.adds_noise, *c.adds + c.adds_noise,
                        absl::StrFormat("%.1f ns", *c.adds)});
      }
      alone.push_back({c.name, c.alone, 0, 0, absl::StrFormat("%.1f ns", c.alone)});
    }
    body += BarChart(absl::StrFormat("%s: what a pattern adds to the whole, ns a message "
                                     "(whisker: noise)",
                                     run.corpus),
                     adds);
    std::stable_sort(alone.begin(), alone.end(),
                     [](const Bar& a, const Bar& b) { return a.value > b.value; });
    if (alone.size() > top_patterns) alone.resize(top_patterns);
    body += BarChart(
        absl::StrFormat("%s: a pattern alone, ns a message over an empty set", run.corpus), alone);
  }
  add(GrowthTable(results));
  std::vector<Line> growth;
  std::map<int, std::string> times;
  for (const Results::Growth& g : results.growth) {
    if (growth.empty() || growth.back().name != g.corpus) growth.push_back({g.corpus, {}});
    growth.back().points.emplace_back(g.times, g.ratio);
    times[g.times] = absl::StrCat(g.times, "x");
  }
  body += LineChart({"Time of a message with more patterns, to that with the first set",
                     "national identifiers, so many times",
                     "times the first",
                     {times.begin(), times.end()},
                     true,
                     false},
                    growth);
  return HtmlPage("tacet bench", body);
}

absl::StatusOr<std::vector<BenchChange>> CompareBench(std::string_view path,
                                                      const std::string& old_json,
                                                      const Results& results) {
  namespace dom = simdjson::dom;
  const auto wrong = [&](std::string_view what) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: %s; --compare takes what tacet bench --json wrote", path, what));
  };
  dom::parser parser;
  dom::element root;
  uint64_t form = 0;
  if (parser.parse(old_json).get(root)) return wrong("not JSON");
  if (root["tacet_bench"].get(form) || form != 1) return wrong("no result of tacet bench");
  dom::array list;
  if (root["results"].get(list)) return wrong("has no results");
  std::vector<BenchChange> changes;
  for (dom::element element : list) {
    std::string_view engine, corpus;
    double median = 0, mad = 0;
    uint64_t hits = 0, every = 0;
    if (element["engine"].get(engine) || element["corpus"].get(corpus) ||
        element["ns_per_message"]["median"].get(median) ||
        element["ns_per_message"]["mad"].get(mad) || element["hits"].get(hits) ||
        element["every"].get(every) || !(median > 0)) {
      return wrong("a result is not whole");
    }
    for (const Results::Result& now : results.results) {
      if (now.engine != engine || now.corpus != corpus) continue;
      changes.push_back({now.engine, now.corpus, median, now.ns_per_message.median,
                         Noise(mad, now.ns_per_message.mad),
                         now.every == every && now.hits != hits});
    }
  }
  return changes;
}

}  // namespace tacet::cli
