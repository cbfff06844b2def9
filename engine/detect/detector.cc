#include "tacet/detector.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/detect/address.h"
#include "engine/detect/boundary.h"
#include "engine/detect/database_cache.h"
#include "engine/detect/person.h"
#include "engine/detect/phone.h"
#include "engine/detect/recogniser.h"
#include "engine/detect/regex_program.h"
#include "engine/detect/resolver.h"
#include "engine/detect/start_filter.h"
#include "engine/detect/triggers.h"
#include "engine/detect/validators.h"
#include "engine/detect/word_matcher.h"
#include "engine/policy/allow_list.h"
#include "engine/text/fold.h"
#include "engine/text/word_forms.h"

namespace tacet {
namespace {

// Context reaches at most this far, in bytes: 200 code points of at most four, and a word.
constexpr uint32_t kMaxReachBytes = 200 * 4 + 100;
constexpr int kDigitClasses = 33;  // patterns by the digits that they need: 0 to 32 and more
constexpr size_t kMinRepeatBytes = 4;
constexpr size_t kMaxPartingBytes = 16;  // between a placeholder and what is beside it
constexpr std::string_view kWithheldMark = "WITHHELD";
// How far to 1 a message that is one value and nothing else is lifted as a number of its own
// country. All are lifted in their order.
constexpr float kHomeShare = 0.75f;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool IsAlnum(char c) { return IsDigit(c) || IsLetter(c); }
bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// A country's two letters as a number; 0 for none.
uint16_t PackRegion(std::string_view region) {
  if (region.size() != 2) return 0;
  return static_cast<uint16_t>(region[0] << 8 | region[1]);
}

// Code points in text[begin, end), or more than `limit` if there are more.
int CodePoints(std::string_view text, size_t begin, size_t end, int limit) {
  if (end - begin > static_cast<size_t>(limit) * 4) return limit + 1;
  int count = 0;
  for (size_t i = begin; i < end; ++i) count += !IsContinuation(text[i]);
  return count;
}

// The words of a message by their list.
class WordsOfLists {
 public:
  // `hits` sorted by begin; `lists` of them there are.
  void Build(const std::vector<WordHit>& hits, size_t lists) {
    for (uint16_t list : used_) places_[list] = {};
    used_.clear();
    places_.resize(lists);
    for (const WordHit& hit : hits) {
      for (uint16_t list : hit.lists) {
        if (places_[list].end++ == 0) used_.push_back(list);
      }
    }
    uint32_t total = 0;
    for (uint16_t list : used_) {
      const uint32_t count = places_[list].end;
      places_[list] = {total, total};
      total += count;
    }
    if (hits_.size() < total) hits_.resize(total);
    for (const WordHit& hit : hits) {
      for (uint16_t list : hit.lists) hits_[places_[list].end++] = hit;
    }
  }

  absl::Span<const uint16_t> used() const { return used_; }
  absl::Span<const WordHit> All(int list) const {
    const Place& place = places_[static_cast<size_t>(list)];
    return absl::MakeConstSpan(hits_).subspan(place.begin, place.end - place.begin);
  }
  // Those of `list` that are not out of any rule's reach of the value [begin, end).
  absl::Span<const WordHit> Within(int list, size_t begin, size_t end) const {
    absl::Span<const WordHit> all = All(list);
    const auto begins_before = [](const WordHit& hit, size_t at) { return hit.begin < at; };
    const auto low =
        begin <= kMaxReachBytes
            ? all.begin()
            : std::lower_bound(all.begin(), all.end(), begin - kMaxReachBytes, begins_before);
    const auto high = std::lower_bound(low, all.end(), end + kMaxReachBytes, begins_before);
    return absl::MakeConstSpan(low, high);
  }

 private:
  struct Place {
    uint32_t begin = 0, end = 0;  // in hits_
  };
  std::vector<Place> places_;   // by list
  std::vector<uint16_t> used_;  // the lists with words
  std::vector<WordHit> hits_;
};

struct CompiledPattern {
  int index = 0;  // in the library
  std::optional<RegexProgram> program;
  const Validator* validator = nullptr;
  Boundary boundary = Boundary::kNone;
  int entity = 0;
  int follows = -1;
  int lexicon = -1;
  bool lookalike = false;
  uint16_t home = 0;  // the country of a pattern whose match is the whole message
  float score = 0;
  float threshold = 0;

  StartFilter::Entry entry() const {
    if (!program || follows >= 0 || program->begins_at_text()) return {};
    return {
        .program = &*program, .boundary = boundary, .checks_match = !program->has_value_group()};
  }
};

absl::Status Malformed(const Pattern& pattern, std::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrFormat("%s:%d: pattern %s: %s", pattern.file, pattern.line, pattern.name, what));
}

}  // namespace

struct Detector::Scratch::Rep {
  Folded folded;
  WordMatcher::Scratch words;
  std::vector<WordHit> hits;
  WordsOfLists words_of_list;
  Triggers triggers;
  std::vector<Span> placeholders;  // <TYPE>, in the folded text
  PatternSet enabled;
  StartFilter::Scratch filter;
  std::vector<std::pair<uint32_t, uint32_t>> lookalike_starts;  // pattern, place
  std::vector<uint32_t> resume;   // by pattern: where it may be tried again
  std::vector<uint32_t> resumed;  // the patterns with an entry other than 0
  std::vector<Candidate> candidates, spare;
  std::vector<Candidate> allowed;  // by their form
  // Where the first and the last candidate begin, while look-alikes are looked for.
  uint32_t first_candidate = 0, last_candidate = 0;
  std::vector<Finding> findings;
  size_t steps = 0;
  size_t step_limit = 0;
  uint16_t region = 0;  // as PackRegion
  std::array<char, 2> region_name{};
};

