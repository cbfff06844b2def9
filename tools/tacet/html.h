// Self-contained HTML pages with charts and lists: nothing from the network, and no script but the
// one that filters a list.
#ifndef TACET_TOOLS_TACET_HTML_H_
#define TACET_TOOLS_TACET_HTML_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/tacet/table.h"

namespace tacet::cli {

// `text` for HTML and SVG, in elements and in quoted attributes. A broken byte becomes U+FFFD.
std::string HtmlEscape(std::string_view text);

// A whole page around `body`, which is HTML. Its policy forbids scripts, or, if `has_filters`,
// every script but the one of HtmlFilterList.
std::string HtmlPage(std::string_view title, std::string_view body, bool has_filters = false);

// A table; cells are text. Columns from `first_number` on stand to the right.
std::string HtmlTable(const std::vector<std::string>& head,
                      const std::vector<std::vector<std::string>>& rows, size_t first_number = 1);

// A table with its title and note. Nothing if it has no rows.
std::string HtmlSection(const Table& table);

struct Bar {
  std::string name;
  double value = 0;
  double low = 0, high = 0;      // a whisker, if they differ
  std::string label;             // at the end of the bar
  std::optional<double> before;  // a mark where the bar ended earlier
};
// Bars from left to right, one below the other, from 0 on. `title` is what a bar measures.
std::string BarChart(std::string_view title, const std::vector<Bar>& bars);

// Several bar charts side by side, of the same things: the names stand once.
struct BarColumn {
  std::string title;
  double top = 0;  // of the axis; 0: the greatest value
  std::vector<Bar> bars;
  size_t colour = 0;  // of the eight that charts have
};
std::string BarChart(std::string_view title, const std::vector<BarColumn>& columns);

struct Line {
  std::string name;
  std::vector<std::pair<double, double>> points;  // x rises
};
struct LineChartOptions {
  std::string title, x_title, y_title;
  std::vector<std::pair<double, std::string>> x_ticks;
  bool log_x = false, log_y = false;  // then all values are over 0
};
std::string LineChart(const LineChartOptions& options, const std::vector<Line>& lines);

// A part of a text, in bytes, and the name of its kind: a letter, then letters, digits and spaces.
struct HtmlMark {
  size_t begin = 0, end = 0;
  std::string kind;
};
// A message with marks, which are sorted and do not overlap. Its direction of writing does not
// reach beyond it.
std::string HtmlMessage(std::string_view text, const std::vector<HtmlMark>& marks);

// A list that the reader narrows by menus and by a search in its text.
struct HtmlListItem {
  std::string html;
  std::vector<std::vector<std::string>> values;  // for each menu, under which it is found
};
std::string HtmlFilterList(const std::vector<std::string>& menus,
                           const std::vector<HtmlListItem>& items);

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_HTML_H_
