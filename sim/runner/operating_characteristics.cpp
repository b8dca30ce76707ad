#include "sim/runner/operating_characteristics.hpp"

#include <algorithm>
#include <cmath>

namespace escalon {

int quantile(CountDistribution const& distribution, double share)
{
    // sums of many probabilities may miss the share by their rounding
    constexpr double rounding = 1e-12;
    double sum = 0;
    for (std::size_t count = 0; count < distribution.size(); ++count) {
        sum += distribution[count];
        if (sum >= share - rounding)
            return static_cast<int>(count);
    }
    return static_cast<int>(distribution.size()) - 1;
}

std::optional<DoseLevel> true_mtd(std::vector<double> const& dlt_probability, double target)
{
    constexpr double tolerated_excess = 0.10;
    // levels that are equally near up to rounding are a tie
    constexpr double rounding = 1e-12;
    std::optional<DoseLevel> nearest;
    double distance = 0;
    bool tolerable = false;
    for (std::size_t i = 0; i < dlt_probability.size(); ++i) {
        double const here = std::abs(dlt_probability[i] - target);
        tolerable = tolerable || dlt_probability[i] <= target + tolerated_excess + rounding;
        if (!nearest || here < distance - rounding) {
            nearest = DoseLevel{static_cast<int>(i)};
            distance = here;
        }
    }
    return tolerable ? nearest : std::nullopt;
}

} // namespace escalon