struct Detector::Rep {
  PatternLibrary library;
  DetectorOptions options;
  // Those that the start filter knows come first. Sets of patterns and indices of patterns are in
  // this order, everywhere but in findings.
  std::vector<CompiledPattern> patterns;
  std::vector<uint16_t> regions;  // those of the options, as PackRegion
  std::unique_ptr<WordMatcher> words;
  struct RecogniserEntry {
    std::string name;
    std::unique_ptr<Recogniser> recogniser;
    std::vector<std::vector<int>> patterns_by_kind;
    PatternSet patterns;
    size_t first_word = 0, last_word = 0;  // of `patterns` that are not all zero
  };
  std::vector<RecogniserEntry> recognisers;
  std::set<std::string, std::less<>> type_names;  // reported ones, and WITHHELD

  // Which patterns can still give a finding, for the tiers.
  PatternSet always;  // those that need no word
  std::vector<PatternSet>
      woken_by_list;  // those that a word of the list can lift over the threshold
  std::vector<PatternSet> within_digits;  // those that need at most so many digits
  // Those whose pivot is there, by Triggers::present without the placeholder bit. Digits are in
  // within_digits.
  std::vector<PatternSet> by_pivots;
  PatternSet wanted;  // those of types that are asked for, and look-alikes
  PatternSet lookalikes;
  PatternSet walked;             // those that neither the start filter nor a recogniser finds
  size_t first_walked_word = 0;  // of `walked` that is not zero
  PatternSet whole_text;         // those whose match is the whole message
  size_t whole_text_width = 0;   // the widest of them
  std::unique_ptr<StartFilter> starts;

  const Pattern& Source(size_t index) const {
    return library.patterns()[static_cast<size_t>(patterns[index].index)];
  }
  absl::Status Compile();
  absl::Status CompileRecognisers();
  void BuildTiers();

  absl::Status TooManyFindings() const;
  absl::Status Detect(std::string_view text, absl::Span<const uint8_t> kept,
                      const AllowList* allowed, Scratch::Rep& s) const;
  void LeaveOut(const AllowList& allowed, std::string_view text, Scratch::Rep& s) const;
  absl::Status FindPlaceholders(std::string_view text, Scratch::Rep& s) const;
  void SelectPatterns(size_t text_size, Scratch::Rep& s) const;
  absl::Status RunTiered(std::string_view text, Scratch::Rep& s) const;
  absl::Status RunReference(std::string_view text, Scratch::Rep& s) const;
  void RunPattern(size_t index, std::string_view text, Scratch::Rep& s) const;
  void WalkPivots(size_t index, std::string_view text, Scratch::Rep& s) const;
  bool TryAt(size_t index, std::string_view text, size_t begin, Scratch::Rep& s, size_t& end) const;
  void RunWords(size_t index, std::string_view text, Scratch::Rep& s) const;
  void RunRecogniser(const RecogniserEntry& entry, std::string_view text, Scratch::Rep& s) const;
  bool BesidePlaceholder(std::string_view text, size_t begin, size_t end,
                         const Scratch::Rep& s) const;
  bool Confirm(size_t index, std::string_view text, size_t begin, size_t end,
               Scratch::Rep& s) const;
  float Score(size_t index, std::string_view text, size_t begin, size_t end, Scratch::Rep& s) const;
  bool Near(const ContextRule& rule, bool reaches_over, bool against, const WordHit& hit,
            std::string_view text, size_t begin, size_t end, const Scratch::Rep& s) const;
  void FindRepeats(std::string_view text, Scratch::Rep& s) const;
};

// --- making a detector -------------------------------------------------------------------------

absl::Status Detector::Rep::Compile() {
  const std::vector<Pattern>& sources = library.patterns();
  std::vector<bool> asked(library.entities().size());
  for (size_t i = 0; i < asked.size(); ++i) {
    const EntityType& entity = library.entities()[i];
    asked[i] = !entity.reported || (options.types.empty() && entity.is_default);
    if (entity.reported) type_names.insert(entity.type);
  }
  type_names.insert(std::string(kWithheldMark));
  for (const std::string& region : options.regions) regions.push_back(PackRegion(region));
  for (const std::string& type : options.types) {
    const int index = library.FindEntity(type);
    if (index < 0 || !library.entities()[static_cast<size_t>(index)].reported) {
      return absl::InvalidArgumentError(
          absl::StrFormat("no entity type is named '%s'; `tacet patterns list` names them", type));
    }
    asked[static_cast<size_t>(index)] = true;
  }

  // Automata are slow to make. They depend on the regexes alone, not on the machine.
  const DatabaseCache cache(options.cache_directory);
  std::string cache_key = "automata 3|";
  for (const Pattern& source : sources) {
    cache_key += source.regex;
    cache_key += '\n';
  }
  const std::optional<std::string> cached = cache.Load(cache_key);
  std::string_view stored = cached ? std::string_view(*cached) : std::string_view();
  std::string fresh;

  std::vector<std::string> faults;
  for (size_t i = 0; i < sources.size(); ++i) {
    const Pattern& source = sources[i];
    const EntityType& entity = library.entities()[static_cast<size_t>(source.entity)];
    CompiledPattern compiled;
    compiled.index = static_cast<int>(i);
    compiled.boundary = source.boundary;
    compiled.entity = source.entity;
    compiled.follows = source.follows;
    compiled.lexicon = source.lexicon;
    compiled.lookalike = !entity.reported;
    compiled.score = source.score;
    compiled.threshold =
        entity.reported ? std::max(entity.threshold, options.min_score) : entity.threshold;
    if (!source.validator.empty()) compiled.validator = FindValidator(source.validator);
    if (!source.regex.empty()) {
      std::optional<Automata> automata;
      if (!stored.empty()) automata = Automata::Deserialise(stored);
      absl::StatusOr<RegexProgram> program =
          RegexProgram::Compile(source.regex, {.with_re2 = options.engine == Engine::kReference,
                                               .automata = automata ? &*automata : nullptr});
      if (!program.ok()) {
        faults.emplace_back(Malformed(source, std::string(program.status().message())).message());
      } else {
        if (!cached) program->automata().Serialise(fresh);
        compiled.program = *std::move(program);
        if (compiled.program->is_whole_text()) compiled.home = PackRegion(source.region);
      }
    }
    patterns.push_back(std::move(compiled));
  }
  if (!faults.empty()) return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
  if (!cached) cache.Store(cache_key, fresh);
  std::stable_partition(patterns.begin(), patterns.end(), [](const CompiledPattern& pattern) {
    return StartFilter::Covers(pattern.entry());
  });
  wanted.assign(patterns.size() / 64 + 1, 0);
  lookalikes = wanted;
  for (size_t i = 0; i < patterns.size(); ++i) {
    if (asked[static_cast<size_t>(patterns[i].entity)]) Insert(wanted, i);
    if (patterns[i].lookalike) Insert(lookalikes, i);
  }
  return CompileRecognisers();
}

