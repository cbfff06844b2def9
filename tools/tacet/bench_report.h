// The figures of a run of tacet bench, and how they are written down.
#ifndef TACET_TOOLS_TACET_BENCH_REPORT_H_
#define TACET_TOOLS_TACET_BENCH_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/tacet/statistics.h"

namespace tacet::cli {

struct BenchResults {
  struct Engine {
    std::string name;
    uint64_t patterns = 0, left_out = 0;
    double compile_ms = 0;
    // Exact if the engine says it, else what the heap grew by.
    uint64_t database_bytes = 0, scratch_bytes = 0, stream_bytes = 0;
    std::string fault;  // why it did not run; empty if it did
  };
  struct CorpusInfo {
    std::string name;
    uint64_t messages = 0, bytes = 0;
  };
  struct Percentiles {  // nanoseconds
    double p50 = 0, p90 = 0, p99 = 0, p999 = 0, max = 0;
  };
  struct Result {
    std::string engine, corpus;
    uint64_t every = 1;     // timed on every n-th message
    Spread ns_per_message;  // over the rounds
    double bytes_per_message = 0;
    uint64_t hits = 0;                   // in one pass
    std::string unit;                    // of what the hits are
    std::optional<Percentiles> latency;  // of single messages, one after another
  };
  struct OpenLoop {
    std::string engine, corpus, arrivals;
    double rate = 0;  // messages a second
    double busy = 0;  // share of the time that the engine worked
    uint64_t messages = 0;
    Percentiles service, response;  // response: from the arrival on
  };
  struct PatternCost {
    std::string corpus, name, where;
    std::optional<double> adds;  // ns a message, to the whole
    double adds_noise = 0;
    double alone = 0;                      // ns a message, over an empty set
    std::optional<uint64_t> fires, found;  // where it matches bare; what it gives in the whole
  };
  struct PatternRun {
    std::string corpus;
    uint64_t messages = 0;
    double whole_ns = 0;
    uint64_t patterns = 0, alone_measured = 0, without_measured = 0;
  };
  struct Growth {
    std::string corpus;
    int times = 1;
    uint64_t patterns = 0;
    Spread ns_per_message;
    double ratio = 1;  // to the first
  };
  struct Difference {
    std::string corpus;
    uint64_t message = 0;  // from 1
    std::string what;      // pattern or type, place, and who found it
    std::string text;      // only if texts are shown
  };

  std::string version, machine, patterns;
  int rounds = 0;
  std::vector<Engine> engines;
  std::vector<CorpusInfo> corpora;
  std::vector<Result> results;
  std::vector<OpenLoop> open_loop;
  std::vector<PatternRun> pattern_runs;
  std::vector<PatternCost> pattern_costs;  // ranked within a corpus
  std::vector<Growth> growth;
  uint64_t messages_checked = 0, difference_count = 0;
  std::vector<Difference> differences;  // the first ones
};

// A change of one figure from an older run.
struct BenchChange {
  std::string engine, corpus;
  double before = 0, now = 0;  // ns a message
  double noise = 0;            // how much of the difference may be chance
  bool hits_changed = false;
  bool is_noise() const { return std::abs(now - before) <= noise; }
};

std::string BenchTable(const BenchResults& results, size_t top_patterns);
std::string BenchJson(const BenchResults& results);
std::string BenchHtml(const BenchResults& results, const std::vector<BenchChange>& changes,
                      size_t top_patterns);

// Compares with the JSON of an older run. Fails (InvalidArgument) if that is none.
absl::StatusOr<std::vector<BenchChange>> CompareBench(std::string_view path,
                                                      const std::string& old_json,
                                                      const BenchResults& results);
std::string ChangeTable(const std::vector<BenchChange>& changes);

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_BENCH_REPORT_H_
