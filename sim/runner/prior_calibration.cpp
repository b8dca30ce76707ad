#include "sim/runner/prior_calibration.hpp"

#include "sim/runner/exact.hpp"
#include "sim/trial/design_graph.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace escalon {

double effective_patients(LevelPosterior const& prior)
{
    double const variance = prior.sd * prior.sd;
    if (variance == 0)
        return std::numeric_limits<double>::infinity();
    return prior.mean * (1 - prior.mean) / variance - 1;
}

std::vector<double> truth_around(double target, int levels, int mtd, double odds_ratio)
{
    std::vector<double> truth;
    for (int level = 0; level < levels; ++level) {
        double const odds = target / (1 - target) * std::pow(odds_ratio, level - mtd);
        truth.push_back(odds / (1 + odds));
    }
    return truth;
}

std::vector<double> usual_half_widths(double target)
{
    constexpr double step = 0.01;
    constexpr double largest_share = 0.6; // beyond it the lowest levels of a skeleton are all but 0
    std::vector<double> widths;
    for (int i = 1; i * step <= largest_share * target && target + i * step < 1; ++i)
        widths.push_back(i * step);
    return widths;
}

HalfWidthCalibration calibrate_half_width(Crm const& design, DoseLadder const& ladder, double odds_ratio,
                                          std::span<double const> half_widths, Workers const& workers)
{
    int const levels = ladder.size();
    HalfWidthCalibration calibration{.odds_ratio = odds_ratio, .results = std::vector<HalfWidthResult>(half_widths.size())};
    workers.for_each(half_widths.size(), [&](std::size_t i) {
        auto tried = design;
        tried.skeleton.clear();
        tried.half_width = half_widths[i];
        auto const graph = DesignGraph::compile(decider(tried, ladder), ladder);
        ExactPass const pass{graph};
        auto& result = calibration.results[i];
        result.half_width = half_widths[i];
        result.skeleton = tried.foreseen(levels);
        for (int mtd = 0; mtd < levels; ++mtd) {
            auto const found = pass(truth_around(design.common.aim(), levels, mtd, odds_ratio), mtd + 1);
            result.correct.push_back(found.mean.selection[static_cast<std::size_t>(mtd)]);
        }
        result.average = std::accumulate(result.correct.begin(), result.correct.end(), 0.0) / levels;
        result.worst = *std::ranges::min_element(result.correct);
    });
    auto const best = std::ranges::max_element(calibration.results, {}, &HalfWidthResult::average);
    calibration.best = static_cast<std::size_t>(best - calibration.results.begin());
    return calibration;
}

} // namespace escalon
