#include "tools/tacet/jsonl.h"

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tools/tacet/record_reader.h"
#include "tools/tacet/utf8.h"

static_assert(tacet::cli::Batch::kPadding >= simdjson::SIMDJSON_PADDING);

namespace tacet::cli {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kJsonSpace = " \t\r\n";

std::string_view TrimRight(std::string_view token) {
  return token.substr(0, token.find_last_not_of(kJsonSpace) + 1);
}

bool IsLiteral(std::string_view token) {
  return token == "true" || token == "false" || token == "null";
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// RFC 8259, section 6. simdjson would also refuse integers over 64 bits, which are valid.
bool IsNumber(std::string_view token) {
  size_t at = 0;
  const auto next_is = [&](char c) { return at < token.size() && token[at] == c; };
  const auto digits = [&] {
    const size_t begin = at;
    while (at < token.size() && IsDigit(token[at])) ++at;
    return at > begin;
  };
  if (next_is('-')) ++at;
  if (next_is('0')) {
    ++at;
  } else if (!digits()) {
    return false;
  }
  if (next_is('.')) {
    ++at;
    if (!digits()) return false;
  }
  if (next_is('e') || next_is('E')) {
    ++at;
    if (next_is('+') || next_is('-')) ++at;
    if (!digits()) return false;
  }
  return at == token.size();
}

Withheld Why(simdjson::error_code error) {
  switch (error) {
    case simdjson::SUCCESS:
      return Withheld::kNo;
    case simdjson::UTF8_ERROR:
      return Withheld::kNotUtf8;
    case simdjson::CAPACITY:
      return Withheld::kTooLong;
    case simdjson::MEMALLOC:
      return Withheld::kEngine;
    default:
      return Withheld::kNotJson;
  }
}

}  // namespace

struct JsonLine::Rep {
  // What is left of a field's path at some place of the line.
  struct Rest {
    size_t field;   // index of `fields`
    size_t offset;  // where the rest begins in its path
  };
  // Where a value stands.
  struct Place {
    int depth = 0;
    size_t rests_begin = 0;  // the fields that may go on here: a part of `rests`
    size_t rests_end = 0;
    bool inside = false;  // under a field: every text counts
    bool is_id = false;
    bool is_region = false;
  };

  explicit Rep(std::vector<std::string> names) : fields(std::move(names)) {}

  // Visits all of `line`.
  Withheld Read(std::string_view line) {
    ondemand::document document;
    ondemand::value root;
    if (auto error =
            parser.iterate(line.data(), line.size(), line.size() + simdjson::SIMDJSON_PADDING)
                .get(document)) {
      return Why(error);
    }
    if (auto error = document.get_value().get(root)) {
      return Why(error);  // a string or number on its own is no record
    }
    Place everywhere;
    everywhere.rests_end = rests.size();
    if (const Withheld why = Visit(root, everywhere); why != Withheld::kNo) return why;
    // There is a location as long as something follows.
    if (!document.current_location().error()) return Withheld::kNotJson;
    return field_seen ? Withheld::kNo : Withheld::kNoField;
  }

  Withheld Visit(ondemand::value value, const Place& place) {
    ondemand::json_type type;
    if (auto error = value.type().get(type)) return Why(error);
    switch (type) {
      case ondemand::json_type::object:
        return VisitObject(value, place);
      case ondemand::json_type::array:
        return VisitArray(value, place);
      default:
        return VisitScalar(value, type, place);
    }
  }

  Withheld VisitObject(ondemand::value& value, const Place& place) {
    if (place.depth == kMaxJsonDepth) return Withheld::kTooDeep;
    ondemand::object object;
    if (auto error = value.get_object().get(object)) return Why(error);
    for (auto result : object) {
      ondemand::field field;
      if (auto error = std::move(result).get(field)) return Why(error);
      const char* raw_key = field.key().raw();
      std::string_view key;
      if (auto error = field.unescaped_key().get(key)) return Why(error);

      Place below{place.depth + 1, rests.size(), rests.size(), place.inside};
      const size_t path_size = path.size();
      if (place.inside) {
        absl::StrAppend(&path, ".", absl::string_view(key.data(), key.size()));
        AddKey(raw_key, key);
      }
      for (size_t i = place.rests_begin; i < place.rests_end; ++i) {
        const Rest rest = rests[i];
        const std::string_view left = std::string_view(fields[rest.field]).substr(rest.offset);
        if (left == key) {
          if (!below.inside) path = fields[rest.field];
          below.inside = true;
        } else if (left.size() > key.size() && left[key.size()] == '.' &&
                   left.substr(0, key.size()) == key) {
          rests.push_back({rest.field, rest.offset + key.size() + 1});
        }
      }
      below.rests_end = rests.size();
      below.is_id = place.depth == 0 && !has_id && key == "id";
      below.is_region = place.depth == 0 && key == "region";
      field_seen |= below.inside;
      if (const Withheld why = Visit(field.value(), below); why != Withheld::kNo) return why;
      rests.resize(below.rests_begin);
      path.resize(place.inside ? path_size : 0);
    }
    return Withheld::kNo;
  }

  Withheld VisitArray(ondemand::value& value, const Place& place) {
    if (place.depth == kMaxJsonDepth) return Withheld::kTooDeep;
    ondemand::array array;
    if (auto error = value.get_array().get(array)) return Why(error);
    Place below = place;
    ++below.depth;
    below.is_id = below.is_region = false;
    const size_t path_size = path.size();
    size_t index = 0;
    for (auto result : array) {
      ondemand::value element;
      if (auto error = std::move(result).get(element)) return Why(error);
      if (place.inside) absl::StrAppend(&path, "[", index++, "]");
      if (const Withheld why = Visit(element, below); why != Withheld::kNo) return why;
      path.resize(path_size);
    }
    return Withheld::kNo;
  }

