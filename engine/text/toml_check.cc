#include "engine/text/toml_check.h"

#include <algorithm>

namespace tacet {
namespace {

bool BeginsName(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '"' || c == '\'' || c == ']';
}

// Behind the string that begins at `at`. One without an end is left to the parser to report.
size_t SkipString(std::string_view text, size_t at) {
  const char quote = text[at];
  size_t quotes = at;
  while (quotes < text.size() && quotes - at < 3 && text[quotes] == quote) ++quotes;
  const bool multi_line = quotes - at == 3;
  if (quotes - at == 2) return quotes;  // empty
  for (at = multi_line ? quotes : at + 1; at < text.size(); ++at) {
    if (text[at] == '\\' && quote == '"') {
      ++at;
    } else if (text[at] == '\n' && !multi_line) {
      return at;
    } else if (text[at] == quote && !multi_line) {
      return at + 1;
    } else if (text.substr(at, 3) == std::string_view(quote == '"' ? "\"\"\"" : "'''")) {
      at += 3;
      // Up to two quotes more belong to the string.
      for (int i = 0; i < 2 && at < text.size() && text[at] == quote; ++i) ++at;
      return at;
    }
  }
  return text.size();
}

}  // namespace

int FaultyTomlLine(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  const auto line_of = [text](size_t at) {
    return 1 + static_cast<int>(
                   std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
  };
  bool line_begins = true;  // but for blanks
  int depth = 0;            // of arrays
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (static_cast<unsigned char>(c) >= 0x80) return line_of(at);
    if (c == '"' || c == '\'') {
      at = SkipString(text, at);
      line_begins = false;
      continue;
    }
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    if (c == '[' && line_begins && depth == 0) {
      const auto skip_blanks = [&] {
        while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
      };
      const size_t header = at++;
      skip_blanks();
      if (at < text.size() && text[at] == '[') ++at;
      skip_blanks();
      if (at == text.size() || !BeginsName(text[at])) return line_of(header);
      line_begins = false;
      continue;
    }
    if (c == '[') ++depth;
    if (c == ']') depth = std::max(0, depth - 1);
    line_begins = c == '\n' || c == '\r' || (line_begins && (c == ' ' || c == '\t'));
    ++at;
  }
  return 0;
}

}  // namespace tacet
