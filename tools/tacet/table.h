// Tables that a terminal and a page show alike.
#ifndef TACET_TOOLS_TACET_TABLE_H_
#define TACET_TOOLS_TACET_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

namespace tacet::cli {

struct Table {
  std::string title, note;
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;
  size_t first_number = 1;  // columns from here on stand to the right
};

// For a terminal, an empty line before it if `out` is not empty. Nothing if there are no rows.
void AppendTable(const Table& table, std::string& out);

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_TABLE_H_
