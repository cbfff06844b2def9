#include "tools/tacet/record_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "tools/tacet/jsonl.h"

namespace tacet::cli {
namespace {

// A batch is handed out once it holds this much. Small enough to stay in a core's own cache.
constexpr size_t kBatchBytes = size_t{256} << 10;
// How much of a file tells UTF-16 from text.
constexpr size_t kEncodingSample = 512;

void Reserve(Batch& batch, size_t capacity, size_t used) {
  if (capacity <= batch.capacity) return;
  std::unique_ptr<char[]> data(new char[capacity + Batch::kPadding]);
  if (used > 0) std::memcpy(data.get(), batch.data.get(), used);
  std::memset(data.get() + capacity, 0, Batch::kPadding);
  batch.data = std::move(data);
  batch.capacity = capacity;
}

Format FormatByName(std::string_view name) {
  for (std::string_view suffix : {".gz", ".zst", ".zstd"}) {
    if (!name.ends_with(suffix)) continue;
    name.remove_suffix(suffix.size());
    break;
  }
  for (std::string_view suffix : {".jsonl", ".ndjson", ".json"}) {
    if (name.ends_with(suffix)) return Format::kJsonLines;
  }
  return Format::kAuto;
}

}  // namespace

RecordReader::RecordReader(std::vector<std::string> files, const RecordReaderOptions& options)
    : files_(std::move(files)), options_(options) {
  if (files_.empty()) files_.emplace_back(kStandardInput);
}

uint64_t RecordReader::bytes_taken() const {
  return closed_bytes_ + (source_ == nullptr ? 0 : source_->bytes_taken());
}

absl::Status RecordReader::OpenNext() {
  const std::string& path = files_[next_file_++];
  absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::Open(path);
  if (!source.ok()) return source.status();
  source_ = *std::move(source);
  at_file_start_ = true;
  file_format_ = options_.format == Format::kAuto ? FormatByName(path) : options_.format;
  return absl::OkStatus();
}

// UTF-16 has bytes of 0 on one side of every pair for ASCII characters, and on that side only.
// Read as bytes, its letters outside ASCII mean nothing to the patterns, and what is written into
// it breaks the pairs; so it is refused.
absl::Status RecordReader::CheckEncoding(std::string_view head) const {
  head = head.substr(0, kEncodingSample);
  size_t zeros[2] = {0, 0};
  for (size_t i = 0; i < head.size(); ++i) zeros[i % 2] += head[i] == '\0';
  const bool marked = head.substr(0, 2) == "\xff\xfe" || head.substr(0, 2) == "\xfe\xff";
  const size_t all_zeros = zeros[0] + zeros[1];
  const bool one_sided = (zeros[0] == 0) != (zeros[1] == 0);
  const bool unmarked = one_sided && all_zeros >= 4 && all_zeros * 16 >= head.size();
  if (!marked && !unmarked) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrFormat("%s: is UTF-16; convert it first (iconv -f UTF-16 -t UTF-8)",
                      DisplayName(files_[next_file_ - 1])));
}

// The first line that is not blank tells, if there is no name to tell.
Format RecordReader::FormatOf(const Batch& batch) const {
  for (const Record& record : batch.records) {
    const std::string_view text = batch.Text(record);
    if (record.too_long || IsBlankJson(text)) continue;
    return IsJsonObject(text) ? Format::kJsonLines : Format::kText;
  }
  return Format::kText;
}

absl::StatusOr<bool> RecordReader::Next(Batch& batch) {
  batch.records.clear();
  Reserve(batch, kBatchBytes * 2, 0);
  for (;;) {
    if (source_ == nullptr) {
      if (next_file_ == files_.size()) return false;
      if (absl::Status status = OpenNext(); !status.ok()) return status;
    }

    // Fill the batch: at least one whole line, or the end of the input.
    Reserve(batch, carry_.size() + kBatchBytes, 0);
    std::memcpy(batch.data.get(), carry_.data(), carry_.size());
    size_t size = carry_.size();
    size_t lines_end = 0;   // behind the last newline
    size_t line_begin = 0;  // of the first whole line
    carry_.clear();
    bool at_end = false;
    bool encoding_checked = !at_file_start_;
    while (lines_end == 0 || size < kBatchBytes) {
      if (size == batch.capacity) {
        if (lines_end > 0) break;
        Reserve(batch, std::min(batch.capacity * 2, options_.max_record + kBatchBytes), size);
      }
      absl::StatusOr<size_t> n = source_->Read(batch.data.get() + size, batch.capacity - size);
      if (!n.ok()) return n.status();
      at_end = *n == 0;
      const std::string_view fresh(batch.data.get() + size, *n);
      size += *n;
      if (!encoding_checked && (at_end || fresh.find('\n') != fresh.npos ||
                                size >= std::min(kEncodingSample, options_.max_record))) {
        if (absl::Status s = CheckEncoding({batch.data.get(), size}); !s.ok()) return s;
        encoding_checked = true;
      }
      if (discarding_ && !fresh.empty()) {
        const size_t newline = fresh.find('\n');
        if (newline == fresh.npos) {
          last_discarded_ = fresh.back();
          size = 0;
          continue;
        }
        const char before = newline > 0 ? fresh[newline - 1] : last_discarded_;
        batch.records.push_back({0, 0, static_cast<uint8_t>(before == '\r' ? 2 : 1), true});
        discarding_ = false;
        line_begin = newline + 1;
        lines_end = line_begin;
      }
      if (at_end) break;
      if (const size_t newline = fresh.rfind('\n'); newline != fresh.npos) {
        lines_end = size - fresh.size() + newline + 1;
      } else if (lines_end == 0 && size >= options_.max_record + 2) {
        // Even if its last byte is the CR of a terminator, the line is too long.
        discarding_ = true;
        last_discarded_ = fresh.back();
        size = 0;
      }
      if (lines_end > 0 && source_->interactive()) break;
    }

    const auto add = [&](size_t begin, size_t end, uint8_t terminator_size) {
      const bool too_long = end - begin > options_.max_record;
      batch.records.push_back({begin, too_long ? begin : end, terminator_size, too_long});
    };
    for (size_t begin = line_begin; begin < lines_end;) {
      const char* data = batch.data.get();
      const size_t newline = static_cast<size_t>(
          static_cast<const char*>(std::memchr(data + begin, '\n', lines_end - begin)) - data);
      const bool crlf = newline > begin && data[newline - 1] == '\r';
      add(begin, newline - crlf, crlf ? 2 : 1);
      begin = newline + 1;
    }
    if (!at_end) {
      carry_.assign(batch.data.get() + lines_end, size - lines_end);
    } else {
      if (discarding_) {
        batch.records.push_back({0, 0, 0, true});
        discarding_ = false;
      } else if (lines_end < size) {
        add(lines_end, size, 0);
      }
      closed_bytes_ += source_->bytes_taken();
      source_.reset();
    }

    if (batch.records.empty()) continue;
    if (file_format_ == Format::kAuto) file_format_ = FormatOf(batch);
    at_file_start_ = false;
    batch.format = file_format_;
    batch.sequence = batches_++;
    batch.first_number = records_ + 1;
    records_ += batch.records.size();
    return true;
  }
}

}  // namespace tacet::cli
