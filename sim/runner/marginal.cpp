#include "sim/runner/marginal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escalon {
namespace {

constexpr auto scramblings = SampledExposures::scramblings;
constexpr double standard_errors = 3; // 99.1 % of Student's t with 15 degrees of freedom
/// The truth does not depend on the seed of the trials.
constexpr std::uint64_t integration_seed = 0x536F626F6C;

/// What is integrated at each level.
enum class Integrated : std::size_t { dlt, grade_2, grade_4 };

std::size_t figures_of(Biology const& biology) { return biology.has_grades() ? 3 : 1; }

/// Sums by figure and level, under each scrambling.
using FigureSums = std::vector<std::vector<double>>;

void add_point(std::vector<double>& sums, double log_driving, std::size_t level, Biology const& biology)
{
    auto const levels = static_cast<std::size_t>(biology.ladder().size());
    if (!biology.has_grades()) {
        sums[level] += biology.dlt_probability(log_driving);
        return;
    }
    auto const tails = biology.tails(log_driving);
    sums[level] += tails.severe;
    sums[levels + level] += tails.moderate - tails.severe;
    sums[2 * levels + level] += tails.life_threatening;
}

void add(std::vector<double>& sums, std::span<double const> log_driving, Biology const& biology)
{
    auto const levels = static_cast<std::size_t>(biology.ladder().size());
    if (!biology.is_linear()) {
        for (std::size_t i = 0; i < log_driving.size(); ++i)
            add_point(sums, log_driving[i], i % levels, biology);
        return;
    }
    std::vector<double> log_dose;
    for (double const dose : biology.ladder().doses())
        log_dose.push_back(std::log(dose));
    for (double const per_dose : log_driving)
        for (std::size_t level = 0; level < levels; ++level)
            add_point(sums, per_dose + log_dose[level], level, biology);
}

/// Splits figures that lie one after the other, level by level.
MarginalToxicity split(std::vector<double> const& mean, std::vector<double> const& error, std::size_t levels)
{
    auto const part = [&](std::vector<double> const& all, Integrated figure) {
        auto const first = static_cast<std::size_t>(figure) * levels;
        return first < all.size() ? std::vector<double>(&all[first], &all[first] + levels) : std::vector<double>{};
    };
    return {part(mean, Integrated::dlt),
            part(error, Integrated::dlt),
            {part(mean, Integrated::grade_2), part(mean, Integrated::grade_4)},
            {part(error, Integrated::grade_2), part(error, Integrated::grade_4)}};
}

struct Estimates {
    std::vector<double> mean;
    std::vector<double> error;
};

Estimates summarised(FigureSums const& sums, std::size_t points)
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
    double unsolved = 0;
    for (std::size_t level = 0; level < levels; ++level) {
        auto const exposure = biology.exposure(patient, DoseLevel{static_cast<int>(level)});
        unsolved += exposure ? 0 : 1.0 / static_cast<double>(levels);
        auto const tails = biology.tails(exposure);
        figures[level] = tails.severe;
        if (!biology.has_grades())
            continue;
        figures[levels + level] = tails.moderate - tails.severe;
        figures[2 * levels + level] = tails.life_threatening;
    }
    auto found = split(figures, std::vector<double>(figures.size()), levels);
    found.unsolved_share = unsolved;
    return found;
}

} // namespace

SampledExposures::SampledExposures(Biology biology)
    : biology_{std::move(biology)}, first_points_{biology_.is_linear() ? first_points_linear : first_points_integrated}
{
    if (int const dimensions = dimensions_of(biology_); dimensions > 0)
        for (std::uint32_t number = 0; number < scramblings; ++number)
            sequences_.emplace_back(dimensions, integration_seed, number);
}

std::vector<double> SampledExposures::next_linear(std::size_t scrambling, std::size_t points)
{
    auto const purposes = biology_.sampler().exposure_purposes();
    std::vector<double> point(purposes.size());
    std::vector<VirtualPatient> patients;
    patients.reserve(points);
    for (std::size_t i = 0; i < points; ++i) {
        sequences_[scrambling].next(point);
        patients.push_back(biology_.sampler().draw(PointSource{point, purposes}));
    }
    auto found = biology_.driving_per_dose(patients);
    for (double& figure : found)
        figure = std::log(figure);
    return found;
}

std::vector<double> SampledExposures::next(std::size_t scrambling, std::size_t points, std::atomic<std::uint64_t>& unsolved)
{
    if (biology_.is_linear())
        return next_linear(scrambling, points);
    auto const purposes = biology_.sampler().exposure_purposes();
    std::vector<double> point(purposes.size());
    std::vector<VirtualPatient> patients;
    std::vector<DoseLevel> levels;
    for (std::size_t i = 0; i < points; ++i) {
        sequences_[scrambling].next(point);
        auto const patient = biology_.sampler().draw(PointSource{point, purposes});
        for (DoseLevel level{0}; biology_.ladder().has(level); level = level.above()) {
            patients.push_back(patient);
            levels.push_back(level);
        }
    }
    std::vector<double> found;
    for (auto const& exposure : biology_.exposures(patients, levels)) {
        found.push_back(exposure ? std::log(biology_.driving(*exposure)) : -std::numeric_limits<double>::infinity());
        if (!exposure)
            ++unsolved;
    }
    return found;
}

