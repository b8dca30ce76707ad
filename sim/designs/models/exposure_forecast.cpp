#include "sim/designs/models/exposure_forecast.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace escalon {
namespace {

Eigen::Vector2d regressors(DoseLadder const& ladder, DoseLevel level)
{
    return {1, std::log(ladder.dose(level) / ladder.dose(DoseLevel{ladder.size() / 2}))};
}

} // namespace

std::vector<ExposureForecast> exposure_forecasts(ExposurePrior const& prior, DoseLadder const& ladder,
                                                 std::span<ObservedExposure const> measured)
{
    // in units of sigma^2
    Eigen::Matrix2d precision = prior.worth * Eigen::Matrix2d::Identity();
    Eigen::Vector2d moment = Eigen::Vector2d::Zero();
    double squares = prior.worth * prior.sd_log * prior.sd_log;
    for (auto const& one : measured) {
        auto const x = regressors(ladder, one.level);
        double const z = std::log(one.exposure / prior.typical[static_cast<std::size_t>(one.level.index())]);
        precision += x * x.transpose();
        moment += z * x;
        squares += z * z;
    }
    Eigen::Matrix2d const covariance = precision.inverse();
    Eigen::Vector2d const mean = covariance * moment;
    double const degrees = prior.worth + static_cast<double>(measured.size());
    double const variance = (squares - mean.dot(moment)) / degrees;
    std::vector<ExposureForecast> found;
    for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
        auto const x = regressors(ladder, level);
        found.push_back({std::log(prior.typical[static_cast<std::size_t>(level.index())]) + x.dot(mean),
                         std::sqrt(variance * (1 + x.dot(covariance * x))), degrees});
    }
    return found;
}

std::vector<ExposureNode> exposure_nodes(ExposureForecast const& forecast, double slope)
{
    // t = bend sinh(u/bend), equal steps of u: dense about the middle, sparse in the tails. The trapezoidal rule errs by
    // exp(-2 pi a/step), a the distance of the nearest pole from the real axis: the density has one at t = i sqrt(df), the logistic
    // function at any real part with the imaginary part pi/(slope scale).
    constexpr double bend = 3;
    constexpr double wanted = 22; // exp(-22) = 3e-10, before what tails cost
    double const df = forecast.degrees_of_freedom;
    double const pole = std::min(std::sqrt(df), std::numbers::pi / (slope * forecast.scale));
    constexpr double narrowest = 0.04; // beyond it the logistic function is a step that few posteriors reach
    double const strip = std::max(narrowest, bend * std::asin(std::min(1.0, pole / bend)));
    constexpr double longest = 0.7; // a normal density: exp(-2 pi^2/0.7^2) = 3e-18
    double const step = std::min(longest, 2 * std::numbers::pi * strip / wanted);
    auto const density = [&](double u) {
        double const t = bend * std::sinh(u / bend);
        return std::cosh(u / bend) * std::exp(-0.5 * (df + 1) * std::log1p(t * t / df));
    };
    constexpr double negligible = 1e-9; // of the middle
    std::vector<ExposureNode> nodes{{0, density(0)}};
    double total = density(0);
    for (int i = 1;; ++i) {
        double const u = i * step;
        double const weight = density(u);
        if (weight < negligible * density(0))
            break;
        double const at = forecast.scale * bend * std::sinh(u / bend);
        nodes.push_back({at, weight});
        nodes.push_back({-at, weight});
        total += 2 * weight;
    }
    for (auto& node : nodes)
        node.weight /= total;
    return nodes;
}

} // namespace escalon
