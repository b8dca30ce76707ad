#include "sim/runner/accuracy.hpp"

#include <cmath>

namespace escalon {

std::vector<double> accuracy_weights(std::span<double const> dlt_probability, double target)
{
    double sum = 0;
    for (double const p : dlt_probability)
        sum += std::abs(p - target);
    if (!(sum > 0))
        return {};
    std::vector<double> weights;
    for (double const p : dlt_probability)
        weights.push_back(static_cast<double>(dlt_probability.size()) * std::abs(p - target) / sum);
    return weights;
}

std::optional<double> accuracy_index(std::span<double const> weight, std::span<double const> accuracy_weights)
{
    double all = 0;
    double off = 0;
    for (std::size_t level = 0; level < accuracy_weights.size(); ++level) {
        all += weight[level];
        off += weight[level] * accuracy_weights[level];
    }
    return all > 0 ? std::optional{1 - off / all} : std::nullopt;
}

} // namespace escalon
