#include "tools/tacet/table.h"

#include <algorithm>
#include <string_view>

namespace tacet::cli {
namespace {

// Code points: near enough to columns for the names that stand in tables.
size_t Width(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace

void AppendTable(const Table& table, std::string& out) {
  if (table.rows.empty()) return;
  std::vector<size_t> widths;
  for (const std::string& cell : table.head) widths.push_back(Width(cell));
  for (const auto& row : table.rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  const auto add = [&](const std::vector<std::string>& row) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string pad(widths[i] - Width(row[i]), ' ');
      // The last column is text where it has no head.
      const bool number =
          i >= table.first_number && !(i + 1 == row.size() && table.head[i].empty());
      line += (i == 0 ? "" : "  ") + (number ? pad + row[i] : row[i] + pad);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  if (!out.empty()) out += "\n";
  out += table.title + "\n";
  if (!table.note.empty()) out += table.note + "\n";
  add(table.head);
  for (const auto& row : table.rows) add(row);
}

}  // namespace tacet::cli