absl::Status Detector::Rep::CompileRecognisers() {
  for (size_t i = 0; i < patterns.size(); ++i) {
    const Pattern& source = Source(i);
    if (source.recogniser.empty()) continue;
    auto entry = std::find_if(recognisers.begin(), recognisers.end(),
                              [&](const auto& e) { return e.name == source.recogniser; });
    if (entry == recognisers.end()) {
      absl::StatusOr<std::unique_ptr<Recogniser>> made =
          source.recogniser == "phone"     ? MakePhoneRecogniser(library, options.regions)
          : source.recogniser == "address" ? MakeAddressRecogniser(library)
          : source.recogniser == "person"
              ? MakePersonRecogniser(library)
              : Malformed(source,
                          absl::StrFormat("no recogniser is named '%s'", source.recogniser));
      if (!made.ok()) return made.status();
      RecogniserEntry fresh{.name = source.recogniser, .recogniser = *std::move(made)};
      fresh.patterns_by_kind.resize(fresh.recogniser->kinds().size());
      fresh.patterns.assign(patterns.size() / 64 + 1, 0);
      recognisers.push_back(std::move(fresh));
      entry = recognisers.end() - 1;
    }
    const absl::Span<const std::string_view> kinds = entry->recogniser->kinds();
    const auto kind = std::find(kinds.begin(), kinds.end(), source.kind);
    if (kind == kinds.end()) {
      return Malformed(
          source, absl::StrFormat(
                      "recogniser '%s' has no kind '%s'; it has %s", source.recogniser, source.kind,
                      absl::StrJoin(std::vector<std::string>(kinds.begin(), kinds.end()), ", ")));
    }
    entry->patterns_by_kind[static_cast<size_t>(kind - kinds.begin())].push_back(
        static_cast<int>(i));
    Insert(entry->patterns, i);
    entry->last_word = i / 64;
  }
  for (RecogniserEntry& entry : recognisers) {
    while (entry.patterns[entry.first_word] == 0) ++entry.first_word;
  }
  return absl::OkStatus();
}

void Detector::Rep::BuildTiers() {
  std::vector<StartFilter::Entry> entries;
  for (const CompiledPattern& pattern : patterns) entries.push_back(pattern.entry());
  starts = std::make_unique<StartFilter>(entries);

  const PatternSet none(patterns.size() / 64 + 1, 0);
  always = whole_text = walked = none;
  woken_by_list.assign(library.word_lists().size(), none);
  within_digits.assign(kDigitClasses, none);
  by_pivots.assign(kPlaceholderTrigger, none);
  for (size_t i = 0; i < patterns.size(); ++i) {
    if (!Contains(wanted, i)) continue;
    const CompiledPattern& pattern = patterns[i];
    const Pattern& source = Source(i);
    if (source.recogniser.empty() && !Contains(starts->covered(), i)) Insert(walked, i);
    if (pattern.program && pattern.program->is_whole_text()) {
      Insert(whole_text, i);
      whole_text_width =
          std::max(whole_text_width, static_cast<size_t>(pattern.program->max_width()));
    }
    const int list = std::max(pattern.follows, pattern.lexicon);
    if (list >= 0) {
      Insert(woken_by_list[static_cast<size_t>(list)], i);
    } else if (pattern.score >= pattern.threshold) {
      Insert(always, i);
    } else {
      for (const ContextRule& rule : source.context) {
        // Compared exactly as Score adds it up.
        if (std::min(pattern.score + rule.weight, 1.0f) >= pattern.threshold) {
          Insert(woken_by_list[static_cast<size_t>(rule.words)], i);
        }
      }
    }
    int digits = pattern.validator != nullptr ? pattern.validator->min_digits : 0;
    if (pattern.program) digits = std::max(digits, pattern.program->min_digits());
    for (const RecogniserEntry& entry : recognisers) {
      if (Contains(entry.patterns, i)) digits = entry.recogniser->min_digits();
    }
    for (int n = std::min(digits, kDigitClasses - 1); n < kDigitClasses; ++n) {
      Insert(within_digits[static_cast<size_t>(n)], i);
    }
    const Pivot pivot =
        pattern.program && pattern.follows < 0 ? pattern.program->pivot() : Pivot::kNone;
    for (size_t present = 0; present < by_pivots.size(); ++present) {
      if (pivot == Pivot::kNone || pivot == Pivot::kDigit ||
          (present >> static_cast<int>(pivot) & 1) != 0) {
        Insert(by_pivots[present], i);
      }
    }
  }
  while (first_walked_word < walked.size() && walked[first_walked_word] == 0) ++first_walked_word;
}

