#include "sim/runner/marginal.hpp"

#include <algorithm>
#include <cmath>

namespace escalon {
namespace {

constexpr auto scramblings = SampledExposures::scramblings;
constexpr double standard_errors = 3; // 99.1 % of Student's t with 15 degrees of freedom
/// The truth does not depend on the seed of the trials.
constexpr std::uint64_t integration_seed = 0x536F626F6C;

/// Sums of P(DLT) by level, under each scrambling.
using Sums = std::vector<std::vector<double>>;

void add(std::vector<double>& sums, std::span<double const> log_per_dose, Biology const& biology)
{
    for (double const log_exposure : log_per_dose)
        for (std::size_t level = 0; level < sums.size(); ++level)
            sums[level] += biology.dlt_probability(log_exposure, DoseLevel{static_cast<int>(level)});
}

MarginalToxicity summarised(Sums const& sums, std::size_t points)
{
    auto const levels = sums.front().size();
    MarginalToxicity result{std::vector<double>(levels), std::vector<double>(levels)};
    for (std::size_t level = 0; level < levels; ++level) {
        double mean = 0;
        for (auto const& replicate : sums)
            mean += replicate[level];
        mean /= static_cast<double>(scramblings * points);
        double squares = 0;
        for (auto const& replicate : sums) {
            double const off = replicate[level] / static_cast<double>(points) - mean;
            squares += off * off;
        }
        result.dlt_probability[level] = std::clamp(mean, 0.0, 1.0);
        result.error[level] = standard_errors * std::sqrt(squares / static_cast<double>(scramblings * (scramblings - 1)));
    }
    return result;
}

int dimensions_of(Biology const& biology) { return static_cast<int>(biology.sampler().exposure_purposes().size()); }

/// All patients have the same exposure.
MarginalToxicity one_patient(Biology const& biology)
{
    auto const levels = static_cast<std::size_t>(biology.ladder().size());
    MarginalToxicity result{{}, std::vector<double>(levels)};
    auto const patient = biology.sampler().draw(PointSource{{}, {}});
    auto const unit = biology.unit_exposure(patient);
    for (std::size_t level = 0; level < levels; ++level)
        result.dlt_probability.push_back(biology.dlt_probability(patient, unit, DoseLevel{static_cast<int>(level)}));
    return result;
}

} // namespace

SampledExposures::SampledExposures(Biology biology) : biology_{std::move(biology)}
{
    if (int const dimensions = dimensions_of(biology_); dimensions > 0)
        for (std::uint32_t number = 0; number < scramblings; ++number)
            sequences_.emplace_back(dimensions, integration_seed, number);
}

std::vector<double> SampledExposures::next(std::size_t scrambling, std::size_t points)
{
    auto const purposes = biology_.sampler().exposure_purposes();
    std::vector<double> point(purposes.size());
    std::vector<double> found(points);
    for (double& log_per_dose : found) {
        sequences_[scrambling].next(point);
        log_per_dose = std::log(biology_.driving_per_dose(biology_.sampler().draw(PointSource{point, purposes})));
    }
    return found;
}

std::span<std::vector<double> const> SampledExposures::block(std::size_t number, Workers const& workers)
{
    std::scoped_lock const lock{guard_};
    for (; known_ <= number; ++known_) {
        auto const points = known_ == 0 ? first_points : points_through(known_ - 1);
        auto& block = log_per_dose_[known_];
        block.resize(scramblings);
        workers.for_each(scramblings, [&](std::size_t scrambling) { block[scrambling] = next(scrambling, points); });
    }
    return log_per_dose_[number];
}

MarginalToxicity marginal_toxicity(Biology const& biology, Workers const& workers, IntegrationEffort effort)
{
    SampledExposures exposures{biology};
    return marginal_toxicity(biology, exposures, workers, effort);
}

MarginalToxicity marginal_toxicity(Biology const& biology, SampledExposures& exposures, Workers const& workers,
                                   IntegrationEffort effort)
{
    if (dimensions_of(biology) == 0)
        return one_patient(biology);
    Sums sums(scramblings, std::vector<double>(static_cast<std::size_t>(biology.ladder().size())));
    for (std::size_t number = 0;; ++number) {
        auto const block = exposures.block(number, workers);
        workers.for_each(scramblings, [&](std::size_t scrambling) { add(sums[scrambling], block[scrambling], biology); });
        auto const points = SampledExposures::points_through(number);
        auto result = summarised(sums, points);
        bool const last = number + 1 == SampledExposures::blocks || points >= effort.most_points;
        if (last || *std::ranges::max_element(result.error) <= effort.wanted_error)
            return result;
    }
}

} // namespace escalon
