#include "tools/tacet/eval_diff.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/tacet/eval_diff_report.h"
#include "tools/tacet/jsonl.h"
#include "tools/tacet/offsets.h"
#include "tools/tacet/output.h"
#include "tools/tacet/pipeline.h"

namespace tacet::cli {
namespace {

// Of a longer text an example has the part around what was found.
constexpr size_t kMaxExampleText = 4096;
constexpr size_t kTextAround = 512;

// True if `files` are a changed copy of the built-in set: they have the names of most of its files.
// Laid over the built-in ones, what such a set leaves out would still be there.
bool IsWholeSet(const std::vector<PatternFile>& files) {
  const absl::Span<const PatternFile> defaults = DefaultPatternFiles();
  const auto there = std::count_if(defaults.begin(), defaults.end(), [&](const PatternFile& one) {
    const std::string name = absl::StrCat("/", one.name);
    return std::any_of(files.begin(), files.end(),
                       [&](const PatternFile& file) { return absl::EndsWith(file.name, name); });
  });
  return static_cast<size_t>(there) * 2 > defaults.size();
}

// One of the two sets, ready to scan. Without a detector if it has none of the types that are
// looked for.
struct PatternSet {
  PatternLibrary library;
  std::optional<Detector> detector;

  const std::string& Type(const Finding& finding) const {
    return library.entities()[static_cast<size_t>(finding.entity)].type;
  }
  const std::string& Name(const Finding& finding) const {
    return library.patterns()[static_cast<size_t>(finding.pattern)].name;
  }
};

absl::StatusOr<PatternLibrary> LoadSet(const EvalDiffArguments& arguments, const std::string& path,
                                       DiffResults::Set& set) {
  PatternArguments own;
  own.paths = {path};
  own.no_defaults = true;
  absl::StatusOr<std::vector<PatternFile>> files = own.Files();
  if (!files.ok()) return files.status();
  set.path = path;
  set.whole = arguments.detector.patterns.no_defaults || IsWholeSet(*files);
  std::vector<PatternFile> all;
  if (!set.whole) {
    const absl::Span<const PatternFile> defaults = DefaultPatternFiles();
    all.assign(defaults.begin(), defaults.end());
  }
  for (PatternFile& file : *files) all.push_back(std::move(file));
  if (!arguments.detector.patterns.paths.empty()) {
    PatternArguments common = arguments.detector.patterns;
    common.no_defaults = true;
    files = common.Files();
    if (!files.ok()) return files.status();
    for (PatternFile& file : *files) all.push_back(std::move(file));
  }
  absl::StatusOr<PatternLibrary> library = PatternLibrary::Parse(all);
  if (!library.ok()) return Misconfigured(library.status());
  set.patterns = library->patterns().size();
  return library;
}

// A type that only one of the sets has is looked for in that one.
absl::Status MakeDetectors(const EvalDiffArguments& arguments, const DiffResults& results,
                           std::array<PatternSet, 2>& sets) {
  const std::vector<std::string>& types = arguments.detector.types;
  for (const std::string& type : types) {
    if (sets[0].library.FindEntity(type) < 0 && sets[1].library.FindEntity(type) < 0) {
      return absl::InvalidArgumentError(
          absl::StrFormat("--types: neither set has the type %s", type));
    }
  }
  for (size_t side = 0; side < sets.size(); ++side) {
    PatternSet& set = sets[side];
    DetectorOptions options = arguments.detector.Options();
    options.max_message_bytes = arguments.input.max_record;
    std::erase_if(options.types,
                  [&](const std::string& type) { return set.library.FindEntity(type) < 0; });
    if (options.types.empty() && !types.empty()) continue;
    absl::StatusOr<Detector> detector = arguments.detector.Make(set.library, options);
    if (!detector.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(results.sets[side].path, ": ", detector.status().message()));
    }
    set.detector = *std::move(detector);
  }
  return absl::OkStatus();
}

// A kind of difference by indexes; -1 on the side that has none.
struct RowKey {
  int entity_before = -1, pattern_before = -1, entity_now = -1, pattern_now = -1;
  bool moved = false;
  friend auto operator<=>(const RowKey&, const RowKey&) = default;
};

// What a worker counts. It grows with the patterns that differ, not with the corpus.
struct Counts {
  struct Row {
    uint64_t count = 0;
    std::vector<DiffResults::Example> examples;
  };
  std::map<RowKey, Row> rows;
  std::array<std::vector<uint64_t>, 2> findings;  // by entity
  uint64_t messages = 0, messages_changed = 0;

