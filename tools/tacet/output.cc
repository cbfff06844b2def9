#include "tools/tacet/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace tacet::cli {
namespace {

// The temporary file, for the signal handler: a plain array, since little may be touched there.
// At most one file is written at a time.
char stopped_removes[PATH_MAX];

extern "C" void RemoveAndStop(int signal_number) {
  unlink(stopped_removes);
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

constexpr int kStopSignals[] = {SIGINT, SIGTERM, SIGHUP};

void RemoveWhenStopped(const std::string& path) {
  std::strncpy(stopped_removes, path.c_str(), sizeof stopped_removes - 1);
  for (int number : kStopSignals) {
    // A signal that was ignored when the program began (nohup) stays ignored.
    if (signal(number, &RemoveAndStop) == SIG_IGN) signal(number, SIG_IGN);
  }
}

void ForgetWhenStopped() {
  for (int number : kStopSignals) {
    if (signal(number, SIG_DFL) == SIG_IGN) signal(number, SIG_IGN);
  }
}

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == path.npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// The file that `path` leads to, links followed, so that a link stays a link.
std::string Resolve(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> resolved(realpath(path.c_str(), nullptr),
                                                             &std::free);
  return resolved == nullptr ? path : std::string(resolved.get());
}

mode_t ModeOfNewFile() {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

}  // namespace

absl::Status Output::Fault(std::string_view what, int error) const {
  return absl::UnavailableError(absl::StrFormat("%s: %s: %s", name_, what, std::strerror(error)));
}

absl::StatusOr<std::unique_ptr<Output>> Output::Open(const std::string& path) {
  std::unique_ptr<Output> output(new Output);
  if (path.empty()) {
    output->fd_ = STDOUT_FILENO;
    output->name_ = "standard output";
    return output;
  }
  output->name_ = path;
  struct stat info {};
  const bool exists = stat(path.c_str(), &info) == 0;
  if (exists && S_ISDIR(info.st_mode)) return output->Fault("cannot be written", EISDIR);
  if (exists && !S_ISREG(info.st_mode)) {
    output->fd_ = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (output->fd_ < 0) return output->Fault("cannot be written", errno);
    return output;
  }
  output->target_ = Resolve(path);
  output->mode_ = exists ? info.st_mode & 0777 : ModeOfNewFile();
  output->temporary_ = absl::StrCat(DirectoryOf(output->target_), "/.tacet-XXXXXX");
  // mkstemp makes a new file (O_EXCL) of mode 0600.
  output->fd_ = mkstemp(output->temporary_.data());
  if (output->fd_ < 0) {
    const int error = errno;
    output->temporary_.clear();
    return output->Fault("cannot be written", error);
  }
  fcntl(output->fd_, F_SETFD, FD_CLOEXEC);
  RemoveWhenStopped(output->temporary_);
  return output;
}

Output::~Output() {
  if (fd_ >= 0 && fd_ != STDOUT_FILENO) close(fd_);
  if (!temporary_.empty()) {
    unlink(temporary_.c_str());
    ForgetWhenStopped();
  }
}

absl::Status Output::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd_, bytes.data(), bytes.size());
    if (n >= 0) {
      bytes.remove_prefix(static_cast<size_t>(n));
    } else if (errno == EPIPE) {
      return absl::CancelledError("the reader has gone");
    } else if (errno != EINTR) {
      return Fault("cannot be written", errno);
    }
  }
  return absl::OkStatus();
}

absl::Status Output::Commit() {
  if (temporary_.empty()) {
    // Standard output may be a file on a disk that finds out only now that it is full.
    const int fd = std::exchange(fd_, -1);
    if (close(fd) != 0 && errno != EINTR) return Fault("cannot be written", errno);
    return absl::OkStatus();
  }
  if (fchmod(fd_, mode_) != 0 || fsync(fd_) != 0) return Fault("cannot be written", errno);
  const int fd = std::exchange(fd_, -1);
  if (close(fd) != 0 && errno != EINTR) return Fault("cannot be written", errno);
  if (rename(temporary_.c_str(), target_.c_str()) != 0) return Fault("cannot be renamed", errno);
  temporary_.clear();
  ForgetWhenStopped();
  // The name is durable once the directory is. File systems that cannot sync one say EINVAL.
  const int directory = open(DirectoryOf(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return absl::OkStatus();
  const bool synced = fsync(directory) == 0 || errno == EINVAL;
  const int error = errno;
  close(directory);
  return synced ? absl::OkStatus() : Fault("its directory cannot be synced", error);
}

bool Output::IsStandardOutput(const std::string& path) {
  struct stat in {};
  struct stat out {};
  if (fstat(STDOUT_FILENO, &out) != 0 || !S_ISREG(out.st_mode)) return false;
  if (stat(path.c_str(), &in) != 0) return false;
  return in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

absl::Status Print(std::string_view text) { return WriteFile("", text); }

absl::Status WriteFile(const std::string& path, std::string_view text) {
  absl::StatusOr<std::unique_ptr<Output>> output = Output::Open(path);
  if (!output.ok()) return output.status();
  if (absl::Status status = (*output)->Write(text); !status.ok()) return status;
  return (*output)->Commit();
}

}  // namespace tacet::cli
