// tacet patterns: lists the pattern files' types, checks the files, and explains a type.
#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "tacet/detector.h"
#include "tacet/pattern_library.h"
#include "tools/tacet/arguments.h"
#include "tools/tacet/command.h"
#include "tools/tacet/jsonl.h"
#include "tools/tacet/output.h"

namespace tacet::cli {
namespace {

constexpr size_t kWordsShown = 8;

const EntityType& EntityOf(const PatternLibrary& library, const Pattern& pattern) {
  return library.entities()[static_cast<size_t>(pattern.entity)];
}

// --- list

struct ListArguments {
  PatternArguments patterns;
  bool validators = false;
  bool recognisers = false;
};

// Names that patterns refer to, and the types that need them.
std::string NamesInUse(const PatternLibrary& library, bool recognisers) {
  std::map<std::string, std::set<std::string>> users;
  for (const Pattern& pattern : library.patterns()) {
    std::string name = recognisers ? pattern.recogniser : pattern.validator;
    if (name.empty()) continue;
    if (recognisers) absl::StrAppend(&name, " ", pattern.kind);
    users[name].insert(EntityOf(library, pattern).type);
  }
  std::string out;
  for (const auto& [name, types] : users) {
    absl::StrAppendFormat(&out, "%-24s", name);
    for (const std::string& type : types) absl::StrAppend(&out, " ", type);
    out += '\n';
  }
  return out;
}

absl::StatusOr<ExitCode> RunList(const ListArguments& arguments) {
  absl::StatusOr<PatternLibrary> library = arguments.patterns.Load();
  if (!library.ok()) return library.status();
  std::string out;
  if (arguments.validators || arguments.recognisers) {
    if (arguments.validators) out += NamesInUse(*library, false);
    if (arguments.recognisers) out += NamesInUse(*library, true);
  } else {
    std::vector<size_t> patterns(library->entities().size());
    std::vector<size_t> examples(library->entities().size());
    for (const Pattern& pattern : library->patterns())
      ++patterns[static_cast<size_t>(pattern.entity)];
    for (const Example& example : library->examples())
      ++examples[static_cast<size_t>(example.entity)];
    absl::StrAppendFormat(&out, "%-20s %8s %8s %-6s %s\n", "type", "patterns", "examples", "region",
                          "name");
    for (bool reported : {true, false}) {
      if (!reported) out += "\nLook-alikes, which hide what they cover:\n";
      for (size_t i = 0; i < library->entities().size(); ++i) {
        const EntityType& entity = library->entities()[i];
        if (entity.reported != reported) continue;
        absl::StrAppendFormat(&out, "%-20s %8d %8d %-6s %s%s\n", entity.type, patterns[i],
                              examples[i], entity.region, entity.name,
                              entity.is_default ? "" : " (only with --types)");
      }
    }
    absl::StrAppendFormat(&out, "\n%d types, %d patterns, %d word lists; digest %s\n",
                          library->entities().size(), library->patterns().size(),
                          library->word_lists().size(), library->digest().substr(0, 16));
  }
  if (absl::Status status = Print(out); !status.ok()) return status;
  return kDone;
}

// --- check

// The files to check, laid over the built-in ones. A file patterns/NAME takes the place of the
// built-in file NAME: it is the source of it, changed.
absl::StatusOr<std::vector<PatternFile>> FilesToCheck(const PatternArguments& arguments) {
  absl::StatusOr<std::vector<PatternFile>> files = arguments.Files();
  if (!files.ok()) return files.status();
  const size_t built_in = arguments.no_defaults ? 0 : DefaultPatternFiles().size();
  std::vector<PatternFile> result(files->begin(),
                                  files->begin() + static_cast<std::ptrdiff_t>(built_in));
  for (size_t i = built_in; i < files->size(); ++i) {
    PatternFile& file = (*files)[i];
    auto same = std::find_if(result.begin(), result.begin() + static_cast<std::ptrdiff_t>(built_in),
                             [&](const PatternFile& old) {
                               const std::string name = absl::StrCat("patterns/", old.name);
                               return file.name == name || absl::EndsWith(file.name, "/" + name);
                             });
    if (same != result.begin() + static_cast<std::ptrdiff_t>(built_in)) {
      *same = std::move(file);
    } else {
      result.push_back(std::move(file));
    }
  }
  return result;
}

// The value as a developer wrote it: pattern files hold invented values only.
std::string Quote(std::string_view text) {
  std::string quoted;
  AppendJsonString(text, false, quoted);
  return quoted;
}

// Runs examples through a detector and collects what is wrong.
class ExampleRunner {
 public:
  ExampleRunner(const Detector& detector, std::vector<std::string>& faults)
      : detector_(detector),
        scratch_(detector.NewScratch()),
        faults_(faults),
        exercised_(detector.library().patterns().size()) {}

