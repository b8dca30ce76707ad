#include "sim/runner/marginal.hpp"

#include "sim/random/sobol.hpp"

#include <algorithm>
#include <cmath>

namespace escalon {
namespace {

constexpr std::size_t scramblings = 16;
constexpr std::size_t first_points = 1024;
constexpr double standard_errors = 3; // 99.1 % of Student's t with 15 degrees of freedom
/// The truth does not depend on the seed of the trials.
constexpr std::uint64_t integration_seed = 0x536F626F6C;

/// Running sums under one scrambling.
struct Replicate {
    ScrambledSobol points;
    std::vector<double> sums;
};

void add_points(Replicate& replicate, Biology const& biology, std::size_t count)
{
    auto const purposes = biology.sampler().exposure_purposes();
    std::vector<double> point(purposes.size());
    for (std::size_t i = 0; i < count; ++i) {
        replicate.points.next(point);
        auto const patient = biology.sampler().draw(PointSource{point, purposes});
        auto const unit = biology.unit_exposure(patient);
        for (std::size_t level = 0; level < replicate.sums.size(); ++level)
            replicate.sums[level] += biology.dlt_probability(patient, unit, DoseLevel{static_cast<int>(level)});
    }
}

MarginalToxicity summarised(std::vector<Replicate> const& all, std::size_t points)
{
    auto const levels = all.front().sums.size();
    MarginalToxicity result{std::vector<double>(levels), std::vector<double>(levels)};
    for (std::size_t level = 0; level < levels; ++level) {
        double mean = 0;
        for (auto const& replicate : all)
            mean += replicate.sums[level];
        mean /= static_cast<double>(scramblings * points);
        double squares = 0;
        for (auto const& replicate : all) {
            double const off = replicate.sums[level] / static_cast<double>(points) - mean;
            squares += off * off;
        }
        result.dlt_probability[level] = std::clamp(mean, 0.0, 1.0);
        result.error[level] = standard_errors * std::sqrt(squares / static_cast<double>(scramblings * (scramblings - 1)));
    }
    return result;
}

} // namespace

MarginalToxicity marginal_toxicity(Biology const& biology, Workers const& workers, IntegrationEffort effort)
{
    auto const levels = static_cast<std::size_t>(biology.ladder().size());
    auto const dimensions = static_cast<int>(biology.sampler().exposure_purposes().size());
    if (dimensions == 0) { // all patients have the same exposure
        MarginalToxicity result{{}, std::vector<double>(levels)};
        auto const patient = biology.sampler().draw(PointSource{{}, {}});
        auto const unit = biology.unit_exposure(patient);
        for (std::size_t level = 0; level < levels; ++level)
            result.dlt_probability.push_back(biology.dlt_probability(patient, unit, DoseLevel{static_cast<int>(level)}));
        return result;
    }
    std::vector<Replicate> all;
    for (std::uint32_t number = 0; number < scramblings; ++number)
        all.push_back({ScrambledSobol{dimensions, integration_seed, number}, std::vector<double>(levels)});
    std::size_t done = 0;
    for (std::size_t points = first_points;; points *= 2) {
        workers.for_each(scramblings, [&](std::size_t number) { add_points(all[number], biology, points - done); });
        done = points;
        auto result = summarised(all, done);
        if (done >= effort.most_points || *std::ranges::max_element(result.error) <= effort.wanted_error)
            return result;
    }
}

} // namespace escalon
