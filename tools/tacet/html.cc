#include "tools/tacet/html.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/strings/str_format.h"

namespace tacet::cli {
namespace {

constexpr const char* kColours[] = {"#1f6f8b", "#d1603d", "#4f8a3c", "#8a5a9e",
                                    "#b8932f", "#3d4f8a", "#a23b52", "#5f6b6d"};
constexpr size_t kColourCount = std::size(kColours);

// A step of 1, 2 or 5 times a power of ten, so that about five cover `range`.
double TickStep(double range) {
  const double power = std::pow(10, std::floor(std::log10(range / 5)));
  for (double step : {1.0, 2.0, 5.0}) {
    if (range / (step * power) <= 6) return step * power;
  }
  return 10 * power;
}

std::string Short(double value) { return absl::StrFormat("%.6g", value); }

std::string Text(double x, double y, std::string_view anchor, std::string_view text) {
  return absl::StrFormat("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor,
                         HtmlEscape(text));
}

std::string Stroke(double x1, double y1, double x2, double y2, std::string_view kind) {
  return absl::StrFormat("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>\n",
                         x1, y1, x2, y2, kind);
}

std::string Svg(double width, double height, std::string_view title, std::string_view content) {
  return absl::StrFormat(
      "<figure><figcaption>%s</figcaption>\n<svg viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" "
      "role=\"img\" aria-label=\"%s\">\n%s</svg></figure>\n",
      HtmlEscape(title), width, height, width, HtmlEscape(title), content);
}

}  // namespace

std::string HtmlEscape(std::string_view text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        // Control characters are not allowed in HTML.
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
    }
  }
  return out;
}