double SampledExposures::unsolved_share(std::size_t last_block)
{
    if (biology_.is_linear())
        return 0;
    double unsolved = 0;
    for (std::size_t number = 0; number <= last_block; ++number)
        unsolved += static_cast<double>(unsolved_[number]);
    return unsolved /
           static_cast<double>(scramblings * points_through(last_block) * static_cast<std::size_t>(biology_.ladder().size()));
}

std::span<std::vector<double> const> SampledExposures::block(std::size_t number, Workers const& workers)
{
    std::scoped_lock const lock{guard_};
    for (; known_ <= number; ++known_) {
        auto const points = known_ == 0 ? first_points_ : points_through(known_ - 1);
        auto& block = log_driving_[known_];
        block.resize(scramblings);
        workers.for_each(scramblings,
                         [&](std::size_t scrambling) { block[scrambling] = next(scrambling, points, unsolved_[known_]); });
    }
    return log_driving_[number];
}

IntegrationEffort usual_effort(Biology const& biology)
{
    constexpr double error_of_integrated = 1e-4; // of a probability: below what any trial could tell
    return biology.is_linear() ? IntegrationEffort{} : IntegrationEffort{.wanted_error = error_of_integrated};
}

MarginalToxicity marginal_toxicity(Biology const& biology, Workers const& workers, std::optional<IntegrationEffort> effort)
{
    SampledExposures exposures{biology};
    return marginal_toxicity(biology, exposures, workers, effort);
}

MarginalToxicity marginal_toxicity(Biology const& biology, SampledExposures& exposures, Workers const& workers,
                                   std::optional<IntegrationEffort> wanted)
{
    auto const effort = wanted.value_or(usual_effort(biology));
    if (dimensions_of(biology) == 0)
        return one_patient(biology);
    auto const levels = static_cast<std::size_t>(biology.ladder().size());
    FigureSums sums(scramblings, std::vector<double>(figures_of(biology) * levels));
    for (std::size_t number = 0;; ++number) {
        auto const block = exposures.block(number, workers);
        workers.for_each(scramblings, [&](std::size_t scrambling) { add(sums[scrambling], block[scrambling], biology); });
        auto const points = exposures.points_through(number);
        auto const [mean, error] = summarised(sums, points);
        bool const last = points >= std::min(effort.most_points, SampledExposures::most_points);
        if (last || *std::ranges::max_element(error) <= effort.wanted_error) {
            auto found = split(mean, error, levels);
            found.unsolved_share = exposures.unsolved_share(number);
            return found;
        }
    }
}

MarginalToxicity marginal_toxicity(BiologyOverTime const& biology, Time until, Workers const& workers,
                                   std::optional<IntegrationEffort> wanted)
{
    constexpr double usual_error = 1e-4;
    constexpr std::size_t first_points = 64;
    auto const effort = wanted.value_or(IntegrationEffort{.wanted_error = usual_error});
    auto const purposes = biology.sampler().exposure_purposes();
    auto const levels = static_cast<std::size_t>(biology.ladder().size());
    auto const kinds = biology.kinds().size();
    std::vector<ScrambledSobol> sequences;
    for (std::uint32_t number = 0; number < scramblings && !purposes.empty(); ++number)
        sequences.emplace_back(static_cast<int>(purposes.size()), integration_seed, number);
    FigureSums sums(scramblings, std::vector<double>(levels));
    std::atomic<std::uint64_t> unsolved{0};
    auto const add_points = [&](std::size_t scrambling, std::size_t points) {
        std::vector<double> point(purposes.size());
        std::vector<VirtualPatient> patients;
        std::vector<double> doses;
        bool const linear = biology.is_linear();
        for (std::size_t i = 0; i < points; ++i) {
            if (!sequences.empty())
                sequences[scrambling].next(point);
            auto const patient = biology.sampler().draw(PointSource{point, purposes});
            for (std::size_t level = 0; level < (linear ? 1 : levels); ++level) {
                patients.push_back(patient);
                doses.push_back(linear ? 1 : biology.ladder().doses()[level]);
            }
        }
        auto const found = biology.drivers(patients, doses, until);
        std::vector<double> here(kinds);
        for (std::size_t i = 0; i < points; ++i)
            for (std::size_t level = 0; level < levels; ++level) {
                auto const first = (linear ? i : i * levels + level) * kinds;
                for (std::size_t k = 0; k < kinds; ++k)
                    here[k] = found[first + k] * (linear ? biology.ladder().doses()[level] : 1);
                if (std::isnan(here.front()))
                    ++unsolved;
                sums[scrambling][level] += biology.dlt_probability(here);
            }
    };
    if (purposes.empty()) { // all patients have the same exposure
        add_points(0, 1);
        return {sums.front(), std::vector<double>(levels), {}, {}, static_cast<double>(unsolved) / static_cast<double>(levels)};
    }
    for (std::size_t done = 0, points = first_points;; points *= 2) {
        workers.for_each(scramblings, [&](std::size_t scrambling) { add_points(scrambling, points - done); });
        done = points;
        auto const [mean, error] = summarised(sums, points);
        if (points >= effort.most_points || *std::ranges::max_element(error) <= effort.wanted_error)
            return {mean, error, {}, {}, static_cast<double>(unsolved) / static_cast<double>(scramblings * points * levels)};
    }
}

} // namespace escalon
