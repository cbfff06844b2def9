// Any bytes in: the outcome is sound, the two engines agree, and what is not found is not touched.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tacet/redactor.h"

namespace {

using namespace tacet;  // a fuzz target is a program, not a header

void Require(bool condition) {
  if (!condition) std::abort();
}

struct Engines {
  Detector tiered = Make(Engine::kTiered);
  Detector reference = Make(Engine::kReference);
  Redactor redactor = MakeRedactor(&tiered);
  Detector::Scratch tiered_scratch = tiered.NewScratch();
  Detector::Scratch reference_scratch = reference.NewScratch();
  Redactor::Scratch redactor_scratch = redactor.NewScratch();

  static Detector Make(Engine engine) {
    absl::StatusOr<PatternLibrary> library = PatternLibrary::Parse(DefaultPatternFiles());
    Require(library.ok());
    absl::StatusOr<Detector> detector = Detector::Create(*std::move(library), {.engine = engine});
    Require(detector.ok());
    return *std::move(detector);
  }
  static Redactor MakeRedactor(const Detector* detector) {
    absl::StatusOr<Redactor> made = Redactor::Create(detector, Policy{});
    Require(made.ok());
    return *std::move(made);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Engines* const engines = new Engines();
  if (size > 4096) return 0;  // the reference is slow
  const std::string text(reinterpret_cast<const char*>(data), size);

  const auto findings = engines->tiered.Detect(text, engines->tiered_scratch);
  const auto expected = engines->reference.Detect(text, engines->reference_scratch);
  if (findings.ok() && expected.ok()) {
    Require(*findings == *expected);
    size_t last = 0;
    for (const Finding& f : *findings) {
      Require(f.span.begin >= last && f.span.begin < f.span.end && f.span.end <= text.size());
      last = f.span.end;
    }
  }

  const Outcome outcome = engines->redactor.Redact(text, engines->redactor_scratch);
  switch (outcome.kind()) {
    case Outcome::Kind::kWithheld:
      Require(outcome.text().empty() && !outcome.status().ok());
      break;
    case Outcome::Kind::kClean:
      Require(outcome.text() == text && outcome.findings().empty());
      break;
    case Outcome::Kind::kRedacted: {
      // Outside the findings every byte is as it was.
      std::string_view rest = outcome.text();
      size_t at = 0;
      for (const Finding& f : outcome.findings()) {
        const std::string_view before = std::string_view(text).substr(at, f.span.begin - at);
        Require(rest.substr(0, before.size()) == before);
        rest.remove_prefix(before.size());
        const std::string mark =
            "<" + engines->tiered.library().entities()[static_cast<size_t>(f.entity)].type + ">";
        Require(rest.substr(0, mark.size()) == mark);
        rest.remove_prefix(mark.size());
        at = f.span.end;
      }
      Require(rest == std::string_view(text).substr(at));
      break;
    }
  }
  return 0;
}
