// Operating characteristics without sampling error: one pass of probabilities over the design's graph.
#pragma once

#include "sim/runner/operating_characteristics.hpp"
#include "sim/trial/design_graph.hpp"

#include <span>
#include <vector>

namespace escalon {

class CohortOutcomes;

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
    struct Counts {
        std::uint32_t low = 0;
        std::uint32_t width = 0;
        std::uint32_t cell = 0;
    };
    /// Carries the distribution of a count along the edges.
    struct Carrier {
        std::vector<Counts> counts;         ///< by node
        std::vector<std::uint32_t> targets; ///< by edge: the cell that the first of the node's cells goes to
        std::uint32_t cells = 0;
    };
    /// @param more called as more(node, k): by how much the count grows on the way to the k-th successor
    Carrier carrier(auto const& more) const;

    bool is_stop(DesignGraph::NodeIndex node) const { return graph_->node(node).kind == DesignGraph::Kind::stop; }
    /// DLTs of the outcome of this rank; none where the choice is left to chance.
    std::uint32_t more_dlts(DesignGraph::Node const& node, std::uint32_t rank) const
    {
        return node.kind == DesignGraph::Kind::treat ? dlts_of_rank_[node.patients][rank] : 0;
    }
    /// Of the node's successors.
    std::span<double const> weights(DesignGraph::Node const& node, CohortOutcomes const& outcomes) const;
    /// The probabilities of all nodes and counts.
    std::vector<double> carried(Carrier const& carrier, CohortOutcomes const& outcomes) const;
    /// The probability that a trial passes each node.
    std::vector<double> reached(std::span<double const> by_dlts) const;
    /// Of the count when trials end.
    CountDistribution distribution(Carrier const& carrier, std::span<double const> cells) const;
    /// Of the patients when trials end, where every node but the last has one number of them.
    CountDistribution sizes_at_the_ends(CohortOutcomes const& outcomes, std::span<double const> reached) const;
    std::vector<double> selections(std::span<double const> dlt_probability, GradeProbabilities const& grades) const;

    DesignGraph const* graph_;
    std::vector<std::vector<std::uint32_t>> dlts_of_rank_; ///< by cohort size
    Carrier dlts_;
    Carrier patients_;
    bool one_size_a_node_ = true;
    std::vector<DesignGraph::NodeIndex> last_; ///< nodes from which a trial can end
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