  // Keeps the first examples in the order of the input, whichever worker met them.
  void Add(const Counts& other, size_t examples) {
    messages += other.messages;
    messages_changed += other.messages_changed;
    for (size_t side = 0; side < findings.size(); ++side) {
      findings[side].resize(std::max(findings[side].size(), other.findings[side].size()));
      for (size_t i = 0; i < other.findings[side].size(); ++i) {
        findings[side][i] += other.findings[side][i];
      }
    }
    for (const auto& [key, row] : other.rows) {
      Row& sum = rows[key];
      sum.count += row.count;
      sum.examples.insert(sum.examples.end(), row.examples.begin(), row.examples.end());
      std::stable_sort(sum.examples.begin(), sum.examples.end(),
                       [](const auto& a, const auto& b) { return a.record < b.record; });
      if (sum.examples.size() > examples) sum.examples.resize(examples);
    }
  }
};

struct SharedCounts {
  std::mutex mutex;  // guards `counts`
  Counts counts;
};

// Runs both sets over each text. Writes nothing; adds what it counted at its end.
class DiffWorker : public Worker {
 public:
  DiffWorker(const EvalDiffArguments& arguments, const std::array<PatternSet, 2>& sets,
             SharedCounts& shared)
      : arguments_(arguments), sets_(sets), shared_(shared), line_(arguments.input.fields) {
    for (size_t side = 0; side < sets.size(); ++side) {
      counts_.findings[side].resize(sets[side].library.entities().size());
      if (sets[side].detector) scratch_[side] = sets[side].detector->NewScratch();
    }
  }
  ~DiffWorker() override {
    const std::lock_guard lock(shared_.mutex);
    shared_.counts.Add(counts_, arguments_.examples);
  }

  void Work(const Batch& batch, std::string&, Tally& tally) override {
    uint64_t number = batch.first_number;
    for (const Record& record : batch.records) {
      const std::string_view text = batch.Text(record);
      const bool json = batch.format == Format::kJsonLines && !record.too_long;
      record_ = number++;
      if (json && IsBlankJson(text)) continue;
      ++tally.records;
      texts_.clear();
      Withheld why = record.too_long ? Withheld::kTooLong : Withheld::kNo;
      std::string_view region;
      if (json) {
        why = line_.Parse(text);
        region = line_.region();
        const bool several = line_.values().size() > 1;
        for (const JsonValue& value : line_.values()) {
          texts_.push_back({value.text, several ? value.path : ""});
        }
      } else {
        texts_.push_back({text, ""});
      }
      if (why == Withheld::kNo) why = Compare(region);
      if (why != Withheld::kNo) ++tally.withheld[static_cast<size_t>(why)];
    }
  }

 private:
  struct Text {
    std::string_view text, field;
    std::array<std::vector<Finding>, 2> findings;
  };

  // A record of which a text cannot be scanned by both sets is not counted at all.
  Withheld Compare(std::string_view region) {
    for (Text& text : texts_) {
      for (size_t side = 0; side < sets_.size(); ++side) {
        if (!sets_[side].detector) continue;
        scratch_[side]->PreferRegion(region);
        const auto findings = sets_[side].detector->Detect(text.text, *scratch_[side]);
        if (!findings.ok()) return WhyWithheld(findings.status());
        text.findings[side].assign(findings->begin(), findings->end());
      }
    }
    ++counts_.messages;
    bool changed = false;
    for (const Text& text : texts_) {
      for (size_t side = 0; side < sets_.size(); ++side) {
        for (const Finding& finding : text.findings[side]) {
          ++counts_.findings[side][static_cast<size_t>(finding.entity)];
        }
      }
      PairDifferences(
          text.findings[0], text.findings[1],
          [&](const Finding& a, const Finding& b) { return sets_[0].Type(a) == sets_[1].Type(b); },
          pairs_);
      for (const FindingPair& pair : pairs_) Count(text, pair);
      changed |= !pairs_.empty();
    }
    counts_.messages_changed += changed;
    return Withheld::kNo;
  }

  void Count(const Text& text, const FindingPair& pair) {
    const Finding* const before =
        pair.before == FindingPair::kNone ? nullptr : &text.findings[0][pair.before];
    const Finding* const now =
        pair.now == FindingPair::kNone ? nullptr : &text.findings[1][pair.now];
    RowKey key;
    if (before != nullptr) {
      key.entity_before = before->entity;
      key.pattern_before = before->pattern;
    }
    if (now != nullptr) {
      key.entity_now = now->entity;
      key.pattern_now = now->pattern;
    }
    key.moved = before != nullptr && now != nullptr && before->span != now->span;
    Counts::Row& row = counts_.rows[key];
    ++row.count;
    if (row.examples.size() >= arguments_.examples) return;
    DiffResults::Example& example = row.examples.emplace_back();
    example.record = record_;
    example.field = text.field;
    size_t from = 0;
    if (arguments_.show_text) {
      size_t begin = text.text.size(), end = 0;
      for (const Finding* finding : {before, now}) {
        if (finding == nullptr) continue;
        begin = std::min(begin, finding->span.begin);
        end = std::max(end, finding->span.end);
      }
      from = Cut(text.text, begin, end, example.text);
    }
    const auto place = [&](const Finding* finding) {
      if (finding == nullptr) return DiffResults::Place{};
      OffsetCounter offsets(text.text, OffsetUnit::kCodePoint);
      const size_t start = offsets.At(finding->span.begin);
      return DiffResults::Place{start, offsets.At(finding->span.end), finding->span.begin - from,
                                finding->span.end - from};
    };
    example.before = place(before);
    example.now = place(now);
  }

