// The one number through which a biology enters a trial: the DLT probability of each level, marginal over the population.
//
// p_d = E[P(DLT | patient, dose d)]. The tolerance is integrated in closed form, everything else of a patient by randomly
// scrambled Sobol points; the spread between the scramblings gives the error.
#pragma once

#include "sim/random/sobol.hpp"
#include "sim/runner/workers.hpp"
#include "sim/toxicity/biology.hpp"
#include "sim/toxicity/biology_over_time.hpp"

#include <array>
#include <atomic>
#include <bit>
#include <mutex>
#include <span>
#include <vector>

namespace escalon {

/// What a population is exposed to, at randomly scrambled Sobol points: computed once, whatever the tolerance and the ladder.
/// Several threads may ask at once.
class SampledExposures {
public:
    static constexpr std::size_t scramblings = 16;
    static constexpr std::size_t most_points = std::size_t{1} << 16; ///< of a scrambling

    explicit SampledExposures(Biology biology);

    /// Points of a scrambling before the end of a block: each block but the first doubles them.
    std::size_t points_through(std::size_t block) const { return first_points_ << block; }

    /// ln of the exposure that does harm, of the points that the block adds to each scrambling: per unit of dose where kinetics
    /// are linear, else point by point at each level. -infinity where the kinetics could not be integrated.
    std::span<std::vector<double> const> block(std::size_t number, Workers const& workers);

    /// Share of the figures of the first blocks, through this one, whose kinetics could not be integrated.
    double unsolved_share(std::size_t last_block);

private:
    std::vector<double> next(std::size_t scrambling, std::size_t points, std::atomic<std::uint64_t>& unsolved);
    std::vector<double> next_linear(std::size_t scrambling, std::size_t points);

    // closed forms make a thousand points at once; where each is integrated at every level a few may be enough
    static constexpr std::size_t first_points_linear = 1024;
    static constexpr std::size_t first_points_integrated = 64;
    static constexpr std::size_t most_blocks = std::bit_width(most_points / first_points_integrated);

    Biology biology_;
    std::size_t first_points_;
    std::vector<ScrambledSobol> sequences_;
    std::mutex guard_;
    std::size_t known_ = 0;                                                 ///< blocks that were computed
    std::array<std::vector<std::vector<double>>, most_blocks> log_driving_; ///< by block, then by scrambling
    std::array<std::atomic<std::uint64_t>, most_blocks> unsolved_{};        ///< by block
};

struct MarginalToxicity {
    std::vector<double> dlt_probability; ///< per level
    std::vector<double> error;           ///< per level: three standard errors between the scramblings
    GradeProbabilities grades{};         ///< per level, where the biology has grades
    GradeProbabilities grades_error{};   ///< likewise
    double unsolved_share = 0;           ///< of patients whose kinetics could not be integrated: they count as without a DLT
};

struct IntegrationEffort {
    double wanted_error = 1e-6;
    std::size_t most_points = SampledExposures::most_points; ///< of each scrambling, at most
};

/// What a biology is worth: kinetics that are integrated cost a hundred times those with a closed form.
IntegrationEffort usual_effort(Biology const& biology);

/// Doubles the points until every level's error is as wanted, or the points are used up. The same bits for any number of
/// workers.
MarginalToxicity marginal_toxicity(Biology const& biology, Workers const& workers, std::optional<IntegrationEffort> effort = {});

/// P(a toxicity that limits the dose by that time) of each level under full treatment, to an error of 1e-4 where no other is wanted.
MarginalToxicity marginal_toxicity(BiologyOverTime const& biology, Time until, Workers const& workers,
                                   std::optional<IntegrationEffort> effort = {});

/// The same with exposures that other tolerances or ladders share.
MarginalToxicity marginal_toxicity(Biology const& biology, SampledExposures& exposures, Workers const& workers,
                                   std::optional<IntegrationEffort> effort = {});

} // namespace escalon
