// How fast, on each shared corpus, one thread: the bare word scan (the floor), all our regexes as
// one flat Hyperscan set, RE2 one regex after another, the tiers, and the whole redaction.
//
//   detector_bench --benchmark_filter='redact/.*'
//
// Each line gives bytes and messages a second, and the time a message takes.
#include <benchmark/benchmark.h>
#include <hs/hs.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "bench/corpus.h"
#include "engine/detect/database_cache.h"
#include "engine/detect/regex_program.h"
#include "engine/detect/word_matcher.h"
#include "engine/text/fold.h"
#include "tacet/redactor.h"

namespace tacet {
namespace {

[[noreturn]] void Die(std::string_view what) {
  std::fprintf(stderr, "detector_bench: %.*s\n", static_cast<int>(what.size()), what.data());
  std::exit(2);
}

// A Hyperscan database with the scratch for it.
class Database {
 public:
  // The expressions that compile; the others are counted and left out.
  Database(const std::vector<std::string>& expressions, unsigned flags) {
    std::vector<const char*> pointers;
    std::vector<unsigned> all_flags, ids;
    for (const std::string& expression : expressions) {
      hs_database_t* alone = nullptr;
      hs_compile_error_t* error = nullptr;
      if (hs_compile(expression.c_str(), flags, HS_MODE_BLOCK, nullptr, &alone, &error) !=
          HS_SUCCESS) {
        hs_free_compile_error(error);
        ++left_out_;
        continue;
      }
      hs_free_database(alone);
      pointers.push_back(expression.c_str());
      all_flags.push_back(flags);
      ids.push_back(static_cast<unsigned>(ids.size()));
    }
    hs_compile_error_t* error = nullptr;
    if (hs_compile_multi(pointers.data(), all_flags.data(), ids.data(),
                         static_cast<unsigned>(pointers.size()), HS_MODE_BLOCK, nullptr, &database_,
                         &error) != HS_SUCCESS ||
        hs_alloc_scratch(database_, &scratch_) != HS_SUCCESS) {
      Die("Hyperscan cannot compile the set");
    }
    compiled_ = pointers.size();
  }
  ~Database() {
    hs_free_scratch(scratch_);
    hs_free_database(database_);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  size_t CountMatches(std::string_view text) const {
    size_t count = 0;
    const auto on_match = [](unsigned, unsigned long long, unsigned long long, unsigned,
                             void* context) -> int {
      ++*static_cast<size_t*>(context);
      return 0;
    };
    if (hs_scan(database_, text.data(), static_cast<unsigned>(text.size()), 0, scratch_, on_match,
                &count) != HS_SUCCESS) {
      Die("a Hyperscan scan failed");
    }
    return count;
  }
  size_t compiled() const { return compiled_; }
  size_t left_out() const { return left_out_; }

 private:
  hs_database_t* database_ = nullptr;
  hs_scratch_t* scratch_ = nullptr;
  size_t compiled_ = 0, left_out_ = 0;
};

struct Engines {
  PatternLibrary library = Parse();
  Detector detector = Make();
  Redactor redactor = MakeRedactor(&detector);
  std::unique_ptr<Database> words = MakeWords();
  std::vector<RegexProgram> programs = MakePrograms();
  std::unique_ptr<Database> flat = MakeFlat();

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
  std::unique_ptr<Database> MakeWords() const {
    const auto matcher = WordMatcher::Create(library.word_lists(), DatabaseCache(""), true);
    if (!matcher.ok()) Die(std::string(matcher.status().message()));
    return std::make_unique<Database>((*matcher)->Expressions(), HS_FLAG_CASELESS);
  }
  std::unique_ptr<Database> MakeFlat() const {
    std::vector<std::string> regexes;
    for (const RegexProgram& program : programs) regexes.push_back(program.byte_regex());
    return std::make_unique<Database>(regexes, 0);
  }
  std::vector<RegexProgram> MakePrograms() const {
    std::vector<RegexProgram> all;
    for (const Pattern& pattern : library.patterns()) {
      if (pattern.regex.empty()) continue;
      absl::StatusOr<RegexProgram> program = RegexProgram::Compile(pattern.regex);
      if (program.ok()) all.push_back(*std::move(program));
    }
    return all;
  }
};

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
  constexpr size_t kBlock = 16 << 10;
  std::vector<std::string> blocks(1);
  for (const std::string& message : corpus.messages) {
    if (blocks.back().size() + message.size() > kBlock) blocks.emplace_back();
    blocks.back() += message;
    blocks.back() += '\n';
  }
  Run(state, corpus, [&] {
    size_t count = 0;
    for (const std::string& block : blocks) count += TheEngines().words->CountMatches(block);
    return count;
  });
}

void Flat(benchmark::State& state, const Corpus& corpus) {
  Run(state, corpus, [&] {
    size_t count = 0;
    for (const std::string& message : corpus.messages) {
      count += TheEngines().flat->CountMatches(message);
    }
    return count;
  });
}

void Re2(benchmark::State& state, const Corpus& corpus) {
  Run(state, corpus, [&] {
    size_t count = 0;
    for (const std::string& message : corpus.messages) {
      for (const RegexProgram& program : TheEngines().programs) {
        re2::StringPiece match;
        count += program.re2().Match(message, 0, message.size(), RE2::UNANCHORED, &match, 1);
      }
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
              TheEngines().flat->compiled(), TheEngines().flat->left_out(),
              TheEngines().words->compiled());
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace tacet

int main(int argc, char** argv) { return tacet::Main(argc, argv); }