  // Copies the text, or of a long one the part around [begin, end), and returns where it begins.
  static size_t Cut(std::string_view text, size_t begin, size_t end, std::string& out) {
    size_t from = 0, to = text.size();
    if (text.size() > kMaxExampleText) {
      const auto inside = [&](size_t i) {
        return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
      };
      from = begin - std::min(begin, kTextAround);
      while (from < begin && inside(from)) ++from;
      to = std::min(text.size(), end + kTextAround);
      while (to > end && inside(to)) --to;
    }
    out = text.substr(from, to - from);
    return from;
  }

  const EvalDiffArguments& arguments_;
  const std::array<PatternSet, 2>& sets_;
  SharedCounts& shared_;
  Counts counts_;
  std::array<std::optional<Detector::Scratch>, 2> scratch_;
  JsonLine line_;
  std::vector<Text> texts_;
  std::vector<FindingPair> pairs_;
  uint64_t record_ = 0;
};

void Sum(const Counts& counts, const std::array<PatternSet, 2>& sets, DiffResults& results) {
  using Kind = DiffResults::Kind;
  results.messages = counts.messages;
  results.messages_changed = counts.messages_changed;
  for (size_t side = 0; side < sets.size(); ++side) {
    for (size_t i = 0; i < counts.findings[side].size(); ++i) {
      const uint64_t count = counts.findings[side][i];
      results.sets[side].findings += count;
      if (count == 0) continue;
      DiffResults::TypeCounts& type = results.types[sets[side].library.entities()[i].type];
      (side == 0 ? type.before : type.now) += count;
    }
  }
  for (const auto& [key, found] : counts.rows) {
    DiffResults::Row row;
    row.count = found.count;
    row.examples = found.examples;
    row.moved = key.moved;
    const auto name = [](const PatternSet& set, int entity, int pattern, std::string& type,
                         std::string& pattern_name) {
      if (entity < 0) return;
      type = set.library.entities()[static_cast<size_t>(entity)].type;
      pattern_name = set.library.patterns()[static_cast<size_t>(pattern)].name;
    };
    name(sets[0], key.entity_before, key.pattern_before, row.type_before, row.pattern_before);
    name(sets[1], key.entity_now, key.pattern_now, row.type_now, row.pattern_now);
    if (key.entity_before < 0) {
      row.kind = Kind::kNew;
      results.types[row.type_now].added += row.count;
    } else if (key.entity_now < 0) {
      row.kind = Kind::kGone;
      results.types[row.type_before].gone += row.count;
    } else {
      row.kind = Kind::kChanged;
      if (row.type_before == row.type_now) {
        results.types[row.type_now].moved += row.count;
      } else {
        results.types[row.type_before].to_other += row.count;
        results.types[row.type_now].from_other += row.count;
      }
    }
    results.rows.push_back(std::move(row));
  }
  std::sort(results.rows.begin(), results.rows.end(),
            [](const DiffResults::Row& a, const DiffResults::Row& b) {
              const auto rank = [](const DiffResults::Row& r) {
                return std::tie(r.type_before, r.pattern_before, r.type_now, r.pattern_now,
                                r.moved);
              };
              if (a.kind != b.kind) return a.kind < b.kind;
              if (a.count != b.count) return a.count > b.count;
              return rank(a) < rank(b);
            });
}

}  // namespace

absl::StatusOr<ExitCode> RunEvalDiff(const EvalDiffArguments& arguments) {
  DiffResults results;
  results.show_text = arguments.show_text;
  std::array<PatternSet, 2> sets;
  for (size_t side = 0; side < sets.size(); ++side) {
    absl::StatusOr<PatternLibrary> library = LoadSet(
        arguments, side == 0 ? arguments.sets.first : arguments.sets.second, results.sets[side]);
    if (!library.ok()) return library.status();
    sets[side].library = *std::move(library);
  }
  absl::StatusOr<RecordReader> reader = arguments.input.Open();
  if (!reader.ok()) return reader.status();
  if (absl::Status status = MakeDetectors(arguments, results, sets); !status.ok()) return status;

  absl::StatusOr<std::unique_ptr<Output>> output = Output::Open("");
  if (!output.ok()) return output.status();
  SharedCounts shared;
  Tally tally;
  absl::Status status = RunPipeline(
      *reader, [&] { return std::make_unique<DiffWorker>(arguments, sets, shared); },
      {arguments.input.Threads(), ShowProgress(false)}, **output, tally);
  if (!status.ok()) return status;
  Sum(shared.counts, sets, results);
  if (!arguments.html.empty()) {
    status = WriteFile(arguments.html, DiffHtml(results));
    if (!status.ok()) return status;
  }
  status = (*output)->Write(arguments.json ? DiffJson(results) : DiffText(results));
  if (status.ok()) status = (*output)->Commit();
  if (!status.ok()) return status;
  return Conclude(tally, false, false);
}

}  // namespace tacet::cli
