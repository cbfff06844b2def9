// tacet bench: how fast and how dear a pattern set is, beside plain engines.
#include <hs/hs.h>
#include <malloc.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "bench/engines.h"
#include "tacet/detector.h"
#include "tacet/redactor.h"
#include "tools/tacet/arguments.h"
#include "tools/tacet/bench_inputs.h"
#include "tools/tacet/bench_report.h"
#include "tools/tacet/command.h"
#include "tools/tacet/output.h"

namespace tacet::cli {
namespace {

using Clock = std::chrono::steady_clock;

double NanosecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

struct BenchArguments {
  std::vector<std::string> corpora;
  PatternArguments patterns;
  std::string hsbench;
  std::vector<std::string> types;
  std::vector<std::string> engines;
  CorpusOptions corpus;
  int rounds = 5;
  double max_pass = 1;
  int cpu = -1;
  size_t check = 2000;
  bool latency = false;
  double rate = 0;
  std::string arrivals = "poisson";
  double latency_seconds = 2;
  bool by_pattern = false;
  double budget = 60;
  size_t top = 20;
  std::vector<int> growth;
  bool json = false;
  std::string html;
  std::string compare;
  bool show_text = false;
};

// The names of --engines, in the order of the table.
constexpr std::string_view kTiered = "tiered", kRedact = "redact", kFloor = "floor",
                           kFloorBlocks = "floor-blocks", kHyperscan = "hyperscan",
                           kStream = "hyperscan-stream", kRe2 = "re2", kRe2Set = "re2-set",
                           kPcre2 = "pcre2", kReference = "reference";
constexpr std::string_view kOurs[] = {kTiered, kRedact, kFloor, kFloorBlocks};
constexpr std::string_view kFlat[] = {kHyperscan, kStream, kRe2Set, kPcre2, kRe2};

bool IsOurs(std::string_view name) {
  return std::find(std::begin(kOurs), std::end(kOurs), name) != std::end(kOurs) ||
         name == kReference;
}

// What is measured: something that takes a message and counts.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual absl::StatusOr<uint64_t> Scan(std::string_view text) = 0;
};

class DetectorSubject : public Subject {
 public:
  explicit DetectorSubject(std::unique_ptr<Detector> detector)
      : detector_(std::move(detector)), scratch_(detector_->NewScratch()) {}
  absl::StatusOr<uint64_t> Scan(std::string_view text) override {
    const absl::StatusOr<absl::Span<const Finding>> findings = detector_->Detect(text, scratch_);
    if (!findings.ok()) return findings.status();
    return findings->size();
  }
  absl::StatusOr<absl::Span<const Finding>> Find(std::string_view text) {
    return detector_->Detect(text, scratch_);
  }
  const PatternLibrary& library() const { return detector_->library(); }

 private:
  std::unique_ptr<Detector> detector_;
  Detector::Scratch scratch_;
};

class RedactorSubject : public Subject {
 public:
  RedactorSubject(std::unique_ptr<Detector> detector, Redactor redactor)
      : detector_(std::move(detector)),
        redactor_(std::move(redactor)),
        scratch_(redactor_.NewScratch()) {}
  absl::StatusOr<uint64_t> Scan(std::string_view text) override {
    const Outcome outcome = redactor_.Redact(text, scratch_);
    if (outcome.kind() == Outcome::Kind::kWithheld) return outcome.status();
    // The text is put where a log's writer would put it.
    log_ = outcome.text();
    return outcome.findings().size();
  }

 private:
  std::unique_ptr<Detector> detector_;
  Redactor redactor_;
  Redactor::Scratch scratch_;
  std::string log_;
};

class FlatSubject : public Subject {
 public:
  explicit FlatSubject(std::unique_ptr<FlatEngine> engine) : engine_(std::move(engine)) {}
  absl::StatusOr<uint64_t> Scan(std::string_view text) override { return engine_->Scan(text); }
  FlatEngine& engine() { return *engine_; }

 private:
  std::unique_ptr<FlatEngine> engine_;
};

// Messages of a corpus, or some of them, as they are timed.
struct Work {
  std::vector<std::string_view> texts;
  uint64_t messages = 0;  // in the texts; a text may be a block of many
  double bytes = 0;
};

Work EveryNth(const std::vector<std::string>& messages, size_t every) {
  Work work;
  for (size_t i = 0; i < messages.size(); i += every) {
    work.texts.push_back(messages[i]);
    work.bytes += static_cast<double>(messages[i].size());
  }
  work.messages = work.texts.size();
  return work;
}

absl::StatusOr<uint64_t> Pass(Subject& subject, const Work& work) {
  uint64_t count = 0;
  for (std::string_view text : work.texts) {
    absl::StatusOr<uint64_t> hits = subject.Scan(text);
    if (!hits.ok()) return hits.status();
    count += *hits;
  }
  return count;
}

// A round is as many passes as fill this time, so that the clock and a short interruption weigh
// little.
constexpr double kRoundNs = 40e6;

// Times rounds of passes, and holds every pass to the count of the first.
class Timer {
 public:
  Timer(Subject* subject, const Work* work) : subject_(subject), work_(work) {}

  // The first pass, which warms up. It says how long passes take.
  absl::Status Begin() {
    absl::StatusOr<uint64_t> first = Pass(*subject_, *work_);
    if (!first.ok()) return first.status();
    hits_ = *first;
    const Clock::time_point start = Clock::now();
    if (absl::Status status = OnePass(); !status.ok()) return status;
    passes_ =
        static_cast<int>(std::clamp(kRoundNs / std::max(NanosecondsSince(start), 1.0), 1.0, 1e6));
    return absl::OkStatus();
  }
  absl::Status Round() {
    const Clock::time_point start = Clock::now();
    for (int i = 0; i < passes_; ++i) {
      if (absl::Status status = OnePass(); !status.ok()) return status;
    }
    rounds_.push_back(NanosecondsSince(start) / passes_ / static_cast<double>(work_->messages));
    return absl::OkStatus();
  }
  uint64_t hits() const { return hits_; }
  const std::vector<double>& rounds() const { return rounds_; }  // ns a message
  Spread spread() const { return SpreadOf(rounds_); }

