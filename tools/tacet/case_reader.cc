#include "tools/tacet/case_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/tacet/offsets.h"

namespace tacet::cli {
namespace {

namespace dom = simdjson::dom;

bool ReadRange(dom::element element, ScoredSpan& span) {
  uint64_t start = 0;
  uint64_t end = 0;
  if (element["start"].get_uint64().get(start) || element["end"].get_uint64().get(end))
    return false;
  span.start = start;
  span.end = end;
  return true;
}

}  // namespace

bool CaseReader::Case::IsSet(std::string_view field) const {
  dom::element value;
  if (fields_.at_key(field).get(value)) return false;
  switch (value.type()) {
    case dom::element_type::NULL_VALUE:
      return false;
    case dom::element_type::BOOL:
      return value.get_bool().value_unsafe();
    case dom::element_type::STRING:
      return !value.get_string().value_unsafe().empty();
    case dom::element_type::ARRAY:
      return value.get_array().value_unsafe().size() > 0;
    case dom::element_type::OBJECT:
      return value.get_object().value_unsafe().size() > 0;
    default:
      return value.get_double().value_unsafe() != 0;
  }
}

std::string CaseReader::Case::Group(std::string_view field) const {
  dom::element value;
  if (fields_.at_key(field).get(value) || value.is_null()) return "None";
  std::string_view name;
  if (!value.get_string().get(name)) return std::string(name);
  bool flag = false;
  if (!value.get_bool().get(flag)) return flag ? "True" : "False";
  return simdjson::minify(value);
}

std::string_view CaseReader::Read(std::string_view line, uint64_t number, Case& out) {
  out.labelled = {};
  out.raw_scope.clear();
  if (parser_.parse(line.data(), line.size(), false).get(root_)) return "not JSON";
  if (root_.get_object().get(out.fields_)) return "not a JSON object";
  dom::element id;
  std::string_view name;
  if (out.fields_["id"].get(id)) {
    out.id = absl::StrCat(number);
  } else {
    out.id = id.get_string().get(name) ? simdjson::minify(id) : std::string(name);
  }
  if (out.fields_["text"].get_string().get(out.text)) return "has no string 'text'";
  if (out.fields_["region"].get_string().get(out.region)) out.region = {};
  const size_t length = OffsetCounter(out.text, OffsetUnit::kCodePoint).At(out.text.size());

  dom::array spans;
  if (!out.fields_["spans"].get_array().get(spans) ||
      !out.fields_["labels"].get_array().get(spans)) {
    for (dom::element element : spans) {
      LabelledCase::Gold gold;
      std::string_view type;
      if (!ReadRange(element, gold.span) || element["type"].get_string().get(type)) {
        return "a span without 'start', 'end' and 'type'";
      }
      if (gold.span.start >= gold.span.end || gold.span.end > length) return "a span out of range";
      gold.span.type = Fold(type);
      dom::array alternatives;
      if (!element["alt"].get_array().get(alternatives)) {
        for (dom::element alternative : alternatives) {
          if (alternative.get_string().get(type)) return "an 'alt' that is no string";
          if (Fold(type) != gold.span.type) gold.alternatives.push_back(Fold(type));
        }
      }
      out.labelled.gold.push_back(std::move(gold));
    }
  }
  dom::array scope;
  if (!out.fields_["scope"].get_array().get(scope)) {
    out.labelled.scope.emplace();
    for (dom::element element : scope) {
      std::string_view type;
      if (element.get_string().get(type)) return "a 'scope' that is no string";
      out.raw_scope.emplace_back(type);
      out.labelled.scope->insert(Fold(type));
    }
  }
  dom::array ignored;
  if (!out.fields_["ignore"].get_array().get(ignored)) {
    for (dom::element element : ignored) {
      ScoredSpan& part = out.labelled.ignored.emplace_back();
      if (!ReadRange(element, part)) return "an 'ignore' without 'start' and 'end'";
    }
  }
  return "";
}

}  // namespace tacet::cli
