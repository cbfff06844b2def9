#include "tools/tacet/html.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <map>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/tacet/utf8.h"

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

// Shows the items that have what the menus say and whose text holds what is searched for.
constexpr std::string_view kFilterScript = R"(
"use strict";
const form = document.getElementById("filter");
const items = [...document.getElementById("list").children];
const menus = [...form.querySelectorAll("select")];
const search = form.querySelector("input");
const values = items.map(item => menus.map(menu => (item.dataset[menu.name] || "").split("\n")));
const texts = items.map(item => item.textContent.toLowerCase());
function update() {
  const words = search.value.trim().toLowerCase();
  let shown = 0;
  items.forEach((item, i) => {
    const show = texts[i].includes(words) &&
        menus.every((menu, m) => menu.value === "" || values[i][m].includes(menu.value));
    item.hidden = !show;
    shown += show;
  });
  form.querySelector("output").textContent = shown + " of " + items.length + " shown";
}
form.addEventListener("input", update);
form.addEventListener("submit", event => event.preventDefault());
form.hidden = false;
update();
)";

std::string Sha256InBase64(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr) != 1) size = 0;
  return absl::Base64Escape(absl::string_view(reinterpret_cast<const char*>(digest), size));
}

}  // namespace

std::string HtmlEscape(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint code_point = DecodeUtf8(text);
    switch (code_point.value) {
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
      case 0xFFFD:
        out += "\xEF\xBF\xBD";
        break;
      default:
        // Control characters are not allowed in HTML.
        if ((code_point.value < 0x20 && code_point.value != '\n' && code_point.value != '\t') ||
            (code_point.value >= 0x7F && code_point.value < 0xA0)) {
          out += ' ';
        } else {
          out += text.substr(0, code_point.size);
        }
    }
    text.remove_prefix(code_point.size);
  }
  return out;
}

