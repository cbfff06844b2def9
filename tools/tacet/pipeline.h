// Runs a command's work over all records: on several threads, with output in the order of the
// input.
#ifndef TACET_TOOLS_TACET_PIPELINE_H_
#define TACET_TOOLS_TACET_PIPELINE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "tools/tacet/output.h"
#include "tools/tacet/record_reader.h"
#include "tools/tacet/withheld.h"

namespace tacet::cli {

// What came of a run. Counts only.
struct Tally {
  uint64_t records = 0;
  uint64_t findings = 0;
  uint64_t records_with_findings = 0;
  std::array<uint64_t, kWithheldReasons> withheld{};  // by reason; kNo counts nothing

  uint64_t AllWithheld() const;
  void Add(const Tally& other);
  // "3 of 200 records withheld: 2 not JSON, 1 too long".
  std::string WithheldSummary() const;
};

// What a command does to records. One for each thread.
class Worker {
 public:
  virtual ~Worker() = default;
  // Appends the output of `batch` to `output` and counts into `tally`.
  virtual void Work(const Batch& batch, std::string& output, Tally& tally) = 0;
};

struct PipelineOptions {
  int threads = 1;
  bool progress = false;  // a line on standard error, rewritten as the work goes on
};

// Reads `reader` to its end and writes what the workers make of it, in the order of the
// input whatever the number of threads. As many batches as threads are in memory. Stops at the
// first error, with all before it written.
absl::Status RunPipeline(RecordReader& reader, absl::FunctionRef<std::unique_ptr<Worker>()> make,
                         const PipelineOptions& options, Output& output, Tally& tally);

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_PIPELINE_H_
