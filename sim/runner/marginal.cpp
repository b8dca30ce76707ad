#include "sim/runner/marginal.hpp"

#include "sim/random/sobol.hpp"

#include <algorithm>
#include <cmath>

namespace escalon {
namespace {

constexpr std::size_t shifts = 16;
constexpr std::size_t first_points = 1024;
constexpr double standard_errors = 3; // 99.1 % of Student's t with 15 degrees of freedom
/// The truth does not depend on the seed of the trials.
constexpr std::uint64_t integration_seed = 0x536F626F6C;

/// Running sums under one shift.
struct Shift {
    ShiftedSobol points;
    std::vector<double> sums;
};

void add_points(Shift& shift, Biology const& biology, std::size_t count)
{
    auto const purposes = biology.sampler().exposure_purposes();
    std::vector<double> point(purposes.size());
    for (std::size_t i = 0; i < count; ++i) {
        shift.points.next(point);
        auto const patient = biology.sampler().draw(PointSource{point, purposes});
        auto const unit = biology.unit_exposure(patient);
        for (std::size_t level = 0; level < shift.sums.size(); ++level)
            shift.sums[level] += biology.dlt_probability(patient, unit, DoseLevel{static_cast<int>(level)});
    }
}

MarginalToxicity summarised(std::vector<Shift> const& all, std::size_t points)
{
    auto const levels = all.front().sums.size();
    MarginalToxicity result{std::vector<double>(levels), std::vector<double>(levels)};
    for (std::size_t level = 0; level < levels; ++level) {
        double mean = 0;
        for (auto const& shift : all)
            mean += shift.sums[level];
        mean /= static_cast<double>(shifts * points);
        double squares = 0;
        for (auto const& shift : all) {
            double const off = shift.sums[level] / static_cast<double>(points) - mean;
            squares += off * off;
        }
        result.dlt_probability[level] = std::clamp(mean, 0.0, 1.0);
        result.error[level] = standard_errors * std::sqrt(squares / static_cast<double>(shifts * (shifts - 1)));
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
    std::vector<Shift> all;
    for (std::uint32_t shift = 0; shift < shifts; ++shift)
        all.push_back({ShiftedSobol{dimensions, integration_seed, shift}, std::vector<double>(levels)});
    std::size_t done = 0;
    for (std::size_t points = first_points;; points *= 2) {
        workers.for_each(shifts, [&](std::size_t shift) { add_points(all[shift], biology, points - done); });
        done = points;
        auto result = summarised(all, done);
        if (done >= effort.most_points || *std::ranges::max_element(result.error) <= effort.wanted_error)
            return result;
    }
}

} // namespace escalon
