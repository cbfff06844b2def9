// How fast, on each shared corpus, one thread: the bare word scan (the floor), all our regexes as
// one flat Hyperscan set, RE2 one regex after another, the tiers, and the whole redaction.
//
//   detector_bench --benchmark_filter='redact/.*'
//
// Each line gives bytes and messages a second, and the time a message takes.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "bench/corpus.h"
#include "bench/engines.h"
#include "engine/text/fold.h"
#include "tacet/redactor.h"

namespace tacet {
namespace {

[[noreturn]] void Die(std::string_view what) {
  std::fprintf(stderr, "detector_bench: %.*s\n", static_cast<int>(what.size()), what.data());
  std::exit(2);
}

struct Engines {
  PatternLibrary library = Parse();
  Detector detector = Make();
  Redactor redactor = MakeRedactor(&detector);
  std::vector<Expression> regexes = LibraryExpressions(library);
  size_t word_count = 0;
  std::unique_ptr<FlatEngine> words = MakeWords();
  std::unique_ptr<FlatEngine> flat = MakeFlat(FlatKind::kHyperscanBlock, regexes);
  std::unique_ptr<FlatEngine> re2 = MakeFlat(FlatKind::kRe2, regexes);

  static PatternLibrary Parse() {
    absl::StatusOr<PatternLibrary> parsed = PatternLibrary::Parse(DefaultPatternFiles());
    if (!parsed.ok()) Die(std::string(parsed.status().message()));
    return *std::move(parsed);
  }
  Detector Make() const {
    absl::StatusOr<Detector> made = Detector::Create(library);
    if (!made.ok()) Die(std::string(made.status().message()));
    return *std::move(made);
  }
  static Redactor MakeRedactor(const Detector* detector) {
    absl::StatusOr<Redactor> made = Redactor::Create(detector, Policy{});
    if (!made.ok()) Die(std::string(made.status().message()));
    return *std::move(made);
  }
  std::unique_ptr<FlatEngine> MakeWords() {
    absl::StatusOr<std::vector<Expression>> expressions = LibraryWords(library);
    if (!expressions.ok()) Die(std::string(expressions.status().message()));
    word_count = expressions->size();
    return MakeFlat(FlatKind::kHyperscanBlock, *expressions);
  }
  static std::unique_ptr<FlatEngine> MakeFlat(FlatKind kind, const std::vector<Expression>& set) {
    absl::StatusOr<std::unique_ptr<FlatEngine>> made = FlatEngine::Create(kind, set);
    if (!made.ok()) Die(std::string(made.status().message()));
    return *std::move(made);
  }
};

// What one engine counts in `text`.
uint64_t Count(FlatEngine& engine, std::string_view text) {
  const absl::StatusOr<uint64_t> count = engine.Scan(text);
  if (!count.ok()) Die(std::string(count.status().message()));
  return *count;
}

const Engines& TheEngines() {
  static const Engines* const engines = new Engines();
  return *engines;
}

// Runs `pass` over the corpus again and again; it returns a count that must not change.
template <typename Pass>
void Run(benchmark::State& state, const Corpus& corpus, Pass pass) {
  size_t expected = pass();
  for (auto _ : state) {
    const size_t count = pass();
    if (count != expected) state.SkipWithError("the count changed: speed means nothing");
  }
  const auto messages = static_cast<int64_t>(corpus.messages.size());
  state.SetItemsProcessed(state.iterations() * messages);
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(corpus.bytes));
  state.counters["found"] = static_cast<double>(expected);
  state.counters["per_message"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(messages),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void WordFloor(benchmark::State& state, const Corpus& corpus) {
  const std::vector<std::string> blocks = JoinIntoBlocks(corpus.messages, kFloorBlock);
  Run(state, corpus, [&] {
    size_t count = 0;
    for (const std::string& block : blocks) count += Count(*TheEngines().words, block);
    return count;
  });
}

void Flat(benchmark::State& state, const Corpus& corpus) {
  Run(state, corpus, [&] {
    size_t count = 0;
    for (const std::string& message : corpus.messages) {
      count += Count(*TheEngines().flat, message);
    }
    return count;
  });
}

void Re2(benchmark::State& state, const Corpus& corpus) {
  Run(state, corpus, [&] {
    size_t count = 0;
    for (const std::string& message : corpus.messages) {
      count += Count(*TheEngines().re2, message);
    }
    return count;
  });
}

void FoldOnly(benchmark::State& state, const Corpus& corpus) {
  Folded folded;
  Run(state, corpus, [&] {
    size_t count = 0;
    for (const std::string& message : corpus.messages) {
      Fold(message, folded);
      count += folded.text().size();
    }
    return count;
  });
}

void Detect(benchmark::State& state, const Corpus& corpus) {
  const Detector& detector = TheEngines().detector;
  Detector::Scratch scratch = detector.NewScratch();
  Run(state, corpus, [&] {
    size_t count = 0;
    for (const std::string& message : corpus.messages) {
      const auto findings = detector.Detect(message, scratch);
      if (!findings.ok()) Die("a message was not scanned");
      count += findings->size();
    }
    return count;
  });
}

void Redact(benchmark::State& state, const Corpus& corpus) {
  const Redactor& redactor = TheEngines().redactor;
  Redactor::Scratch scratch = redactor.NewScratch();
  std::string log;
  Run(state, corpus, [&] {
    log.clear();
    for (const std::string& message : corpus.messages) {
      log += redactor.Redact(message, scratch).text();
      log += '\n';
    }
    return log.size();
  });
}

void Create(benchmark::State& state, const std::string& cache) {
  for (auto _ : state) {
    absl::StatusOr<PatternLibrary> library = PatternLibrary::Parse(DefaultPatternFiles());
    if (!library.ok()) Die("the built-in patterns do not parse");
    absl::StatusOr<Detector> detector =
        Detector::Create(*std::move(library), {.cache_directory = cache});
    if (!detector.ok()) Die(std::string(detector.status().message()));
    Detector::Scratch scratch = detector->NewScratch();
    benchmark::DoNotOptimize(detector->Detect("Your code is 482913", scratch));
  }
}

int Main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const std::string shared = SharedFolder();
  if (shared.empty()) Die("the shared corpora are not here: set TACET_SHARED");
  static std::vector<Corpus> corpora;
  for (const char* name : {"nus-en", "nus-zh", "spamhunter", "uci-sms-spam", "in-inbox", "in-bank",
                           "th-sms", "vi-ie403"}) {
    absl::StatusOr<Corpus> corpus = LoadCorpus(shared + "/data/sms/" + name + ".jsonl.zst");
    if (!corpus.ok()) Die(std::string(corpus.status().message()));
    corpora.push_back(*std::move(corpus));
  }
  // Interleaved by corpus, so that a slow minute of the machine hurts all engines alike.
  for (const Corpus& corpus : corpora) {
    const std::pair<const char*, void (*)(benchmark::State&, const Corpus&)> kinds[] = {
        {"words_in_blocks", WordFloor},
        {"flat_hyperscan", Flat},
        {"re2_one_by_one", Re2},
        {"fold", FoldOnly},
        {"detect", Detect},
        {"redact", Redact}};
    for (const auto& [kind, function] : kinds) {
      benchmark::RegisterBenchmark((std::string(kind) + "/" + corpus.name).c_str(), function,
                                   corpus)
          ->Unit(benchmark::kMillisecond);
    }
  }
  char cache[] = "/tmp/tacet-benchXXXXXX";
  if (mkdtemp(cache) == nullptr) Die("no temporary folder");
  benchmark::RegisterBenchmark("create/cold", Create, std::string())->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("create/warm", Create, std::string(cache))
      ->Unit(benchmark::kMillisecond);
  std::printf("flat set: %zu regexes, %zu that Hyperscan cannot compile left out; words: %zu\n",
              TheEngines().regexes.size() - TheEngines().flat->left_out().size(),
              TheEngines().flat->left_out().size(), TheEngines().word_count);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace tacet

int main(int argc, char** argv) { return tacet::Main(argc, argv); }
