// Operating characteristics without sampling error: one pass of probabilities over the design's graph.
#pragma once

#include "sim/runner/operating_characteristics.hpp"
#include "sim/trial/design_graph.hpp"

#include <span>
#include <vector>

namespace escalon {

/// Prepared once for a graph; each further truth is one pass.
class ExactPass {
public:
    explicit ExactPass(DesignGraph const& graph);

    /// @param dlt_probability per level
    /// @param overdose_from index of the lowest level above the true MTD
    /// @param grades per level, for a design that reads them
    OperatingCharacteristics operator()(std::span<double const> dlt_probability, int overdose_from,
                                        GradeProbabilities const& grades = {}) const;

    /// With the error that the selection probabilities inherit from those of the DLT probabilities: the largest sum, over
    /// levels, of the changes that each level's errors cause.
    OperatingCharacteristics operator()(TrueToxicity const& truth) const;

private:
    /// Counts that the histories reaching a node can have, and where their probabilities lie.
    struct Span {
        std::uint32_t low = 0;
        std::uint32_t high = 0;
        std::uint32_t offset = 0;
    };
    std::vector<double> selections(std::span<double const> dlt_probability, GradeProbabilities const& grades) const;

    DesignGraph const* graph_;
    std::vector<std::vector<std::uint32_t>> dlts_of_rank_; ///< by cohort size
    std::vector<Span> patients_;
    std::vector<Span> dlts_;
    std::size_t patient_cells_ = 0;
    std::size_t dlt_cells_ = 0;
};

/// Outcome probabilities of every cohort size at every level.
class CohortOutcomes {
public:
    /// @param grades per level, where the kinds of outcomes need them
    CohortOutcomes(Outcomes kinds, std::span<double const> dlt_probability, GradeProbabilities const& grades, int largest_cohort);

    /// @return the probability of each outcome in the order of its rank: P(k DLTs), k = 0..patients, where no grades are read
    std::span<double const> of(int level, int patients) const
    {
        auto const row = static_cast<std::size_t>(level) * largest_ + static_cast<std::size_t>(patients) - 1;
        return std::span{probability_}.subspan(row * stride_, static_cast<std::size_t>(outcome_count(kinds_, patients)));
    }

private:
    Outcomes kinds_;
    std::size_t largest_;
    std::size_t stride_; ///< outcomes of the largest cohort
    std::vector<double> probability_;
};

} // namespace escalon
