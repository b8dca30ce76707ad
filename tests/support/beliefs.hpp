// Posteriors made up for tests of what is shown of them.
#pragma once

#include "sim/designs/models/dose_toxicity.hpp"

#include <cmath>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

namespace escalon::test {

/// Under, target, over and excessive, as Neuenschwander, Branson & Gsponer (2008), Stat Med 27:2420, cut the axis.
inline std::vector<ToxicityInterval> four_intervals()
{
    return {{"under", 0, 0.16}, {"target", 0.16, 0.33}, {"over", 0.33, 0.60}, {"excessive", 0.60, 1}};
}

/// Normal beliefs about logit P(DLT) at each level, cut into these intervals. Levels that break the cap are forbidden.
inline DoseToxicityPosterior belief(std::vector<double> const& medians, double sd_of_logit,
                                    std::vector<ToxicityInterval> intervals, double cap = 0.25)
{
    auto const logit = [](double p) { return std::log(p / (1 - p)); };
    auto const expit = [](double x) { return 1 / (1 + std::exp(-x)); };
    auto const below = [](double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; };
    constexpr double z_95 = 1.6448536269514722;
    DoseToxicityPosterior found;
    found.intervals = std::move(intervals);
    found.parameters = {{"log_alpha", -0.8, 0.6}, {"log_beta", 0.1, 0.4}};
    if (!found.intervals.empty())
        found.overdose_cap = {.above = 0.33, .most = cap};
    for (double const median : medians) {
        double const middle = logit(median);
        LevelPosterior level;
        level.mean = level.median = level.estimate = median;
        level.sd = sd_of_logit * median * (1 - median);
        level.lower = expit(middle - z_95 * sd_of_logit);
        level.upper = expit(middle + z_95 * sd_of_logit);
        double over = 0;
        for (auto const& interval : found.intervals) {
            double const low = interval.low <= 0 ? 0 : below((logit(interval.low) - middle) / sd_of_logit);
            double const high = interval.high >= 1 ? 1 : below((logit(interval.high) - middle) / sd_of_logit);
            level.interval_probability.push_back(high - low);
            over += interval.low >= 0.33 ? high - low : 0;
        }
        if (over > cap)
            level.forbidden = "P(DLT rate above 0.33) is over " + std::to_string(cap).substr(0, 4);
        found.levels.push_back(std::move(level));
    }
    return found;
}

} // namespace escalon::test
