// Reads labelled cases, one JSON object each. The form is described in docs/cli.md.
//
//   CaseReader reader(/*coarse=*/false);
//   CaseReader::Case one;                                     // reused
//   if (std::string_view fault = reader.Read(line, number, one); !fault.empty()) ...
#ifndef TACET_TOOLS_TACET_CASE_READER_H_
#define TACET_TOOLS_TACET_CASE_READER_H_

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/tacet/score.h"

namespace tacet::cli {

class CaseReader {
 public:
  // `coarse` folds the types of single countries into one each.
  explicit CaseReader(bool coarse) : coarse_(coarse) {}

  struct Case {
    std::string id;
    std::string_view text;
    std::string_view region;  // of whose messages it is one; empty if it does not say
    LabelledCase labelled;
    std::vector<std::string> raw_scope;  // as written, not folded

    // A field counts as set if its value is neither null nor false nor empty nor zero.
    bool IsSet(std::string_view field) const;
    // The value of a field as the name of a group; "None" if it is not there.
    std::string Group(std::string_view field) const;

   private:
    friend class CaseReader;
    simdjson::dom::object fields_;
  };

  // Reads `line`, which is followed by Batch::kPadding bytes; `number` names the case if it has no
  // id. An empty result means that `out` is a case until the next Read; another one says what is
  // wrong, without quoting it.
  std::string_view Read(std::string_view line, uint64_t number, Case& out);

  std::string Fold(std::string_view type) const {
    return coarse_ ? Coarse(type) : std::string(type);
  }

 private:
  bool coarse_;
  simdjson::dom::parser parser_;
  simdjson::dom::element root_;
};

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_CASE_READER_H_
