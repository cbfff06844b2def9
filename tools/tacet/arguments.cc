#include "tools/tacet/arguments.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "tools/tacet/byte_source.h"
#include "tools/tacet/output.h"

namespace tacet::cli {
namespace {

// A pattern or policy file over this size is a mistake.
constexpr size_t kMaxConfiguration = size_t{16} << 20;
constexpr size_t kMaxRecord = size_t{1} << 30;

absl::Status Wrong(std::string_view path, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrFormat("%s: %s", path, what));
}

// Where the compiled words are kept between runs: $XDG_CACHE_HOME/tacet or ~/.cache/tacet. Empty
// if there is no such place; then they are compiled each time.
std::string CacheDirectory() {
  std::string parent;
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && cache[0] == '/') {
    parent = cache;
  } else if (const char* home = std::getenv("HOME"); home != nullptr && home[0] == '/') {
    parent = absl::StrCat(home, "/.cache");
  } else {
    return "";
  }
  const std::string directory = absl::StrCat(parent, "/tacet");
  if (mkdir(parent.c_str(), 0700) != 0 && errno != EEXIST) return "";
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return "";
  return directory;
}

absl::Status CheckInput(const std::string& path) {
  if (path == kStandardInput) return absl::OkStatus();
  if (Output::IsStandardOutput(path)) {
    return Wrong(path, "is also the output; write with -o, which may name an input");
  }
  struct stat info {};
  const char* fault = nullptr;
  if (stat(path.c_str(), &info) != 0 || access(path.c_str(), R_OK) != 0) {
    fault = std::strerror(errno);
  } else if (S_ISDIR(info.st_mode)) {
    fault = std::strerror(EISDIR);
  }
  if (fault == nullptr) return absl::OkStatus();
  return absl::UnavailableError(absl::StrFormat("%s: cannot be read: %s", path, fault));
}

}  // namespace

absl::Status Misconfigured(const absl::Status& status) {
  return absl::InvalidArgumentError(status.message());
}

absl::StatusOr<std::string> ReadConfiguration(const std::string& path) {
  struct stat info {};
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Wrong(path, absl::StrCat("cannot be opened: ", std::strerror(errno)));
  std::string text;
  char block[1 << 16];
  ssize_t n = 0;
  if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
    n = -1;
    errno = EISDIR;
  } else {
    while (text.size() <= kMaxConfiguration && (n = read(fd, block, sizeof block)) > 0) {
      text.append(block, static_cast<size_t>(n));
    }
  }
  const int error = errno;
  close(fd);
  if (n < 0) return Wrong(path, absl::StrCat("cannot be read: ", std::strerror(error)));
  if (text.size() > kMaxConfiguration) return Wrong(path, "is over 16 MiB");
  return text;
}

void PatternArguments::AddTo(CLI::App& app) {
  app.add_option("--patterns", paths,
                 "Pattern file, or directory of them, laid over the built-in ones; may be repeated")
      ->type_name("PATH")
      ->allow_extra_args(false)
      ->take_all();
  app.add_flag("--no-default-patterns", no_defaults, "Leave the built-in patterns out");
}

absl::StatusOr<std::vector<PatternFile>> PatternArguments::Files() const {
  namespace fs = std::filesystem;
  std::vector<PatternFile> files;
  if (!no_defaults) {
    const absl::Span<const PatternFile> defaults = DefaultPatternFiles();
    files.assign(defaults.begin(), defaults.end());
  }
  for (const std::string& path : paths) {
    std::vector<std::string> names;
    std::error_code error;
    if (fs::is_directory(path, error)) {
      fs::recursive_directory_iterator entry(path, error);
      for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        if (entry->path().extension() == ".toml") names.push_back(entry->path().string());
      }
      if (error) return Wrong(path, absl::StrCat("cannot be listed: ", error.message()));
      if (names.empty()) return Wrong(path, "holds no pattern file (*.toml)");
      std::sort(names.begin(), names.end());
    } else {
      names.push_back(path);
    }
    for (const std::string& name : names) {
      absl::StatusOr<std::string> text = ReadConfiguration(name);
      if (!text.ok()) return text.status();
      files.push_back({name, *std::move(text)});
    }
  }
  if (files.empty()) {
    return absl::InvalidArgumentError(
        "--no-default-patterns needs --patterns: nothing to look for");
  }
  return files;
}

