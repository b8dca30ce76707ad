#include "sim/population/population.hpp"

#include "sim/random/normal.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>

namespace escalon {
namespace {

void append(Faults& all, std::string const& place, Faults const& part)
{
    for (auto const& fault : part)
        all.push_back({place + "." + fault.field, fault.problem, fault.remedy});
}

} // namespace

Faults BsaDistribution::faults() const
{
    constexpr double largest_cv = 1.0 / 3;
    if (sd.base() <= largest_cv * mean.base())
        return {};
    return {{"sd",
             "an SD of " + quantity_text(sd.base(), dimension::body_surface) + " about a mean of " +
                 quantity_text(mean.base(), dimension::body_surface) + " reaches people without a surface",
             "keep it below a third of the mean; about 0.2 m2 is usual"}};
}

BodySurface BsaDistribution::quantile(double uniform) const
{
    if (!(sd.base() > 0))
        return mean;
    double const cut_off = normal_probability(-mean.base() / sd.base()); // on either side
    double const z = normal_quantile(cut_off + uniform * (1 - 2 * cut_off));
    return mean + z * sd;
}

BodyWeight WeightDistribution::quantile(double uniform) const
{
    double const cv = sd.base() / mean.base();
    double const log_variance = std::log1p(cv * cv);
    if (!(log_variance > 0))
        return mean;
    // the mean of a log-normal is its median times e^(variance/2)
    return mean * std::exp(std::sqrt(log_variance) * normal_quantile(uniform) - 0.5 * log_variance);
}

Faults AntigenDistribution::faults() const
{
    Faults found;
    if (sd_log > 0 && !median && !value)
        found.push_back({"sd_log", "a spread without a median", "add median: 100 U/mL, or leave antigen out"});
    return found;
}

AntigenLevel AntigenDistribution::quantile(double uniform) const
{
    if (value)
        return *value;
    if (!median)
        return {};
    return sd_log > 0 ? *median * std::exp(sd_log * normal_quantile(uniform)) : *median;
}

Faults Population::faults(pk::Model const& model) const
{
    Faults found;
    append(found, "bsa", bsa.faults());
    append(found, "antigen", antigen.faults());
    append(found, "omega", omega.faults(pk::parameter_names(model)));
    // a log-normal level is positive; 0 comes only from a fixed value or from no antigen at all
    constexpr double middle = 0.5;
    std::ranges::copy(pk::faults(pk::antigen_clearance(model), antigen.quantile(middle)), std::back_inserter(found));
    return found;
}

VirtualPatient typical_patient(Population const& population, pk::Model const& model)
{
    return {.bsa = population.bsa.mean,
            .weight = population.weight.mean,
            .antigen = population.antigen.value.value_or(pk::neutral_level(pk::antigen_clearance(model)))};
}

} // namespace escalon