 private:
  absl::Status OnePass() {
    const absl::StatusOr<uint64_t> count = Pass(*subject_, *work_);
    if (!count.ok()) return count.status();
    if (*count != hits_) return absl::InternalError("the hits changed between passes");
    return absl::OkStatus();
  }
  Subject* subject_;
  const Work* work_;
  uint64_t hits_ = 0;
  int passes_ = 1;
  std::vector<double> rounds_;
};

BenchResults::Percentiles PercentilesOf(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  return {Percentile(times, .5), Percentile(times, .9), Percentile(times, .99),
          Percentile(times, .999), times.empty() ? 0 : times.back()};
}

size_t HeapBytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// Says on standard error what is being done, if that is a terminal.
class Progress {
 public:
  explicit Progress(bool shown) : shown_(shown) {}
  ~Progress() { Say(""); }
  void Say(std::string_view what) {
    if (shown_) absl::FPrintF(stderr, "\r\033[K%s", what);
  }

 private:
  bool shown_;
};

// A directory of this run's own for compiled patterns, which hold no message.
class CacheFolder {
 public:
  CacheFolder() {
    std::error_code error;
    std::string name =
        (std::filesystem::temp_directory_path(error) / "tacet-bench-XXXXXX").string();
    if (!error && mkdtemp(name.data()) != nullptr) path_ = name;
  }
  CacheFolder(const CacheFolder&) = delete;
  CacheFolder& operator=(const CacheFolder&) = delete;
  ~CacheFolder() {
    std::error_code error;
    if (!path_.empty()) std::filesystem::remove_all(path_, error);
  }
  const std::string& path() const { return path_; }  // empty if it could not be made

 private:
  std::string path_;
};

std::string MachineName() {
  std::ifstream info("/proc/cpuinfo");
  std::string model = "unknown processor";
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name") && line.find(':') + 2 <= line.size()) {
      model = line.substr(line.find(':') + 2);
      break;
    }
  }
  return absl::StrFormat("%s, %d processors, Hyperscan %s, compiler %s", model,
                         sysconf(_SC_NPROCESSORS_ONLN), hs_version(), __VERSION__);
}

class Bench {
 public:
  explicit Bench(const BenchArguments& arguments)
      : arguments_(arguments), progress_(ShowProgress(true)) {}

  absl::StatusOr<ExitCode> Run();

 private:
  struct Contender {
    std::string name;
    std::unique_ptr<Subject> subject;
    bool in_blocks = false;
    std::string unit;
  };

  absl::Status Load();
  absl::Status MakeContenders();
  absl::Status MakeOne(std::string_view name);
  absl::StatusOr<std::unique_ptr<Detector>> MakeDetector(const std::vector<PatternFile>& files,
                                                         Engine engine = Engine::kTiered,
                                                         bool all_types = false);
  absl::StatusOr<std::unique_ptr<FlatSubject>> MakeFlat(
      FlatKind kind, const std::vector<Expression>& set,
      const std::vector<size_t>& known_faulty = {});
  absl::Status Measure();
  absl::Status MeasureLatency(Contender& contender, const Work& work, BenchResults::Result& result);
  absl::Status MeasureOpenLoop();
  absl::Status Check();
  absl::Status CheckFlat(const Corpus& corpus, size_t every);
  absl::Status CheckTiered(const Corpus& corpus, size_t every);
  void Differ(const Corpus& corpus, size_t message, std::string what);
  absl::Status MeasurePatterns();
  absl::Status MeasurePatternsOn(const Corpus& corpus, double budget_ns);
  absl::StatusOr<std::unique_ptr<Subject>> Alone(size_t index, bool bare);
  absl::StatusOr<std::unique_ptr<Subject>> Without(size_t index);
  absl::Status MeasureGrowth();
  absl::Status Write();

  bool has_library() const { return library_ != nullptr; }
  Contender* Find(std::string_view name) {
    for (Contender& contender : contenders_) {
      if (contender.name == name) return &contender;
    }
    return nullptr;
  }

  const BenchArguments& arguments_;
  Progress progress_;
  CacheFolder cache_;
  std::vector<PatternFile> files_;
  std::unique_ptr<PatternLibrary> library_;  // null with an hsbench pattern file
  std::vector<Expression> expressions_;
  std::vector<Corpus> corpora_;
  std::vector<Contender> contenders_;
  BenchResults results_;
  std::string old_json_;
  std::vector<BenchChange> changes_;
};