std::string HtmlPage(std::string_view title, std::string_view body, bool has_filters) {
  // Only this very script may run, whatever else came into the page.
  const std::string scripts =
      has_filters ? absl::StrFormat("; script-src 'sha256-%s'", Sha256InBase64(kFilterScript)) : "";
  const std::string script =
      has_filters ? absl::StrFormat("<script>%s</script>\n", kFilterScript) : "";
  return absl::StrFormat(R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'%s">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%s</title>
<style>
body { font: 15px/1.45 system-ui, sans-serif; color: #222; max-width: 1100px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; } h2 { font-size: 1.25em; margin-top: 2em; }
table { border-collapse: collapse; margin: 1em 0; font-variant-numeric: tabular-nums; font-size: 13px; }
th, td { padding: 3px 10px; text-align: left; border-bottom: 1px solid #ddd; }
th { border-bottom: 2px solid #888; } .n { text-align: right; }
.scroll { overflow-x: auto; }
summary { cursor: pointer; color: #1f6f8b; }
figure { margin: 1.2em 0; } figcaption { font-weight: 600; margin-bottom: .4em; }
svg { max-width: 100%%; height: auto; font: 12px system-ui, sans-serif; }
svg text { fill: #333; } .axis { stroke: #888; } .grid { stroke: #e4e4e4; } .whisker { stroke: #111; stroke-width: 1.5; }
.before { stroke: #111; stroke-width: 2; } svg .head { font-weight: 600; }
.note { color: #555; } .bad { color: #a3142e; font-weight: 600; }
.cards { display: flex; flex-wrap: wrap; gap: 12px; margin: 1.2em 0; padding: 0; list-style: none; }
.cards li { border: 1px solid #ddd; border-radius: 6px; padding: 8px 16px; min-width: 110px; }
.cards b { display: block; font-size: 1.5em; font-variant-numeric: tabular-nums; } .cards span { color: #555; font-size: 13px; }
.filter { position: sticky; top: 0; background: #fff; border-bottom: 1px solid #ddd; padding: 8px 0; display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; font-size: 13px; }
.filter select, .filter input { font: inherit; padding: 3px 5px; max-width: 16em; } .filter output { margin-left: auto; color: #555; }
.list { list-style: none; padding: 0; } .list > li { border-bottom: 1px solid #e4e4e4; padding: 9px 0; }
[hidden] { display: none !important; }
.what { display: inline-block; min-width: 6.5em; font-weight: 600; } .about { color: #555; font-size: 13px; }
.message { margin: 4px 0 0; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; background: #f7f7f5; padding: 5px 8px; border-radius: 4px; }
mark { background: #e6e6e1; color: inherit; border-radius: 3px; padding: 1px 2px; }
mark.right { background: #d5ead0; } mark.missed { background: #fbc9c9; } mark.wrong { background: #fde3a7; } mark.other { background: #e0d2f0; }
mark.here { outline: 2px solid #a3142e; }
</style></head><body>
<h1>%s</h1>
%s%s</body></html>
)",
                         scripts, HtmlEscape(title), HtmlEscape(title), body, script);
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

std::string HtmlSection(const Table& table) {
  if (table.rows.empty()) return "";
  std::string out = absl::StrFormat("<h2>%s</h2>\n", HtmlEscape(table.title));
  if (!table.note.empty()) {
    out += absl::StrFormat("<p class=\"note\">%s</p>\n", HtmlEscape(table.note));
  }
  return out + HtmlTable(table.head, table.rows, table.first_number);
}

std::string BarChart(std::string_view title, const std::vector<Bar>& bars) {
  return BarChart(title, std::vector<BarColumn>{{"", 0, bars}});
}

std::string BarChart(std::string_view title, const std::vector<BarColumn>& columns) {
  if (columns.empty() || columns[0].bars.empty()) return "";
  const size_t count = columns[0].bars.size();
  const bool heads = columns.size() > 1;
  const double kWidth = 1000, kRow = 24, kTop = heads ? 24 : 6, kLabel = heads ? 80 : 110;
  size_t longest = 0;
  for (const Bar& bar : columns[0].bars) longest = std::max(longest, bar.name.size());
  const double names = std::clamp(12.0 + 8.0 * static_cast<double>(longest), 80.0, 420.0);
  const double column_width = (kWidth - names) / static_cast<double>(columns.size());
  const double bottom = kTop + kRow * static_cast<double>(count);
  std::string out;
  for (size_t i = 0; i < count; ++i) {
    out +=
        Text(names - 6, kTop + kRow * static_cast<double>(i) + 16, "end", columns[0].bars[i].name);
  }
  for (size_t c = 0; c < columns.size(); ++c) {
    const BarColumn& column = columns[c];
    double top = column.top;
    if (!(top > 0)) {
      for (const Bar& bar : column.bars) {
        top = std::max({top, bar.value, bar.high, bar.before.value_or(0)});
      }
    }
    if (!(top > 0)) top = 1;
    const double left = names + column_width * static_cast<double>(c);
    const double scale = (column_width - kLabel) / top;
    if (heads) {
      out += absl::StrFormat("<text x=\"%.1f\" y=\"14\" class=\"head\">%s</text>\n", left,
                             HtmlEscape(column.title));
    }
    const double step = TickStep(top * (heads ? 1.5 : 1));
    for (int i = 0; step * i <= top * 1.0001; ++i) {
      const double x = left + step * i * scale;
      out += Stroke(x, kTop, x, bottom, "grid") + Text(x, bottom + 15, "middle", Short(step * i));
    }
    for (size_t i = 0; i < column.bars.size(); ++i) {
      const Bar& bar = column.bars[i];
      const double y = kTop + kRow * static_cast<double>(i);
      const double width = std::clamp(bar.value, 0.0, top) * scale;
      out += absl::StrFormat(
          "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n", left, y + 3,
          width, kRow - 7, kColours[column.colour % kColourCount]);
      double end = width;
      if (bar.high > bar.low) {
        const double middle = y + kRow / 2;
        out += Stroke(left + std::max(0.0, bar.low) * scale, middle, left + bar.high * scale,
                      middle, "whisker");
        end = std::max(end, bar.high * scale);
      }
      if (bar.before) {
        const double x = std::clamp(*bar.before, 0.0, top) * scale;
        out += Stroke(left + x, y + 1, left + x, y + kRow - 2, "before");
        end = std::max(end, x);
      }
      out += Text(left + end + 6, y + 16, "start", bar.label);
    }
    out += Stroke(left, kTop, left, bottom, "axis");
  }
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

std::string HtmlMessage(std::string_view text, const std::vector<HtmlMark>& marks) {
  std::string out = "<p class=\"message\" dir=\"auto\">";
  size_t at = 0;
  for (const HtmlMark& mark : marks) {
    out += HtmlEscape(text.substr(at, mark.begin - at));
    out += absl::StrFormat("<mark class=\"%s\">%s</mark>", HtmlEscape(mark.kind),
                           HtmlEscape(text.substr(mark.begin, mark.end - mark.begin)));
    at = mark.end;
  }
  return out + HtmlEscape(text.substr(at)) + "</p>\n";
}

std::string HtmlFilterList(const std::vector<std::string>& menus,
                           const std::vector<HtmlListItem>& items) {
  // Hidden until the script is there to answer.
  std::string out = "<form class=\"filter\" id=\"filter\" autocomplete=\"off\" hidden>\n";
  for (size_t menu = 0; menu < menus.size(); ++menu) {
    std::map<std::string, size_t> counts;
    for (const HtmlListItem& item : items) {
      const std::set<std::string> once(item.values[menu].begin(), item.values[menu].end());
      for (const std::string& value : once) ++counts[value];
    }
    counts.erase("");
    // A menu that narrows nothing stays, hidden: the script numbers them.
    out += absl::StrFormat("<label%s>%s <select name=\"f%d\"><option value=\"\">all</option>",
                           counts.size() < 2 ? " hidden" : "", HtmlEscape(menus[menu]), menu);
    for (const auto& [value, count] : counts) {
      out += absl::StrFormat("<option value=\"%s\">%s (%d)</option>", HtmlEscape(value),
                             HtmlEscape(value), count);
    }
    out += "</select></label>\n";
  }
  out += "<label>Search <input type=\"search\"></label>\n<output></output></form>\n";
  out += "<ol class=\"list\" id=\"list\">\n";
  for (const HtmlListItem& item : items) {
    out += "<li";
    for (size_t menu = 0; menu < menus.size(); ++menu) {
      std::string values;
      for (const std::string& value : item.values[menu]) {
        absl::StrAppend(&values, values.empty() ? "" : "\n", value);
      }
      out += absl::StrFormat(" data-f%d=\"%s\"", menu, HtmlEscape(values));
    }
    absl::StrAppend(&out, ">", item.html, "</li>\n");
  }
  return out + "</ol>\n";
}

}  // namespace tacet::cli