absl::StatusOr<Detector> Detector::Create(PatternLibrary library, const DetectorOptions& options) {
  auto rep = std::make_unique<Rep>();
  rep->library = std::move(library);
  rep->options = options;
  if (!(options.min_score >= 0 && options.min_score <= 1)) {
    return absl::InvalidArgumentError("the least score must be from 0 to 1");
  }
  if (options.max_message_bytes == 0 || options.max_message_bytes > (size_t{1} << 30)) {
    return absl::InvalidArgumentError("the longest message must be from 1 byte to 1 GiB");
  }
  if (absl::Status status = rep->Compile(); !status.ok()) return status;
  absl::StatusOr<std::unique_ptr<WordMatcher>> words =
      WordMatcher::Create(rep->library.word_lists(), DatabaseCache(options.cache_directory),
                          options.engine == Engine::kReference);
  if (!words.ok()) return words.status();
  rep->words = *std::move(words);
  rep->BuildTiers();
  return Detector(std::move(rep));
}

absl::Status TooMuchWork() {
  return absl::ResourceExhaustedError("the message takes more work than its length allows");
}

absl::Status Detector::Rep::TooManyFindings() const {
  return absl::ResourceExhaustedError(
      absl::StrFormat("the message has more than %d findings", options.max_findings));
}

// --- one message -------------------------------------------------------------------------------

// The first placeholder that ends at or behind `at`; they are sorted and never overlap.
std::vector<Span>::const_iterator PlaceholderFrom(const std::vector<Span>& placeholders,
                                                  size_t at) {
  return std::lower_bound(placeholders.begin(), placeholders.end(), at,
                          [](const Span& p, size_t place) { return p.end < place; });
}

absl::Status Detector::Rep::FindPlaceholders(std::string_view text, Scratch::Rep& s) const {
  size_t open = text.find('<');
  for (; open != std::string_view::npos; open = text.find('<', open + 1)) {
    size_t at = open + 1;
    while (at < text.size() && at - open <= 64 &&
           ((text[at] >= 'A' && text[at] <= 'Z') || IsDigit(text[at]) || text[at] == '_')) {
      ++at;
    }
    if (at == text.size() || !type_names.contains(text.substr(open + 1, at - open - 1))) continue;
    if (text[at] == ':') {
      // A token: type, key epoch, value.
      while (at < text.size() && at - open <= 512 &&
             (IsAlnum(text[at]) || text[at] == ':' || text[at] == '-' || text[at] == '_')) {
        ++at;
      }
    }
    if (at == text.size() || text[at] != '>') continue;
    if (s.placeholders.size() == options.max_findings) return TooManyFindings();
    s.placeholders.push_back({open, at + 1});
  }
  if (s.placeholders.empty()) return absl::OkStatus();
  // A word that touches one was a part of a longer word while the value was there.
  std::erase_if(s.hits, [&](const WordHit& hit) {
    const auto p = PlaceholderFrom(s.placeholders, hit.begin);
    return p != s.placeholders.end() && p->begin <= hit.end;
  });
  return absl::OkStatus();
}

absl::Status Detector::Rep::Detect(std::string_view source, absl::Span<const uint8_t> kept,
                                   const AllowList* allowed, Scratch::Rep& s) const {
  s.findings.clear();
  s.candidates.clear();
  if (source.size() > options.max_message_bytes) {
    return absl::ResourceExhaustedError(
        absl::StrFormat("the message has %d bytes, over the limit of %d", source.size(),
                        options.max_message_bytes));
  }
  Fold(source, s.folded);
  const std::string_view text = s.folded.text();
  if (text.empty()) return absl::OkStatus();
  s.steps = 0;
  // Bank messages, the dearest, take some five steps a byte.
  s.step_limit = (size_t{1} << 20) + 256 * text.size();

  FindTriggers(text, s.triggers);
  const size_t max_hits = 1024 + text.size() / 4;
  absl::Status status = options.engine == Engine::kTiered
                            ? words->Find(text, s.triggers, max_hits, s.words, s.hits)
                            : words->FindPlainly(text, max_hits, s.hits);
  if (!status.ok()) return status;
  s.placeholders.clear();
  if ((s.triggers.present & kPlaceholderTrigger) != 0) {
    if (status = FindPlaceholders(text, s); !status.ok()) return status;
  }

  s.words_of_list.Build(s.hits, library.word_lists().size());
  status = options.engine == Engine::kTiered ? RunTiered(text, s) : RunReference(text, s);
  if (!status.ok()) return status;
  if (!kept.empty()) {
    std::erase_if(s.candidates, [&](const Candidate& c) {
      return !c.lookalike && kept[static_cast<size_t>(c.entity)] != 0;
    });
  }
  if (allowed != nullptr) LeaveOut(*allowed, text, s);
  if (s.candidates.empty()) return absl::OkStatus();
  Resolve(text, s.candidates, s.spare);
  FindRepeats(text, s);
  // A longer finding around an allowed value has taken its place by now, and stays.
  if (allowed != nullptr) {
    std::erase_if(s.candidates, [&](const Candidate& c) {
      return allowed->AllowsValue(c.entity, text.substr(c.begin, c.end - c.begin));
    });
  }
  if (s.steps > s.step_limit) return TooMuchWork();
  if (s.candidates.size() > options.max_findings) return TooManyFindings();
  for (const Candidate& c : s.candidates) {
    s.findings.push_back({.span = {s.folded.SourceBegin(c.begin), s.folded.SourceEnd(c.end)},
                          .entity = c.entity,
                          .pattern = c.pattern,
                          .score = c.score});
  }
  return absl::OkStatus();
}

