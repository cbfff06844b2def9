// Any text as a pattern file: it loads or is refused, and what loads can scan.
#include <cstdint>
#include <string>

#include "tacet/detector.h"
#include "tacet/redactor.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tacet;
  if (size > 1 << 14) return 0;
  std::string text(reinterpret_cast<const char*>(data), size);
  // The same bytes as a policy: its loader is as exposed.
  (void)Policy::Parse("fuzz.toml", text);
  absl::StatusOr<PatternLibrary> library =
      PatternLibrary::Parse({PatternFile{"fuzz.toml", std::move(text)}});
  if (!library.ok()) return 0;
  absl::StatusOr<Detector> detector =
      Detector::Create(*std::move(library), {.engine = Engine::kReference});
  if (!detector.ok()) return 0;
  Detector::Scratch scratch = detector->NewScratch();
  for (const Example& example : detector->library().examples()) {
    (void)detector->Detect(example.text, scratch);
  }
  return 0;
}
