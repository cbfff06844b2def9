#include "bench/engines.h"

#include <hs/hs.h>
#include <re2/re2.h>
#include <re2/set.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_format.h"
#include "engine/detect/database_cache.h"
#include "engine/detect/regex_program.h"
#include "engine/detect/word_matcher.h"

namespace tacet {
namespace {

absl::Status ScanFailed(std::string_view engine) {
  return absl::InternalError(absl::StrFormat("%s could not scan a message", engine));
}

// --- Hyperscan ---------------------------------------------------------------------------------

unsigned HyperscanFlags(const Expression& e) {
  return (e.caseless ? HS_FLAG_CASELESS : 0u) | (e.dot_all ? HS_FLAG_DOTALL : 0u) |
         (e.multiline ? HS_FLAG_MULTILINE : 0u) | (e.utf8 ? HS_FLAG_UTF8 : 0u) |
         (e.ucp ? HS_FLAG_UCP : 0u) | (e.single_match ? HS_FLAG_SINGLEMATCH : 0u) |
         (e.allow_empty ? HS_FLAG_ALLOWEMPTY : 0u) | (e.prefilter ? HS_FLAG_PREFILTER : 0u) |
         (e.start_of_match ? HS_FLAG_SOM_LEFTMOST : 0u);
}

hs_expr_ext_t ExtendedOf(const Expression& e) {
  hs_expr_ext_t ext{};
  const auto set = [&](unsigned long long flag, uint64_t value, auto& field) {
    if (value == 0) return;
    ext.flags |= flag;
    field = static_cast<std::remove_reference_t<decltype(field)>>(value);
  };
  set(HS_EXT_FLAG_MIN_OFFSET, e.min_offset, ext.min_offset);
  set(HS_EXT_FLAG_MAX_OFFSET, e.max_offset, ext.max_offset);
  set(HS_EXT_FLAG_MIN_LENGTH, e.min_length, ext.min_length);
  set(HS_EXT_FLAG_EDIT_DISTANCE, e.edit_distance, ext.edit_distance);
  set(HS_EXT_FLAG_HAMMING_DISTANCE, e.hamming_distance, ext.hamming_distance);
  return ext;
}

class Hyperscan : public FlatEngine {
 public:
  Hyperscan(size_t size, bool stream, const std::vector<size_t>& known_faulty)
      : size_(size), stream_mode_(stream) {
    left_out_ = known_faulty;
  }
  ~Hyperscan() override {
    if (stream_ != nullptr) hs_close_stream(stream_, nullptr, nullptr, nullptr);
    hs_free_scratch(scratch_);
    hs_free_database(database_);
  }

  absl::Status Compile(const std::vector<Expression>& expressions) {
    std::vector<size_t> kept(expressions.size());
    std::iota(kept.begin(), kept.end(), size_t{0});
    for (size_t faulty : left_out_) std::erase(kept, faulty);
    // The error names the first expression that is at fault by itself; a set may also be too large
    // because of one that it does not name.
    bool tried_alone = false;
    for (;;) {
      const int fault = CompileKept(expressions, kept);
      if (fault == kCompiled) break;
      if (kept.empty()) return absl::InvalidArgumentError("Hyperscan can compile none of the set");
      if (fault >= 0) {
        left_out_.push_back(kept[static_cast<size_t>(fault)]);
        kept.erase(kept.begin() + fault);
      } else if (!tried_alone) {
        tried_alone = true;
        std::erase_if(kept, [&](size_t i) {
          const bool alone = CompileKept(expressions, {i}) == kCompiled;
          hs_free_database(database_);
          database_ = nullptr;
          if (!alone) left_out_.push_back(i);
          return !alone;
        });
      } else {
        return absl::ResourceExhaustedError("Hyperscan cannot compile the set: it is too large");
      }
    }
    std::sort(left_out_.begin(), left_out_.end());
    if (hs_alloc_scratch(database_, &scratch_) != HS_SUCCESS ||
        hs_database_size(database_, &database_bytes_) != HS_SUCCESS ||
        hs_scratch_size(scratch_, &scratch_bytes_) != HS_SUCCESS ||
        (stream_mode_ && (hs_stream_size(database_, &stream_bytes_) != HS_SUCCESS ||
                          hs_open_stream(database_, 0, &stream_) != HS_SUCCESS))) {
      return absl::ResourceExhaustedError("no memory for Hyperscan");
    }
    return absl::OkStatus();
  }

  absl::StatusOr<uint64_t> Scan(std::string_view text) override {
    uint64_t count = 0;
    const auto on_match = [](unsigned, unsigned long long, unsigned long long, unsigned,
                             void* context) -> int {
      ++*static_cast<uint64_t*>(context);
      return 0;
    };
    if (!Run(text, on_match, &count)) return ScanFailed("Hyperscan");
    return count;
  }

