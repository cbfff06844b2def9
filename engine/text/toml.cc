#include "engine/text/toml.h"

namespace tacet {
namespace {

// Characters of three bytes and less outside ASCII stand in plane 15, which is all private, while
// toml++ looks at them: there it takes none for a space. U+F0000 + c is F3 B0/B1/B2/B3 .. in UTF-8.
bool IsContinuation(unsigned char c) { return (c & 0xC0) == 0x80; }

void AppendUtf8(char32_t c, std::string& out) {
  if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
  } else {
    if (c < 0x10000) {
      out += static_cast<char>(0xE0 | c >> 12);
    } else {
      out += static_cast<char>(0xF0 | c >> 18);
      out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    }
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
  }
  out += static_cast<char>(0x80 | (c & 0x3F));
}

std::string Shield(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);  // a byte order mark
  for (size_t at = 0; at < text.size();) {
    const auto byte = [&](size_t i) -> unsigned char {
      return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0;
    };
    const unsigned char lead = byte(0);
    if (lead >= 0xC2 && lead < 0xE0 && IsContinuation(byte(1))) {
      AppendUtf8(0xF0000u + ((lead & 0x1Fu) << 6 | (byte(1) & 0x3Fu)), out);
      at += 2;
    } else if (lead >= 0xE0 && lead < 0xF0 && IsContinuation(byte(1)) && IsContinuation(byte(2))) {
      const char32_t c = (lead & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
      // Overlong forms, surrogates and the two that are no characters are left to the parser.
      if (c >= 0x800 && (c < 0xD800 || c > 0xDFFF) && c < 0xFFFE) {
        AppendUtf8(0xF0000u + c, out);
      } else {
        out.append(text.substr(at, 3));
      }
      at += 3;
    } else {
      out += text[at++];
    }
  }
  return out;
}

void Unshield(std::string& text) {
  size_t kept = 0;
  std::string character;
  for (size_t at = 0; at < text.size();) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[at + i]); };
    if (byte(0) == 0xF3 && at + 3 < text.size() && byte(1) >= 0xB0) {
      character.clear();
      AppendUtf8((byte(1) & 0x0Fu) << 12 | (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu), character);
      at += 4;
    } else {
      character.assign(1, text[at++]);
    }
    for (char c : character) text[kept++] = c;
  }
  text.resize(kept);
}

void Unshield(toml::node& node) {
  if (auto* string = node.as_string()) {
    Unshield(string->get());
  } else if (toml::array* array = node.as_array()) {
    for (toml::node& element : *array) Unshield(element);
  } else if (toml::table* table = node.as_table()) {
    for (auto&& [key, value] : *table) Unshield(value);
  }
}

}  // namespace

toml::parse_result ParseToml(std::string_view text, std::string_view name) {
  const std::string shielded = Shield(text);
  toml::parse_result result = toml::parse(std::string_view(shielded), name);
  if (result) Unshield(result.table());
  return result;
}

}  // namespace tacet