  Withheld VisitScalar(ondemand::value& value, ondemand::json_type type, const Place& place) {
    const std::string_view token = TrimRight(value.raw_json_token());
    std::string_view text = token;
    if (type == ondemand::json_type::string) {
      if (auto error = value.get_string().get(text)) return Why(error);
    } else if (type == ondemand::json_type::number) {
      if (!IsNumber(token)) return Withheld::kNotJson;
    } else {
      return IsLiteral(token) ? Withheld::kNo : Withheld::kNotJson;
    }
    if (place.inside) Add(static_cast<size_t>(token.data() - line_begin), token.size(), text);
    if (place.is_id) {
      has_id = true;
      id = text;
    }
    if (place.is_region) region = text;
    return Withheld::kNo;
  }

  void AddKey(const char* raw_key, std::string_view key) {
    const char* end = raw_key;
    while (*end != '"') end += *end == '\\' ? 2 : 1;
    Add(static_cast<size_t>(raw_key - 1 - line_begin), static_cast<size_t>(end + 2 - raw_key), key);
  }

  void Add(size_t begin, size_t size, std::string_view text) {
    values.push_back({begin, begin + size, text, {}});
    path_ends.push_back(paths.size() + path.size());
    paths += path;
  }

  std::vector<std::string> fields;
  ondemand::parser parser;
  const char* line_begin = nullptr;
  std::vector<Rest> rests;
  std::string path;   // of the value that is visited, while inside a field
  std::string paths;  // of all values, one behind the other
  std::vector<size_t> path_ends;
  std::vector<JsonValue> values;
  bool field_seen = false;
  bool has_id = false;
  std::string_view id;
  std::string_view region;
};

JsonLine::JsonLine(std::vector<std::string> fields)
    : rep_(std::make_unique<Rep>(std::move(fields))) {}
JsonLine::~JsonLine() = default;

Withheld JsonLine::Parse(std::string_view line) {
  Rep& rep = *rep_;
  rep.line_begin = line.data();
  rep.rests.clear();
  rep.path.clear();
  rep.paths.clear();
  rep.path_ends.clear();
  rep.values.clear();
  rep.field_seen = false;
  rep.has_id = false;
  rep.id = {};
  rep.region = {};
  for (size_t i = 0; i < rep.fields.size(); ++i) rep.rests.push_back({i, 0});

  if (line.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    line.remove_prefix(kByteOrderMark.size());
  }
  // Grown in steps of two: the parser takes just what it is asked for, line by line.
  if (rep.parser.capacity() < line.size()) {
    const size_t capacity = std::max<size_t>({4096, line.size(), rep.parser.capacity() * 2});
    if (auto error = rep.parser.allocate(capacity)) return Why(error);
  }
  const Withheld why = rep.Read(line);
  if (why != Withheld::kNo) rep.values.clear();
  if (why != Withheld::kNo && why != Withheld::kNoField) rep.has_id = false;
  size_t path_begin = 0;
  for (size_t i = 0; i < rep.values.size(); ++i) {
    rep.values[i].path =
        std::string_view(rep.paths).substr(path_begin, rep.path_ends[i] - path_begin);
    path_begin = rep.path_ends[i];
  }
  return why;
}

absl::Span<const JsonValue> JsonLine::values() const { return rep_->values; }
bool JsonLine::has_id() const { return rep_->has_id; }
std::string_view JsonLine::id() const { return rep_->id; }
std::string_view JsonLine::region() const { return rep_->region; }

bool IsBlankJson(std::string_view line) { return line.find_first_not_of(kJsonSpace) == line.npos; }

bool IsJsonObject(std::string_view line) {
  std::string_view bare = line;
  if (bare.substr(0, kByteOrderMark.size()) == kByteOrderMark) bare.remove_prefix(3);
  const size_t first = bare.find_first_not_of(kJsonSpace);
  if (first == bare.npos || bare[first] != '{') return false;
  const simdjson::padded_string copy(line);
  // A valid line without any field to look for has "no field"; any other answer is a fault.
  return JsonLine({}).Parse(copy) == Withheld::kNoField;
}

void AppendJsonString(std::string_view text, bool ascii, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto escape = [&](uint32_t unit) {
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += kHex[unit >> shift & 0xF];
  };
  out += '"';
  size_t plain = 0;  // where the bytes begin that are not copied yet
  for (size_t i = 0; i < text.size();) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
      ++i;
      continue;
    }
    const CodePoint code_point = DecodeUtf8(text.substr(i));
    const bool broken = code_point.value == 0xFFFD && code_point.size == 1;
    if (c >= 0x80 && !ascii && !broken) {
      i += code_point.size;
      continue;
    }
    out.append(text.substr(plain, i - plain));
    i += code_point.size;
    plain = i;
    switch (code_point.value) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (code_point.value >= 0x10000) {
          escape(0xD800 + ((code_point.value - 0x10000) >> 10));
          escape(0xDC00 + (code_point.value & 0x3FF));
        } else {
          escape(code_point.value);
        }
    }
  }
  out.append(text.substr(plain));
  out += '"';
}

}  // namespace tacet::cli
