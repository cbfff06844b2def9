#include "engine/detect/word_matcher.h"

#include <hs/hs.h>

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "engine/text/word_forms.h"

namespace tacet {
namespace {

constexpr size_t kMaxForms = 200'000;

char LowerAscii(char c) { return absl::ascii_tolower(static_cast<unsigned char>(c)); }

bool IsSeparator(char c) { return c == ' ' || c == '-' || c == '\n'; }

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
  if (plain || matcher->forms_.empty()) return matcher;

  hs_platform_info_t platform;
  if (hs_populate_platform(&platform) != HS_SUCCESS) {
    return absl::InternalError("Hyperscan does not know this processor");
  }
  const std::vector<std::string> expressions = matcher->Expressions();
  std::string key = absl::StrFormat("words 1|%s|%u|%u|", hs_version(), platform.tune,
                                    platform.cpu_features);
  for (const std::string& expression : expressions) {
    key += expression;
    key += '\n';
  }
  if (std::optional<std::string> bytes = cache.Load(key)) {
    if (hs_deserialize_database(bytes->data(), bytes->size(), &matcher->database_) != HS_SUCCESS) {
      matcher->database_ = nullptr;
    }
  }
  if (matcher->database_ == nullptr) {
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
                         &matcher->database_, &error) != HS_SUCCESS) {
      const std::string what = error != nullptr && error->message != nullptr ? error->message : "";
      hs_free_compile_error(error);
      matcher->database_ = nullptr;
      return absl::InternalError(absl::StrFormat("Hyperscan cannot compile the words: %s", what));
    }
    char* bytes = nullptr;
    size_t size = 0;
    if (hs_serialize_database(matcher->database_, &bytes, &size) == HS_SUCCESS) {
      cache.Store(key, std::string_view(bytes, size));
      free(bytes);
    }
  }
  if (hs_alloc_scratch(matcher->database_, &matcher->prototype_) != HS_SUCCESS) {
    return absl::ResourceExhaustedError("no memory for a Hyperscan scratch");
  }
  return matcher;
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

absl::Status WordMatcher::Find(std::string_view text, size_t max_hits, Scratch& scratch,
                               std::vector<WordHit>& hits) const {
  hits.clear();
  if (database_ == nullptr || text.empty()) return absl::OkStatus();
  struct Collector {
    const WordMatcher* matcher;
    std::string_view text;
    size_t max_hits;
    std::vector<WordHit>* hits;
  } collector{this, text, max_hits, &hits};
  const auto on_match = [](unsigned int id, unsigned long long, unsigned long long to, unsigned int,
                           void* context) noexcept -> int {
    const Collector& c = *static_cast<Collector*>(context);
    const Form& form = c.matcher->forms_[id];
    const size_t begin = to - form.text.size();
    if (!c.matcher->Stands(c.text, form, begin, to)) return 0;
    if (c.hits->size() == c.max_hits) return 1;
    c.hits->push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(to), form.lists});
    return 0;
  };
  const hs_error_t result = hs_scan(database_, text.data(), static_cast<unsigned>(text.size()), 0,
                                    scratch.scratch_, on_match, &collector);
  if (result == HS_SCAN_TERMINATED) return absl::ResourceExhaustedError("too many listed words");
  if (result != HS_SUCCESS) {
    return absl::InternalError(absl::StrFormat("Hyperscan failed with code %d", result));
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
      if (end > text.size()) continue;
      bool same = true;
      for (size_t i = 0; same && i < form.text.size(); ++i) {
        const char c = text[begin + i];
        same = form.text[i] == ' ' ? IsSeparator(c) : LowerAscii(c) == LowerAscii(form.text[i]);
      }
      if (!same || !Stands(text, form, begin, end)) continue;
      if (hits.size() == max_hits) return absl::ResourceExhaustedError("too many listed words");
      hits.push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(end), form.lists});
    }
  }
  KeepLongest(hits);
  return absl::OkStatus();
}

}  // namespace tacet
