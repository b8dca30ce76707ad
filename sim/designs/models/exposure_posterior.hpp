// The posterior of a logistic model of P(DLT) against each patient's own exposure.
//
//     logit P(DLT | E) = log_alpha + exp(log_beta) ln(E/reference)
//
// Ursino et al. (2017), Biom J 59:804 (PKLOGIT), with the prior of the BLRM (Neuenschwander et al. 2008, Stat Med 27:2420) and by
// quadrature. P(DLT) of a level is that of its next patient, over the forecast of the exposure that this patient will have. A
// patient in whom nothing was measured counts by the same forecast.
#pragma once

#include "sim/designs/models/expected_rate.hpp"
#include "sim/designs/models/exposure_forecast.hpp"
#include "sim/designs/models/posterior_row.hpp"
#include "sim/designs/models/two_parameter.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

namespace escalon {

struct ExposureModel {
    std::vector<PriorComponent> prior; ///< of log_alpha and log_beta; weights sum to 1
    double reference = 1;              ///< exposure at which the odds of a DLT are alpha, in base units
    ExposurePrior exposures;
};

/// Of one data set. A level's figures are worked out when they are first asked for.
class ExposurePosterior {
public:
    static constexpr double error = 1e-6; ///< of probabilities and means, absolute

    ExposurePosterior(ExposureModel const& model, Observed const& observed);

    /// P(DLT rate of the level < rate).
    double below(DoseLevel level, double rate);
    double quantile(DoseLevel level, double probability);
    double mean(DoseLevel level) { return moments(level).mean; }
    double sd(DoseLevel level) { return moments(level).sd; }

    /// Of log_alpha and log_beta.
    std::array<double, 2> parameter_mean() const { return parameter_mean_; }
    std::array<double, 2> parameter_sd() const { return parameter_sd_; }

private:
    class Component;
    struct Moments {
        double mean = 0;
        double sd = 0;
    };

    /// Of the level, row by row.
    std::vector<ExpectedRate> const& curves(DoseLevel level);
    Moments const& moments(DoseLevel level);
    void take_parameter_moments();

    double log_reference_;
    std::vector<ExposureForecast> forecasts_;
    std::vector<PosteriorRow> rows_;                ///< all together sum to 1
    std::vector<std::vector<ExpectedRate>> curves_; ///< of each level that was asked for, row by row
    std::vector<std::optional<Moments>> moments_;   ///< likewise
    std::array<double, 2> parameter_mean_{};
    std::array<double, 2> parameter_sd_{};
};

} // namespace escalon
