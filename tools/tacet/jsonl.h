// Finds the texts of a JSON line that are to be scanned, and where they stand in it.
//
//   JsonLine line({"text"});                                  // one for each thread, reused
//   if (Withheld why = line.Parse(bytes); why != Withheld::kNo) ...
//   for (const JsonValue& value : line.values()) Scan(value.text);
#ifndef TACET_TOOLS_TACET_JSONL_H_
#define TACET_TOOLS_TACET_JSONL_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "tools/tacet/withheld.h"

namespace tacet::cli {

inline constexpr int kMaxJsonDepth = 64;

// A string or number under one of the fields, or a key below it.
struct JsonValue {
  size_t begin = 0;  // of the token in the line, quotes included
  size_t end = 0;
  std::string_view text;  // decoded
  std::string_view path;  // where it stands: "text", "text.parts[1]"
};

// Parses one line at a time; keeps its memory, which grows to the longest line seen.
class JsonLine {
 public:
  // `fields` are paths: "a.b" is the key b of the object at the key a, or the key "a.b" itself.
  // Arrays on the way are looked through.
  explicit JsonLine(std::vector<std::string> fields);
  JsonLine(const JsonLine&) = delete;
  JsonLine& operator=(const JsonLine&) = delete;
  ~JsonLine();

  // Parses `line`, behind which Batch::kPadding bytes must be readable. A byte order mark in front
  // is passed over. The whole line is checked (RFC 8259), whatever the fields. Every occurrence of
  // a field counts, since readers differ in which of two equal keys they take. If the result is
  // not kNo, there are no values.
  Withheld Parse(std::string_view line);

  // In the order of the line; their views last until the next Parse.
  absl::Span<const JsonValue> values() const;
  // The value of the first top-level key "id" if it is a string or a number. It may be there also
  // if the line is withheld for want of a field.
  bool has_id() const;
  std::string_view id() const;
  // The value of the top-level key "region", or empty.
  std::string_view region() const;

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

// True if `line` is nothing but JSON's white space.
bool IsBlankJson(std::string_view line);

// True if `line` is one valid JSON object. Copies it: for a look at the first line of a file.
bool IsJsonObject(std::string_view line);

// Appends `text` to `out` as a JSON string with its quotes. Escapes only what must be, and with
// `ascii` also all that is not ASCII. `text` is UTF-8; a byte that is not becomes U+FFFD.
void AppendJsonString(std::string_view text, bool ascii, std::string& out);

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_JSONL_H_
