// The files of patterns/, as they were when the library was built.
#ifndef TACET_DETECT_EMBEDDED_FILES_H_
#define TACET_DETECT_EMBEDDED_FILES_H_

#include <string_view>

#include "absl/types/span.h"

namespace tacet {

struct EmbeddedFile {
  std::string_view name;  // relative to patterns/: "codes.toml", "data/numbering_plans.tsv"
  std::string_view text;
};

// All of them, sorted by name.
absl::Span<const EmbeddedFile> EmbeddedFiles();

}  // namespace tacet

#endif  // TACET_DETECT_EMBEDDED_FILES_H_
