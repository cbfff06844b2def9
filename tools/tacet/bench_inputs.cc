#include "tools/tacet/bench_inputs.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tools/tacet/arguments.h"
#include "tools/tacet/jsonl.h"
#include "tools/tacet/record_reader.h"
#include "tools/tacet/utf8.h"

namespace tacet::cli {
namespace {

// Debian's Abseil has a string_view of its own.
absl::string_view Abseil(std::string_view text) { return {text.data(), text.size()}; }

// --- hsbench pattern files -----------------------------------------------------------------------

// Reads `{min_offset=3,...}`; the result says what is wrong with it.
std::string ParseExtended(std::string_view text, Expression& e) {
  if (text.size() < 2 || text.front() != '{' || text.back() != '}') {
    return "what stands behind the flags is no {key=number,...}";
  }
  text = text.substr(1, text.size() - 2);
  for (absl::string_view item : absl::StrSplit(Abseil(text), ',')) {
    const std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(item, absl::MaxSplits('=', 1));
    const absl::string_view key = absl::StripAsciiWhitespace(pair.first);
    uint64_t value = 0;
    if (!absl::SimpleAtoi(absl::StripAsciiWhitespace(pair.second), &value)) {
      return absl::StrFormat("'%s' has no number", key);
    }
    if (key == "min_offset") {
      e.min_offset = value;
    } else if (key == "max_offset") {
      e.max_offset = value;
    } else if (key == "min_length") {
      e.min_length = value;
    } else if (key == "edit_distance" && value <= UINT32_MAX) {
      e.edit_distance = static_cast<uint32_t>(value);
    } else if (key == "hamming_distance" && value <= UINT32_MAX) {
      e.hamming_distance = static_cast<uint32_t>(value);
    } else {
      return absl::StrFormat("'%s' is none of Hyperscan's parameters, or its number is too large",
                             key);
    }
  }
  return "";
}

std::string ParseFlags(std::string_view flags, Expression& e) {
  const size_t brace = flags.find('{');
  for (char flag : flags.substr(0, brace)) {
    switch (flag) {
      case 'i':
        e.caseless = true;
        break;
      case 's':
        e.dot_all = true;
        break;
      case 'm':
        e.multiline = true;
        break;
      case 'H':
        e.single_match = true;
        break;
      case 'V':
        e.allow_empty = true;
        break;
      case '8':
        e.utf8 = true;
        break;
      case 'W':
        e.ucp = true;
        break;
      case 'P':
        e.prefilter = true;
        break;
      case 'L':
        e.start_of_match = true;
        break;
      case 'C':
      case 'Q':
        return absl::StrFormat("flag '%c': combinations of patterns are not supported", flag);
      default:
        return absl::StrFormat("'%c' is no flag of Hyperscan's (i s m H V 8 W P L)", flag);
    }
  }
  return brace == flags.npos ? "" : ParseExtended(flags.substr(brace), e);
}

std::string ParseLine(std::string_view line, Expression& e) {
  const size_t colon = line.find(':');
  uint32_t id = 0;
  if (colon == line.npos || !absl::SimpleAtoi(Abseil(line.substr(0, colon)), &id)) {
    return "does not begin with a number and a colon: id:/regex/flags";
  }
  e.name = absl::StrCat(id);
  const std::string_view rest = line.substr(colon + 1);
  // The regex may hold slashes, so it ends at the last; the parameters hold none.
  const size_t last = rest.rfind('/');
  if (rest.empty() || rest[0] != '/' || last == 0) return "has no regex between slashes";
  e.regex = rest.substr(1, last - 1);
  if (e.regex.empty()) return "has an empty regex";
  if (e.regex.find('\0') != std::string::npos) return "has a zero byte in its regex";
  return ParseFlags(rest.substr(last + 1), e);
}

// --- corpora ---------------------------------------------------------------------------------

absl::Status Unreadable(std::string_view path, std::string_view what) {
  return absl::UnavailableError(absl::StrFormat("%s: %s", path, what));
}

// Takes messages until there are enough or too many bytes of them.
class Collector {
 public:
  Collector(const std::string& path, const CorpusOptions& options)
      : path_(path), options_(options) {}
  bool full() const {
    return options_.max_messages > 0 && corpus_.messages.size() >= options_.max_messages;
  }
  absl::Status Add(std::string_view message) {
    if (message.empty() || full()) return absl::OkStatus();
    corpus_.bytes += message.size();
    if (corpus_.bytes > options_.max_bytes) {
      return absl::ResourceExhaustedError(absl::StrFormat(
          "%s: holds more than %d bytes of messages; take fewer (--messages) or allow more "
          "(--max-corpus)",
          path_, options_.max_bytes));
    }
    corpus_.messages.emplace_back(message);
    return absl::OkStatus();
  }
  absl::StatusOr<Corpus> Finish() {
    if (corpus_.messages.empty()) return Unreadable(path_, "holds no message");
    const std::string file = std::filesystem::path(path_).filename();
    corpus_.name = file.substr(0, file.find('.'));
    if (corpus_.name.empty() || corpus_.name == "-") corpus_.name = "stdin";
    return std::move(corpus_);
  }