// Takes out what is allowed by its form, and what was found of the same type inside it. As with
// what a policy keeps, other types inside it stay: it is gone before it could hide them.
void Detector::Rep::LeaveOut(const AllowList& allowed, std::string_view text,
                             Scratch::Rep& s) const {
  s.allowed.clear();
  for (const Candidate& c : s.candidates) {
    if (c.lookalike || !allowed.AllowsForm(c.entity, text.substr(c.begin, c.end - c.begin)))
      continue;
    s.allowed.push_back(c);
  }
  if (s.allowed.empty()) return;
  s.steps += s.candidates.size() * s.allowed.size();
  if (s.steps > s.step_limit) return;
  std::erase_if(s.candidates, [&](const Candidate& c) {
    return std::any_of(s.allowed.begin(), s.allowed.end(), [&](const Candidate& a) {
      return !c.lookalike && a.entity == c.entity && a.begin <= c.begin && a.end >= c.end;
    });
  });
}

void Detector::Rep::SelectPatterns(size_t text_size, Scratch::Rep& s) const {
  s.enabled = always;
  for (uint16_t list : s.words_of_list.used()) {
    const PatternSet& woken = woken_by_list[list];
    for (size_t w = 0; w < woken.size(); ++w) s.enabled[w] |= woken[w];
  }
  const PatternSet& within =
      within_digits[std::min<size_t>(s.triggers.digits, static_cast<size_t>(kDigitClasses) - 1)];
  const PatternSet& pivots = by_pivots[s.triggers.present & ~kPlaceholderTrigger];
  const uint64_t whole = text_size <= whole_text_width ? ~uint64_t{0} : 0;
  for (size_t w = 0; w < s.enabled.size(); ++w) {
    s.enabled[w] &= within[w] & pivots[w] & (whole | ~whole_text[w]);
  }
}

absl::Status Detector::Rep::RunTiered(std::string_view text, Scratch::Rep& s) const {
  SelectPatterns(text.size(), s);
  for (uint32_t pattern : s.resumed) s.resume[pattern] = 0;
  s.resumed.clear();
  s.resume.resize(patterns.size());
  for (const RecogniserEntry& entry : recognisers) {
    for (size_t w = entry.first_word; w <= entry.last_word; ++w) {
      if ((s.enabled[w] & entry.patterns[w]) == 0) continue;
      RunRecogniser(entry, text, s);
      break;
    }
  }
  for (const bool lookalike : {false, true}) {
    if (lookalike) {
      // Last, since they matter only where they cover a candidate.
      if (s.candidates.empty()) break;
      s.first_candidate = s.last_candidate = s.candidates[0].begin;
      for (const Candidate& c : s.candidates) {
        s.first_candidate = std::min(s.first_candidate, c.begin);
        s.last_candidate = std::max(s.last_candidate, c.begin);
      }
      for (const auto& [index, begin] : s.lookalike_starts) {
        if (begin > s.last_candidate || begin + RegexProgram::kMaxWidth < s.first_candidate) {
          continue;
        }
        const size_t end = patterns[index].program->MatchAt(text, begin, s.steps);
        if (end != RegexProgram::kNoMatch && end > s.first_candidate) {
          Confirm(index, text, begin, end, s);
        }
        if (s.steps > s.step_limit) return TooMuchWork();
      }
    } else {
      s.lookalike_starts.clear();
      starts->ForEachStart(text, s.triggers, s.enabled, s.filter, [&](size_t index, size_t begin) {
        if (patterns[index].lookalike) {
          s.lookalike_starts.emplace_back(index, begin);
          return ++s.steps <= s.step_limit;
        }
        if (begin < s.resume[index]) return true;
        const size_t end = patterns[index].program->MatchAt(text, begin, s.steps);
        if (end != RegexProgram::kNoMatch && Confirm(index, text, begin, end, s)) {
          s.resume[index] = static_cast<uint32_t>(end);
          s.resumed.push_back(static_cast<uint32_t>(index));
        }
        return s.steps <= s.step_limit;
      });
      if (s.steps > s.step_limit) return TooMuchWork();
    }
    for (size_t w = first_walked_word; w < s.enabled.size(); ++w) {
      for (uint64_t left = s.enabled[w] & walked[w] & (lookalike ? lookalikes[w] : ~lookalikes[w]);
           left != 0; left &= left - 1) {
        RunPattern(w * 64 + static_cast<size_t>(__builtin_ctzll(left)), text, s);
        if (s.steps > s.step_limit) return TooMuchWork();
      }
    }
  }
  return absl::OkStatus();
}

void Detector::Rep::RunPattern(size_t index, std::string_view text, Scratch::Rep& s) const {
  const CompiledPattern& pattern = patterns[index];
  if (pattern.follows >= 0 || pattern.lexicon >= 0) {
    RunWords(index, text, s);
  } else if (pattern.program) {
    WalkPivots(index, text, s);
  }
}

absl::Status Detector::Rep::RunReference(std::string_view text, Scratch::Rep& s) const {
  s.enabled = wanted;
  for (const RecogniserEntry& entry : recognisers) RunRecogniser(entry, text, s);
  for (size_t index = 0; index < patterns.size(); ++index) {
    if (!Contains(wanted, index)) continue;
    const CompiledPattern& pattern = patterns[index];
    if (pattern.follows >= 0 || pattern.lexicon >= 0) {
      RunWords(index, text, s);
    } else if (pattern.program) {
      size_t at = 0;
      re2::StringPiece match;
      while (at < text.size() &&
             pattern.program->re2().Match(text, at, text.size(), RE2::UNANCHORED, &match, 1)) {
        const size_t begin = static_cast<size_t>(match.data() - text.data());
        const size_t end = begin + match.size();
        s.steps += end - at;
        at = begin + 1;
        if (!pattern.program->has_value_group() && !LeftAllowsAt(pattern.boundary, text, begin)) {
          continue;
        }
        if (Confirm(index, text, begin, end, s) && !pattern.lookalike) at = end;
      }
    }
    if (s.steps > s.step_limit) return TooMuchWork();
  }
  return absl::OkStatus();
}