absl::Status Bench::Load() {
  progress_.Say("reading");
  if (!arguments_.compare.empty()) {
    // Before anything is measured, so that a wrong name shows at once.
    absl::StatusOr<std::string> text = ReadConfiguration(arguments_.compare);
    if (!text.ok()) return text.status();
    old_json_ = *std::move(text);
    if (auto changes = CompareBench(arguments_.compare, old_json_, results_); !changes.ok()) {
      return changes.status();
    }
  }
  if (!arguments_.hsbench.empty()) {
    absl::StatusOr<std::string> text = ReadConfiguration(arguments_.hsbench);
    if (!text.ok()) return text.status();
    absl::StatusOr<std::vector<Expression>> set = ParseHsbenchPatterns(arguments_.hsbench, *text);
    if (!set.ok()) return set.status();
    expressions_ = *std::move(set);
    results_.patterns =
        absl::StrFormat("%d patterns of %s", expressions_.size(), arguments_.hsbench);
  } else {
    absl::StatusOr<std::vector<PatternFile>> files = arguments_.patterns.Files();
    if (!files.ok()) return files.status();
    files_ = *std::move(files);
    absl::StatusOr<PatternLibrary> library = PatternLibrary::Parse(files_);
    if (!library.ok()) return Misconfigured(library.status());
    library_ = std::make_unique<PatternLibrary>(*std::move(library));
    expressions_ = LibraryExpressions(*library_);
    results_.patterns =
        absl::StrFormat("%d patterns (%d of them regexes), digest %s", library_->patterns().size(),
                        expressions_.size(), library_->digest().substr(0, 12));
  }
  for (const std::string& path : arguments_.corpora) {
    absl::StatusOr<Corpus> corpus = ReadCorpus(path, arguments_.corpus);
    if (!corpus.ok()) return corpus.status();
    for (const Corpus& other : corpora_) {
      if (other.name == corpus->name) corpus->name = path;  // both names would be the same
    }
    results_.corpora.push_back({corpus->name, corpus->messages.size(), corpus->bytes});
    corpora_.push_back(*std::move(corpus));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Detector>> Bench::MakeDetector(const std::vector<PatternFile>& files,
                                                              Engine engine, bool all_types) {
  absl::StatusOr<PatternLibrary> library = PatternLibrary::Parse(files);
  if (!library.ok()) return Misconfigured(library.status());
  DetectorOptions options;
  options.engine = engine;
  if (!all_types) options.types = arguments_.types;
  options.cache_directory = cache_.path();
  absl::StatusOr<Detector> detector = Detector::Create(*std::move(library), options);
  if (!detector.ok()) return Misconfigured(detector.status());
  return std::make_unique<Detector>(*std::move(detector));
}

absl::StatusOr<std::unique_ptr<FlatSubject>> Bench::MakeFlat(
    FlatKind kind, const std::vector<Expression>& set, const std::vector<size_t>& known_faulty) {
  absl::StatusOr<std::unique_ptr<FlatEngine>> engine = FlatEngine::Create(kind, set, known_faulty);
  if (!engine.ok()) return engine.status();
  return std::make_unique<FlatSubject>(*std::move(engine));
}

absl::Status Bench::MakeOne(std::string_view name) {
  progress_.Say(absl::StrFormat("compiling for %s", name));
  BenchResults::Engine info;
  info.name = name;
  Contender made;
  made.name = name;
  const size_t heap = HeapBytes();
  const Clock::time_point start = Clock::now();
  const auto compiled = [&] { info.compile_ms = NanosecondsSince(start) / 1e6; };
  if (name == kTiered || name == kRedact || name == kReference) {
    // Compiled anew, as at a first start: the folder of the cache is used by later ones only.
    absl::StatusOr<PatternLibrary> library = PatternLibrary::Parse(files_);
    if (!library.ok()) return Misconfigured(library.status());
    DetectorOptions options;
    options.engine = name == kReference ? Engine::kReference : Engine::kTiered;
    options.types = arguments_.types;
    absl::StatusOr<Detector> detector = Detector::Create(*std::move(library), options);
    if (!detector.ok()) return Misconfigured(detector.status());
    auto owned = std::make_unique<Detector>(*std::move(detector));
    compiled();
    info.patterns = library_->patterns().size();
    info.database_bytes = HeapBytes() - std::min(HeapBytes(), heap);
    const size_t before_scratch = HeapBytes();
    if (name == kRedact) {
      absl::StatusOr<Redactor> redactor = Redactor::Create(owned.get(), Policy{});
      if (!redactor.ok()) return redactor.status();
      made.subject = std::make_unique<RedactorSubject>(std::move(owned), *std::move(redactor));
    } else {
      made.subject = std::make_unique<DetectorSubject>(std::move(owned));
    }
    // Warm, so that the scratch has the size that it keeps.
    for (const Corpus& corpus : corpora_) {
      const Work some =
          EveryNth(corpus.messages, std::max<size_t>(1, corpus.messages.size() / 500));
      if (auto pass = Pass(*made.subject, some); !pass.ok()) return pass.status();
    }
    info.scratch_bytes = HeapBytes() - std::min(HeapBytes(), before_scratch);
    made.unit = "findings";
  } else {
    std::vector<Expression> words;
    const bool floor = name == kFloor || name == kFloorBlocks;
    if (floor) {
      absl::StatusOr<std::vector<Expression>> made_words = LibraryWords(*library_);
      if (!made_words.ok()) return made_words.status();
      words = *std::move(made_words);
    }
    const std::vector<Expression>& set = floor ? words : expressions_;
    const FlatKind kind = name == kStream   ? FlatKind::kHyperscanStream
                          : name == kRe2    ? FlatKind::kRe2
                          : name == kRe2Set ? FlatKind::kRe2Set
                          : name == kPcre2  ? FlatKind::kPcre2
                                            : FlatKind::kHyperscanBlock;
    std::vector<size_t> known_faulty;
    if (const Contender* block = Find(kHyperscan); name == kStream && block != nullptr) {
      known_faulty = static_cast<FlatSubject&>(*block->subject).engine().left_out();
    }
    absl::StatusOr<std::unique_ptr<FlatSubject>> subject = MakeFlat(kind, set, known_faulty);
    compiled();
    if (!subject.ok()) {
      info.fault = std::string(subject.status().message());
      results_.engines.push_back(info);
      return absl::OkStatus();
    }
    FlatEngine& engine = (*subject)->engine();
    info.left_out = engine.left_out().size();
    info.patterns = set.size() - info.left_out;
    info.database_bytes = engine.database_bytes();
    if (info.database_bytes == 0) {
      // Most of RE2's memory is the states that it makes while it scans.
      for (const Corpus& corpus : corpora_) {
        const Work some =
            EveryNth(corpus.messages, std::max<size_t>(1, corpus.messages.size() / 200));
        if (auto pass = Pass(**subject, some); !pass.ok())
          info.fault = std::string(pass.status().message());
      }
      info.database_bytes = HeapBytes() - std::min(HeapBytes(), heap);
    }
    info.scratch_bytes = engine.scratch_bytes();
    info.stream_bytes = engine.stream_bytes();
    made.subject = *std::move(subject);
    made.in_blocks = name == kFloorBlocks;
    made.unit = floor                                                  ? "words"
                : kind == FlatKind::kHyperscanBlock || name == kStream ? "match ends"
                                                                       : "patterns";
  }
  results_.engines.push_back(info);
  if (info.fault.empty()) contenders_.push_back(std::move(made));
  return absl::OkStatus();
}

absl::Status Bench::MakeContenders() {
  std::vector<std::string> names = arguments_.engines;
  if (names.empty()) {
    if (has_library()) names.assign(std::begin(kOurs), std::end(kOurs));
    names.insert(names.end(), std::begin(kFlat), std::end(kFlat));
  }
  for (const std::string& name : names) {
    if (!has_library() && IsOurs(name)) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "--engines: %s needs our patterns, not those of --hsbench-patterns", name));
    }
    if (Find(name) != nullptr) continue;
    if (absl::Status status = MakeOne(name); !status.ok()) return status;
  }
  if (contenders_.empty()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "no engine can run this set: %s: %s", results_.engines[0].name, results_.engines[0].fault));
  }
  return absl::OkStatus();
}