  void Run(const Example& example) {
    absl::StatusOr<absl::Span<const Finding>> findings = detector_.Detect(example.text, scratch_);
    if (!findings.ok()) {
      Fault(example, "cannot be scanned: " + std::string(findings.status().message()));
      return;
    }
    for (const Finding& finding : *findings)
      exercised_[static_cast<size_t>(finding.pattern)] = true;
    const EntityType& entity = Entity(example.entity);
    if (!entity.reported) {
      CheckHidden(example, *findings);
    } else if (example.marks.empty()) {
      for (const Finding& finding : *findings) {
        if (finding.entity != example.entity) continue;
        Fault(example,
              absl::StrFormat("%s must not be found in a counter-example, but %s is, by %s",
                              entity.type, Quote(Value(example, finding)), Pattern(finding)));
      }
    } else {
      CheckMarks(example, *findings);
    }
  }

  bool Exercised(size_t pattern) const { return exercised_[pattern]; }

 private:
  const EntityType& Entity(int index) const {
    return detector_.library().entities()[static_cast<size_t>(index)];
  }
  std::string_view Pattern(const Finding& finding) const {
    return detector_.library().patterns()[static_cast<size_t>(finding.pattern)].name;
  }
  static std::string_view Value(const Example& example, const Finding& finding) {
    return std::string_view(example.text)
        .substr(finding.span.begin, finding.span.end - finding.span.begin);
  }
  void Fault(const Example& example, std::string_view what) {
    faults_.push_back(absl::StrFormat("%s:%d: %s", example.file, example.line, what));
  }

  void CheckMarks(const Example& example, absl::Span<const Finding> findings) {
    const std::string& type = Entity(example.entity).type;
    for (const Example::Mark& mark : example.marks) {
      bool exact = false;
      std::string instead;
      for (const Finding& finding : findings) {
        const bool same_span = finding.span.begin == mark.begin && finding.span.end == mark.end;
        exact |= same_span && finding.entity == example.entity;
        if (finding.span.begin < mark.end && mark.begin < finding.span.end) {
          absl::StrAppend(&instead, instead.empty() ? "" : ", ", Entity(finding.entity).type, " ",
                          Quote(Value(example, finding)));
        }
      }
      if (exact) continue;
      Fault(example,
            absl::StrFormat(
                "%s %s is not found; found there: %s", type,
                Quote(std::string_view(example.text).substr(mark.begin, mark.end - mark.begin)),
                instead.empty() ? "nothing" : instead));
    }
    for (const Finding& finding : findings) {
      if (finding.entity != example.entity) continue;
      const bool marked =
          std::any_of(example.marks.begin(), example.marks.end(), [&](const Example::Mark& mark) {
            return finding.span.begin == mark.begin && finding.span.end == mark.end;
          });
      if (!marked) {
        Fault(example, absl::StrFormat("%s %s is found as well, by %s, and is not marked", type,
                                       Quote(Value(example, finding)), Pattern(finding)));
      }
    }
  }

  // A look-alike is never a finding; it shows in what is not found where it stands.
  void CheckHidden(const Example& example, absl::Span<const Finding> findings) {
    for (const Example::Mark& mark : example.marks) {
      for (const Finding& finding : findings) {
        if (finding.span.begin >= mark.end || finding.span.end <= mark.begin) continue;
        Fault(example, absl::StrFormat("%s does not hide %s %s, found by %s",
                                       Entity(example.entity).type, Entity(finding.entity).type,
                                       Quote(Value(example, finding)), Pattern(finding)));
      }
    }
  }

