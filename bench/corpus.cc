#include "bench/corpus.h"

#include <simdjson.h>
#include <zstd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

namespace tacet {
namespace {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrFormat("%s: cannot be read", path));
  return std::string(std::istreambuf_iterator<char>(in), {});
}

absl::StatusOr<std::string> Decompress(const std::string& path, const std::string& bytes) {
  const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(),
                                                                   ZSTD_freeDCtx);
  std::string text;
  std::string block(ZSTD_DStreamOutSize(), '\0');
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  size_t left = 0;
  while (in.pos < in.size) {
    ZSTD_outBuffer out{block.data(), block.size(), 0};
    left = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(left)) {
      return absl::DataLossError(absl::StrFormat("%s: %s", path, ZSTD_getErrorName(left)));
    }
    text.append(block, 0, out.pos);
  }
  if (left != 0) return absl::DataLossError(absl::StrFormat("%s: ends too early", path));
  return text;
}

}  // namespace

absl::StatusOr<Corpus> LoadCorpus(const std::string& path) {
  absl::StatusOr<std::string> bytes = ReadFile(path);
  if (!bytes.ok()) return bytes.status();
  const std::filesystem::path name(path);
  if (name.extension() == ".zst") {
    bytes = Decompress(path, *bytes);
    if (!bytes.ok()) return bytes.status();
  }
  Corpus corpus;
  const std::string file = name.filename();
  corpus.name = file.substr(0, file.find('.'));
  simdjson::dom::parser parser;
  size_t line = 0;
  for (size_t at = 0; at < bytes->size();) {
    const size_t end = std::min(bytes->find('\n', at), bytes->size());
    ++line;
    if (end > at) {
      simdjson::dom::element record;
      std::string_view text;
      if (parser.parse(bytes->data() + at, end - at).get(record) != simdjson::SUCCESS ||
          record["text"].get(text) != simdjson::SUCCESS) {
        return absl::DataLossError(absl::StrFormat("%s:%d: no record with a text", path, line));
      }
      corpus.messages.emplace_back(text);
      corpus.bytes += text.size();
    }
    at = end + 1;
  }
  return corpus;
}

std::string SharedFolder() {
  const char* named = std::getenv("TACET_SHARED");
  const std::filesystem::path folder =
      named != nullptr ? std::filesystem::path(named)
                       : std::filesystem::path(TACET_SOURCE_DIR) / ".." / "shared";
  std::error_code error;
  return std::filesystem::is_directory(folder / "data", error) ? folder.string() : "";
}

std::vector<std::string> SharedCorpusFiles() {
  std::vector<std::string> files;
  const std::string shared = SharedFolder();
  if (shared.empty()) return files;
  for (const char* folder : {"sms", "labelled", "peers"}) {
    const std::filesystem::path path = std::filesystem::path(shared) / "data" / folder;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
      const std::string name = entry.path().filename();
      if (name.ends_with(".jsonl") || name.ends_with(".jsonl.zst")) {
        files.push_back(entry.path().string());
      }
    }
  }
  const std::filesystem::path evasion =
      std::filesystem::path(shared) / "data/badinput/unicode/evasion.jsonl";
  if (std::filesystem::exists(evasion)) files.push_back(evasion.string());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace tacet
