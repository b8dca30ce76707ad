#include "sim/toxicity/by_exposure.hpp"

#include <cmath>
#include <string>
#include <utility>

namespace escalon {
namespace {

Faults median_faults(Driver driver, AnyQuantity const& median)
{
    Dimension const wanted = dimension_of(driver);
    if (median.dimension == wanted)
        return {};
    std::string const form = driver == Driver::auc ? "600 mg*d/L" : "90 mg/L";
    return {{"tolerance.median",
             "driver " + std::string{name_of(driver)} + " needs " + describe_dimension(wanted) + ", got " +
                 describe_dimension(median.dimension),
             "write it as " + form + ", or change the driver"}};
}

} // namespace

Faults ByExposure::faults() const
{
    auto found = median_faults(driver, tolerance.median);
    for (auto& fault : tolerance_faults(tolerance))
        found.push_back(std::move(fault));
    return found;
}

double ByExposure::driving(pk::Exposure const& exposure) const { return exposure_figure(exposure, driver); }

double ByExposure::dlt_probability(pk::Exposure const& exposure) const
{
    return probability_below(tolerance, std::log(driving(exposure) / tolerance.median.value));
}

double ByExposure::dlt_probability_at_log(double log_driving) const
{
    return probability_below(tolerance, log_driving - std::log(tolerance.median.value));
}

ToxicityTails ByExposure::tails_at_log(double log_driving) const
{
    double const p = dlt_probability_at_log(log_driving);
    if (!grade_ratio)
        return {.moderate = p, .severe = p};
    double const grade = std::log(*grade_ratio);
    return {dlt_probability_at_log(log_driving + grade), p, dlt_probability_at_log(log_driving - grade)};
}

} // namespace escalon