absl::StatusOr<PatternLibrary> PatternArguments::Load() const {
  absl::StatusOr<std::vector<PatternFile>> files = Files();
  if (!files.ok()) return files.status();
  absl::StatusOr<PatternLibrary> library = PatternLibrary::Parse(*files);
  if (!library.ok()) return Misconfigured(library.status());
  return library;
}

void DetectorArguments::AddTo(CLI::App& app) {
  patterns.AddTo(app);
  app.add_option("--types", types, "Look for these types only (tacet patterns list names them)")
      ->type_name("A,B")
      ->allow_extra_args(false)
      ->delimiter(',');
  app.add_option("--min-score", min_score, "Leave out findings with a lower score, 0 to 1");
  app.add_option(
         "--regions", regions,
         "The countries whose messages these are (ISO 3166-1): only their national phone formats\n"
         "are expected, and a bare number is first taken for one of theirs")
      ->type_name("IN,SG")
      ->allow_extra_args(false)
      ->delimiter(',');
  app.add_option("--engine", engine,
                 "tiered is fast; reference is slow and gives the same findings")
      ->check(CLI::IsMember({"tiered", "reference"}))
      ->capture_default_str();
  app.add_flag("--no-cache", no_cache,
               "Do not keep compiled patterns in the user's cache directory");
}

DetectorOptions DetectorArguments::Options() const {
  DetectorOptions options;
  options.engine = engine == "reference" ? Engine::kReference : Engine::kTiered;
  options.types = types;
  options.min_score = min_score;
  options.regions = regions;
  if (!no_cache) options.cache_directory = CacheDirectory();
  return options;
}

absl::StatusOr<Detector> DetectorArguments::Make(PatternLibrary library,
                                                 const DetectorOptions& options) const {
  absl::StatusOr<Detector> detector = Detector::Create(std::move(library), options);
  if (!detector.ok()) return Misconfigured(detector.status());
  return detector;
}

absl::StatusOr<Detector> DetectorArguments::MakeForRecords(size_t max_record) const {
  absl::StatusOr<PatternLibrary> library = patterns.Load();
  if (!library.ok()) return library.status();
  DetectorOptions options = Options();
  options.max_message_bytes = max_record;
  return Make(*std::move(library), options);
}

void InputArguments::AddTo(CLI::App& app) {
  app.add_option("FILE", files, "Files to read, also .gz and .zst; none or - is standard input");
  AddOptionsTo(app);
}

std::vector<CLI::Option*> InputArguments::AddOptionsTo(CLI::App& app) {
  return {
      app.add_option("--format", format, "text: a record is a line; jsonl: a JSON object a line")
          ->check(CLI::IsMember({"auto", "text", "jsonl"}))
          ->capture_default_str(),
      app.add_option(
             "--field", fields,
             "Where the text stands in a JSON line (a.b for nested objects); may be repeated")
          ->type_name("PATH")
          ->allow_extra_args(false)
          ->take_all()
          ->capture_default_str(),
      app.add_option("--max-record", max_record, "Withhold longer records (bytes, or 64K, 2M)")
          ->transform(CLI::AsSizeValue(false))
          ->type_name("SIZE")
          ->default_str("2M"),
      app.add_option("-j,--threads", threads, "Threads; 0 is one for each processor")
          ->check(CLI::Range(0, 256))
          ->capture_default_str()};
}

absl::StatusOr<RecordReader> InputArguments::Open() const {
  if (max_record == 0 || max_record > kMaxRecord) {
    return absl::InvalidArgumentError("--max-record: must be from 1 byte to 1 GiB");
  }
  for (const std::string& field : fields) {
    if (field.empty()) return absl::InvalidArgumentError("--field: names no field");
  }
  for (const std::string& file : files) {
    if (absl::Status status = CheckInput(file); !status.ok()) return status;
  }
  RecordReaderOptions options;
  options.format = format == "text"    ? Format::kText
                   : format == "jsonl" ? Format::kJsonLines
                                       : Format::kAuto;
  options.max_record = max_record;
  return RecordReader(files, options);
}

