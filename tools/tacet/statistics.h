// Middle and spread of repeated measurements.
#ifndef TACET_TOOLS_TACET_STATISTICS_H_
#define TACET_TOOLS_TACET_STATISTICS_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace tacet::cli {

// The value that a share `q` (0 to 1) of the values does not exceed: the nearest rank, so it is
// one of the values. 0 if there are none.
template <typename T>
T Percentile(const std::vector<T>& sorted, double q) {
  if (sorted.empty()) return T{};
  const auto n = static_cast<double>(sorted.size());
  // The small step back keeps 0.999 * 1000 from becoming the 1000th because of its last bit.
  const double rank = std::ceil(q * n - 1e-9);
  const auto index = static_cast<size_t>(std::clamp(rank, 1.0, n)) - 1;
  return sorted[index];
}

inline double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

struct Spread {
  double median = 0, min = 0, max = 0;
  double mad = 0;  // median absolute deviation from the median
};

inline Spread SpreadOf(const std::vector<double>& values) {
  Spread spread;
  if (values.empty()) return spread;
  spread.median = Median(values);
  spread.min = *std::min_element(values.begin(), values.end());
  spread.max = *std::max_element(values.begin(), values.end());
  std::vector<double> deviations;
  for (double value : values) deviations.push_back(std::abs(value - spread.median));
  spread.mad = Median(std::move(deviations));
  return spread;
}

// How far two medians may lie apart by chance: twice the standard deviations that the MADs stand
// for (1.4826 of one is the other, of normal values), both together.
inline double Noise(double mad_a, double mad_b) { return 2 * 1.4826 * std::hypot(mad_a, mad_b); }

}  // namespace tacet::cli

#endif  // TACET_TOOLS_TACET_STATISTICS_H_
