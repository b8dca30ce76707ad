#include "sim/runner/published_measures.hpp"

#include "sim/runner/accuracy.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace escalon {
namespace {

constexpr Risks no_error{};

double over(double part, double whole) { return whole > 0 ? part / whole : 0; }

double sum(std::span<double const> figures) { return std::accumulate(figures.begin(), figures.end(), 0.0); }

/// P(more than so many percent of the planned patients are treated above the true MTD); BOIN::get.oc.
Risks planned_risks(CountDistribution const& above, int planned)
{
    Risks risks{};
    for (std::size_t count = 0; count < above.size(); ++count)
        for (std::size_t i = 0; i < risks.size(); ++i)
            if (exceeds_percent(count, static_cast<std::uint64_t>(planned), risk_percents[i]))
                risks[i] += above[count];
    return risks;
}

/// What follows from means and distributions alone.
void add_means(OperatingCharacteristics& oc, TrueToxicity const& truth, std::optional<int> planned_patients)
{
    auto& mean = oc.mean;
    mean.patients_at = truth.mtd ? mean.patients[static_cast<std::size_t>(truth.mtd->index())] : 0;
    mean.share_at = over(mean.patients_at, mean.total_patients);
    mean.share_above = over(mean.patients_above, mean.total_patients);
    auto const below = static_cast<std::size_t>(truth.mtd ? truth.mtd->index() : 0);
    mean.share_below = over(sum(std::span{mean.patients}.first(below)), mean.total_patients);
    mean.dlt_rate = over(mean.total_dlts, mean.total_patients);
    auto const weights = accuracy_weights(truth.dlt_probability, truth.target);
    mean.accuracy_selection = accuracy_index(mean.selection, weights);
    mean.accuracy_allocation = accuracy_index(mean.patients, weights);
    if (planned_patients) {
        mean.overdosing_planned = planned_risks(oc.patients_above, *planned_patients);
        oc.standard_error.overdosing_planned = no_error;
    }
    if (mean.accuracy_selection)
        oc.standard_error.accuracy_selection = 0;
    if (mean.accuracy_allocation)
        oc.standard_error.accuracy_allocation = 0;
}

CountDistribution shares(std::vector<std::uint64_t> const& histogram, std::uint64_t trials)
{
    CountDistribution found;
    for (auto const count : histogram)
        found.push_back(static_cast<double>(count) / static_cast<double>(trials));
    return found;
}

/// Standard errors of what was counted, from sums over trials.
class Errors {
public:
    explicit Errors(Tallies const& tallies)
        : tallies_{tallies}, levels_{tallies.verdicts.size() / stop_causes - 1}, trials_{static_cast<double>(tallies.trials)}
    {}

    double of_share(double p) const { return std::sqrt(std::max(0.0, p * (1 - p)) / trials_); }

    Risks of_shares(Risks const& shares) const
    {
        Risks errors{};
        std::ranges::transform(shares, errors.begin(), [this](double p) { return of_share(p); });
        return errors;
    }

    /// Of a mean over trials, from its histogram.
    double of_mean(std::vector<std::uint64_t> const& histogram) const
    {
        auto const [mean, square] = moments(histogram);
        return of_variance(square - mean * mean);
    }

    /// Of sum_k w_k patients_k / patients, a ratio of means R: the delta method takes the spread of sum_k (w_k - R) patients_k.
    double of_allocation(auto const& weight, double ratio) const
    {
        double spread = 0;
        for (std::size_t i = 0; i < levels_; ++i)
            for (std::size_t j = 0; j <= i; ++j)
                spread += (i == j ? 1 : 2) * (weight(i) - ratio) * (weight(j) - ratio) * product(i, j);
        return over(of_variance(spread), mean_patients());
    }

    /// Of DLTs over patients, likewise.
    double of_dlt_rate(double rate) const
    {
        double const dlts = moments(tallies_.total_dlts).second;
        double const both = static_cast<double>(tallies_.dlts_by_patients) / trials_;
        double const patients = moments(tallies_.total_patients).second;
        return over(of_variance(dlts - 2 * rate * both + rate * rate * patients), mean_patients());
    }