// True if the pattern matches at `begin` and its value passes; `end` is then the match's end.
bool Detector::Rep::TryAt(size_t index, std::string_view text, size_t begin, Scratch::Rep& s,
                          size_t& end) const {
  const CompiledPattern& pattern = patterns[index];
  const RegexProgram& program = *pattern.program;
  if (!program.first_bytes()[static_cast<unsigned char>(text[begin])]) return false;
  if (!program.has_value_group() && !LeftAllowsAt(pattern.boundary, text, begin)) return false;
  end = program.MatchAt(text, begin, s.steps);
  return end != RegexProgram::kNoMatch && Confirm(index, text, begin, end, s);
}

// Tries the pattern wherever one of its pivots could be inside a match, from left to right. A
// match that is confirmed is not tried again inside, one that is refused is, and a look-alike
// always is: so this finds what a walk over the whole text finds, and for look-alikes what such a
// walk finds around the candidates.
void Detector::Rep::WalkPivots(size_t index, std::string_view text, Scratch::Rep& s) const {
  const CompiledPattern& pattern = patterns[index];
  const RegexProgram& program = *pattern.program;
  const ByteSet& lead = program.lead_bytes();
  size_t next = 0;  // the first place not yet tried
  size_t last = text.size() - 1;
  if (program.begins_at_text()) {
    last = 0;
  } else if (pattern.lookalike) {
    const auto width = static_cast<size_t>(program.max_width());
    next = s.first_candidate - std::min<size_t>(s.first_candidate, width);
    last = s.last_candidate;
  }
  const auto try_range = [&](size_t low, size_t high) {
    high = std::min(high, last);
    for (size_t begin = std::max(low, next); begin <= high;) {
      if (!program.first_bytes()[static_cast<unsigned char>(text[begin])]) {
        next = ++begin;
        continue;
      }
      size_t end = 0;
      const bool confirmed = TryAt(index, text, begin, s, end);
      begin = confirmed && !pattern.lookalike ? end : begin + 1;
      next = begin;
      if (s.steps > s.step_limit) return;
    }
  };
  // The furthest place before `pivot` from which the bytes may lead to it.
  const auto furthest = [&](size_t pivot) {
    const size_t stop = pivot - std::min<size_t>(pivot, static_cast<size_t>(program.lead_max()));
    size_t at = pivot;
    while (at > stop && lead[static_cast<unsigned char>(text[at - 1])]) --at;
    return at;
  };
  const auto lead_min = static_cast<size_t>(program.lead_min());

  if (program.pivot() == Pivot::kNone || program.begins_at_text()) {
    try_range(0, last);
    return;
  }
  if (program.pivot() == Pivot::kDigit) {
    const bool lead_has_digits = lead['0'] || lead['1'] || lead['9'];
    const bool begins_alone = program.begins_at_word_boundary() ||
                              (!program.has_value_group() && pattern.boundary != Boundary::kNone);
    for (const DigitRun& run : s.triggers.digit_runs) {
      const size_t low = program.lead_max() == 0 ? run.begin : furthest(run.begin);
      size_t high = run.begin;
      if (lead_has_digits || (lead_min == 0 && !begins_alone)) high = run.end - 1;
      if (high < lead_min) continue;
      high -= lead_min;
      if (low > last || s.steps > s.step_limit) return;
      if (low <= high) try_range(low, high);
    }
    return;
  }
  const char byte = PivotByte(program.pivot());
  for (size_t pivot = text.find(byte); pivot != std::string_view::npos;
       pivot = text.find(byte, pivot + 1)) {
    const size_t low = furthest(pivot);
    if (low > last || s.steps > s.step_limit) return;
    if (pivot >= lead_min && low <= pivot - lead_min) try_range(low, pivot - lead_min);
  }
}

// Patterns that follow a word, and words that are values themselves.
void Detector::Rep::RunWords(size_t index, std::string_view text, Scratch::Rep& s) const {
  const CompiledPattern& pattern = patterns[index];
  if (pattern.lexicon >= 0) {
    for (const WordHit& hit : s.words_of_list.All(pattern.lexicon)) {
      if (!LeftAllowsAt(pattern.boundary, text, hit.begin)) continue;
      Confirm(index, text, hit.begin, hit.end, s);
      if (s.steps > s.step_limit) return;
    }
    return;
  }
  for (const WordHit& hit : s.words_of_list.All(pattern.follows)) {
    size_t end = 0;
    if (hit.end < text.size()) TryAt(index, text, hit.end, s, end);
    if (s.steps > s.step_limit) return;
  }
}

// True if only spaces and signs stand between [begin, end) and a placeholder.
bool Detector::Rep::BesidePlaceholder(std::string_view text, size_t begin, size_t end,
                                      const Scratch::Rep& s) const {
  if (s.placeholders.empty()) return false;
  const auto parts = [&](size_t from, size_t to) {
    if (to - from > kMaxPartingBytes) return true;
    return std::any_of(text.begin() + static_cast<std::ptrdiff_t>(from),
                       text.begin() + static_cast<std::ptrdiff_t>(to),
                       [](char c) { return IsAlnum(c) || static_cast<unsigned char>(c) >= 0x80; });
  };
  const auto behind = PlaceholderFrom(s.placeholders, begin + 1);
  return (behind != s.placeholders.end() && (behind->begin < end || !parts(end, behind->begin))) ||
         (behind != s.placeholders.begin() && !parts((behind - 1)->end, begin));
}

