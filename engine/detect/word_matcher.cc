#include "engine/detect/word_matcher.h"

#include <hs/hs.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "engine/text/word_forms.h"

namespace tacet {
namespace {

constexpr size_t kMaxForms = 200'000;
constexpr size_t kMaxEndingBytes = 64;  // of a word that goes on behind its listed form

char LowerAscii(char c) { return absl::ascii_tolower(static_cast<unsigned char>(c)); }

bool IsSeparator(char c) { return c == ' ' || c == '-' || c == '\n'; }

bool IsLetter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool IsDigit(char32_t c) { return c >= '0' && c <= '9'; }

// Never the literal API: in Hyperscan 5.4.0 it ends a scan half-way with HS_UNKNOWN_ERROR.
std::string Expression(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == ' ') {
      out += "[ \\-\\n]";
    } else {
      out += absl::StrFormat("\\x%02x", static_cast<unsigned char>(c));
    }
  }
  return out;
}

// The longest part of a word between its separators. Hyperscan looks for literals: it compiles
// them in a twentieth of the time that separators as classes take, and what stands around one is
// quickly compared.
std::pair<size_t, std::string_view> LongestChunk(std::string_view text) {
  std::pair<size_t, std::string_view> longest;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    if (end - begin > longest.second.size()) longest = {begin, text.substr(begin, end - begin)};
    begin = end + 1;
  }
  return longest;
}

// Words inside a longer word do not count.
void KeepLongest(std::vector<WordHit>& hits) {
  std::sort(hits.begin(), hits.end(), [](const WordHit& a, const WordHit& b) {
    if (a.begin != b.begin) return a.begin < b.begin;
    if (a.end != b.end) return a.end > b.end;
    return a.lists.data() < b.lists.data();
  });
  uint32_t longest_begin = 0, longest_end = 0;
  size_t kept = 0;
  for (const WordHit& hit : hits) {
    if (hit.end < longest_end || (hit.end == longest_end && hit.begin > longest_begin)) continue;
    if (hit.end > longest_end) longest_begin = hit.begin, longest_end = hit.end;
    hits[kept++] = hit;
  }
  hits.resize(kept);
}

}  // namespace

WordMatcher::Scratch& WordMatcher::Scratch::operator=(Scratch&& other) noexcept {
  std::swap(scratch_, other.scratch_);
  return *this;
}

WordMatcher::Scratch::~Scratch() {
  if (scratch_ != nullptr) hs_free_scratch(scratch_);
}

WordMatcher::~WordMatcher() {
  if (prototype_ != nullptr) hs_free_scratch(prototype_);
  if (database_ != nullptr) hs_free_database(database_);
}

absl::StatusOr<std::unique_ptr<WordMatcher>> WordMatcher::Create(const std::vector<WordList>& lists,
                                                                 const DatabaseCache& cache,
                                                                 bool plain) {
  if (lists.size() > std::numeric_limits<uint16_t>::max()) {
    return absl::InvalidArgumentError("more than 65,535 word lists");
  }
  auto matcher = std::unique_ptr<WordMatcher>(new WordMatcher());
  // Sorted, so that the same words give the same database whatever their order in the files.
  std::map<std::pair<std::string, bool>, std::vector<uint16_t>> forms;
  for (size_t list = 0; list < lists.size(); ++list) {
    for (const WordList::Word& word : lists[list].words) {
      std::string_view text = word.text;
      const bool open = text.back() == '*';
      if (open) text.remove_suffix(1);
      for (std::string& form : WordForms(text, word.language)) {
        if (form.empty()) continue;
        absl::AsciiStrToLower(&form);  // forms that differ by ASCII case only are one
        std::vector<uint16_t>& of = forms[{form, open}];
        if (of.empty() || of.back() != list) of.push_back(static_cast<uint16_t>(list));
      }
    }
  }
  if (forms.size() > kMaxForms) return absl::InvalidArgumentError("more than 200,000 words");
  matcher->forms_by_byte_.resize(256);
  for (auto& [key, of] : forms) {
    const auto first = static_cast<unsigned char>(LowerAscii(key.first[0]));
    matcher->forms_by_byte_[first].push_back(static_cast<uint32_t>(matcher->forms_.size()));
    matcher->forms_.push_back({key.first, key.second, std::move(of)});
  }
  if (plain) return matcher;
  matcher->BuildTables();
  if (absl::Status status = matcher->CompileDatabase(cache); !status.ok()) return status;
  return matcher;
}

