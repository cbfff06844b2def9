// Writes JSON for people and programs: a member a line.
//
//   JsonWriter json;
//   json.Open("", '{');
//   json.Add("cases", uint64_t{3});
//   json.Close();
//   Print(json.Take());
#ifndef TACET_TOOLS_TACET_JSON_WRITER_H_
#define TACET_TOOLS_TACET_JSON_WRITER_H_

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/tacet/jsonl.h"

namespace tacet::cli {

// Nested objects and arrays. Elements of an array, and the whole, have no key.
class JsonWriter {
 public:
  std::string Take() { return std::move(out_) + "\n"; }
  void Open(std::string_view key, char bracket) {
    Key(key);
    out_ += bracket;
    closing_ += bracket == '{' ? '}' : ']';
    first_ = true;
  }
  void Close() {
    const char bracket = closing_.back();
    closing_.pop_back();
    if (!first_) NewLine();
    out_ += bracket;
    first_ = false;
  }
  void Add(std::string_view key, std::string_view value) {
    Key(key);
    AppendJsonString(value, false, out_);
  }
  void Add(std::string_view key, uint64_t value) {
    Key(key);
    absl::StrAppend(&out_, value);
  }
  void Add(std::string_view key, double value) {
    Key(key);
    char digits[32];
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  }
  void AddOrNull(std::string_view key, std::optional<double> value) {
    if (value) return Add(key, *value);
    Key(key);
    out_ += "null";
  }

 private:
  void NewLine() { out_.append(1, '\n').append(closing_.size(), ' '); }
  void Key(std::string_view key) {
    if (closing_.empty()) return;
    if (!first_) out_ += ',';
    NewLine();
    first_ = false;
    if (closing_.back() == ']') return;
    AppendJsonString(key, false, out_);
    out_ += ": ";
  }

  std::string out_, closing_;
  bool first_ = true;
};

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_JSON_WRITER_H_