  absl::Status Match(std::string_view text, std::vector<size_t>& places) override {
    places.assign(size_, kNowhere);
    const auto on_match = [](unsigned id, unsigned long long, unsigned long long to, unsigned,
                             void* context) -> int {
      size_t& place = (*static_cast<std::vector<size_t>*>(context))[id];
      if (place == kNowhere) place = static_cast<size_t>(to);
      return 0;
    };
    if (!Run(text, on_match, &places)) return ScanFailed("Hyperscan");
    return absl::OkStatus();
  }

 private:
  static constexpr int kCompiled = -2;
  static constexpr int kWhole = -1;

  // kCompiled, or the position in `kept` of what is at fault, or kWhole.
  int CompileKept(const std::vector<Expression>& expressions, const std::vector<size_t>& kept) {
    std::vector<const char*> regexes;
    std::vector<unsigned> flags, ids;
    std::vector<hs_expr_ext_t> extended;
    extended.reserve(kept.size());
    std::vector<const hs_expr_ext_t*> pointers;
    for (size_t i : kept) {
      regexes.push_back(expressions[i].regex.c_str());
      flags.push_back(HyperscanFlags(expressions[i]));
      ids.push_back(static_cast<unsigned>(i));
      extended.push_back(ExtendedOf(expressions[i]));
      pointers.push_back(expressions[i].extended() ? &extended.back() : nullptr);
    }
    hs_compile_error_t* error = nullptr;
    // Starts of matches in a stream need a horizon; block mode does not have one.
    const bool horizon = stream_mode_ && std::any_of(kept.begin(), kept.end(), [&](size_t i) {
                           return expressions[i].start_of_match;
                         });
    const unsigned mode =
        stream_mode_ ? HS_MODE_STREAM | (horizon ? HS_MODE_SOM_HORIZON_LARGE : 0u) : HS_MODE_BLOCK;
    if (hs_compile_ext_multi(regexes.data(), flags.data(), ids.data(), pointers.data(),
                             static_cast<unsigned>(regexes.size()), mode, nullptr, &database_,
                             &error) == HS_SUCCESS) {
      return kCompiled;
    }
    const int fault = error != nullptr && error->expression >= 0 ? error->expression : kWhole;
    hs_free_compile_error(error);
    database_ = nullptr;
    return fault;
  }

  bool Run(std::string_view text, match_event_handler on_match, void* context) {
    const auto size = static_cast<unsigned>(text.size());
    if (!stream_mode_) {
      return hs_scan(database_, text.data(), size, 0, scratch_, on_match, context) == HS_SUCCESS;
    }
    // A message is a stream; resetting it reports what only its end decides.
    return hs_scan_stream(stream_, text.data(), size, 0, scratch_, on_match, context) ==
               HS_SUCCESS &&
           hs_reset_stream(stream_, 0, scratch_, on_match, context) == HS_SUCCESS;
  }

  size_t size_;
  bool stream_mode_;
  hs_database_t* database_ = nullptr;
  hs_scratch_t* scratch_ = nullptr;
  hs_stream_t* stream_ = nullptr;
};

// --- RE2 ---------------------------------------------------------------------------------------

// RE2 has no option for the flags s and m outside its POSIX syntax; they stand in the regex.
std::string Re2Regex(const Expression& e) {
  std::string flags;
  if (e.dot_all) flags += 's';
  if (e.multiline) flags += 'm';
  return flags.empty() ? e.regex : absl::StrFormat("(?%s:%s)", flags, e.regex);
}

RE2::Options Re2Options(const Expression& e) {
  RE2::Options options(e.utf8 ? RE2::DefaultOptions : RE2::Latin1);
  options.set_case_sensitive(!e.caseless);
  options.set_log_errors(false);
  options.set_max_mem(int64_t{64} << 20);
  return options;
}

class Re2OneByOne : public FlatEngine {
 public:
  absl::Status Compile(const std::vector<Expression>& expressions) {
    size_ = expressions.size();
    for (size_t i = 0; i < size_; ++i) {
      auto regex = expressions[i].extended() ? nullptr
                                             : std::make_unique<RE2>(Re2Regex(expressions[i]),
                                                                     Re2Options(expressions[i]));
      if (regex == nullptr || !regex->ok()) {
        left_out_.push_back(i);
        continue;
      }
      regexes_.emplace_back(i, std::move(regex));
    }
    if (regexes_.empty()) return absl::InvalidArgumentError("RE2 can compile none of the set");
    return absl::OkStatus();
  }
  absl::StatusOr<uint64_t> Scan(std::string_view text) override {
    uint64_t count = 0;
    for (const auto& [id, regex] : regexes_) {
      re2::StringPiece match;
      count += regex->Match(Piece(text), 0, text.size(), RE2::UNANCHORED, &match, 1);
    }
    return count;
  }
  absl::Status Match(std::string_view text, std::vector<size_t>& places) override {
    places.assign(size_, kNowhere);
    for (const auto& [id, regex] : regexes_) {
      re2::StringPiece match;
      if (regex->Match(Piece(text), 0, text.size(), RE2::UNANCHORED, &match, 1)) {
        places[id] = static_cast<size_t>(match.data() - text.data()) + match.size();
      }
    }
    return absl::OkStatus();
  }

