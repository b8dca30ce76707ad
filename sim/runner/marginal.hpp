// The one number through which a biology enters a trial: the DLT probability of each level, marginal over the population.
//
// p_d = E[P(DLT | patient, dose d)]. The tolerance is integrated in closed form, everything else of a patient by randomly
// scrambled Sobol points; the spread between the scramblings gives the error.
#pragma once

#include "sim/random/sobol.hpp"
#include "sim/runner/workers.hpp"
#include "sim/toxicity/biology.hpp"

#include <array>
#include <mutex>
#include <span>
#include <vector>

namespace escalon {

/// What a population is exposed to, at randomly scrambled Sobol points: computed once, whatever the tolerance and the ladder.
/// Several threads may ask at once.
class SampledExposures {
public:
    static constexpr std::size_t scramblings = 16;
    /// Each block but the first doubles the points.
    static constexpr std::size_t blocks = 7;
    static constexpr std::size_t first_points = 1024;

    explicit SampledExposures(Biology biology);

    /// Points of a scrambling before the end of a block.
    static constexpr std::size_t points_through(std::size_t block) { return first_points << block; }

    /// ln of the exposure that does harm, per unit of dose, of the points that the block adds to each scrambling.
    std::span<std::vector<double> const> block(std::size_t number, Workers const& workers);

private:
    std::vector<double> next(std::size_t scrambling, std::size_t points);

    Biology biology_;
    std::vector<ScrambledSobol> sequences_;
    std::mutex guard_;
    std::size_t known_ = 0;                                             ///< blocks that were computed
    std::array<std::vector<std::vector<double>>, blocks> log_per_dose_; ///< by block, then by scrambling
};

struct MarginalToxicity {
    std::vector<double> dlt_probability; ///< per level
    std::vector<double> error;           ///< per level: three standard errors between the scramblings
    GradeProbabilities grades{};         ///< per level, where the biology has grades
    GradeProbabilities grades_error{};   ///< likewise
};

struct IntegrationEffort {
    double wanted_error = 1e-6;
    std::size_t most_points = std::size_t{1} << 16; ///< of each scrambling, at most
};

/// Doubles the points until every level's error is as wanted, or the points are used up. The same bits for any number of
/// workers.
MarginalToxicity marginal_toxicity(Biology const& biology, Workers const& workers, IntegrationEffort effort = {});

/// The same with exposures that other tolerances or ladders share.
MarginalToxicity marginal_toxicity(Biology const& biology, SampledExposures& exposures, Workers const& workers,
                                   IntegrationEffort effort = {});

} // namespace escalon