void WordMatcher::BuildTables() {
  std::vector<std::pair<uint64_t, uint32_t>> whole, prefixes[kOpenKeyLetters + 1];
  std::map<std::string, std::vector<Chunk::Place>> chunks;
  // The runs of letters that a form may be looked up by, in the text as a whole run each.
  const auto for_each_whole_run = [](const Form& form, auto visit) {
    for (size_t begin = 0; begin < form.text.size();) {
      size_t end = begin;
      while (end < form.text.size() && IsLetter(form.text[end])) ++end;
      if (end > begin && !(form.open && end == form.text.size())) {
        visit(begin, KeyAt(form.text, begin, std::min(end - begin, kKeyLetters)));
      }
      begin = end + 1;
    }
  };
  const auto is_ascii = [](const Form& form) {
    return std::none_of(form.text.begin(), form.text.end(),
                        [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  };
  absl::flat_hash_map<uint64_t, uint32_t> forms_with_run;
  for (const Form& form : forms_) {
    if (!is_ascii(form)) continue;
    for_each_whole_run(form, [&](size_t, uint64_t key) { ++forms_with_run[key]; });
  }
  for (size_t i = 0; i < forms_.size(); ++i) {
    Form& form = forms_[i];
    const auto index = static_cast<uint32_t>(i);
    size_t begin = 0;
    while (begin < form.text.size() && !IsLetter(form.text[begin])) ++begin;
    if (!is_ascii(form) || begin == form.text.size()) {
      const auto [chunk_begin, chunk] = LongestChunk(form.text);
      chunks[std::string(chunk)].push_back({index, static_cast<uint32_t>(chunk_begin)});
      continue;
    }
    // Of several runs the rarest among the forms: "your" alone would bring up dozens of them.
    uint32_t fewest = std::numeric_limits<uint32_t>::max();
    uint64_t rarest = 0;
    for_each_whole_run(form, [&](size_t run_begin, uint64_t key) {
      if (forms_with_run[key] >= fewest) return;
      fewest = forms_with_run[key];
      form.run_begin = run_begin;
      rarest = key;
    });
    if (fewest != std::numeric_limits<uint32_t>::max()) {
      whole.emplace_back(rarest, index);
      OpenGate(rarest, kKeyLetters, 0);
      continue;
    }
    // One open run.
    form.run_begin = begin;
    size_t end = begin;
    while (end < form.text.size() && IsLetter(form.text[end])) ++end;
    const size_t letters = std::min(end - begin, kOpenKeyLetters);
    const uint64_t key = KeyAt(form.text, begin, letters);
    prefixes[letters].emplace_back(key, index);
    OpenGate(key, letters, static_cast<unsigned>(letters));
  }
  for (auto& [text, places] : chunks) chunks_.push_back({text, std::move(places)});
  whole_.Build(std::move(whole));
  for (size_t n = 0; n <= kOpenKeyLetters; ++n) prefix_[n].Build(std::move(prefixes[n]));
}

// Lets the tables of `bit` be looked at for every run whose first `letters` letters are those of
// `key`.
void WordMatcher::OpenGate(uint64_t key, size_t letters, unsigned bit) {
  const size_t known = 5 * std::min(letters, kGateLetters);
  for (size_t rest = 0; rest < gate_.size() >> known; ++rest) {
    const size_t mask = (size_t{1} << known) - 1;
    gate_[(GateOf(key) & mask) | rest << known] |= static_cast<uint8_t>(1u << bit);
  }
}

void WordMatcher::Table::Build(std::vector<std::pair<uint64_t, uint32_t>> forms_by_key) {
  std::sort(forms_by_key.begin(), forms_by_key.end());
  size_t capacity = 16;
  while (capacity < 2 * forms_by_key.size()) capacity *= 2;
  slots_.assign(capacity, {});
  for (size_t i = 0; i < forms_by_key.size();) {
    const uint64_t key = forms_by_key[i].first;
    const uint64_t hash = Hash(key);
    filter_[hash >> 54] |= uint64_t{1} << (hash >> 48 & 63);
    size_t at = hash >> 24 & (capacity - 1);
    while (slots_[at].begin != slots_[at].end) at = (at + 1) & (capacity - 1);
    slots_[at].key = key;
    slots_[at].begin = static_cast<uint32_t>(forms_.size());
    for (; i < forms_by_key.size() && forms_by_key[i].first == key; ++i) {
      forms_.push_back(forms_by_key[i].second);
    }
    slots_[at].end = static_cast<uint32_t>(forms_.size());
  }
}

absl::Span<const uint32_t> WordMatcher::Table::FindSlot(uint64_t key, uint64_t hash) const {
  for (size_t at = hash >> 24 & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
    const Slot& slot = slots_[at];
    if (slot.begin == slot.end) return {};
    if (slot.key == key) {
      return absl::MakeConstSpan(forms_).subspan(slot.begin, slot.end - slot.begin);
    }
  }
}

absl::Status WordMatcher::CompileDatabase(const DatabaseCache& cache) {
  if (chunks_.empty()) return absl::OkStatus();
  hs_platform_info_t platform;
  if (hs_populate_platform(&platform) != HS_SUCCESS) {
    return absl::InternalError("Hyperscan does not know this processor");
  }
  std::vector<std::string> expressions;
  std::string key =
      absl::StrFormat("words 3|%s|%u|%u|", hs_version(), platform.tune, platform.cpu_features);
  for (const Chunk& chunk : chunks_) {
    expressions.push_back(Expression(chunk.text));
    key += expressions.back();
    key += '\n';
  }
  if (std::optional<std::string> bytes = cache.Load(key)) {
    if (hs_deserialize_database(bytes->data(), bytes->size(), &database_) != HS_SUCCESS) {
      database_ = nullptr;
    }
  }
  if (database_ == nullptr) {
    std::vector<const char*> pointers;
    std::vector<unsigned> flags, ids;
    for (size_t i = 0; i < expressions.size(); ++i) {
      pointers.push_back(expressions[i].c_str());
      flags.push_back(HS_FLAG_CASELESS);
      ids.push_back(static_cast<unsigned>(i));
    }
    hs_compile_error_t* error = nullptr;
    if (hs_compile_multi(pointers.data(), flags.data(), ids.data(),
                         static_cast<unsigned>(pointers.size()), HS_MODE_BLOCK, &platform,
                         &database_, &error) != HS_SUCCESS) {
      const std::string what = error != nullptr && error->message != nullptr ? error->message : "";
      hs_free_compile_error(error);
      database_ = nullptr;
      return absl::InternalError(absl::StrFormat("Hyperscan cannot compile the words: %s", what));
    }
    char* bytes = nullptr;
    size_t size = 0;
    if (hs_serialize_database(database_, &bytes, &size) == HS_SUCCESS) {
      cache.Store(key, std::string_view(bytes, size));
      free(bytes);
    }
  }
  if (hs_alloc_scratch(database_, &prototype_) != HS_SUCCESS) {
    return absl::ResourceExhaustedError("no memory for a Hyperscan scratch");
  }
  return absl::OkStatus();
}

absl::StatusOr<WordMatcher::Scratch> WordMatcher::NewScratch() const {
  Scratch scratch;
  if (prototype_ != nullptr && hs_clone_scratch(prototype_, &scratch.scratch_) != HS_SUCCESS) {
    return absl::ResourceExhaustedError("no memory for a Hyperscan scratch");
  }
  return scratch;
}

std::vector<std::string> WordMatcher::Expressions() const {
  std::vector<std::string> expressions;
  expressions.reserve(forms_.size());
  for (const Form& form : forms_) expressions.push_back(Expression(form.text));
  return expressions;
}

bool WordMatcher::Stands(std::string_view text, const Form& form, size_t begin, size_t end) const {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if ((begin == 0 || is_ascii(text[begin - 1])) && (end == text.size() || is_ascii(text[end])) &&
      IsLetter(form.text.front()) && IsLetter(form.text.back())) {
    return (begin == 0 || !IsLetter(text[begin - 1])) &&
           (form.open || end == text.size() || !IsLetter(text[end]));
  }
  const char32_t first = CodePointAt(form.text, 0);
  if (IsSpacedLetter(first) || IsDigit(first)) {
    const char32_t before = CodePointBefore(text, begin);
    if (IsSpacedLetter(before) || (IsDigit(first) && IsDigit(before))) return false;
  }
  if (form.open) return true;
  const char32_t last = CodePointBefore(form.text, form.text.size());
  if (IsSpacedLetter(last) || IsDigit(last)) {
    const char32_t after = CodePointAt(text, end);
    if (IsSpacedLetter(after) || (IsDigit(last) && IsDigit(after))) return false;
  }
  return true;
}

// True if the form stands letter by letter at `begin`, whatever its neighbours.
bool WordMatcher::Equals(std::string_view text, const Form& form, size_t begin) const {
  if (form.text.size() > text.size() - begin) return false;
  for (size_t i = 0; i < form.text.size(); ++i) {
    const char c = text[begin + i];
    if (form.text[i] == ' ' ? !IsSeparator(c) : LowerAscii(c) != form.text[i]) return false;
  }
  return true;
}

// The hit of a form that stands at `begin`: of one that may go on, to the end of the text's word.
WordHit WordMatcher::HitAt(std::string_view text, const Form& form, size_t begin) {
  size_t end = begin + form.text.size();
  if (form.open) {
    const size_t limit = std::min(text.size(), end + kMaxEndingBytes);
    while (end < limit && IsSpacedLetter(CodePointAt(text, end))) {
      ++end;
      while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
    }
  }
  return {static_cast<uint32_t>(begin), static_cast<uint32_t>(end), form.lists};
}

absl::Status WordMatcher::Find(std::string_view text, const Triggers& triggers, size_t max_hits,
                               Scratch& scratch, std::vector<WordHit>& hits) const {
  hits.clear();
  bool full = false;
  const auto add = [&](uint32_t index, size_t run_begin) {
    const Form& form = forms_[index];
    if (run_begin < form.run_begin) return;
    const size_t begin = run_begin - form.run_begin;
    const size_t end = begin + form.text.size();
    // Many words share their first run; most differ in their last letter.
    if (end > text.size() || ((text[end - 1] ^ form.text.back()) & 0xDF) != 0) return;
    if (!Equals(text, form, begin) || !Stands(text, form, begin, end)) return;
    full = hits.size() >= max_hits;
    if (full) return;
    hits.push_back(HitAt(text, form, begin));
  };
  for (size_t block = 0; block * 64 < text.size() && !full; ++block) {
    const uint64_t letters = triggers.classes[block].letters;
    const uint64_t carry = block == 0 ? 0 : triggers.classes[block - 1].letters >> 63;
    for (uint64_t begins = letters & ~(letters << 1 | carry); begins != 0; begins &= begins - 1) {
      const auto bit = static_cast<unsigned>(__builtin_ctzll(begins));
      // The next 64 bits from the run's begin; keys need no more than eight of them.
      const uint64_t run =
          bit == 0 ? letters : letters >> bit | triggers.classes[block + 1].letters << (64 - bit);
      const size_t length = run == ~uint64_t{0} ? 64 : static_cast<size_t>(__builtin_ctzll(~run));
      const size_t begin = block * 64 + bit;
      const uint64_t key = KeyAt(text, begin, std::min(length, kKeyLetters));
      const unsigned gate = gate_[GateOf(key)];
      if (gate == 0) continue;
      if ((gate & 1) != 0) {
        for (uint32_t form : whole_.Find(key)) add(form, begin);
      }
      for (unsigned open = gate & ~1u; open != 0; open &= open - 1) {
        const auto n = static_cast<unsigned>(__builtin_ctz(open));
        if (length < n) break;
        for (uint32_t form : prefix_[n].Find(key & ((uint64_t{1} << (8 * n)) - 1)))
          add(form, begin);
      }
    }
  }
  if (full) return absl::ResourceExhaustedError("too many listed words");

  if (triggers.non_ascii && database_ != nullptr) {
    struct Collector {
      const WordMatcher* matcher;
      std::string_view text;
      size_t max_hits;
      std::vector<WordHit>* hits;
    } collector{this, text, max_hits, &hits};
    const auto on_match = [](unsigned int id, unsigned long long, unsigned long long to,
                             unsigned int, void* context) noexcept -> int {
      const Collector& c = *static_cast<Collector*>(context);
      const Chunk& chunk = c.matcher->chunks_[id];
      const size_t chunk_begin = to - chunk.text.size();
      for (const Chunk::Place& place : chunk.places) {
        if (chunk_begin < place.offset) continue;
        const Form& form = c.matcher->forms_[place.form];
        const size_t begin = chunk_begin - place.offset;
        if (!c.matcher->Equals(c.text, form, begin) ||
            !c.matcher->Stands(c.text, form, begin, begin + form.text.size())) {
          continue;
        }
        if (c.hits->size() >= c.max_hits) return 1;
        c.hits->push_back(HitAt(c.text, form, begin));
      }
      return 0;
    };
    const hs_error_t result = hs_scan(database_, text.data(), static_cast<unsigned>(text.size()), 0,
                                      scratch.scratch_, on_match, &collector);
    if (result == HS_SCAN_TERMINATED) return absl::ResourceExhaustedError("too many listed words");
    if (result != HS_SUCCESS) {
      return absl::InternalError(absl::StrFormat("Hyperscan failed with code %d", result));
    }
  }
  if (hits.size() > 1) KeepLongest(hits);
  return absl::OkStatus();
}

absl::Status WordMatcher::FindPlainly(std::string_view text, size_t max_hits,
                                      std::vector<WordHit>& hits) const {
  hits.clear();
  for (size_t begin = 0; begin < text.size(); ++begin) {
    for (uint32_t index : forms_by_byte_[static_cast<unsigned char>(LowerAscii(text[begin]))]) {
      const Form& form = forms_[index];
      const size_t end = begin + form.text.size();
      if (!Equals(text, form, begin) || !Stands(text, form, begin, end)) continue;
      if (hits.size() == max_hits) return absl::ResourceExhaustedError("too many listed words");
      hits.push_back(HitAt(text, form, begin));
    }
  }
  KeepLongest(hits);
  return absl::OkStatus();
}

}  // namespace tacet
