#include "engine/text/toml_headers.h"

namespace tacet {
namespace {

bool BeginsName(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '"' || c == '\'' || c == ']';
}

}  // namespace

int FaultyTableHeader(std::string_view text) {
  int line = 1;
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  for (size_t at = 0; at < text.size();) {
    const auto skip_blanks = [&] {
      while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
    };
    skip_blanks();
    if (at < text.size() && text[at] == '[') {
      ++at;
      skip_blanks();
      if (at < text.size() && text[at] == '[') ++at;
      skip_blanks();
      if (at == text.size() || !BeginsName(text[at])) return line;
    }
    at = text.find_first_of("\r\n", at);
    if (at == std::string_view::npos) break;
    line += text[at] == '\n' ? 1 : 0;
    ++at;
  }
  return 0;
}

}  // namespace tacet