void Detector::Rep::RunRecogniser(const RecogniserEntry& entry, std::string_view text,
                                  Scratch::Rep& s) const {
  if (s.triggers.digits < static_cast<size_t>(entry.recogniser->min_digits())) return;
  entry.recogniser->Recognise(
      {.text = text,
       .triggers = s.triggers,
       .digit_runs = s.triggers.digit_runs,
       .words = s.hits,
       .placeholders = s.placeholders,
       .region = {s.region_name.data(), s.region == 0 ? 0u : 2u}},
      [&](int kind, uint32_t begin, uint32_t end) {
        if (entry.recogniser->keeps_off_marks() && BesidePlaceholder(text, begin, end, s)) return;
        for (int index : entry.patterns_by_kind[static_cast<size_t>(kind)]) {
          const auto i = static_cast<size_t>(index);
          if (Contains(s.enabled, i) && LeftAllowsAt(patterns[i].boundary, text, begin)) {
            Confirm(i, text, begin, end, s);
          }
        }
      });
}

// --- one candidate -----------------------------------------------------------------------------

// Checks the match [begin, end), and keeps its value as a candidate if it scores enough. False if
// the value is refused whatever the words around it.
bool Detector::Rep::Confirm(size_t index, std::string_view text, size_t begin, size_t end,
                            Scratch::Rep& s) const {
  const CompiledPattern& pattern = patterns[index];
  size_t value_begin = begin, value_end = end;
  if (pattern.program && pattern.program->has_value_group()) {
    s.steps += end - begin;
    if (!pattern.program->FindValue(text, begin, end, value_begin, value_end)) return false;
    if (!LeftAllowsAt(pattern.boundary, text, value_begin)) return false;
  }
  // A class of bytes may stop inside a character.
  while (value_begin > 0 && IsContinuation(text[value_begin])) --value_begin;
  while (value_end < text.size() && IsContinuation(text[value_end])) ++value_end;
  if (!RightAllowsAt(pattern.boundary, text, value_end)) return false;
  // Where a placeholder is a value was: what touched that or was joined to it is a part of more.
  if (!s.placeholders.empty()) {
    const bool joins = pattern.boundary != Boundary::kNone;
    auto p = PlaceholderFrom(s.placeholders, value_begin + 1);
    if (joins && p != s.placeholders.begin() &&
        Joins(pattern.boundary, text.substr((p - 1)->end, value_begin - (p - 1)->end))) {
      return false;
    }
    if (p != s.placeholders.end()) {
      if (p->begin < value_end) return false;
      if (joins && Joins(pattern.boundary, text.substr(value_end, p->begin - value_end))) {
        return false;
      }
    }
  }
  if (pattern.validator != nullptr &&
      !pattern.validator->valid(text.substr(value_begin, value_end - value_begin))) {
    return false;
  }
  float score = Score(index, text, value_begin, value_end, s);
  if (pattern.home != 0 && (pattern.home == s.region || std::find(regions.begin(), regions.end(),
                                                                  pattern.home) != regions.end())) {
    score += (1 - score) * kHomeShare;
  }
  if (score >= pattern.threshold) {
    s.candidates.push_back({.begin = static_cast<uint32_t>(value_begin),
                            .end = static_cast<uint32_t>(value_end),
                            .entity = pattern.entity,
                            .pattern = pattern.index,
                            .score = score,
                            .lookalike = pattern.lookalike});
    // Resolving is quadratic at worst; this many candidates are no message.
    if (s.candidates.size() > 2 * options.max_findings) s.steps = s.step_limit + 1;
  }
  return true;
}

float Detector::Rep::Score(size_t index, std::string_view text, size_t begin, size_t end,
                           Scratch::Rep& s) const {
  const Pattern& source = Source(index);
  if (s.hits.empty()) return source.score;
  const bool lookalike = patterns[index].lookalike;
  // The largest weight of the rules that have a word near.
  const auto largest = [&](const std::vector<ContextRule>& rules, bool reaches_over, bool against) {
    float weight = 0;
    for (const ContextRule& rule : rules) {
      if (rule.weight <= weight) continue;
      for (const WordHit& hit : s.words_of_list.Within(rule.words, begin, end)) {
        ++s.steps;
        if (hit.begin < end && hit.end > begin) continue;  // words inside the value
        if (!Near(rule, reaches_over, against, hit, text, begin, end, s)) continue;
        weight = rule.weight;
        break;
      }
    }
    return weight;
  };
  // Words of a look-alike keep a value from being found: they reach as words against it do.
  const float add = largest(source.context, lookalike, false);
  const float subtract = largest(source.against, true, true);
  return std::clamp(std::min(source.score + add, 1.0f) - subtract, 0.0f, 1.0f);
}

bool Detector::Rep::Near(const ContextRule& rule, bool reaches_over, bool against,
                         const WordHit& hit, std::string_view text, size_t begin, size_t end,
                         const Scratch::Rep& s) const {
  // The last label of a host says nothing against what follows it: "example.co.id 0857...".
  if (against && hit.begin >= 2 && text[hit.begin - 1] == '.' && IsLetter(text[hit.begin - 2])) {
    return false;
  }
  const bool before = hit.end <= begin;
  const int reach = before ? rule.before : rule.after;
  const size_t gap_begin = before ? hit.end : end;
  const size_t gap_end = before ? begin : hit.begin;
  if (s.placeholders.empty()) {
    return gap_end - gap_begin <= static_cast<size_t>(reach) ||
           CodePoints(text, gap_begin, gap_end, reach) <= reach;
  }
  // What was masked earlier must not make a second pass find more than the first: a placeholder
  // stops words that lift a score, and takes no room before words that lower it.
  int gap = CodePoints(text, gap_begin, gap_end, 4 * reach + 600);
  for (auto p = PlaceholderFrom(s.placeholders, gap_begin + 1);
       p != s.placeholders.end() && p->end <= gap_end; ++p) {
    if (p->begin < gap_begin) continue;
    if (!reaches_over) return false;
    gap -= static_cast<int>(p->end - p->begin);
  }
  return gap <= reach;
}

