#include "sim/toxicity/tolerance.hpp"

#include "sim/random/normal.hpp"

#include <cmath>
#include <numbers>
#include <string>

namespace escalon {

Faults tolerance_faults(Tolerance const& tolerance)
{
    using enum ToleranceDistribution;
    Faults found;
    auto const shape = tolerance.distribution;
    std::string const called = shape == lognormal ? "a log-normal" : shape == loglogistic ? "a log-logistic" : "an exponential";
    auto const needs = [&](char const* field, std::string const& problem, std::string const& remedy) {
        found.push_back({std::string{"tolerance."} + field, called + " tolerance " + problem, remedy});
    };
    if (shape == lognormal && !tolerance.sd_log)
        needs("sd_log", "needs its spread", "add sd_log: 0.35");
    if (shape != loglogistic && tolerance.slope)
        needs("slope", "has no slope", "remove it, or set distribution: loglogistic");
    if (shape == loglogistic && !tolerance.slope)
        needs("slope", "needs its slope", "add slope: 5");
    if (shape != lognormal && tolerance.sd_log)
        needs("sd_log", "has no sd_log", "remove it, or set distribution: lognormal");
    return found;
}

double probability_below(Tolerance const& tolerance, double log_ratio)
{
    switch (tolerance.distribution) {
    case ToleranceDistribution::loglogistic: return 1 / (1 + std::exp(-tolerance.slope.value_or(1) * log_ratio));
    case ToleranceDistribution::exponential: return -std::expm1(-std::numbers::ln2 * std::exp(log_ratio));
    case ToleranceDistribution::lognormal: break;
    }
    double const sd = tolerance.sd_log.value_or(0);
    if (sd > 0)
        return normal_probability(log_ratio / sd);
    return log_ratio > 0 ? 1 : 0;
}

double tolerance_quantile(Tolerance const& tolerance, double share)
{
    double const median = tolerance.median.value;
    switch (tolerance.distribution) {
    case ToleranceDistribution::loglogistic: return median * std::pow(share / (1 - share), 1 / tolerance.slope.value_or(1));
    case ToleranceDistribution::exponential: return median * -std::log1p(-share) / std::numbers::ln2;
    case ToleranceDistribution::lognormal: break;
    }
    return median * std::exp(tolerance.sd_log.value_or(0) * normal_quantile(share));
}

} // namespace escalon
