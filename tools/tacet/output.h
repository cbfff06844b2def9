// Writes results to standard output or, all or nothing, to a file.
//
//   absl::StatusOr<std::unique_ptr<Output>> output = Output::Open("redacted.log");
//   absl::Status status = (*output)->Write(bytes);            // as often as needed
//   if (status.ok()) status = (*output)->Commit();            // only now the file is there
#ifndef TACET_TOOLS_TACET_OUTPUT_H_
#define TACET_TOOLS_TACET_OUTPUT_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tacet::cli {

// Where results go. A file is written under a temporary name in its own directory, readable by its
// owner alone, and takes its name in Commit once it is safe on disk. Without Commit, or if
// the program is stopped by SIGINT, SIGTERM or SIGHUP, it is removed and what stood under the name
// before stays. What is no regular file (a terminal, pipe or device) is written to as it is.
class Output {
 public:
  // An empty path is standard output. Fails (Unavailable) if the directory or file cannot be
  // written.
  static absl::StatusOr<std::unique_ptr<Output>> Open(const std::string& path);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output();

  // Writes all of `bytes`. Fails with Unavailable, or with Cancelled if the reader of a pipe has
  // gone, which is no fault to report.
  absl::Status Write(std::string_view bytes);
  absl::Status Commit();

  // True if standard output goes to the file that `path` names: reading one while writing the
  // other would never end.
  static bool IsStandardOutput(const std::string& path);

 private:
  Output() = default;
  absl::Status Fault(std::string_view what, int error) const;

  int fd_ = -1;
  std::string name_;    // for messages
  std::string target_;  // empty unless written under a temporary name
  std::string temporary_;
  mode_t mode_ = 0;
};

// Writes `text` to standard output, for commands that say one thing and end.
absl::Status Print(std::string_view text);

// Writes `text` as an Output: to a file all or nothing.
absl::Status WriteFile(const std::string& path, std::string_view text);

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_OUTPUT_H_