absl::Status Bench::Measure() {
  for (const Corpus& corpus : corpora_) {
    struct Entry {
      Contender* contender;
      size_t every = 1;
      Work work;
      std::vector<std::string> blocks;
      std::unique_ptr<Timer> timer;
    };
    std::vector<std::unique_ptr<Entry>> entries;
    for (Contender& contender : contenders_) {
      progress_.Say(absl::StrFormat("%s on %s", contender.name, corpus.name));
      auto entry = std::make_unique<Entry>();
      entry->contender = &contender;
      if (contender.in_blocks) {
        entry->blocks = JoinIntoBlocks(corpus.messages, kFloorBlock);
        entry->work = EveryNth(entry->blocks, 1);
        entry->work.messages = corpus.messages.size();
        entry->work.bytes = static_cast<double>(corpus.bytes);
      } else {
        // A look at a few messages tells whether a pass over all takes too long.
        const Work some =
            EveryNth(corpus.messages, std::max<size_t>(1, corpus.messages.size() / 200));
        if (auto warm = Pass(*contender.subject, some); !warm.ok()) return warm.status();
        const Clock::time_point start = Clock::now();
        if (auto timed = Pass(*contender.subject, some); !timed.ok()) return timed.status();
        const double whole = NanosecondsSince(start) / static_cast<double>(some.messages) *
                             static_cast<double>(corpus.messages.size());
        entry->every =
            std::max<size_t>(1, static_cast<size_t>(whole / (arguments_.max_pass * 1e9) + 0.999));
        entry->every = std::min(entry->every, std::max<size_t>(1, corpus.messages.size() / 100));
        entry->work = EveryNth(corpus.messages, entry->every);
      }
      entry->timer = std::make_unique<Timer>(contender.subject.get(), &entry->work);
      if (absl::Status status = entry->timer->Begin(); !status.ok()) {
        return absl::Status(status.code(), absl::StrFormat("%s on %s: %s", contender.name,
                                                           corpus.name, status.message()));
      }
      entries.push_back(std::move(entry));
    }
    for (int round = 0; round < arguments_.rounds; ++round) {
      for (const std::unique_ptr<Entry>& entry : entries) {
        progress_.Say(absl::StrFormat("%s: round %d of %d, %s", corpus.name, round + 1,
                                      arguments_.rounds, entry->contender->name));
        if (absl::Status status = entry->timer->Round(); !status.ok()) {
          return absl::Status(status.code(), absl::StrFormat("%s on %s: %s", entry->contender->name,
                                                             corpus.name, status.message()));
        }
      }
    }
    for (const std::unique_ptr<Entry>& entry : entries) {
      BenchResults::Result result;
      result.engine = entry->contender->name;
      result.corpus = corpus.name;
      result.every = entry->every;
      result.ns_per_message = entry->timer->spread();
      result.bytes_per_message = entry->work.bytes / static_cast<double>(entry->work.messages);
      result.hits = entry->timer->hits();
      result.unit = entry->contender->unit;
      if (!entry->contender->in_blocks) {
        if (absl::Status status = MeasureLatency(*entry->contender, entry->work, result);
            !status.ok()) {
          return status;
        }
      }
      results_.results.push_back(std::move(result));
    }
  }
  return absl::OkStatus();
}

absl::Status Bench::MeasureLatency(Contender& contender, const Work& work,
                                   BenchResults::Result& result) {
  std::vector<double> times;
  times.reserve(work.texts.size());
  for (std::string_view text : work.texts) {
    const Clock::time_point start = Clock::now();
    if (auto hits = contender.subject->Scan(text); !hits.ok()) return hits.status();
    times.push_back(NanosecondsSince(start));
  }
  result.latency = PercentilesOf(std::move(times));
  return absl::OkStatus();
}