 private:
  const std::string& path_;
  const CorpusOptions& options_;
  Corpus corpus_;
};

bool IsSqlite(const std::string& path) {
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  std::array<char, 16> head{};
  std::ifstream(path, std::ios::binary).read(head.data(), head.size());
  return std::string_view(head.data(), head.size()) == kMagic;
}

absl::Status ReadSqlite(const std::string& path, Collector& collector) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return Unreadable(path, "cannot be read");
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> database(opened, sqlite3_close);
  if (code != SQLITE_OK) return Unreadable(path, sqlite3_errstr(code));
  // The file is only data: nothing in its schema is to be run.
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v2(opened, "SELECT data FROM chunk ORDER BY id", -1, &prepared, nullptr) !=
      SQLITE_OK) {
    return Unreadable(path, "is no corpus of hsbench: it has no table chunk(id, data)");
  }
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(prepared, sqlite3_finalize);
  int step = SQLITE_DONE;
  while (!collector.full() && (step = sqlite3_step(prepared)) == SQLITE_ROW) {
    const void* bytes = sqlite3_column_blob(prepared, 0);
    const int size = sqlite3_column_bytes(prepared, 0);
    if (bytes == nullptr) continue;
    const std::string_view message(static_cast<const char*>(bytes), static_cast<size_t>(size));
    if (absl::Status status = collector.Add(message); !status.ok()) return status;
  }
  if (step != SQLITE_DONE && step != SQLITE_ROW) return Unreadable(path, sqlite3_errstr(step));
  return absl::OkStatus();
}

absl::Status ReadLines(const std::string& path, const CorpusOptions& options,
                       Collector& collector) {
  InputArguments input;
  input.files = {path};
  input.format = options.format;
  absl::StatusOr<RecordReader> reader = input.Open();
  if (!reader.ok()) return reader.status();
  JsonLine json(options.fields);
  Batch batch;
  while (!collector.full()) {
    absl::StatusOr<bool> more = reader->Next(batch);
    if (!more.ok()) return more.status();
    if (!*more) break;
    uint64_t number = batch.first_number;
    for (const Record& record : batch.records) {
      const std::string_view line = batch.Text(record);
      const std::string place = absl::StrFormat("line %d", number++);
      if (record.too_long) return Unreadable(path, place + ": over 2 MiB");
      if (batch.format == Format::kText) {
        if (absl::Status status = collector.Add(line); !status.ok()) return status;
        continue;
      }
      if (IsBlankJson(line)) continue;
      if (Withheld why = json.Parse(line); why != Withheld::kNo) {
        return Unreadable(path, absl::StrFormat("%s: %s", place, WithheldName(why)));
      }
      for (const JsonValue& value : json.values()) {
        if (absl::Status status = collector.Add(value.text); !status.ok()) return status;
      }
    }
  }
  return absl::OkStatus();
}

// --- pattern files made of a library ---------------------------------------------------------

std::string Quoted(std::string_view text) {
  std::string out;
  AppendJsonString(text, true, out);  // a TOML basic string knows the same escapes
  return out;
}

std::string_view BoundaryName(Boundary boundary) {
  switch (boundary) {
    case Boundary::kNone:
      return "none";
    case Boundary::kDigit:
      return "digit";
    case Boundary::kNumber:
      return "number";
    case Boundary::kGroup:
      return "group";
    case Boundary::kWord:
      return "word";
    case Boundary::kToken:
      return "token";
  }
  return "none";
}

// Writes entities, patterns and words of a library as a pattern file again.
class Writer {
 public:
  // `suffix` goes behind the names of types, patterns and lists.
  Writer(const PatternLibrary& library, std::string suffix, bool bare)
      : library_(library), suffix_(std::move(suffix)), bare_(bare) {}

