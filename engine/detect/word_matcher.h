// Finds the words of the word lists in folded text.
#ifndef TACET_DETECT_WORD_MATCHER_H_
#define TACET_DETECT_WORD_MATCHER_H_

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/detect/database_cache.h"
#include "engine/detect/recogniser.h"
#include "engine/detect/triggers.h"
#include "tacet/pattern_library.h"

struct hs_database;
struct hs_scratch;

namespace tacet {

// All words of a library, compiled. Immutable and shared among threads.
//
// Words of ASCII are looked up in a hash table by one of their runs of letters, once a run of the
// text: their number costs nothing. Words with other letters, which may stand inside scripts
// without spaces, are a Hyperscan database, scanned only in texts that are not ASCII.
class WordMatcher {
 public:
  // A thread's working memory for Hyperscan.
  class Scratch {
   public:
    Scratch() = default;
    Scratch(Scratch&& other) noexcept : scratch_(other.scratch_) { other.scratch_ = nullptr; }
    Scratch& operator=(Scratch&& other) noexcept;
    ~Scratch();

   private:
    friend class WordMatcher;
    hs_scratch* scratch_ = nullptr;
  };

  // Compiles the words, or takes them from `cache`. With `plain`, without Hyperscan: then only
  // FindPlainly may be called.
  static absl::StatusOr<std::unique_ptr<WordMatcher>> Create(const std::vector<WordList>& lists,
                                                             const DatabaseCache& cache,
                                                             bool plain);
  ~WordMatcher();
  WordMatcher(const WordMatcher&) = delete;
  WordMatcher& operator=(const WordMatcher&) = delete;

  absl::StatusOr<Scratch> NewScratch() const;

  // Puts the words of `text` into `hits`, by begin, without those that lie inside a longer word.
  // `triggers` are those of `text`. Fails if there are more than `max_hits` or if Hyperscan fails:
  // then nothing is known.
  absl::Status Find(std::string_view text, const Triggers& triggers, size_t max_hits,
                    Scratch& scratch, std::vector<WordHit>& hits) const;
  // The same, word by word at each place: slow, and too simple to be wrong.
  absl::Status FindPlainly(std::string_view text, size_t max_hits,
                           std::vector<WordHit>& hits) const;

  // All words as Hyperscan expressions, for benchmarks of a bare scan.
  std::vector<std::string> Expressions() const;

 private:
  WordMatcher() = default;

  // A word as it is written: ASCII letters in lower case, spaces standing for any separator.
  struct Form {
    std::string text;
    bool open = false;  // the word may go on
    std::vector<uint16_t> lists;
    size_t run_begin = 0;  // the run of ASCII letters that it is looked up by
  };
  // Forms by a key of up to eight letters, with a filter in front that most words do not pass.
  class Table {
   public:
    void Build(std::vector<std::pair<uint64_t, uint32_t>> forms_by_key);
    absl::Span<const uint32_t> Find(uint64_t key) const {
      const uint64_t hash = Hash(key);
      if ((filter_[hash >> 54] >> (hash >> 48 & 63) & 1) == 0) return {};
      return FindSlot(key, hash);
    }

   private:
    struct Slot {
      uint64_t key = 0;
      uint32_t begin = 0, end = 0;  // in forms_; empty if equal
    };
    static uint64_t Hash(uint64_t key) { return (key ^ key >> 29) * 0x9E3779B97F4A7C15u; }
    absl::Span<const uint32_t> FindSlot(uint64_t key, uint64_t hash) const;

    std::vector<uint64_t> filter_ = std::vector<uint64_t>(1024);  // 64 Kibit
    std::vector<Slot> slots_;
    std::vector<uint32_t> forms_;
  };
  static constexpr size_t kKeyLetters = 8;
  static constexpr size_t kOpenKeyLetters = 4;

  // The letters text[begin, begin + length), at most eight, in lower case, as one number.
  static uint64_t KeyAt(std::string_view text, size_t begin, size_t length) {
    uint64_t key = 0;
    if (text.size() - begin >= sizeof(key)) {
      std::memcpy(&key, text.data() + begin, sizeof(key));
    } else {
      std::memcpy(&key, text.data() + begin, text.size() - begin);
    }
    key |= 0x2020202020202020u;
    return length == sizeof(key) ? key : key & ((uint64_t{1} << (8 * length)) - 1);
  }
  bool Stands(std::string_view text, const Form& form, size_t begin, size_t end) const;
  bool Equals(std::string_view text, const Form& form, size_t begin) const;
  static WordHit HitAt(std::string_view text, const Form& form, size_t begin);
  void BuildTables();
  absl::Status CompileDatabase(const DatabaseCache& cache);

  // What may be looked up for a run, by its first three letters, five bits each: bit 0 is whole_,
  // bit n prefix_[n]. Most runs of a text end here.
  static constexpr size_t kGateLetters = 3;
  static size_t GateOf(uint64_t key) {
    return (key & 31) | (key >> 3 & 31 << 5) | (key >> 6 & 31 << 10);
  }
  void OpenGate(uint64_t key, size_t letters, unsigned bit);

  std::vector<Form> forms_;
  Table whole_;                        // by a whole run of letters
  Table prefix_[kOpenKeyLetters + 1];  // of words that may go on, by their first letters
  std::vector<uint8_t> gate_ = std::vector<uint8_t>(size_t{1} << (5 * kGateLetters));
  // A literal that Hyperscan looks for, and the forms that hold it.
  struct Chunk {
    struct Place {
      uint32_t form = 0, offset = 0;
    };
    std::string text;
    std::vector<Place> places;
  };
  std::vector<Chunk> chunks_;  // by Hyperscan id
  hs_database* database_ = nullptr;
  hs_scratch* prototype_ = nullptr;
  std::vector<std::vector<uint32_t>> forms_by_byte_;  // by first byte, lower case
};

}  // namespace tacet

#endif  // TACET_DETECT_WORD_MATCHER_H_