// A code that stands in a message twice (in a link, in the last line for the browser) is found
// in both places, with its separators or without.
void Detector::Rep::FindRepeats(std::string_view text, Scratch::Rep& s) const {
  const size_t found = s.candidates.size();
  const auto ends_before = [](const Candidate& c, size_t at) { return c.end <= at; };
  char compact[64];
  for (size_t i = 0; i < found; ++i) {
    const Candidate value = s.candidates[i];
    if (!library.entities()[static_cast<size_t>(value.entity)].repeats) continue;
    const std::string_view written = text.substr(value.begin, value.end - value.begin);
    if (written.size() > sizeof(compact)) continue;
    size_t size = 0;
    for (char c : written) {
      if (c != ' ' && c != '-') compact[size++] = c;
    }
    const std::string_view forms[] = {written, std::string_view(compact, size)};
    for (size_t f = 0; f < (size == written.size() ? 1u : 2u); ++f) {
      if (forms[f].size() < kMinRepeatBytes) continue;
      s.steps += text.size() / 2;
      if (s.steps > s.step_limit) return;
      for (size_t at = text.find(forms[f]); at != std::string_view::npos;
           at = text.find(forms[f], at + 1)) {
        const size_t end = at + forms[f].size();
        const bool inside =
            (at > 0 && IsAlnum(text[at - 1])) || (end < text.size() && IsAlnum(text[end]));
        // What Resolve settled is sorted and disjoint; repeats of other values may overlap this.
        const auto settled_end = s.candidates.begin() + static_cast<std::ptrdiff_t>(found);
        const auto settled = std::lower_bound(s.candidates.begin(), settled_end, at, ends_before);
        const auto masked = PlaceholderFrom(s.placeholders, at + 1);
        if (inside || (settled != settled_end && settled->begin < end) ||
            (masked != s.placeholders.end() && masked->begin < end)) {
          continue;
        }
        Candidate repeat = value;
        repeat.begin = static_cast<uint32_t>(at);
        repeat.end = static_cast<uint32_t>(end);
        s.candidates.push_back(repeat);
        if (s.candidates.size() > options.max_findings + found) return;
      }
    }
  }
  if (s.candidates.size() > found) Resolve(text, s.candidates, s.spare);
}

// --- the public face ---------------------------------------------------------------------------

Detector::Scratch::Scratch(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Detector::Scratch::Scratch(Scratch&&) noexcept = default;
Detector::Scratch& Detector::Scratch::operator=(Scratch&&) noexcept = default;
Detector::Scratch::~Scratch() = default;

void Detector::Scratch::PreferRegion(std::string_view region) {
  // Empty without memory for it.
  if (rep_ == nullptr) return;
  rep_->region = PackRegion(region);
  if (rep_->region != 0) rep_->region_name = {region[0], region[1]};
}

Detector::Detector(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Detector::Detector(Detector&&) noexcept = default;
Detector& Detector::operator=(Detector&&) noexcept = default;
Detector::~Detector() = default;

Detector::Scratch Detector::NewScratch() const {
  auto rep = std::make_unique<Scratch::Rep>();
  // Without memory for it the scratch stays empty, and each scan fails.
  if (absl::StatusOr<WordMatcher::Scratch> words = rep_->words->NewScratch(); words.ok()) {
    rep->words = *std::move(words);
  }
  return Scratch(std::move(rep));
}

absl::StatusOr<absl::Span<const Finding>> Detector::Detect(std::string_view text,
                                                           Scratch& scratch) const {
  return DetectBut(text, {}, nullptr, scratch);
}

absl::StatusOr<absl::Span<const Finding>> Detector::DetectBut(std::string_view text,
                                                              absl::Span<const uint8_t> kept,
                                                              const AllowList* allowed,
                                                              Scratch& scratch) const {
  absl::Status status = rep_->Detect(text, kept, allowed, *scratch.rep_);
  if (!status.ok()) return status;
  return absl::Span<const Finding>(scratch.rep_->findings);
}

const PatternLibrary& Detector::library() const { return rep_->library; }
const DetectorOptions& Detector::options() const { return rep_->options; }

std::vector<std::string> Detector::SlowPatterns() const {
  std::vector<std::string> reasons(rep_->patterns.size());
  for (size_t i = 0; i < reasons.size(); ++i) {
    const CompiledPattern& pattern = rep_->patterns[i];
    std::string& reason = reasons[static_cast<size_t>(pattern.index)];
    if (!pattern.program) continue;
    if (!pattern.program->has_automaton()) {
      reason = "has an assertion inside, or too many states: each try is a RE2 search";
    } else if (pattern.follows < 0 && !pattern.program->begins_at_text() &&
               pattern.program->pivot() == Pivot::kNone) {
      reason =
          "no digit and none of @ # + : / - . is always near the begin of a match: it is tried "
          "everywhere";
    } else if (pattern.follows < 0 && !pattern.program->begins_at_text() &&
               !Contains(rep_->starts->covered(), i)) {
      reason = "it may begin inside a word or a number: a \\b or a boundary would narrow it";
    }
  }
  return reasons;
}

}  // namespace tacet