  void Entity(size_t index, const std::vector<size_t>& patterns) {
    const EntityType& e = library_.entities()[index];
    const bool shown = bare_ || e.reported;
    absl::StrAppendFormat(
        &text_,
        "[[entity]]\ntype = %s\nname = %s\ncategory = %s\nsource = \"made for a benchmark\"\n"
        "examples = [\"<<x>>\"]\ncounterexamples = [\"y\"]\nthreshold = %.6g\nreported = "
        "%s\ndefault = %s\n",
        Quoted(e.type + TypeSuffix()), Quoted(e.name), Quoted(e.category),
        bare_ ? 0.5 : static_cast<double>(e.threshold), shown ? "true" : "false",
        bare_ || e.is_default ? "true" : "false");
    if (!e.region.empty()) absl::StrAppend(&text_, "region = ", Quoted(e.region), "\n");
    if (e.repeats && !bare_) absl::StrAppend(&text_, "repeats = true\n");
    for (size_t p : patterns) AppendPattern(library_.patterns()[p]);
  }

  // The words of all lists that were named; `change` may turn a word into another.
  template <typename Change>
  std::string Finish(Change change) {
    absl::StrAppend(&text_, "[words]\n");
    for (int index : lists_) {
      const WordList& list = library_.word_lists()[static_cast<size_t>(index)];
      std::map<std::string, std::vector<std::string>> by_language;
      for (const WordList::Word& word : list.words) {
        if (std::string changed = change(word.text); !changed.empty()) {
          by_language[word.language].push_back(Quoted(changed));
        }
      }
      std::vector<std::string> languages;
      for (const auto& [language, words] : by_language) {
        languages.push_back(
            absl::StrFormat("%s = [%s]", Quoted(language), absl::StrJoin(words, ", ")));
      }
      absl::StrAppendFormat(&text_, "%s = { %s }\n", Quoted(list.name + suffix_),
                            absl::StrJoin(languages, ", "));
    }
    return std::move(text_);
  }

 private:
  // A type is upper case, so the suffix -x2 becomes _X2.
  std::string TypeSuffix() const {
    std::string suffix = suffix_;
    for (char& c : suffix) c = c == '-' ? '_' : static_cast<char>(std::toupper(c));
    return suffix;
  }
  std::string List(int index) {
    lists_.insert(index);
    return Quoted(library_.word_lists()[static_cast<size_t>(index)].name + suffix_);
  }
  void Rules(std::string_view key, std::string_view weight, const std::vector<ContextRule>& rules) {
    if (rules.empty()) return;
    std::vector<std::string> parts;
    for (const ContextRule& rule : rules) {
      parts.push_back(absl::StrFormat("{ words = %s, before = %d, after = %d, %s = %.6g }",
                                      List(rule.words), rule.before, rule.after, weight,
                                      rule.weight));
    }
    absl::StrAppendFormat(&text_, "%s = [%s]\n", key, absl::StrJoin(parts, ", "));
  }
  void AppendPattern(const Pattern& p) {
    absl::StrAppendFormat(&text_, "[[entity.pattern]]\nname = %s\nscore = %.6g\n",
                          Quoted(p.name + suffix_), bare_ ? 1.0 : static_cast<double>(p.score));
    if (!p.regex.empty()) absl::StrAppend(&text_, "regex = ", Quoted(p.regex), "\n");
    if (p.follows >= 0) absl::StrAppend(&text_, "follows = ", List(p.follows), "\n");
    if (p.lexicon >= 0) absl::StrAppend(&text_, "lexicon = ", List(p.lexicon), "\n");
    if (!p.recogniser.empty()) {
      absl::StrAppendFormat(&text_, "recogniser = %s\n", Quoted(p.recogniser));
      if (!p.kind.empty()) absl::StrAppendFormat(&text_, "kind = %s\n", Quoted(p.kind));
      // The lists that a recogniser reads are named after it. Copies have the originals' too.
      for (size_t i = 0; i < library_.word_lists().size() && suffix_.empty(); ++i) {
        if (library_.word_lists()[i].name.rfind(p.recogniser + "-", 0) == 0) {
          lists_.insert(static_cast<int>(i));
        }
      }
    }
    if (bare_) return;
    if (!p.validator.empty()) absl::StrAppend(&text_, "validate = ", Quoted(p.validator), "\n");
    if (p.boundary != Boundary::kNone) {
      absl::StrAppend(&text_, "boundary = ", Quoted(BoundaryName(p.boundary)), "\n");
    }
    Rules("context", "add", p.context);
    Rules("against", "subtract", p.against);
  }

  const PatternLibrary& library_;
  std::string suffix_;
  bool bare_;
  std::string text_;
  std::set<int> lists_;
};