  const Detector& detector_;
  Detector::Scratch scratch_;
  std::vector<std::string>& faults_;
  std::vector<bool> exercised_;
};

absl::StatusOr<ExitCode> RunCheck(const PatternArguments& arguments) {
  absl::StatusOr<std::vector<PatternFile>> files = FilesToCheck(arguments);
  if (!files.ok()) return files.status();
  std::vector<std::string> faults;
  std::vector<std::string> notes;
  size_t pattern_count = 0;
  size_t example_count = 0;

  const auto check = [&]() -> absl::Status {
    absl::StatusOr<PatternLibrary> library = PatternLibrary::Parse(*files);
    if (!library.ok()) return library.status();
    pattern_count = library->patterns().size();
    example_count = library->examples().size();
    // With every type looked for, so that also those that are off by default find their examples.
    DetectorOptions options;
    for (const EntityType& entity : library->entities()) {
      if (entity.reported) options.types.push_back(entity.type);
    }
    absl::StatusOr<Detector> detector = Detector::Create(*library, options);
    if (!detector.ok()) return detector.status();
    ExampleRunner runner(*detector, faults);
    for (const Example& example : library->examples()) runner.Run(example);

    std::set<std::string> named;  // the files that were given; all, if none was
    for (const PatternFile& file : *files) named.insert(file.name);
    if (!arguments.paths.empty()) {
      for (const PatternFile& file : DefaultPatternFiles()) named.erase(file.name);
    }
    const std::vector<std::string> slow = detector->SlowPatterns();
    for (size_t i = 0; i < library->patterns().size(); ++i) {
      const Pattern& pattern = library->patterns()[i];
      if (named.count(pattern.file) == 0) continue;
      const auto note = [&](std::string_view what) {
        notes.push_back(absl::StrFormat("%s:%d: pattern %s %s", pattern.file, pattern.line,
                                        pattern.name, what));
      };
      if (i < slow.size() && !slow[i].empty()) note("is slow: " + slow[i]);
      if (EntityOf(*library, pattern).reported && !runner.Exercised(i)) {
        note("is not exercised by any example");
      }
    }
    return absl::OkStatus();
  };
  if (absl::Status status = check(); !status.ok()) {
    for (absl::string_view line : absl::StrSplit(absl::string_view(status.message()), '\n')) {
      faults.emplace_back(line);
    }
  }

  std::string out;
  for (const std::string& fault : faults) absl::StrAppend(&out, fault, "\n");
  for (const std::string& note : notes) absl::StrAppend(&out, "note: ", note, "\n");
  absl::StrAppendFormat(&out, "%d files, %d patterns, %d examples: %d faults\n", files->size(),
                        pattern_count, example_count, faults.size());
  if (absl::Status status = Print(out); !status.ok()) return status;
  return faults.empty() ? kDone : kUsage;
}

// --- explain

class Explanation {
 public:
  Explanation(const PatternLibrary& library, int entity)
      : library_(library),
        entity_index_(entity),
        entity_(library.entities()[static_cast<size_t>(entity)]) {}

  std::string Text() {
    absl::StrAppendFormat(&out_, "%s: %s\n", entity_.type, entity_.name);
    if (!entity_.category.empty()) absl::StrAppend(&out_, "  Category: ", entity_.category, "\n");
    absl::StrAppend(&out_, "  Region: ", entity_.region.empty() ? "world-wide" : entity_.region,
                    "\n");
    absl::StrAppend(&out_, "  Source: ", entity_.source, "\n");
    if (entity_.reported) {
      absl::StrAppendFormat(&out_, "  Reported from a score of %.2f on%s.\n", entity_.threshold,
                            entity_.is_default ? "" : ", and only with --types");
    } else {
      out_ += "  A look-alike: never reported; hides what it covers and what scores no higher.\n";
    }
    if (entity_.repeats) {
      out_ += "  Where a value that was found stands again in the message, it is found again.\n";
    }
    for (const Pattern& pattern : library_.patterns()) {
      if (pattern.entity == entity_index_) Explain(pattern);
    }
    Examples(true);
    Examples(false);
    return std::move(out_);
  }

  // The longer words of other lists that hide a word of a list which finds or lifts this type: a
  // word inside a longer word of any list does not count. Most are meant so ("promo code"); one
  // that is not loses the type ("please call").
  std::string Hidden() {
    std::set<int> lists;
    for (const Pattern& pattern : library_.patterns()) {
      if (pattern.entity != entity_index_) continue;
      for (const int list : {pattern.lexicon, pattern.follows}) {
        if (list >= 0) lists.insert(list);
      }
      for (const ContextRule& rule : pattern.context) lists.insert(rule.words);
    }
    for (const int list : lists) HiddenOf(library_.word_lists()[static_cast<size_t>(list)]);
    return std::move(out_);
  }