// Messages arrive at times that were laid down before, whether or not the engine is ready; a
// message that has to wait counts from its arrival on. So a pause of the engine is paid by every
// message that came in it, as in a gateway.
absl::Status Bench::MeasureOpenLoop() {
  constexpr size_t kMaxArrivals = 2'000'000;
  for (const Corpus& corpus : corpora_) {
    for (Contender& contender : contenders_) {
      if (contender.in_blocks) continue;
      progress_.Say(absl::StrFormat("latency of %s on %s", contender.name, corpus.name));
      double ns_per_message = 0;
      for (const BenchResults::Result& result : results_.results) {
        if (result.engine == contender.name && result.corpus == corpus.name) {
          ns_per_message = result.ns_per_message.median;
        }
      }
      BenchResults::OpenLoop run;
      run.engine = contender.name;
      run.corpus = corpus.name;
      run.arrivals = arguments_.arrivals;
      run.rate = arguments_.rate > 0 ? arguments_.rate : 0.5e9 / ns_per_message;
      const auto count = static_cast<size_t>(
          std::clamp(run.rate * arguments_.latency_seconds, 100.0, double{kMaxArrivals}));
      std::mt19937_64 random(1);  // the same arrivals in every run
      std::exponential_distribution<double> gap(run.rate);
      std::vector<double> arrivals(count), service(count), response(count);
      double at = 0;
      for (double& arrival : arrivals) {
        at += arguments_.arrivals == "even" ? 1 / run.rate : gap(random);
        arrival = at * 1e9;
      }
      const Clock::time_point start = Clock::now();
      for (size_t i = 0; i < count; ++i) {
        double begin = NanosecondsSince(start);
        while (begin < arrivals[i]) begin = NanosecondsSince(start);
        auto hits = contender.subject->Scan(corpus.messages[i % corpus.messages.size()]);
        if (!hits.ok()) return hits.status();
        const double end = NanosecondsSince(start);
        service[i] = end - begin;
        response[i] = end - arrivals[i];
      }
      const double whole = NanosecondsSince(start);
      for (double time : service) run.busy += time / whole;
      run.messages = count;
      run.service = PercentilesOf(std::move(service));
      run.response = PercentilesOf(std::move(response));
      results_.open_loop.push_back(std::move(run));
    }
  }
  return absl::OkStatus();
}

void Bench::Differ(const Corpus& corpus, size_t message, std::string what) {
  constexpr size_t kShown = 50;
  if (++results_.difference_count > kShown) return;
  results_.differences.push_back({corpus.name, message + 1, std::move(what),
                                  arguments_.show_text ? corpus.messages[message] : ""});
}

absl::Status Bench::CheckFlat(const Corpus& corpus, size_t every) {
  std::vector<std::pair<std::string, FlatEngine*>> engines;
  for (Contender& contender : contenders_) {
    if (IsOurs(contender.name)) continue;
    engines.emplace_back(contender.name, &static_cast<FlatSubject&>(*contender.subject).engine());
  }
  if (engines.size() < 2) return absl::OkStatus();
  std::vector<std::vector<uint8_t>> has(engines.size());
  for (size_t e = 0; e < engines.size(); ++e) {
    has[e].assign(expressions_.size(), 1);
    for (size_t left_out : engines[e].second->left_out()) has[e][left_out] = 0;
  }
  std::vector<std::vector<size_t>> places(engines.size());
  for (size_t m = 0; m < corpus.messages.size(); m += every) {
    for (size_t e = 0; e < engines.size(); ++e) {
      absl::Status status = engines[e].second->Match(corpus.messages[m], places[e]);
      if (!status.ok()) return status;
    }
    for (size_t p = 0; p < expressions_.size(); ++p) {
      if (expressions_[p].prefilter) continue;  // may match more on purpose
      std::string with, without;
      size_t place = FlatEngine::kNowhere;
      for (size_t e = 0; e < engines.size(); ++e) {
        if (has[e][p] == 0) continue;
        const bool matches = places[e][p] != FlatEngine::kNowhere;
        if (matches && place == FlatEngine::kNowhere) place = places[e][p];
        std::string& names = matches ? with : without;
        absl::StrAppend(&names, names.empty() ? "" : ", ", engines[e].first);
      }
      if (with.empty() || without.empty()) continue;
      Differ(corpus, m,
             absl::StrFormat("%s ends at byte %d: found by %s, not by %s", expressions_[p].name,
                             place, with, without));
    }
  }
  return absl::OkStatus();
}

absl::Status Bench::CheckTiered(const Corpus& corpus, size_t every) {
  Contender* const tiered = Find(kTiered);
  if (tiered == nullptr) return absl::OkStatus();
  auto& ours = static_cast<DetectorSubject&>(*tiered->subject);
  absl::StatusOr<std::unique_ptr<Detector>> made = MakeDetector(files_, Engine::kReference);
  if (!made.ok()) return made.status();
  DetectorSubject reference(*std::move(made));
  for (size_t m = 0; m < corpus.messages.size(); m += every) {
    const auto a = ours.Find(corpus.messages[m]);
    const auto b = reference.Find(corpus.messages[m]);
    if (!a.ok() || !b.ok()) return !a.ok() ? a.status() : b.status();
    const auto list = [&](absl::Span<const Finding> from, absl::Span<const Finding> other,
                          std::string_view who) {
      for (const Finding& f : from) {
        if (std::find(other.begin(), other.end(), f) != other.end()) continue;
        Differ(corpus, m,
               absl::StrFormat("%s at bytes %d to %d: only found by %s",
                               library_->patterns()[static_cast<size_t>(f.pattern)].name,
                               f.span.begin, f.span.end, who));
      }
    };
    list(*a, *b, kTiered);
    list(*b, *a, kReference);
  }
  return absl::OkStatus();
}

