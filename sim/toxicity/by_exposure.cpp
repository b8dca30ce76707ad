#include "sim/toxicity/by_exposure.hpp"

#include "sim/random/normal.hpp"

#include <cmath>
#include <string>

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

/// P(tolerance < exposure); the log of 0 is -infinity, which every branch takes.
double probability_below(Tolerance const& tolerance, double log_ratio)
{
    if (tolerance.distribution == ToleranceDistribution::loglogistic)
        return 1 / (1 + std::exp(-tolerance.slope.value_or(1) * log_ratio));
    double const sd = tolerance.sd_log.value_or(0);
    if (sd > 0)
        return normal_probability(log_ratio / sd);
    return log_ratio > 0 ? 1 : 0;
}

} // namespace

Faults ByExposure::faults() const
{
    Faults found = median_faults(driver, tolerance.median);
    bool const lognormal = tolerance.distribution == ToleranceDistribution::lognormal;
    if (lognormal && !tolerance.sd_log)
        found.push_back({"tolerance.sd_log", "a log-normal tolerance needs its spread", "add sd_log: 0.35"});
    if (lognormal && tolerance.slope)
        found.push_back(
            {"tolerance.slope", "a log-normal tolerance has no slope", "remove it, or set distribution: loglogistic"});
    if (!lognormal && !tolerance.slope)
        found.push_back({"tolerance.slope", "a log-logistic tolerance needs its slope", "add slope: 5"});
    if (!lognormal && tolerance.sd_log)
        found.push_back(
            {"tolerance.sd_log", "a log-logistic tolerance has no sd_log", "remove it, or set distribution: lognormal"});
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