std::string HtmlPage(std::string_view title, std::string_view body) {
  return absl::StrFormat(R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%s</title>
<style>
body { font: 15px/1.45 system-ui, sans-serif; color: #222; max-width: 1100px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; } h2 { font-size: 1.25em; margin-top: 2em; }
table { border-collapse: collapse; margin: 1em 0; font-variant-numeric: tabular-nums; font-size: 13px; }
th, td { padding: 3px 10px; text-align: left; border-bottom: 1px solid #ddd; }
th { border-bottom: 2px solid #888; } .n { text-align: right; }
.scroll { overflow-x: auto; }
figure { margin: 1.2em 0; } figcaption { font-weight: 600; margin-bottom: .4em; }
svg { max-width: 100%%; height: auto; font: 12px system-ui, sans-serif; }
svg text { fill: #333; } .axis { stroke: #888; } .grid { stroke: #e4e4e4; } .whisker { stroke: #111; stroke-width: 1.5; }
.note { color: #555; } .bad { color: #a3142e; font-weight: 600; }
</style></head><body>
<h1>%s</h1>
%s</body></html>
)",
                         HtmlEscape(title), HtmlEscape(title), body);
}

std::string HtmlTable(const std::vector<std::string>& head,
                      const std::vector<std::vector<std::string>>& rows, size_t first_number) {
  std::string out = "<div class=\"scroll\"><table><thead><tr>";
  const auto add = [&](std::string_view tag, const std::vector<std::string>& cells) {
    for (size_t i = 0; i < cells.size(); ++i) {
      out += absl::StrFormat("<%s%s>%s</%s>", tag, i >= first_number ? " class=\"n\"" : "",
                             HtmlEscape(cells[i]), tag);
    }
  };
  add("th", head);
  out += "</tr></thead><tbody>\n";
  for (const std::vector<std::string>& row : rows) {
    out += "<tr>";
    add("td", row);
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string BarChart(std::string_view title, const std::vector<Bar>& bars) {
  if (bars.empty()) return "";
  constexpr double kWidth = 1000, kRow = 24, kTop = 6, kLabel = 110;
  size_t longest = 0;
  double top = 0;
  for (const Bar& bar : bars) {
    longest = std::max(longest, bar.name.size());
    top = std::max({top, bar.value, bar.high});
  }
  if (!(top > 0)) top = 1;
  const double left = std::clamp(12.0 + 7.0 * static_cast<double>(longest), 80.0, 420.0);
  const double scale = (kWidth - left - kLabel) / top;
  const double bottom = kTop + kRow * static_cast<double>(bars.size());
  std::string out;
  const double step = TickStep(top);
  for (int i = 0; step * i <= top * 1.0001; ++i) {
    const double x = left + step * i * scale;
    out += Stroke(x, kTop, x, bottom, "grid") + Text(x, bottom + 15, "middle", Short(step * i));
  }
  for (size_t i = 0; i < bars.size(); ++i) {
    const Bar& bar = bars[i];
    const double y = kTop + kRow * static_cast<double>(i);
    const double width = std::max(0.0, bar.value) * scale;
    out += Text(left - 6, y + 16, "end", bar.name);
    out += absl::StrFormat(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n", left, y + 3,
        width, kRow - 7, kColours[0]);
    double end = width;
    if (bar.high > bar.low) {
      const double middle = y + kRow / 2;
      out += Stroke(left + std::max(0.0, bar.low) * scale, middle, left + bar.high * scale, middle,
                    "whisker");
      end = std::max(end, bar.high * scale);
    }
    out += Text(left + end + 6, y + 16, "start", bar.label);
  }
  out += Stroke(left, kTop, left, bottom, "axis");
  return Svg(kWidth, bottom + 22, title, out);
}

std::string LineChart(const LineChartOptions& options, const std::vector<Line>& lines) {
  constexpr double kWidth = 1000, kHeight = 380, kLeft = 80, kTop = 12, kRight = 230, kBottom = 50;
  double min_x = INFINITY, max_x = -INFINITY, min_y = INFINITY, max_y = -INFINITY;
  for (const Line& line : lines) {
    for (const auto& [x, y] : line.points) {
      min_x = std::min(min_x, x);
      max_x = std::max(max_x, x);
      min_y = std::min(min_y, y);
      max_y = std::max(max_y, y);
    }
  }
  if (!(min_x <= max_x)) return "";
  std::vector<double> ticks;
  if (options.log_y) {
    min_y = std::pow(10, std::floor(std::log10(min_y)));
    max_y = std::pow(10, std::ceil(std::log10(max_y) + 1e-9));
    for (double tick = min_y; tick <= max_y * 1.0001; tick *= 10) ticks.push_back(tick);
  } else {
    min_y = std::min(min_y, 0.0);
    const double step = TickStep(std::max(max_y - min_y, 1e-9));
    max_y = step * std::ceil(max_y / step);
    for (double tick = min_y; tick <= max_y * 1.0001; tick += step) ticks.push_back(tick);
  }
  const auto place = [](double value, double low, double high, bool log) {
    if (high <= low) return 0.5;
    return log ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
  };
  const auto to_x = [&](double x) {
    return kLeft + (kWidth - kLeft - kRight) * place(x, min_x, max_x, options.log_x);
  };
  const auto to_y = [&](double y) {
    return kHeight - kBottom - (kHeight - kTop - kBottom) * place(y, min_y, max_y, options.log_y);
  };
  std::string out;
  for (double tick : ticks) {
    out += Stroke(kLeft, to_y(tick), kWidth - kRight, to_y(tick), "grid") +
           Text(kLeft - 6, to_y(tick) + 4, "end", Short(tick));
  }
  for (const auto& [x, name] : options.x_ticks) {
    if (x < min_x || x > max_x) continue;
    out += Stroke(to_x(x), kTop, to_x(x), kHeight - kBottom, "grid") +
           Text(to_x(x), kHeight - kBottom + 16, "middle", name);
  }
  out += Text((kLeft + kWidth - kRight) / 2, kHeight - 8, "middle", options.x_title);
  out += absl::StrFormat(
      "<text x=\"14\" y=\"%.1f\" text-anchor=\"middle\" "
      "transform=\"rotate(-90 14 %.1f)\">%s</text>\n",
      (kTop + kHeight - kBottom) / 2, (kTop + kHeight - kBottom) / 2, HtmlEscape(options.y_title));
  out += Stroke(kLeft, kTop, kLeft, kHeight - kBottom, "axis") +
         Stroke(kLeft, kHeight - kBottom, kWidth - kRight, kHeight - kBottom, "axis");
  for (size_t i = 0; i < lines.size(); ++i) {
    // After all colours have been used the lines are dashed.
    const char* const colour = kColours[i % kColourCount];
    const std::string_view dash = i < kColourCount ? "" : " stroke-dasharray=\"6 3\"";
    std::string path, dots;
    for (const auto& [x, y] : lines[i].points) {
      path += absl::StrFormat("%.1f,%.1f ", to_x(x), to_y(y));
      dots += absl::StrFormat("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", to_x(x),
                              to_y(y), colour);
    }
    const double y = kTop + 12 + 17 * static_cast<double>(i);
    out += absl::StrFormat(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" "
        "stroke-width=\"2\"%s/>%s\n<rect x=\"%.1f\" y=\"%.1f\" width=\"12\" "
        "height=\"4\" fill=\"%s\"/>",
        path, colour, dash, dots, kWidth - kRight + 14, y - 6, colour);
    out += Text(kWidth - kRight + 32, y, "start", lines[i].name);
  }
  const double height = std::max(kHeight, kTop + 24 + 17 * static_cast<double>(lines.size()));
  return Svg(kWidth, height, options.title, out);
}

}  // namespace tacet::cli
