#include "tools/tacet/pipeline.h"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace tacet::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kProgressInterval = std::chrono::milliseconds(500);

// A rewritten line on standard error: how much was read, and how fast.
class Progress {
 public:
  explicit Progress(bool on) : on_(on) {}
  ~Progress() {
    if (shown_) std::fputs("\r\x1b[K", stderr);
  }

  void Update(uint64_t bytes) {
    if (!on_) return;
    const Clock::time_point now = Clock::now();
    if (now < next_) return;
    next_ = now + kProgressInterval;
    const double seconds = std::chrono::duration<double>(now - begin_).count();
    const double megabytes = static_cast<double>(bytes) / 1e6;
    absl::FPrintF(stderr, "\r%.1f MB, %.1f MB/s\x1b[K", megabytes, megabytes / seconds);
    shown_ = true;
  }

 private:
  bool on_;
  bool shown_ = false;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point next_ = begin_ + kProgressInterval;
};

// What the threads share. Not absl::Mutex: ThreadSanitizer does not see into the Abseil of a
// distribution, which is not built for it. Each takes the next batch, works on it alone, and waits
// for its turn to write.
class Pipeline {
 public:
  Pipeline(RecordReader& reader, Output& output, bool progress)
      : reader_(reader), progress_(progress), output_(output) {}

  void Run(Worker& worker) {
    Batch batch;
    std::string bytes;
    Tally tally;
    while (Take(batch)) {
      bytes.clear();
      worker.Work(batch, bytes, tally);
      if (!Put(batch.sequence, bytes)) break;
    }
    const std::lock_guard lock(output_mutex_);
    tally_.Add(tally);
  }

  // After all threads have ended.
  absl::Status Finish(Tally& tally) {
    const std::scoped_lock lock(input_mutex_, output_mutex_);
    tally = tally_;
    return output_status_.ok() ? input_status_ : output_status_;
  }

 private:
  bool Take(Batch& batch) {
    const std::lock_guard lock(input_mutex_);
    if (ended_) return false;
    absl::StatusOr<bool> more = reader_.Next(batch);
    progress_.Update(reader_.bytes_taken());
    if (!more.ok()) input_status_ = more.status();
    ended_ = !more.ok() || !*more;
    return !ended_;
  }

  bool Put(uint64_t sequence, const std::string& bytes) {
    bool ok;
    {
      std::unique_lock lock(output_mutex_);
      turn_.wait(lock, [&] { return next_ == sequence; });
      // Once a write has failed nothing more is written, but every turn is taken.
      if (output_status_.ok()) output_status_ = output_.Write(bytes);
      ++next_;
      ok = output_status_.ok();
    }
    turn_.notify_all();
    if (!ok) {
      const std::lock_guard lock(input_mutex_);
      ended_ = true;
    }
    return ok;
  }

  std::mutex input_mutex_;  // guards the next four
  RecordReader& reader_;
  bool ended_ = false;
  absl::Status input_status_;
  Progress progress_;

  std::mutex output_mutex_;       // guards what follows
  std::condition_variable turn_;  // next_ has changed
  Output& output_;
  uint64_t next_ = 0;  // the sequence number of the batch to be written
  absl::Status output_status_;
  Tally tally_;
};

}  // namespace

uint64_t Tally::AllWithheld() const {
  uint64_t all = 0;
  for (uint64_t count : withheld) all += count;
  return all;
}

void Tally::Add(const Tally& other) {
  records += other.records;
  findings += other.findings;
  records_with_findings += other.records_with_findings;
  for (size_t i = 0; i < withheld.size(); ++i) withheld[i] += other.withheld[i];
}

std::string Tally::WithheldSummary() const {
  std::string summary = absl::StrFormat("%d of %d records withheld", AllWithheld(), records);
  std::string separator = ": ";
  for (size_t i = 0; i < withheld.size(); ++i) {
    if (withheld[i] == 0) continue;
    const std::string_view name = WithheldName(static_cast<Withheld>(i));
    absl::StrAppend(&summary, separator, withheld[i], " ",
                    absl::string_view(name.data(), name.size()));
    separator = ", ";
  }
  return summary;
}

absl::Status RunPipeline(RecordReader& reader, absl::FunctionRef<std::unique_ptr<Worker>()> make,
                         const PipelineOptions& options, Output& output, Tally& tally) {
  Pipeline pipeline(reader, output, options.progress);
  std::vector<std::unique_ptr<Worker>> workers;
  for (int i = 0; i < options.threads; ++i) workers.push_back(make());
  std::vector<std::thread> threads;
  for (size_t i = 1; i < workers.size(); ++i) {
    threads.emplace_back([&, i] { pipeline.Run(*workers[i]); });
  }
  pipeline.Run(*workers[0]);
  for (std::thread& thread : threads) thread.join();
  return pipeline.Finish(tally);
}

}  // namespace tacet::cli