 private:
  static re2::StringPiece Piece(std::string_view text) { return {text.data(), text.size()}; }
  size_t size_ = 0;
  std::vector<std::pair<size_t, std::unique_ptr<RE2>>> regexes_;
};

class Re2Set : public FlatEngine {
 public:
  absl::Status Compile(const std::vector<Expression>& expressions) {
    size_ = expressions.size();
    // A set has one encoding and one case for all: those of the first expression. Case goes into
    // the regex; an expression in the other encoding is left out.
    utf8_ = expressions.front().utf8;
    RE2::Options options(utf8_ ? RE2::DefaultOptions : RE2::Latin1);
    options.set_log_errors(false);
    options.set_max_mem(kMemory);
    set_ = std::make_unique<RE2::Set>(options, RE2::UNANCHORED);
    for (size_t i = 0; i < size_; ++i) {
      const Expression& e = expressions[i];
      const std::string regex = e.caseless ? absl::StrFormat("(?i:%s)", Re2Regex(e)) : Re2Regex(e);
      std::string error;
      if (e.extended() || e.utf8 != utf8_ || set_->Add(regex, &error) < 0) {
        left_out_.push_back(i);
      } else {
        ids_.push_back(i);
      }
    }
    if (ids_.empty()) return absl::InvalidArgumentError("RE2::Set can compile none of the set");
    if (!set_->Compile()) return absl::ResourceExhaustedError("RE2::Set is too large");
    return absl::OkStatus();
  }
  absl::StatusOr<uint64_t> Scan(std::string_view text) override {
    RE2::Set::ErrorInfo error{};
    if (!set_->Match(re2::StringPiece(text.data(), text.size()), &matches_, &error) &&
        error.kind != RE2::Set::kNoError) {
      return absl::ResourceExhaustedError("RE2::Set ran out of memory on a message");
    }
    return matches_.size();
  }
  absl::Status Match(std::string_view text, std::vector<size_t>& places) override {
    places.assign(size_, kNowhere);
    absl::StatusOr<uint64_t> count = Scan(text);
    if (!count.ok()) return count.status();
    // It does not say where.
    for (int match : matches_) places[ids_[static_cast<size_t>(match)]] = text.size();
    return absl::OkStatus();
  }

 private:
  static constexpr int64_t kMemory = int64_t{512} << 20;
  size_t size_ = 0;
  bool utf8_ = false;
  std::unique_ptr<RE2::Set> set_;
  std::vector<size_t> ids_;
  std::vector<int> matches_;
};

// --- PCRE2 -------------------------------------------------------------------------------------

class Pcre2Jit : public FlatEngine {
 public:
  ~Pcre2Jit() override {
    for (const auto& [id, code] : codes_) pcre2_code_free(code);
    pcre2_match_data_free(data_);
    pcre2_match_context_free(context_);
    pcre2_jit_stack_free(stack_);
  }
  absl::Status Compile(const std::vector<Expression>& expressions) {
    size_ = expressions.size();
    data_ = pcre2_match_data_create(1, nullptr);
    context_ = pcre2_match_context_create(nullptr);
    stack_ = pcre2_jit_stack_create(32 << 10, 1 << 20, nullptr);
    if (data_ == nullptr || context_ == nullptr || stack_ == nullptr) {
      return absl::ResourceExhaustedError("no memory for PCRE2");
    }
    pcre2_jit_stack_assign(context_, nullptr, stack_);
    scratch_bytes_ = 1 << 20;  // what the stack may grow to
    for (size_t i = 0; i < size_; ++i) {
      const Expression& e = expressions[i];
      const uint32_t flags = (e.caseless ? PCRE2_CASELESS : 0u) | (e.dot_all ? PCRE2_DOTALL : 0u) |
                             (e.multiline ? PCRE2_MULTILINE : 0u) |
                             (e.utf8 ? PCRE2_UTF | PCRE2_MATCH_INVALID_UTF : 0u) |
                             (e.ucp ? PCRE2_UCP : 0u) | PCRE2_DOLLAR_ENDONLY;
      int error = 0;
      PCRE2_SIZE at = 0;
      pcre2_code* code = e.extended() ? nullptr
                                      : pcre2_compile(reinterpret_cast<PCRE2_SPTR>(e.regex.data()),
                                                      e.regex.size(), flags, &error, &at, nullptr);
      if (code == nullptr || pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) != 0) {
        pcre2_code_free(code);
        left_out_.push_back(i);
        continue;
      }
      size_t size = 0, jit_size = 0;
      pcre2_pattern_info(code, PCRE2_INFO_SIZE, &size);
      pcre2_pattern_info(code, PCRE2_INFO_JITSIZE, &jit_size);
      database_bytes_ += size + jit_size;
      codes_.emplace_back(i, code);
    }
    if (codes_.empty()) return absl::InvalidArgumentError("PCRE2 can compile none of the set");
    return absl::OkStatus();
  }
  absl::StatusOr<uint64_t> Scan(std::string_view text) override {
    uint64_t count = 0;
    for (const auto& [id, code] : codes_) {
      const int result = Run(code, text);
      if (result < 0 && result != PCRE2_ERROR_NOMATCH) return ScanFailed("PCRE2");
      count += result >= 0;
    }
    return count;
  }
  absl::Status Match(std::string_view text, std::vector<size_t>& places) override {
    places.assign(size_, kNowhere);
    for (const auto& [id, code] : codes_) {
      const int result = Run(code, text);
      if (result < 0 && result != PCRE2_ERROR_NOMATCH) return ScanFailed("PCRE2");
      if (result >= 0) places[id] = pcre2_get_ovector_pointer(data_)[1];
    }
    return absl::OkStatus();
  }