 private:
  void HiddenOf(const WordList& list) {
    std::set<std::string> words;
    for (const WordList::Word& word : list.words) words.insert(Spaced(word.text));
    for (const WordList& other : library_.word_lists()) {
      std::set<std::string> lines;
      for (const WordList::Word& word : other.words) {
        const std::string phrase = Spaced(word.text);
        if (words.count(phrase) > 0) continue;
        const std::vector<std::string> parts = absl::StrSplit(phrase, ' ');
        for (size_t begin = 0; begin < parts.size(); ++begin) {
          std::string part;
          for (size_t end = begin; end < parts.size(); ++end) {
            absl::StrAppend(&part, end == begin ? "" : " ", parts[end]);
            if (words.count(part) == 0) continue;
            lines.insert(absl::StrFormat("  %s: '%s' hides '%s' of %s\n", other.name, word.text,
                                         part, list.name));
          }
        }
      }
      for (const std::string& line : lines) out_ += line;
    }
  }

  // As the words are matched: a space stands for a hyphen too.
  static std::string Spaced(std::string text) {
    std::replace(text.begin(), text.end(), '-', ' ');
    return text;
  }

  void Explain(const Pattern& pattern) {
    absl::StrAppendFormat(&out_, "\nPattern %s (%s:%d)\n", pattern.name, pattern.file,
                          pattern.line);
    if (!pattern.recogniser.empty()) {
      absl::StrAppendFormat(&out_, "  finds     what the recogniser '%s' knows as '%s'\n",
                            pattern.recogniser, pattern.kind);
    } else if (pattern.lexicon >= 0) {
      absl::StrAppendFormat(&out_, "  finds     words of %s\n", Words(pattern.lexicon));
    } else {
      absl::StrAppendFormat(&out_, "  finds     %s\n", pattern.regex);
      if (pattern.has_value_group) {
        out_ += "            of which only the part named 'value' is the value\n";
      }
      if (pattern.follows >= 0) {
        absl::StrAppendFormat(&out_, "            right behind a word of %s\n",
                              Words(pattern.follows));
      }
    }
    if (!pattern.validator.empty()) {
      absl::StrAppendFormat(&out_, "  checks    %s\n", pattern.validator);
    }
    if (const std::string_view touch = Touching(pattern.boundary); !touch.empty()) {
      absl::StrAppendFormat(&out_, "  not if    %s\n", touch);
    }
    float best = 0;
    for (const ContextRule& rule : pattern.context) best = std::max(best, rule.weight);
    const char* verdict = "";
    if (entity_.reported) {
      verdict = pattern.score >= entity_.threshold ? ", enough"
                : pattern.score + best >= entity_.threshold
                    ? ", enough only with a word near that lifts it"
                    : ", never enough";
    }
    absl::StrAppendFormat(&out_, "  scores    %.2f on its own%s\n", pattern.score, verdict);
    for (const ContextRule& rule : pattern.context) Rule("lifted", rule);
    for (const ContextRule& rule : pattern.against) Rule("lowered", rule);
  }

  void Rule(std::string_view verb, const ContextRule& rule) {
    std::string where;
    if (rule.before > 0)
      absl::StrAppendFormat(&where, "at most %d characters before it", rule.before);
    if (rule.after > 0) {
      absl::StrAppendFormat(&where, "%s%s%d behind it", where.empty() ? "" : " or ",
                            where.empty() ? "at most " : "", rule.after);
    }
    absl::StrAppendFormat(&out_, "  %-9s by %.2f with, %s, a word of %s\n", verb, rule.weight,
                          where, Words(rule.words));
  }

  // "otp (OTP, one time password, ...: 143 words in 15 languages)".
  std::string Words(int list) const {
    const WordList& words = library_.word_lists()[static_cast<size_t>(list)];
    std::set<std::string> languages;
    std::string shown;
    size_t count = 0;
    for (const bool english : {true, false}) {
      for (const WordList::Word& word : words.words) {
        languages.insert(word.language);
        if ((word.language == "en") != english || count == kWordsShown) continue;
        absl::StrAppend(&shown, count++ == 0 ? "" : ", ", word.text);
      }
    }
    if (words.words.size() <= kWordsShown) return absl::StrFormat("%s (%s)", words.name, shown);
    return absl::StrFormat("%s (%s, ...: %d words, %d %s)", words.name, shown, words.words.size(),
                           languages.size(), languages.size() == 1 ? "language" : "languages");
  }

