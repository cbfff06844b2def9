// Runs the command line as its users do, and says what came of it.
#ifndef TACET_TESTS_CLI_PROGRAM_H_
#define TACET_TESTS_CLI_PROGRAM_H_

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace tacet {

// The binary under test, from $TACET_CLI; empty if the tools are not built.
inline std::string TacetBinary() {
  const char* path = std::getenv("TACET_CLI");
  return path == nullptr ? "" : path;
}

// Data that is too large for the repository: $TACET_SHARED, or beside the sources.
inline std::filesystem::path SharedData() {
  const char* path = std::getenv("TACET_SHARED");
  return path != nullptr ? path : "../shared";
}

inline std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void WriteAll(const std::filesystem::path& path, const std::string& bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

// A directory of its own, removed at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "tacet-test-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct ProgramResult {
  int exit_code = -1;  // 128 + the signal's number if one ended it
  std::string output;
  std::string errors;
  double peak_mib = 0;  // largest resident set of the program
};

// Runs `arguments` in `directory` with `input` on standard input. `environment` is added to the
// test's own. A program that uses more than five minutes of processor time is stopped.
inline ProgramResult RunProgram(
    const std::vector<std::string>& arguments, const std::filesystem::path& directory,
    const std::string& input, const std::vector<std::pair<std::string, std::string>>& environment) {
  TemporaryDirectory streams;
  const std::string in = streams.path() / "in";
  const std::string out = streams.path() / "out";
  const std::string err = streams.path() / "err";
  WriteAll(in, input);
  const pid_t child = fork();
  if (child == 0) {
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    std::vector<char*> argv;
    for (const std::string& argument : arguments)
      argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    const rlimit cpu{300, 300};
    setrlimit(RLIMIT_CPU, &cpu);
    const bool ready = chdir(directory.c_str()) == 0 &&
                       dup2(open(in.c_str(), O_RDONLY), STDIN_FILENO) >= 0 &&
                       dup2(open(out.c_str(), O_WRONLY | O_CREAT, 0600), STDOUT_FILENO) >= 0 &&
                       dup2(open(err.c_str(), O_WRONLY | O_CREAT, 0600), STDERR_FILENO) >= 0;
    if (ready) execvp(argv[0], argv.data());
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  ProgramResult result;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.output = ReadAll(out);
  result.errors = ReadAll(err);
  result.peak_mib = static_cast<double>(usage.ru_maxrss) / 1024;
  return result;
}

}  // namespace tacet

#endif  // TACET_TESTS_CLI_PROGRAM_H_