absl::Status Bench::Check() {
  if (arguments_.check == 0) return absl::OkStatus();
  for (const Corpus& corpus : corpora_) {
    progress_.Say(absl::StrFormat("comparing hits on %s", corpus.name));
    const size_t every =
        std::max<size_t>(1, (corpus.messages.size() + arguments_.check - 1) / arguments_.check);
    if (absl::Status status = CheckFlat(corpus, every); !status.ok()) return status;
    if (absl::Status status = CheckTiered(corpus, every); !status.ok()) return status;
    results_.messages_checked += (corpus.messages.size() + every - 1) / every;
  }
  // The redaction has to treat all that the tiers find.
  std::map<std::string, uint64_t> found;
  for (const BenchResults::Result& r : results_.results) {
    if (r.every == 1 && r.engine == kTiered) found[r.corpus] = r.hits;
  }
  for (const BenchResults::Result& r : results_.results) {
    if (r.every != 1 || r.engine != kRedact || found.count(r.corpus) == 0 ||
        found[r.corpus] == r.hits) {
      continue;
    }
    ++results_.difference_count;
    results_.differences.push_back(
        {r.corpus, 0, absl::StrFormat("redact has %d findings, tiered %d", r.hits, found[r.corpus]),
         ""});
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Subject>> Bench::Alone(size_t index, bool bare) {
  if (!has_library()) return MakeFlat(FlatKind::kHyperscanBlock, {expressions_[index]});
  absl::StatusOr<std::unique_ptr<Detector>> detector =
      MakeDetector({PatternAlone(*library_, index, bare)}, Engine::kTiered, true);
  if (!detector.ok()) return detector.status();
  return std::make_unique<DetectorSubject>(*std::move(detector));
}

absl::StatusOr<std::unique_ptr<Subject>> Bench::Without(size_t index) {
  if (!has_library()) {
    std::vector<Expression> rest = expressions_;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(index));
    return MakeFlat(FlatKind::kHyperscanBlock, rest);
  }
  std::vector<PatternFile> files = files_;
  files.push_back(PatternOff(*library_, index));
  absl::StatusOr<std::unique_ptr<Detector>> detector = MakeDetector(files);
  if (!detector.ok()) return detector.status();
  return std::make_unique<DetectorSubject>(*std::move(detector));
}

absl::Status Bench::MeasurePatterns() {
  for (size_t i = 0; i < corpora_.size(); ++i) {
    absl::Status status = MeasurePatternsOn(
        corpora_[i], arguments_.budget * 1e9 / static_cast<double>(corpora_.size()));
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Bench::MeasurePatternsOn(const Corpus& corpus, double budget_ns) {
  constexpr size_t kMessages = 2000;  // spread over the corpus
  const Clock::time_point start = Clock::now();
  const Work work = EveryNth(
      corpus.messages, std::max<size_t>(1, (corpus.messages.size() + kMessages - 1) / kMessages));
  BenchResults::PatternRun run;
  run.corpus = corpus.name;
  run.messages = work.messages;

  // Which patterns are looked for at all.
  std::vector<size_t> active;
  for (size_t p = 0; p < (has_library() ? library_->patterns().size() : expressions_.size()); ++p) {
    if (has_library()) {
      const EntityType& e =
          library_->entities()[static_cast<size_t>(library_->patterns()[p].entity)];
      const bool asked = arguments_.types.empty()
                             ? e.is_default
                             : std::find(arguments_.types.begin(), arguments_.types.end(),
                                         e.type) != arguments_.types.end();
      if (e.reported && !asked) continue;
    }
    active.push_back(p);
  }
  run.patterns = active.size();

  std::unique_ptr<Subject> whole, empty;
  std::vector<uint64_t> found;
  if (has_library()) {
    absl::StatusOr<std::unique_ptr<Detector>> made = MakeDetector(files_);
    if (!made.ok()) return made.status();
    auto subject = std::make_unique<DetectorSubject>(*std::move(made));
    found.resize(library_->patterns().size());
    for (std::string_view text : work.texts) {
      const auto findings = subject->Find(text);
      if (!findings.ok()) return findings.status();
      for (const Finding& f : *findings) ++found[static_cast<size_t>(f.pattern)];
    }
    whole = std::move(subject);
    made = MakeDetector({NoPattern()}, Engine::kTiered, true);
    if (!made.ok()) return made.status();
    empty = std::make_unique<DetectorSubject>(*std::move(made));
  } else {
    absl::StatusOr<std::unique_ptr<FlatSubject>> made =
        MakeFlat(FlatKind::kHyperscanBlock, expressions_);
    if (!made.ok()) return made.status();
    whole = *std::move(made);
    Expression nothing;
    nothing.name = "nothing";
    nothing.regex = "qzjxkvqzjx";
    made = MakeFlat(FlatKind::kHyperscanBlock, {nothing});
    if (!made.ok()) return made.status();
    empty = *std::move(made);
  }

  // The fastest of a few passes: what disturbs a pass only ever makes it longer.
  const auto fastest = [&](Subject& subject, int passes) -> absl::StatusOr<double> {
    double best = INFINITY;
    for (int i = 0; i <= passes; ++i) {
      const Clock::time_point begin = Clock::now();
      if (auto count = Pass(subject, work); !count.ok()) return count.status();
      if (i > 0) best = std::min(best, NanosecondsSince(begin));
    }
    return best / static_cast<double>(work.messages);
  };
  absl::StatusOr<double> floor = fastest(*empty, 20);
  if (!floor.ok()) return floor.status();

  // First each pattern alone, which is quick, in at most half the time; then, the dearest first,
  // the whole without it.
  std::vector<std::pair<size_t, BenchResults::PatternCost>> costs;
  for (size_t p : active) {
    if (NanosecondsSince(start) > budget_ns / 2) break;
    progress_.Say(absl::StrFormat("%s: pattern %d of %d alone", corpus.name, costs.size() + 1,
                                  active.size()));
    BenchResults::PatternCost cost;
    cost.corpus = corpus.name;
    cost.name = has_library() ? library_->patterns()[p].name : expressions_[p].name;
    if (has_library()) {
      cost.where =
          absl::StrFormat("%s:%d", library_->patterns()[p].file, library_->patterns()[p].line);
    }
    absl::StatusOr<std::unique_ptr<Subject>> alone = Alone(p, false);
    if (!alone.ok()) {
      // What cannot stand alone counts as not measured.
      continue;
    }
    absl::StatusOr<double> time = fastest(**alone, 5);
    if (!time.ok()) return time.status();
    cost.alone = *time - *floor;
    if (has_library()) {
      alone = Alone(p, true);
      if (!alone.ok()) continue;
      // A look-alike is never a finding: what it gives is not known.
      const auto entity = static_cast<size_t>(library_->patterns()[p].entity);
      if (library_->entities()[entity].reported) cost.found = found[p];
    }
    absl::StatusOr<uint64_t> fires = Pass(**alone, work);
    if (!fires.ok()) return fires.status();
    cost.fires = *fires;
    costs.emplace_back(p, std::move(cost));
  }
  run.alone_measured = costs.size();
  std::sort(costs.begin(), costs.end(),
            [](const auto& a, const auto& b) { return a.second.alone > b.second.alone; });

  Timer whole_timer(whole.get(), &work);
  if (absl::Status status = whole_timer.Begin(); !status.ok()) return status;
  std::vector<double> all_whole;
  for (auto& [p, cost] : costs) {
    if (NanosecondsSince(start) > budget_ns) break;
    progress_.Say(absl::StrFormat("%s: the whole without %s", corpus.name, cost.name));
    absl::StatusOr<std::unique_ptr<Subject>> without = Without(p);
    if (!without.ok()) {
      if (!has_library()) continue;
      return without.status();
    }
    // Each pair is timed side by side, so that a slow moment hurts both alike.
    if (auto warm = Pass(**without, work); !warm.ok()) return warm.status();
    std::vector<double> with, rest;
    for (int i = 0; i < 9; ++i) {
      for (const auto& [subject, times] :
           {std::pair(whole.get(), &with), {without->get(), &rest}}) {
        const Clock::time_point begin = Clock::now();
        if (auto count = Pass(*subject, work); !count.ok()) return count.status();
        times->push_back(NanosecondsSince(begin) / static_cast<double>(work.messages));
      }
    }
    // The fastest passes are the least disturbed; how far the next ones lie behind is the noise.
    all_whole.insert(all_whole.end(), with.begin(), with.end());
    std::sort(with.begin(), with.end());
    std::sort(rest.begin(), rest.end());
    cost.adds = with[0] - rest[0];
    cost.adds_noise = std::hypot(with[2] - with[0], rest[2] - rest[0]);
    ++run.without_measured;
  }
  run.whole_ns = all_whole.empty() ? 0 : Median(all_whole);
  // First those whose part in the whole shows, by it; the others by what they cost alone.
  std::stable_sort(costs.begin(), costs.end(), [](const auto& a, const auto& b) {
    const auto part = [](const BenchResults::PatternCost& c) {
      return c.adds && *c.adds > c.adds_noise ? *c.adds : 0;
    };
    return part(a.second) > part(b.second);
  });
  results_.pattern_runs.push_back(run);
  for (auto& [p, cost] : costs) results_.pattern_costs.push_back(std::move(cost));
  return absl::OkStatus();
}

absl::Status Bench::MeasureGrowth() {
  std::vector<std::unique_ptr<Subject>> subjects;
  std::vector<uint64_t> patterns;
  for (int times : arguments_.growth) {
    progress_.Say(absl::StrFormat("compiling %d times the patterns", times));
    std::vector<PatternFile> files = files_;
    for (PatternFile& copy : PatternCopies(*library_, times)) files.push_back(std::move(copy));
    absl::StatusOr<std::unique_ptr<Detector>> made = MakeDetector(files);
    if (!made.ok()) return made.status();
    patterns.push_back((*made)->library().patterns().size());
    subjects.push_back(std::make_unique<DetectorSubject>(*std::move(made)));
  }
  for (const Corpus& corpus : corpora_) {
    const Work work = EveryNth(corpus.messages, 1);
    std::vector<Timer> timers;
    for (const std::unique_ptr<Subject>& subject : subjects) {
      timers.emplace_back(subject.get(), &work);
      if (absl::Status status = timers.back().Begin(); !status.ok()) return status;
    }
    for (int round = 0; round < arguments_.rounds; ++round) {
      progress_.Say(absl::StrFormat("growth on %s: round %d", corpus.name, round + 1));
      for (Timer& timer : timers) {
        if (absl::Status status = timer.Round(); !status.ok()) return status;
      }
    }
    for (size_t i = 0; i < timers.size(); ++i) {
      const Spread spread = timers[i].spread();
      results_.growth.push_back({corpus.name, arguments_.growth[i], patterns[i], spread,
                                 spread.median / timers[0].spread().median});
    }
  }
  return absl::OkStatus();
}

absl::Status Bench::Write() {
  progress_.Say("");
  if (!arguments_.compare.empty()) {
    auto changes = CompareBench(arguments_.compare, old_json_, results_);
    if (!changes.ok()) return changes.status();
    changes_ = *std::move(changes);
  }
  if (!arguments_.html.empty()) {
    absl::Status status = WriteFile(arguments_.html, BenchHtml(results_, changes_, arguments_.top));
    if (!status.ok()) return status;
  }
  if (arguments_.json) {
    // The comparison is for people; a program has both files.
    if (!changes_.empty()) absl::FPrintF(stderr, "%s", ChangeTable(changes_));
    return Print(BenchJson(results_));
  }
  return Print(BenchTable(results_, arguments_.top) +
               (arguments_.compare.empty() ? "" : "\n" + ChangeTable(changes_)));
}

absl::StatusOr<ExitCode> Bench::Run() {
  if (arguments_.cpu >= 0) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<size_t>(arguments_.cpu), &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0) {
      return absl::InvalidArgumentError(
          absl::StrFormat("--cpu: processor %d is not to be had", arguments_.cpu));
    }
  }
  if (!arguments_.hsbench.empty() &&
      (!arguments_.growth.empty() || !arguments_.patterns.paths.empty() ||
       arguments_.patterns.no_defaults || !arguments_.types.empty())) {
    return absl::InvalidArgumentError(
        "--hsbench-patterns: goes with none of --patterns, --no-default-patterns, --types, "
        "--growth, which are about our patterns");
  }
  results_.version = TACET_VERSION;
  results_.machine = MachineName();
  results_.rounds = arguments_.rounds;
  using Step = absl::Status (Bench::*)();
  const std::pair<bool, Step> steps[] = {
      {true, &Bench::Load},
      {true, &Bench::MakeContenders},
      {true, &Bench::Measure},
      {true, &Bench::Check},
      {arguments_.latency, &Bench::MeasureOpenLoop},
      {arguments_.by_pattern, &Bench::MeasurePatterns},
      {!arguments_.growth.empty(), &Bench::MeasureGrowth},
      {true, &Bench::Write},
  };
  for (const auto& [wanted, step] : steps) {
    if (!wanted) continue;
    if (absl::Status status = (this->*step)(); !status.ok()) {
      progress_.Say("");
      return status;
    }
  }
  return results_.difference_count > 0 ? kFindings : kDone;
}

}  // namespace

