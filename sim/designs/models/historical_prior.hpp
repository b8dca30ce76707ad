// The prior that earlier trials make for a two-parameter model: a meta-analytic predictive prior.
//
// Spiegelhalter, Abrams & Myles (2004), Bayesian Approaches to Clinical Trials, chapter 5; Schmidli et al. (2014), Biometrics 70:1023;
// for dose escalation: Neuenschwander, Matano, Tang, Roychoudhury, Wandel & Bailey (2015).
#pragma once

#include "sim/designs/models/two_parameter.hpp"

#include <array>
#include <span>
#include <vector>

namespace escalon {

/// Outcomes of one earlier trial at one dose.
struct EarlierOutcomes {
    double covariate = 0; ///< x of its dose, as in TwoParameterModel
    double patients = 0;
    double dlts = 0;
};

using EarlierTrial = std::vector<EarlierOutcomes>;

/// The distribution of a new trial's parameters after earlier trials, by its mean and covariance. Trials are exchangeable: their
/// parameters are normal about a common mean, with SDs `between_trials` and without correlation; the common mean has the prior
/// `population`.
BivariateNormal historical_prior(BivariateNormal const& population, std::array<double, 2> between_trials,
                                 std::span<EarlierTrial const> trials);

} // namespace escalon
