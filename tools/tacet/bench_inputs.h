// What tacet bench reads: pattern sets and corpora, ours and those of hsbench.
#ifndef TACET_TOOLS_TACET_BENCH_INPUTS_H_
#define TACET_TOOLS_TACET_BENCH_INPUTS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "bench/corpus.h"
#include "bench/engines.h"
#include "tacet/pattern_library.h"

namespace tacet::cli {

// Reads a pattern file of Hyperscan's tools: `id:/regex/flags{min_offset=1,...}` a line, # begins a
// comment. Fails (InvalidArgument) with all that is wrong, a line each: "file:line: what".
absl::StatusOr<std::vector<Expression>> ParseHsbenchPatterns(std::string_view name,
                                                             std::string_view text);

struct CorpusOptions {
  std::string format = "auto";  // or text, jsonl, hsbench
  std::vector<std::string> fields = {"text"};
  size_t max_bytes = size_t{1} << 30;  // of all messages of a corpus
  size_t max_messages = 0;             // of each corpus, the first ones; 0: all
};

// Reads a corpus whole: a text file (a message a line), JSON lines (a message a value of the
// fields), both also .gz and .zst, or the SQLite file of hsbench (a message a chunk). What is no
// valid JSON line with one of the fields is an error (Unavailable), and so is a corpus over
// max_bytes (ResourceExhausted).
absl::StatusOr<Corpus> ReadCorpus(const std::string& path, const CorpusOptions& options);

// The pattern at `index` as a library of its own, with the words that it needs. `bare`: without
// all that refuses a match (validator, boundary, context, threshold).
PatternFile PatternAlone(const PatternLibrary& library, size_t index, bool bare);
// A library with one pattern that is never tried: what a detector costs by itself.
PatternFile NoPattern();
// A file that takes the pattern out of the files before it.
PatternFile PatternOff(const PatternLibrary& library, size_t index);
// What to lay over the library so that it holds its national identifiers (or, if it has none, all
// its patterns) `times` times: under other names, with words of the same length and script that
// are no other copy's.
std::vector<PatternFile> PatternCopies(const PatternLibrary& library, int times);

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_BENCH_INPUTS_H_