void AddBench(CLI::App& root, std::vector<Command>& commands) {
  CLI::App* app = root.add_subcommand("bench", "Measure the speed of a pattern set");
  app->footer(
      "Examples\n"
      "  tacet bench messages.jsonl                                  all engines, side by side\n"
      "  tacet bench --engines redact --latency --cpu 1 messages.jsonl\n"
      "  tacet bench --engines tiered --by-pattern --budget 120 --html report.html messages.jsonl\n"
      "  tacet bench --hsbench-patterns set.txt corpus.db            hsbench's files\n"
      "  tacet bench --json messages.jsonl > old.json; tacet bench --compare old.json "
      "messages.jsonl\n"
      "Exit code 1: engines, or tiers and reference, differ in their hits; they are listed.\n"
      "What is measured, and how, is in docs/bench.md.");
  auto arguments = std::make_shared<BenchArguments>();
  BenchArguments& a = *arguments;
  app->add_option("CORPUS", a.corpora,
                  "Messages: text, JSON lines (also .gz, .zst), or a corpus of hsbench")
      ->required();
  a.patterns.AddTo(*app);
  app->add_option("--hsbench-patterns", a.hsbench,
                  "A set for the plain engines instead: id:/regex/flags, a line each")
      ->type_name("FILE");
  app->add_option("--types", a.types, "Look for these types only")
      ->type_name("A,B")
      ->allow_extra_args(false)
      ->delimiter(',');
  app->add_option("--engines", a.engines,
                  "tiered, redact, floor, floor-blocks, hyperscan, hyperscan-stream, re2-set, "
                  "pcre2, re2, reference; all but the last if left out")
      ->type_name("A,B")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->check(CLI::IsMember(std::vector<std::string>{"tiered", "redact", "floor", "floor-blocks",
                                                     "hyperscan", "hyperscan-stream", "re2-set",
                                                     "pcre2", "re2", "reference"}));
  app->add_option("--format", a.corpus.format, "Of the corpora")
      ->check(CLI::IsMember({"auto", "text", "jsonl", "hsbench"}))
      ->capture_default_str();
  app->add_option("--field", a.corpus.fields,
                  "Where the text stands in a JSON line; may be repeated")
      ->type_name("PATH")
      ->allow_extra_args(false)
      ->take_all()
      ->capture_default_str();
  app->add_option("--messages", a.corpus.max_messages, "Take only so many messages of each corpus")
      ->type_name("N");
  app->add_option("--max-corpus", a.corpus.max_bytes, "Refuse corpora with more bytes of messages")
      ->transform(CLI::AsSizeValue(false))
      ->type_name("SIZE")
      ->default_str("1G");
  app->add_option("--rounds", a.rounds, "Measure so many times; engines take turns")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app->add_option("--max-pass", a.max_pass,
                  "An engine that needs more seconds for a corpus is timed on every n-th message")
      ->check(CLI::Range(0.001, 3600.0))
      ->capture_default_str();
  app->add_option("--cpu", a.cpu, "Stay on this processor")->check(CLI::Range(0, 1023));
  app->add_option("--check", a.check,
                  "Compare the hits of the engines on so many messages of each corpus; 0: on none")
      ->type_name("N")
      ->capture_default_str();
  app->add_flag("--latency", a.latency,
                "Also the response time when messages arrive by the clock (open loop)");
  app->add_option("--rate", a.rate,
                  "Messages a second that arrive; half of what the engine can do if left out")
      ->check(CLI::Range(1.0, 1e8));
  app->add_option("--arrivals", a.arrivals, "How they arrive")
      ->check(CLI::IsMember({"poisson", "even"}))
      ->capture_default_str();
  app->add_option("--latency-seconds", a.latency_seconds, "For each engine and corpus")
      ->check(CLI::Range(0.01, 3600.0))
      ->capture_default_str();
  app->add_flag("--by-pattern", a.by_pattern, "Also what each pattern costs, the dearest first");
  app->add_option("--budget", a.budget, "Seconds for --by-pattern; says what was not measured")
      ->check(CLI::Range(1.0, 86400.0))
      ->capture_default_str();
  app->add_option("--top", a.top, "Patterns to show of each corpus; --json has all")
      ->check(CLI::Range(1, 20000))
      ->capture_default_str();
  app->add_option("--growth", a.growth,
                  "Also the time with so many times the national identifiers (1 to 25)")
      ->type_name("1,4,16")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->check(CLI::Range(1, 25));
  app->add_flag("--json", a.json, "The figures as JSON");
  app->add_option("--html", a.html, "Write a report with charts")->type_name("FILE");
  app->add_option("--compare", a.compare, "Say what changed since the run that wrote this JSON")
      ->type_name("OLD.json");
  app->add_flag("--show-text", a.show_text, "With the texts of messages that engines differ in");
  commands.push_back({app, [arguments] { return Bench(*arguments).Run(); }});
}

}  // namespace tacet::cli