  static std::string_view Touching(Boundary boundary) {
    switch (boundary) {
      case Boundary::kNone:
        return "";
      case Boundary::kDigit:
        return "a digit touches it";
      case Boundary::kNumber:
        return "it is a part of a longer number, time or date";
      case Boundary::kGroup:
        return "it is a part of a longer number, also one that is written in groups";
      case Boundary::kWord:
        return "a letter or digit touches it";
      case Boundary::kToken:
        return "it is a part of a longer word, address or identifier";
    }
    return "";
  }

  void Examples(bool positive) {
    bool any = false;
    for (const Example& example : library_.examples()) {
      if (example.entity != entity_index_ || example.marks.empty() == positive) continue;
      if (!any) out_ += positive ? "\nFound\n" : "\nNot found\n";
      any = true;
      std::string marked;
      size_t at = 0;
      for (const Example::Mark& mark : example.marks) {
        absl::StrAppend(&marked, example.text.substr(at, mark.begin - at), "<<",
                        example.text.substr(mark.begin, mark.end - mark.begin), ">>");
        at = mark.end;
      }
      marked += example.text.substr(at);
      absl::StrAppend(&out_, "  ", marked.find('\n') == marked.npos ? marked : Quote(marked), "\n");
    }
  }

  const PatternLibrary& library_;
  int entity_index_;
  const EntityType& entity_;
  std::string out_;
};

absl::StatusOr<ExitCode> RunExplain(const PatternArguments& patterns, const std::string& type,
                                    bool hidden) {
  absl::StatusOr<PatternLibrary> library = patterns.Load();
  if (!library.ok()) return library.status();
  const int entity = library->FindEntity(type);
  if (entity < 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("'%s' is no type; tacet patterns list names them", type));
  }
  Explanation explanation(*library, entity);
  if (absl::Status status = Print(hidden ? explanation.Hidden() : explanation.Text());
      !status.ok()) {
    return status;
  }
  return kDone;
}

}  // namespace

void AddPatterns(CLI::App& root, std::vector<Command>& commands) {
  CLI::App* app = root.add_subcommand("patterns", "List, check and explain the pattern files");
  app->require_subcommand(1);

  CLI::App* list = app->add_subcommand("list", "List the types that can be found");
  list->footer(
      "Example: also with a file of your own\n  tacet patterns list --patterns staff.toml");
  auto list_arguments = std::make_shared<ListArguments>();
  list_arguments->patterns.AddTo(*list);
  list->add_flag("--validators", list_arguments->validators,
                 "List the checks that patterns name, and who uses them");
  list->add_flag("--recognisers", list_arguments->recognisers,
                 "List the recognisers and kinds that patterns name, and who uses them");
  commands.push_back({list, [list_arguments] { return RunList(*list_arguments); }});

  CLI::App* check = app->add_subcommand("check", "Say what is wrong with pattern files, and where");
  check->footer(
      "Example: a file of your own, with the built-in ones beneath\n"
      "  tacet patterns check staff.toml\n"
      "Runs every example. Notes are no faults; with faults the exit code is 2.");
  auto check_arguments = std::make_shared<PatternArguments>();
  check->add_option("PATH", check_arguments->paths,
                    "Pattern files, or directories of them; none checks the built-in ones");
  check->add_flag("--no-default-patterns", check_arguments->no_defaults,
                  "Leave the built-in patterns out");
  commands.push_back({check, [check_arguments] { return RunCheck(*check_arguments); }});

  CLI::App* explain = app->add_subcommand("explain", "Say how a type is found");
  explain->footer("Example\n  tacet patterns explain US_SSN");
  struct ExplainArguments {
    PatternArguments patterns;
    std::string type;
    bool hidden = false;
  };
  auto explain_arguments = std::make_shared<ExplainArguments>();
  explain->add_option("TYPE", explain_arguments->type, "A name from tacet patterns list")
      ->required();
  explain->add_flag("--hidden", explain_arguments->hidden,
                    "List instead the longer words of other lists that hide a word for this type");
  explain_arguments->patterns.AddTo(*explain);
  commands.push_back({explain, [explain_arguments] {
                        return RunExplain(explain_arguments->patterns, explain_arguments->type,
                                          explain_arguments->hidden);
                      }});
}

}  // namespace tacet::cli
