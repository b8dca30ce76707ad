#include "sim/runner/marginal.hpp"

#include <algorithm>
#include <cmath>

namespace escalon {
namespace {

constexpr auto scramblings = SampledExposures::scramblings;
constexpr double standard_errors = 3; // 99.1 % of Student's t with 15 degrees of freedom
/// The truth does not depend on the seed of the trials.
constexpr std::uint64_t integration_seed = 0x536F626F6C;

/// What is integrated at each level.
enum class Figure : std::size_t { dlt, grade_2, grade_4 };

std::size_t figures_of(Biology const& biology) { return biology.has_grades() ? 3 : 1; }

/// Sums by figure and level, under each scrambling.
using Sums = std::vector<std::vector<double>>;

void add(std::vector<double>& sums, std::span<double const> log_per_dose, Biology const& biology)
{
    auto const levels = static_cast<std::size_t>(biology.ladder().size());
    if (!biology.has_grades()) {
        for (double const log_exposure : log_per_dose)
            for (std::size_t level = 0; level < levels; ++level)
                sums[level] += biology.dlt_probability(log_exposure, DoseLevel{static_cast<int>(level)});
        return;
    }
    for (double const log_exposure : log_per_dose)
        for (std::size_t level = 0; level < levels; ++level) {
            auto const tails = biology.tails(log_exposure, DoseLevel{static_cast<int>(level)});
            sums[level] += tails.severe;
            sums[levels + level] += tails.moderate - tails.severe;
            sums[2 * levels + level] += tails.life_threatening;
        }
}

/// Splits figures that lie one after the other, level by level.
MarginalToxicity split(std::vector<double> const& mean, std::vector<double> const& error, std::size_t levels)
{
    auto const part = [&](std::vector<double> const& all, Figure figure) {
        auto const first = static_cast<std::size_t>(figure) * levels;
        return first < all.size() ? std::vector<double>(&all[first], &all[first] + levels) : std::vector<double>{};
    };
    return {part(mean, Figure::dlt),
            part(error, Figure::dlt),
            {part(mean, Figure::grade_2), part(mean, Figure::grade_4)},
            {part(error, Figure::grade_2), part(error, Figure::grade_4)}};
}

struct Estimates {
    std::vector<double> mean;
    std::vector<double> error;
};

Estimates summarised(Sums const& sums, std::size_t points)
{
    Estimates result;
    for (std::size_t i = 0; i < sums.front().size(); ++i) {
        double mean = 0;
        for (auto const& replicate : sums)
            mean += replicate[i];
        mean /= static_cast<double>(scramblings * points);
        double squares = 0;
        for (auto const& replicate : sums) {
            double const off = replicate[i] / static_cast<double>(points) - mean;
            squares += off * off;
        }
        result.mean.push_back(std::clamp(mean, 0.0, 1.0));
        result.error.push_back(standard_errors * std::sqrt(squares / static_cast<double>(scramblings * (scramblings - 1))));
    }
    return result;
}

int dimensions_of(Biology const& biology) { return static_cast<int>(biology.sampler().exposure_purposes().size()); }

/// All patients have the same exposure.
MarginalToxicity one_patient(Biology const& biology)
{
    auto const levels = static_cast<std::size_t>(biology.ladder().size());
    auto const patient = biology.sampler().draw(PointSource{{}, {}});
    std::vector<double> figures(figures_of(biology) * levels);
    auto const unit = biology.unit_exposure(patient);
    for (std::size_t level = 0; level < levels; ++level) {
        auto const tails = biology.tails(patient, unit, DoseLevel{static_cast<int>(level)});
        figures[level] = tails.severe;
        if (!biology.has_grades())
            continue;
        figures[levels + level] = tails.moderate - tails.severe;
        figures[2 * levels + level] = tails.life_threatening;
    }
    return split(figures, std::vector<double>(figures.size()), levels);
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
    auto const levels = static_cast<std::size_t>(biology.ladder().size());
    Sums sums(scramblings, std::vector<double>(figures_of(biology) * levels));
    for (std::size_t number = 0;; ++number) {
        auto const block = exposures.block(number, workers);
        workers.for_each(scramblings, [&](std::size_t scrambling) { add(sums[scrambling], block[scrambling], biology); });
        auto const points = SampledExposures::points_through(number);
        auto const [mean, error] = summarised(sums, points);
        bool const last = number + 1 == SampledExposures::blocks || points >= effort.most_points;
        if (last || *std::ranges::max_element(error) <= effort.wanted_error)
            return split(mean, error, levels);
    }
}

} // namespace escalon
