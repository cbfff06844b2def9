// Finds personal data in message text.
//
//   absl::StatusOr<Detector> detector = Detector::Create(*std::move(library));
//   if (!detector.ok()) return detector.status();
//   Detector::Scratch scratch = detector->NewScratch();       // one for each thread
//   auto findings = detector->Detect(text, scratch);
//   if (!findings.ok()) Withhold(text);                        // not scanned: never pass it on
//   for (const Finding& f : *findings) Use(f.span, detector->library().entities()[f.entity].type);
#ifndef TACET_DETECTOR_H_
#define TACET_DETECTOR_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "tacet/pattern_library.h"

namespace tacet {

class AllowList;

// Half-open: [begin, end), bytes of the caller's text.
struct Span {
  size_t begin = 0;
  size_t end = 0;
  friend bool operator==(const Span&, const Span&) = default;
};

// One value that was found. Findings of a message are sorted and never overlap.
struct Finding {
  Span span;
  int entity = 0;   // index into PatternLibrary::entities()
  int pattern = 0;  // index into PatternLibrary::patterns()
  float score = 0;
  friend bool operator==(const Finding&, const Finding&) = default;
};

// Which engine looks for candidates. Both give the same findings; the second is there to prove it.
enum class Engine {
  kTiered,     // the words first, then only the patterns that they, digits and rare bytes wake
  kReference,  // RE2, every pattern over the whole text, one after another
};

struct DetectorOptions {
  Engine engine = Engine::kTiered;
  // Types to report, by name. Empty: every type that is on by default.
  std::vector<std::string> types;
  // Findings with a lower score are dropped, whatever their type's own threshold. 0 to 1.
  float min_score = 0;
  // ISO 3166-1 alpha-2 codes of the countries whose messages these are. Their national phone
  // formats are expected, and no others; a message that is a number alone and could be the national
  // number of several countries is taken for theirs. Empty: every country's.
  std::vector<std::string> regions;
  // Where compiled words and patterns are kept between runs; empty keeps none. Files there are
  // mode 0600, authenticated, and rebuilt when anything differs. The directory must belong to the
  // user.
  std::string cache_directory;
  // Longest message, in bytes; a longer one is refused.
  size_t max_message_bytes = 1 << 21;
  // Most findings in a message; a message with more is refused.
  size_t max_findings = 10'000;
};

// A set of compiled patterns, ready to scan. Immutable: share one among threads freely.
class Detector {
 public:
  // Working memory for one scan at a time: one for each thread. Grows to the largest message seen
  // and stays there, so that scanning allocates nothing once warm. Must not outlive its Detector.
  class Scratch {
   public:
    Scratch(Scratch&&) noexcept;
    Scratch& operator=(Scratch&&) noexcept;
    ~Scratch();

    // Takes a message that is a number alone for the national number of `region` (ISO 3166-1
    // alpha-2) if it can be one, besides those of DetectorOptions::regions. Holds until the next
    // call; empty for none.
    void PreferRegion(std::string_view region);

   private:
    friend class Detector;
    struct Rep;
    explicit Scratch(std::unique_ptr<Rep> rep);
    std::unique_ptr<Rep> rep_;
  };

  // Compiles `library`. Fails with file and line if a pattern is malformed or too wide to scan,
  // and if `options` names an unknown type or region.
  static absl::StatusOr<Detector> Create(PatternLibrary library,
                                         const DetectorOptions& options = {});
  Detector(Detector&&) noexcept;
  Detector& operator=(Detector&&) noexcept;
  ~Detector();

  Scratch NewScratch() const;

  // Finds what `text` holds, in order and without overlaps. Accepts any bytes. The result lives in
  // `scratch` until its next use. An error (ResourceExhausted: a bound was passed; Internal: the
  // engine failed) means that the text was not scanned and must be withheld.
  absl::StatusOr<absl::Span<const Finding>> Detect(
      std::string_view text, Scratch& scratch ABSL_ATTRIBUTE_LIFETIME_BOUND) const;

  const PatternLibrary& library() const;
  const DetectorOptions& options() const;
  // For each pattern, in library order, why the fast path has to try it everywhere, or empty.
  std::vector<std::string> SlowPatterns() const;

 private:
  friend class Redactor;
  // Detect, as if the entities whose entry in `kept` is not 0 were not asked for: a link that a
  // policy keeps must not hide the code inside it. `kept` is empty or has an entry an entity. What
  // `allowed`, if not null, allows is left out as well.
  absl::StatusOr<absl::Span<const Finding>> DetectBut(
      std::string_view text, absl::Span<const uint8_t> kept, const AllowList* allowed,
      Scratch& scratch ABSL_ATTRIBUTE_LIFETIME_BOUND) const;

  struct Rep;
  explicit Detector(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace tacet

#endif  // TACET_DETECTOR_H_
