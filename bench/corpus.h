// Reads message corpora: JSON lines with a "text", plain or zstd-compressed.
#ifndef TACET_BENCH_CORPUS_H_
#define TACET_BENCH_CORPUS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace tacet {

// The messages of one file, in order.
struct Corpus {
  std::string name;  // the file's name without folder and endings: "nus-en"
  std::vector<std::string> messages;
  size_t bytes = 0;  // of all messages
};

// Reads `path` whole (corpora are a few MB). Fails if it cannot be read, or a line has no text.
absl::StatusOr<Corpus> LoadCorpus(const std::string& path);

// The folder with the shared test data: the environment's TACET_SHARED, or ../shared beside the
// source tree. Empty if it is not there.
std::string SharedFolder();

// Paths of all message files in it (data/sms, labelled, peers, badinput/unicode), sorted; none
// without the folder.
std::vector<std::string> SharedCorpusFiles();

}  // namespace tacet

#endif  // TACET_BENCH_CORPUS_H_
