// What tacet eval --diff found, and how it is written down.
#ifndef TACET_TOOLS_TACET_EVAL_DIFF_REPORT_H_
#define TACET_TOOLS_TACET_EVAL_DIFF_REPORT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tacet::cli {

struct DiffResults {
  struct Set {
    std::string path;
    bool whole = false;  // not laid over the built-in patterns
    uint64_t patterns = 0, findings = 0;
  };
  // Code points [start, end) of a text, and where in `text` that is in bytes.
  struct Place {
    size_t start = 0, end = 0;
    size_t begin_byte = 0, end_byte = 0;
  };
  struct Example {
    uint64_t record = 0;  // from 1, counted over all inputs
    std::string field;    // empty unless the record has several texts
    Place before, now;    // empty where nothing was found
    std::string text;     // empty unless texts are shown; the part around the places
  };
  enum class Kind : uint8_t { kNew, kGone, kChanged };
  // A kind of difference: which pattern and type there was, which there is.
  struct Row {
    Kind kind = Kind::kNew;
    std::string type_before, pattern_before;  // empty if new
    std::string type_now, pattern_now;        // empty if gone
    bool moved = false;                       // the spans differ
    uint64_t count = 0;
    std::vector<Example> examples;  // the first
  };
  struct TypeCounts {
    uint64_t before = 0, now = 0;           // findings
    uint64_t added = 0, gone = 0;           // with nothing of the other set over them
    uint64_t to_other = 0, from_other = 0;  // the type changed
    uint64_t moved = 0;                     // the span changed, and not the type
  };

  std::array<Set, 2> sets;  // old, new
  uint64_t messages = 0, messages_changed = 0;
  std::vector<Row> rows;  // by kind, then the most frequent first
  std::map<std::string, TypeCounts> types;
  bool show_text = false;
};

std::string DiffText(const DiffResults& results);
std::string DiffJson(const DiffResults& results);
std::string DiffHtml(const DiffResults& results);

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_EVAL_DIFF_REPORT_H_
