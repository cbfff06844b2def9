// Finds the words of the word lists in folded text.
#ifndef TACET_DETECT_WORD_MATCHER_H_
#define TACET_DETECT_WORD_MATCHER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/detect/database_cache.h"
#include "engine/detect/recogniser.h"
#include "tacet/pattern_library.h"

struct hs_database;
struct hs_scratch;

namespace tacet {

// All words of a library, compiled. Immutable and shared among threads.
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
                                                             const DatabaseCache& cache, bool plain);
  ~WordMatcher();
  WordMatcher(const WordMatcher&) = delete;
  WordMatcher& operator=(const WordMatcher&) = delete;

  absl::StatusOr<Scratch> NewScratch() const;

  // Puts the words of `text` into `hits`, by begin, without those that lie inside a longer word.
  // Fails if there are more than `max_hits` or if Hyperscan fails: then nothing is known.
  absl::Status Find(std::string_view text, size_t max_hits, Scratch& scratch,
                    std::vector<WordHit>& hits) const;
  // The same, word by word at each place: slow, and too simple to be wrong.
  absl::Status FindPlainly(std::string_view text, size_t max_hits, std::vector<WordHit>& hits) const;

  // The words as Hyperscan expressions, for benchmarks of the bare scan.
  std::vector<std::string> Expressions() const;

 private:
  WordMatcher() = default;

  // A word as it is written: ASCII letters in lower case, spaces standing for any separator.
  struct Form {
    std::string text;
    bool open = false;  // the word may go on
    std::vector<uint16_t> lists;
  };
  bool Stands(std::string_view text, const Form& form, size_t begin, size_t end) const;

  std::vector<Form> forms_;
  hs_database* database_ = nullptr;
  hs_scratch* prototype_ = nullptr;
  std::vector<std::vector<uint32_t>> forms_by_byte_;  // by first byte, lower case
};

}  // namespace tacet

#endif  // TACET_DETECT_WORD_MATCHER_H_