int InputArguments::Threads() const {
  return threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void PolicyArguments::AddTo(CLI::App& app) {
  app.add_option("--policy", path, "What becomes of which type (TOML; docs/policy.md)")
      ->type_name("FILE");
  app.add_option("--action", actions,
                 "replace, mask, redact or keep, for one TYPE or for all others: "
                 "CREDIT_CARD=mask:keep-last=4; goes before the policy; may be repeated")
      ->type_name("[TYPE=]ACTION")
      ->allow_extra_args(false)
      ->take_all();
}

absl::StatusOr<Action> ParseAction(std::string_view text) {
  const std::vector<std::string> parts =
      absl::StrSplit(absl::string_view(text.data(), text.size()), ':');
  Action action;
  if (parts[0] == "replace") {
    action.kind = Action::Kind::kReplace;
  } else if (parts[0] == "mask") {
    action.kind = Action::Kind::kMask;
  } else if (parts[0] == "redact") {
    action.kind = Action::Kind::kRedact;
  } else if (parts[0] == "keep") {
    action.kind = Action::Kind::kKeep;
  } else {
    return absl::InvalidArgumentError(
        absl::StrFormat("--action: '%s' is none of replace, mask, redact, keep", parts[0]));
  }
  for (size_t i = 1; i < parts.size(); ++i) {
    const std::pair<std::string, std::string> option =
        absl::StrSplit(parts[i], absl::MaxSplits('=', 1));
    const auto& [key, value] = option;
    int number = 0;
    const bool is_number = absl::SimpleAtoi(value, &number);
    if (action.kind == Action::Kind::kMask && key == "keep-first" && is_number) {
      action.keep_first = number;
    } else if (action.kind == Action::Kind::kMask && key == "keep-last" && is_number) {
      action.keep_last = number;
    } else if (action.kind == Action::Kind::kMask && key == "mask" && value.size() == 1) {
      action.mask = value[0];
    } else {
      return absl::InvalidArgumentError(absl::StrFormat(
          "--action: '%s' is no option of %s; mask has keep-first=N, keep-last=N, mask=C", parts[i],
          parts[0]));
    }
  }
  return action;
}

absl::StatusOr<Policy> PolicyArguments::Load() const {
  Policy policy;
  if (!path.empty()) {
    absl::StatusOr<std::string> text = ReadConfiguration(path);
    if (!text.ok()) return text.status();
    absl::StatusOr<Policy> parsed = Policy::Parse(path, *text);
    if (!parsed.ok()) return Misconfigured(parsed.status());
    policy = *std::move(parsed);
  }
  for (const std::string& argument : actions) {
    // The '=' behind a type stands before the first ':', that of an option behind it.
    const size_t equals = argument.find('=');
    const bool has_type = equals != argument.npos && equals < argument.find(':');
    absl::StatusOr<Action> action =
        ParseAction(std::string_view(argument).substr(has_type ? equals + 1 : 0));
    if (!action.ok()) return action.status();
    if (has_type) {
      policy.by_type.emplace_back(argument.substr(0, equals), *action);
    } else {
      policy.fallback = *action;
    }
  }
  return policy;
}

ExitCode Conclude(const Tally& tally, bool fail_on_findings, bool verbose) {
  const uint64_t withheld = tally.AllWithheld();
  if (withheld > 0) absl::FPrintF(stderr, "tacet: %s\n", tally.WithheldSummary());
  if (verbose) {
    absl::FPrintF(stderr, "tacet: %d records, %d findings in %d of them\n", tally.records,
                  tally.findings, tally.records_with_findings);
  }
  if (withheld > 0) return kIncomplete;
  return fail_on_findings && tally.findings > 0 ? kFindings : kDone;
}

bool ShowProgress(bool standard_output_used) {
  return isatty(STDERR_FILENO) == 1 && !(standard_output_used && isatty(STDOUT_FILENO) == 1);
}

}  // namespace tacet::cli
