// Covariates of a scenario's own (albumin, sex, renal function): how patients differ in them, and what they do to parameters.
//
// The forms are those of published population models: power and exponential of a number about its reference, and a factor for
// each category (Mould & Upton 2013, CPT Pharmacometrics Syst Pharmacol 2:e38).
#pragma once

#include "pk_models/fields.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace escalon {

/// A figure of a covariate: a number, and the unit that it was written with. Covariates come in units of all kinds (g/L, U/L,
/// mm2), which only have to agree with each other.
struct CovariateFigure {
    static constexpr std::string_view example = "41 g/L";

    double value = 0;
    std::string unit; ///< empty where there is none

    friend bool operator==(CovariateFigure const&, CovariateFigure const&) = default;
};

/// "41 g/L"
std::string text(CovariateFigure const& figure);

/// One of: normal, truncated to twice the mean on one side and 0 on the other; log-normal about its median; one value for all; or
/// categories with their shares.
struct CovariateDistribution {
    std::optional<CovariateFigure> mean;
    std::optional<CovariateFigure> sd;
    std::optional<CovariateFigure> median;
    std::optional<double> sd_log;
    std::optional<CovariateFigure> value;
    Keyed<Fraction> categories;

    void describe(auto& fields)
    {
        fields.field("mean", mean, "mean of a normal distribution, truncated to 0 and twice the mean",
                     FieldTraits{.within = bounds::positive});
        fields.field("sd", sd, "its standard deviation, at most a third of the mean",
                     FieldTraits{.within = bounds::not_negative});
        fields.field("median", median, "median of a log-normal distribution", FieldTraits{.within = bounds::positive});
        fields.field("sd_log", sd_log, "standard deviation of the covariate's natural logarithm",
                     FieldTraits{.within = bounds::not_negative});
        fields.field("value", value, "one value for every patient");
        fields.field("categories", categories, "categories and the share of patients in each; together 1",
                     FieldTraits{.within = bounds::fraction});
    }
    Faults faults() const;

    bool is_categorical() const { return !categories.entries.empty(); }
    /// Whether patients differ in it.
    bool varies() const;
    /// Of its figures; empty for categories.
    std::string unit() const;

    /// The quantile of a uniform: a number, or the place of the category in the list, from 0.
    double quantile(double uniform) const;
    /// The median, or the place of the category with the largest share.
    double middle() const;

    friend bool operator==(CovariateDistribution const&, CovariateDistribution const&) = default;
};

/// What a covariate x multiplies the typical value of a parameter by: (x/reference)^power, e^(exponential (x - reference)), or
/// the factor of its category, 1 for a category that is not named.
struct CovariateEffect {
    std::optional<double> power;
    std::optional<double> exponential;
    std::optional<CovariateFigure> reference;
    Keyed<double> factors;

    void describe(auto& fields)
    {
        fields.field("power", power, "the parameter goes with (covariate/reference)^power");
        fields.field("exponential", exponential,
                     "the parameter goes with e^(exponential x (covariate - reference)), per unit of the reference");
        fields.field("reference", reference, "covariate at which the parameter has its typical value");
        fields.field("factors", factors, "factor of the parameter by category, 1 for those not named",
                     FieldTraits{.within = bounds::positive});
    }
    Faults faults() const;

    bool is_categorical() const { return !factors.entries.empty(); }

    friend bool operator==(CovariateEffect const&, CovariateEffect const&) = default;
};

} // namespace escalon