// Another word that looks alike: its ASCII letters moved on in the alphabet, its other letters in
// another order. Empty if there is none.
std::string OtherWord(std::string_view word, int copy) {
  std::string out;
  std::vector<std::string> others;  // letters that are not ASCII
  for (size_t at = 0; at < word.size();) {
    const size_t size = DecodeUtf8(word.substr(at)).size;
    if (size > 1) others.emplace_back(word.substr(at, size));
    at += size;
  }
  if (others.size() > 1) {
    std::rotate(
        others.begin(),
        others.begin() + static_cast<std::ptrdiff_t>(static_cast<size_t>(copy) % others.size()),
        others.end());
  }
  size_t next = 0;
  for (size_t at = 0; at < word.size();) {
    const size_t size = DecodeUtf8(word.substr(at)).size;
    const char c = word[at];
    if (size > 1) {
      out += others[next++];
    } else if (c >= 'a' && c <= 'z') {
      out += static_cast<char>('a' + (c - 'a' + copy) % 26);
    } else if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>('A' + (c - 'A' + copy) % 26);
    } else {
      out += c;
    }
    at += size;
  }
  return out == word ? "" : out;
}

}  // namespace

absl::StatusOr<std::vector<Expression>> ParseHsbenchPatterns(std::string_view name,
                                                             std::string_view text) {
  std::vector<Expression> expressions;
  std::set<std::string> ids;
  std::vector<std::string> faults;
  int number = 0;
  for (absl::string_view whole : absl::StrSplit(Abseil(text), '\n')) {
    ++number;
    const absl::string_view stripped = absl::StripSuffix(whole, "\r");
    const std::string_view line(stripped.data(), stripped.size());
    if (absl::StripAsciiWhitespace(stripped).empty() || line[0] == '#') continue;
    Expression e;
    std::string fault = ParseLine(line, e);
    if (fault.empty() && !ids.insert(e.name).second) {
      fault = absl::StrFormat("id %s was there before", e.name);
    }
    if (fault.empty()) {
      expressions.push_back(std::move(e));
    } else if (faults.size() < 100) {
      faults.push_back(absl::StrFormat("%s:%d: %s", name, number, fault));
    }
  }
  if (!faults.empty()) return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
  if (expressions.empty()) {
    return absl::InvalidArgumentError(absl::StrFormat("%s: holds no pattern", name));
  }
  return expressions;
}

absl::StatusOr<Corpus> ReadCorpus(const std::string& path, const CorpusOptions& options) {
  Collector collector(path, options);
  const bool sqlite = options.format == "hsbench" || (options.format == "auto" && IsSqlite(path));
  absl::Status status = sqlite ? ReadSqlite(path, collector) : ReadLines(path, options, collector);
  if (!status.ok()) return status;
  return collector.Finish();
}

PatternFile PatternAlone(const PatternLibrary& library, size_t index, bool bare) {
  Writer writer(library, "", bare);
  writer.Entity(static_cast<size_t>(library.patterns()[index].entity), {index});
  return {"alone", writer.Finish([](const std::string& word) { return word; })};
}

PatternFile NoPattern() {
  return {"none", R"([[entity]]
type = "NOTHING"
name = "Nothing"
category = "other"
source = "made for a benchmark"
examples = ["<<x>>"]
counterexamples = ["y"]
[[entity.pattern]]
name = "nothing"
score = 1
follows = "nothing"
regex = "~~~~"
[words]
nothing = { en = ["qzjxkvqzjx"] }
)"};
}

PatternFile PatternOff(const PatternLibrary& library, size_t index) {
  return {"off", absl::StrFormat("disable = [%s]\n", Quoted(library.patterns()[index].name))};
}

std::vector<PatternFile> PatternCopies(const PatternLibrary& library, int times) {
  std::map<size_t, std::vector<size_t>> national, all;  // patterns by entity
  for (size_t p = 0; p < library.patterns().size(); ++p) {
    const auto entity = static_cast<size_t>(library.patterns()[p].entity);
    const EntityType& e = library.entities()[entity];
    all[entity].push_back(p);
    if (e.category == "government-identifier" && !e.region.empty()) national[entity].push_back(p);
  }
  std::vector<PatternFile> files;
  for (int copy = 1; copy < times; ++copy) {
    Writer writer(library, absl::StrFormat("-x%d", copy + 1), false);
    for (const auto& [entity, patterns] : national.empty() ? all : national) {
      writer.Entity(entity, patterns);
    }
    files.push_back(
        {absl::StrFormat("copy %d", copy + 1),
         writer.Finish([&](const std::string& word) { return OtherWord(word, copy); })});
  }
  return files;
}

}  // namespace tacet::cli
