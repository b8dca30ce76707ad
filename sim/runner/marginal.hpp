// The one number through which a biology enters a trial: the DLT probability of each level, marginal over the population.
//
// p_d = E[P(DLT | patient, dose d)]. The tolerance is integrated in closed form, everything else of a patient by randomly
// scrambled Sobol points; the spread between the scramblings gives the error.
#pragma once

#include "sim/runner/workers.hpp"
#include "sim/toxicity/biology.hpp"

#include <vector>

namespace escalon {

struct MarginalToxicity {
    std::vector<double> dlt_probability; ///< per level
    std::vector<double> error;           ///< per level: three standard errors between the scramblings
};

struct IntegrationEffort {
    double wanted_error = 1e-6;
    std::size_t most_points = std::size_t{1} << 16; ///< of each scrambling
};

/// Doubles the points until every level's error is as wanted, or the points are used up. The same bits for any number of
/// workers.
MarginalToxicity marginal_toxicity(Biology const& biology, Workers const& workers, IntegrationEffort effort = {});

} // namespace escalon
