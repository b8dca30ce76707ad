#include "sim/designs/models/posterior_row.hpp"

#include "sim/designs/models/row_interpolation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace escalon {

void PosteriorRow::accumulate()
{
    before.resize(mass.size() + 1);
    before[0] = 0;
    std::partial_sum(mass.begin(), mass.end(), before.begin() + 1);
}

double PosteriorRow::below(double log_alpha) const
{
    double const place = (log_alpha - first) / step;
    auto const nodes = static_cast<double>(mass.size());
    constexpr int first_tap = 1 - interpolation_taps / 2;
    if (place < first_tap)
        return 0;
    if (place >= nodes - first_tap)
        return before.back();
    double const node = std::floor(place);
    auto const shares = shares_below(place - node);
    auto const from = static_cast<int>(node) + first_tap;
    auto const last = static_cast<int>(mass.size());
    double sum = before[static_cast<std::size_t>(std::clamp(from, 0, last))];
    for (int tap = std::max(0, -from); tap < std::min(interpolation_taps, last - from); ++tap)
        sum += shares[static_cast<std::size_t>(tap)] * mass[static_cast<std::size_t>(from + tap)];
    return sum;
}

double PosteriorRow::roughness() const
{
    std::array<double, 4> sums{};
    for (std::size_t i = 0; i < mass.size(); ++i)
        sums[i % 4] += mass[i];
    return std::abs(sums[0] - sums[2]) + std::abs(sums[1] - sums[3]);
}

} // namespace escalon
