// How much harm patients tolerate: a distribution over patients, and its inverse.
#pragma once

#include "pk_models/fields.hpp"
#include "pk_models/units.hpp"

#include <array>
#include <optional>

namespace escalon {

enum class ToleranceDistribution { lognormal, loglogistic, exponential };

constexpr auto enum_names(ToleranceDistribution)
{
    return std::array{EnumName<ToleranceDistribution>{ToleranceDistribution::lognormal, "lognormal"},
                      EnumName<ToleranceDistribution>{ToleranceDistribution::loglogistic, "loglogistic"},
                      EnumName<ToleranceDistribution>{ToleranceDistribution::exponential, "exponential"}};
}

/// The exposure at which a patient has a DLT, over patients.
struct Tolerance {
    ToleranceDistribution distribution = ToleranceDistribution::lognormal;
    AnyQuantity median; ///< an AUC for driver auc, else a concentration
    std::optional<double> sd_log;
    std::optional<double> slope;

    void describe(auto& fields)
    {
        fields.field("distribution", distribution,
                     "shape over patients; exponential is a hazard proportional to the rise of exposure");
        fields.field("median", median, "exposure that half of patients tolerate: mg*d/L for driver auc, else mg/L",
                     FieldTraits{.within = bounds::positive, .presence = Presence::required});
        fields.field("sd_log", sd_log, "lognormal: SD of ln tolerance; 0 is one threshold for all",
                     FieldTraits{.within = bounds::not_negative});
        fields.field("slope", slope, "loglogistic: rise of the log odds with ln exposure",
                     FieldTraits{.within = bounds::positive});
    }

    friend bool operator==(Tolerance const&, Tolerance const&) = default;
};

/// Whether the spread that the distribution needs is there and no other; fields begin with "tolerance.".
Faults tolerance_faults(Tolerance const& tolerance);

/// P(tolerance < exposure), of ln (exposure/median), which may be -infinity.
double probability_below(Tolerance const& tolerance, double log_ratio);

/// The exposure at which so large a share of patients has a DLT, in base units.
double tolerance_quantile(Tolerance const& tolerance, double share);

} // namespace escalon