    /// Of sum_k w_k P(level k selected) / P(any selected), likewise.
    double of_selection(std::span<double const> weights, double ratio, Measures const& mean) const
    {
        double spread = 0;
        for (std::size_t i = 0; i < levels_; ++i)
            spread += (weights[i] - ratio) * (weights[i] - ratio) * mean.selection[i];
        return over(of_variance(spread), 1 - mean.none);
    }

private:
    double of_variance(double variance) const { return trials_ > 1 ? std::sqrt(std::max(0.0, variance) / (trials_ - 1)) : 0; }

    /// Mean and mean square.
    std::pair<double, double> moments(std::vector<std::uint64_t> const& histogram) const
    {
        std::uint64_t sum = 0;
        std::uint64_t squares = 0;
        for (std::size_t count = 1; count < histogram.size(); ++count) {
            sum += histogram[count] * count;
            squares += histogram[count] * count * count;
        }
        return {static_cast<double>(sum) / trials_, static_cast<double>(squares) / trials_};
    }

    double mean_patients() const { return moments(tallies_.total_patients).first; }
    double product(std::size_t i, std::size_t j) const
    {
        return static_cast<double>(tallies_.products[i * levels_ + j]) / trials_;
    }

    Tallies const& tallies_;
    std::size_t levels_;
    double trials_;
};

} // namespace

OperatingCharacteristics with_published_measures(OperatingCharacteristics oc, TrueToxicity const& truth,
                                                 Allocation const& allocation, std::optional<int> planned_patients)
{
    oc.patients_at = allocation.at;
    oc.patients_above = allocation.above;
    oc.mean.overdosing = allocation.overdosing;
    oc.mean.underdosing = allocation.underdosing;
    add_means(oc, truth, planned_patients);
    return oc;
}

OperatingCharacteristics with_published_measures(OperatingCharacteristics oc, TrueToxicity const& truth, Tallies const& tallies,
                                                 std::optional<int> planned_patients)
{
    oc.patients_at = shares(tallies.patients_at, tallies.trials);
    oc.patients_above = shares(tallies.patients_above, tallies.trials);
    auto& mean = oc.mean;
    for (std::size_t i = 0; i < risk_percents.size(); ++i) {
        mean.overdosing[i] = static_cast<double>(tallies.overdosed[i]) / static_cast<double>(tallies.trials);
        mean.underdosing[i] = static_cast<double>(tallies.underdosed[i]) / static_cast<double>(tallies.trials);
    }
    add_means(oc, truth, planned_patients);

    Errors const errors{tallies};
    auto& error = oc.standard_error;
    auto const from = static_cast<std::size_t>(truth.overdose_from());
    error.patients_at = errors.of_mean(tallies.patients_at);
    error.share_below = errors.of_allocation([&](std::size_t level) { return level + 1 < from ? 1.0 : 0.0; }, mean.share_below);
    error.share_at = errors.of_allocation([&](std::size_t level) { return level + 1 == from ? 1.0 : 0.0; }, mean.share_at);
    error.share_above = errors.of_allocation([&](std::size_t level) { return level >= from ? 1.0 : 0.0; }, mean.share_above);
    error.dlt_rate = errors.of_dlt_rate(mean.dlt_rate);
    error.overdosing = errors.of_shares(mean.overdosing);
    error.underdosing = errors.of_shares(mean.underdosing);
    if (mean.overdosing_planned)
        error.overdosing_planned = errors.of_shares(*mean.overdosing_planned);
    auto const weights = accuracy_weights(truth.dlt_probability, truth.target);
    if (mean.accuracy_selection)
        error.accuracy_selection = errors.of_selection(weights, 1 - *mean.accuracy_selection, mean);
    if (mean.accuracy_allocation)
        error.accuracy_allocation = errors.of_allocation([&](std::size_t level) { return weights[level]; },
                                                         1 - *mean.accuracy_allocation);
    return oc;
}

} // namespace escalon
