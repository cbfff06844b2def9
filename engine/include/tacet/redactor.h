// Turns message text into text that may be written down.
//
//   absl::StatusOr<Redactor> redactor = Redactor::Create(&*detector, Policy{});
//   Redactor::Scratch scratch = redactor->NewScratch();        // one for each thread
//   const Outcome outcome = redactor->Redact(text, scratch);
//   log << outcome.text();                                     // "" if withheld: nothing leaks
#ifndef TACET_REDACTOR_H_
#define TACET_REDACTOR_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "tacet/detector.h"

namespace tacet {

// What becomes of a value.
struct Action {
  enum class Kind : uint8_t {
    kReplace,  // <TYPE>
    kMask,     // one `mask` character for each code point, but the first and last few kept
    kRedact,   // nothing is left
    kKeep,     // stays as it is
  };
  Kind kind = Kind::kReplace;
  char mask = '*';     // ASCII, of the GSM 7-bit basic alphabet (3GPP TS 23.038, 6.2.1)
  int keep_first = 0;  // code points left as they are at the start; kMask only
  int keep_last =
      0;  // and at the end. A value with no more code points than these is masked whole.
};

// What happens to which type. Copyable.
struct Policy {
  Action fallback;                                      // for types without an entry
  std::vector<std::pair<std::string, Action>> by_type;  // type name, action

  // Values that stay as they are although they are found: the operator's own. The whole finding
  // has to be allowed, never a part of it. What they are compared with, and how many there may be,
  // is in docs/policy.md.
  struct Allow {
    std::vector<std::string> types;     // about these only; empty: about all but credentials
    std::vector<std::string> values;    // exact: "1800 111 109", "Example Bank"
    std::vector<std::string> domains;   // "example.com": links to it, mail at it, subdomains
    std::vector<std::string> patterns;  // RE2 regexes
  };
  std::vector<Allow> allow;

  // Reads a policy file (TOML: `default = "replace"`, then `[types]` with `CREDIT_CARD = { action =
  // "mask", keep_last = 4 }`, then `[[allow]]`). Fails with file, line and key. The format is in
  // docs/policy.md.
  static absl::StatusOr<Policy> Parse(std::string_view file_name, std::string_view toml);
};

// What came of a message. The only thing that code which writes messages should take.
class Outcome {
 public:
  enum class Kind : uint8_t {
    kClean,     // nothing found; text() is the message as it came
    kRedacted,  // text() is the message with every value treated
    kWithheld,  // not scanned; text() is empty and status() says why, without quoting the message
  };
  Kind kind() const { return kind_; }
  std::string_view text() const { return text_; }
  // What was found, in bytes of the message as it came.
  absl::Span<const Finding> findings() const { return findings_; }
  const absl::Status& status() const { return status_; }

 private:
  friend class Redactor;
  Outcome() = default;
  Kind kind_ = Kind::kWithheld;
  std::string_view text_;
  absl::Span<const Finding> findings_;
  absl::Status status_;
};

// Applies a policy to what a detector finds. Immutable: share one among threads freely. Many
// redactors may share a detector.
class Redactor {
 public:
  // Working memory for one message at a time: one for each thread. Must not outlive its Redactor.
  class Scratch {
   public:
    Scratch(Scratch&&) noexcept;
    Scratch& operator=(Scratch&&) noexcept;
    ~Scratch();

    // As Detector::Scratch::PreferRegion.
    void PreferRegion(std::string_view region);

   private:
    friend class Redactor;
    struct Rep;
    explicit Scratch(std::unique_ptr<Rep> rep);
    std::unique_ptr<Rep> rep_;
  };

  // `detector` must outlive the redactor. Fails if the policy names a type that the library lacks,
  // a mask character that is not in the GSM 7-bit basic alphabet, or allows what docs/policy.md
  // says cannot be allowed.
  static absl::StatusOr<Redactor> Create(const Detector* detector, const Policy& policy);
  Redactor(Redactor&&) noexcept;
  Redactor& operator=(Redactor&&) noexcept;
  ~Redactor();

  Scratch NewScratch() const;

  // What Redact would treat, and nothing that the policy keeps or allows. As Detector::Detect.
  absl::StatusOr<absl::Span<const Finding>> Find(
      std::string_view text, Scratch& scratch ABSL_ATTRIBUTE_LIFETIME_BOUND) const;

  // Redacts `text`, any bytes. The outcome's views live in `scratch` (or are `text` itself, if
  // clean) until the next use of `scratch`. Redacting the result again changes nothing.
  Outcome Redact(std::string_view text ABSL_ATTRIBUTE_LIFETIME_BOUND,
                 Scratch& scratch ABSL_ATTRIBUTE_LIFETIME_BOUND) const;

 private:
  struct Rep;
  explicit Redactor(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace tacet

#endif  // TACET_REDACTOR_H_
