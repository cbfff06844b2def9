// Self-contained HTML pages with charts: no scripts, nothing from the network.
#ifndef TACET_TOOLS_TACET_HTML_H_
#define TACET_TOOLS_TACET_HTML_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tacet::cli {

// `text` for HTML and SVG, in elements and in quoted attributes.
std::string HtmlEscape(std::string_view text);

// A whole page around `body`, which is HTML.
std::string HtmlPage(std::string_view title, std::string_view body);

// A table; cells are text. Columns from `first_number` on stand to the right.
std::string HtmlTable(const std::vector<std::string>& head,
                      const std::vector<std::vector<std::string>>& rows, size_t first_number = 1);

struct Bar {
  std::string name;
  double value = 0;
  double low = 0, high = 0;  // a whisker, if they differ
  std::string label;         // at the end of the bar
};
// Bars from left to right, one below the other, from 0 on. `title` is what a bar measures.
std::string BarChart(std::string_view title, const std::vector<Bar>& bars);

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

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_HTML_H_
