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
    OperatingCharacteristics operator()(std::span<double const> dlt_probability, int overdose_from) const;

    /// With the error that the selection probabilities inherit from those of the DLT probabilities: the largest sum, over
    /// levels, of the changes that each level's error causes.
    OperatingCharacteristics operator()(TrueToxicity const& truth) const;

private:
    /// Counts that the histories reaching a node can have, and where their probabilities lie.
    struct Span {
        std::uint32_t low = 0;
        std::uint32_t high = 0;
        std::uint32_t offset = 0;
    };
    std::vector<double> selections(std::span<double const> dlt_probability) const;

    DesignGraph const* graph_;
    std::vector<Span> patients_;
    std::vector<Span> dlts_;
    std::size_t patient_cells_ = 0;
    std::size_t dlt_cells_ = 0;
};

/// P(k of n), k = 0..n, at n-1 in [0, largest): outcome probabilities of every cohort size at every level.
class CohortOutcomes {
public:
    CohortOutcomes(std::span<double const> dlt_probability, int largest_cohort);
    /// @return P(k DLTs) for k = 0..patients
    std::span<double const> of(int level, int patients) const
    {
        auto const row = static_cast<std::size_t>(level) * largest_ + static_cast<std::size_t>(patients) - 1;
        return std::span{probability_}.subspan(row * (largest_ + 1), static_cast<std::size_t>(patients) + 1);
    }

private:
    std::size_t largest_;
    std::vector<double> probability_;
};

} // namespace escalon