 private:
  // pcre2_match checks what pcre2_jit_match leaves out, and then runs the same machine code.
  int Run(pcre2_code* code, std::string_view text) {
    return pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0, data_,
                       context_);
  }
  size_t size_ = 0;
  std::vector<std::pair<size_t, pcre2_code*>> codes_;
  pcre2_match_data* data_ = nullptr;
  pcre2_match_context* context_ = nullptr;
  pcre2_jit_stack* stack_ = nullptr;
};

template <typename Made, typename... Arguments>
absl::StatusOr<std::unique_ptr<FlatEngine>> Make(const std::vector<Expression>& expressions,
                                                 Arguments&&... arguments) {
  auto made = std::make_unique<Made>(std::forward<Arguments>(arguments)...);
  if (absl::Status status = made->Compile(expressions); !status.ok()) return status;
  return made;
}

}  // namespace

absl::StatusOr<std::unique_ptr<FlatEngine>> FlatEngine::Create(
    FlatKind kind, const std::vector<Expression>& expressions,
    const std::vector<size_t>& known_faulty) {
  if (expressions.empty()) return absl::InvalidArgumentError("the set holds no regex");
  switch (kind) {
    case FlatKind::kHyperscanBlock:
      return Make<Hyperscan>(expressions, expressions.size(), false, known_faulty);
    case FlatKind::kHyperscanStream:
      return Make<Hyperscan>(expressions, expressions.size(), true, known_faulty);
    case FlatKind::kRe2:
      return Make<Re2OneByOne>(expressions);
    case FlatKind::kRe2Set:
      return Make<Re2Set>(expressions);
    case FlatKind::kPcre2:
      return Make<Pcre2Jit>(expressions);
  }
  return absl::InternalError("no such engine");
}

std::vector<Expression> LibraryExpressions(const PatternLibrary& library) {
  std::vector<Expression> expressions;
  for (const Pattern& pattern : library.patterns()) {
    if (pattern.regex.empty()) continue;
    absl::StatusOr<RegexProgram> program = RegexProgram::Compile(pattern.regex);
    if (!program.ok()) continue;  // the detector has refused it by then
    expressions.push_back({.name = pattern.name, .regex = program->byte_regex()});
  }
  return expressions;
}

absl::StatusOr<std::vector<Expression>> LibraryWords(const PatternLibrary& library) {
  const auto matcher = WordMatcher::Create(library.word_lists(), DatabaseCache(""), true);
  if (!matcher.ok()) return matcher.status();
  std::vector<Expression> expressions;
  for (std::string& regex : (*matcher)->Expressions()) {
    expressions.push_back({.name = "word", .regex = std::move(regex), .caseless = true});
  }
  return expressions;
}

std::vector<std::string> JoinIntoBlocks(const std::vector<std::string>& messages, size_t size) {
  std::vector<std::string> blocks;
  for (const std::string& message : messages) {
    if (blocks.empty() || blocks.back().size() + message.size() >= size) blocks.emplace_back();
    blocks.back() += message;
    blocks.back() += '\n';
  }
  return blocks;
}

}  // namespace tacet
