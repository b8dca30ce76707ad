#include "sim/population/covariates.hpp"

#include "pk_models/units.hpp"
#include "sim/random/normal.hpp"

#include <algorithm>
#include <cmath>

namespace escalon {
namespace {

constexpr double largest_cv = 1.0 / 3;
/// Shares as people write them (0.33, 0.33, 0.34) add up to 1 but for a few roundings.
constexpr double rounding = 1e-9;

double sum_of(Keyed<Fraction> const& categories)
{
    double sum = 0;
    for (auto const& [name, share] : categories.entries)
        sum += share;
    return sum;
}

} // namespace

std::string text(CovariateFigure const& figure)
{
    return shortest(figure.value) + (figure.unit.empty() ? "" : " " + figure.unit);
}

Faults CovariateDistribution::faults() const
{
    Faults found;
    int const forms = (mean || sd ? 1 : 0) + (median || sd_log ? 1 : 0) + (value ? 1 : 0) + (is_categorical() ? 1 : 0);
    if (forms != 1)
        return {{"value",
                 forms == 0 ? "nothing says how patients differ in this covariate" : "this covariate has two distributions",
                 "write one of mean and sd, median and sd_log, value, or categories: { female: 0.5, male: 0.5 }"}};
    if (sd && !mean)
        found.push_back({"sd", "a standard deviation without a mean", "add mean"});
    if (mean && !sd)
        found.push_back({"mean", "a mean without a standard deviation", "add sd, or write value for one value for all"});
    if (mean && sd && mean->unit != sd->unit)
        found.push_back({"sd", "the mean is in '" + mean->unit + "', its SD in '" + sd->unit + "'", "write both in one unit"});
    else if (mean && sd && !(sd->value <= largest_cv * mean->value))
        found.push_back({"sd", "an SD of " + text(*sd) + " about a mean of " + text(*mean) + " reaches below 0",
                         "keep it below a third of the mean, or write median and sd_log for a long tail"});
    if (sd_log && !median)
        found.push_back({"sd_log", "a spread without a median", "add median"});
    if (median && !sd_log)
        found.push_back({"median", "a median without a spread", "add sd_log, or write value for one value for all"});
    if (is_categorical() && !(std::abs(sum_of(categories) - 1) <= rounding))
        found.push_back(
            {"categories", "the shares add up to " + shortest(sum_of(categories)), "every patient is in one category"});
    return found;
}

bool CovariateDistribution::varies() const
{
    if (is_categorical())
        return std::ranges::count_if(categories.entries, [](auto const& entry) { return entry.second > 0; }) > 1;
    return (mean && sd && sd->value > 0) || (median && sd_log.value_or(0) > 0);
}

std::string CovariateDistribution::unit() const
{
    auto const& figure = mean ? mean : median ? median : value;
    return figure ? figure->unit : std::string{};
}

double CovariateDistribution::quantile(double uniform) const
{
    if (is_categorical()) {
        double below = 0;
        std::size_t place = 0;
        for (std::size_t k = 0; k < categories.entries.size(); ++k) {
            double const share = categories.entries[k].second;
            if (!(share > 0))
                continue;
            place = k; // also where rounding leaves the uniform beyond the last
            below += share;
            if (uniform < below)
                break;
        }
        return static_cast<double>(place);
    }
    if (value)
        return value->value;
    if (median)
        return sd_log.value_or(0) > 0 ? median->value * std::exp(*sd_log * normal_quantile(uniform)) : median->value;
    if (!(sd->value > 0))
        return mean->value;
    double const cut_off = normal_probability(-mean->value / sd->value); // on either side
    return mean->value + sd->value * normal_quantile(cut_off + uniform * (1 - 2 * cut_off));
}

double CovariateDistribution::middle() const
{
    constexpr double half = 0.5;
    if (!is_categorical())
        return quantile(half);
    auto const& entries = categories.entries;
    auto const most = std::ranges::max_element(entries, {}, [](auto const& entry) { return entry.second.value; });
    return static_cast<double>(most - entries.begin());
}

Faults CovariateEffect::faults() const
{
    Faults found;
    int const forms = (power ? 1 : 0) + (exponential ? 1 : 0) + (is_categorical() ? 1 : 0);
    if (forms != 1)
        return {{"power", forms == 0 ? "nothing says what this covariate does" : "this covariate acts in two ways",
                 "write one of power, exponential (each with its reference), or factors: { female: 0.85 }"}};
    if (is_categorical() && reference)
        found.push_back({"reference", "factors have no reference", "a category that is not named has the factor 1"});
    if (!is_categorical() && !reference)
        found.push_back({power ? "power" : "exponential", "an effect without its reference",
                         "add reference: the covariate at which the parameter has its typical value"});
    if (power && reference && !(reference->value > 0))
        found.push_back({"reference", "a power law about " + text(*reference) + " has no value", "write a reference above 0"});
    return found;
}

} // namespace escalon
