// What exposure the next patient of each level will have: a normal regression of ln exposure, learned from the patients measured.
//
//     ln E = ln(typical of the level) + shift + trend ln(dose/middle dose) + sigma z
//
// The prior is conjugate: shift and trend are 0 give or take sigma/sqrt(worth), and sigma^2 is inverse gamma about the foreseen
// variance, so that all together weigh as much as `worth` patients. The forecast is a Student's t (Gelman et al. 2013, Bayesian
// Data Analysis, 3rd ed., section 14.2). Ursino et al. (2017), Biom J 59:804, regress the AUC on dose likewise.
#pragma once

#include "sim/vocabulary/observed.hpp"

#include <span>
#include <vector>

namespace escalon {

/// What is foreseen before anybody is measured.
struct ExposurePrior {
    std::vector<double> typical; ///< at each level, in base units of the metric
    double sd_log = 0.4;         ///< SD of ln exposure between patients of a level
    double worth = 3;            ///< patients

    friend bool operator==(ExposurePrior const&, ExposurePrior const&) = default;
};

/// A Student's t of ln exposure.
struct ExposureForecast {
    double mean = 0;
    double scale = 1;
    double degrees_of_freedom = 1;
};

/// Of the next patient at each level.
std::vector<ExposureForecast> exposure_forecasts(ExposurePrior const& prior, DoseLadder const& ladder,
                                                 std::span<ObservedExposure const> measured);

/// A sum that stands for the expectation of a smooth function of ln exposure.
struct ExposureNode {
    double log_exposure = 0; ///< less the forecast's mean
    double weight = 0;       ///< they sum to 1
};

/// Nodes by which the expectation of a logistic function, of this slope in ln exposure, is right to 1e-8.
std::vector<ExposureNode> exposure_nodes(ExposureForecast const& forecast, double slope);

} // namespace escalon
