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
    struct Counts {
        std::uint32_t low = 0;
        std::uint32_t width = 0;
        std::uint32_t cell = 0;
    };
    /// Carries the distribution of a count along the edges.
    struct Carrier {
        /// One node that treats or leaves the choice to chance, in the order of the nodes.
        struct Step {
            std::uint32_t cell = 0;    ///< the first of its cells
            std::uint32_t edges = 0;   ///< the first of its edges
            std::uint32_t weights = 0; ///< the first of its outcome probabilities, or of its branches' chances
            std::uint16_t width = 0;   ///< cells
            std::uint16_t outcomes = 0;
            std::int16_t level = DesignGraph::no_level; ///< where it treats
            std::uint16_t patients = 0;
        };
        std::vector<Counts> counts; ///< by node
        std::vector<Step> steps;
        std::vector<std::uint32_t> targets; ///< by edge: the cell that the first of the node's cells goes to
        std::uint32_t cells = 0;
    };
    /// What one pass finds.
    struct Carried {
        std::vector<double> cells;    ///< probabilities of all nodes and counts
        std::vector<double> patients; ///< expected, by level
    };
    /// A node from which a trial can end.
    struct Last {
        Counts dlts;
        std::uint32_t size = 0;      ///< patients of the trial after it
        std::uint32_t first_end = 0; ///< in `ends_`
        std::uint32_t ends = 0;      ///< outcomes that end the trial; 0 if all do
    };

    /// @param more called as more(node, k): by how much the count grows on the way to the k-th successor
    Carrier carrier(auto const& more) const;
    void find_ends();

    bool is_stop(DesignGraph::NodeIndex node) const { return graph_->node(node).kind == DesignGraph::Kind::stop; }
    /// DLTs of the outcome of this rank; none where the choice is left to chance.
    std::uint32_t more_dlts(DesignGraph::Node const& node, std::uint32_t rank) const
    {
        return node.kind == DesignGraph::Kind::treat ? dlts_of_rank_[node.patients][rank] : 0;
    }
    /// The probabilities of every cohort's outcomes, and behind them those of the branches left to chance.
    std::vector<double> weights(std::span<double const> dlt_probability, GradeProbabilities const& grades) const;
    Carried carried(Carrier const& carrier, std::span<double const> weights) const;
    /// The probability that a trial passes a node.
    static double reached(Counts const& counts, std::span<double const> cells);
    /// Of the count when trials end.
    CountDistribution distribution(Carrier const& carrier, std::span<double const> cells) const;
    /// Of the patients when trials end, where every node but the last has one number of them.
    CountDistribution sizes_at_the_ends(std::span<double const> weights, std::span<double const> cells) const;
    std::vector<double> selections(std::span<double const> dlt_probability, GradeProbabilities const& grades) const;

    DesignGraph const* graph_;
    std::vector<std::vector<std::uint32_t>> dlts_of_rank_; ///< by cohort size
    Carrier dlts_;
    Carrier patients_;
    bool one_size_a_node_ = true;
    std::vector<Last> last_;
    std::vector<std::uint32_t> ends_; ///< where the weights of outcomes lie that end a trial, if others do not
    std::vector<DesignGraph::NodeIndex> stops_;
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

    /// All of them: levels x cohort sizes x outcomes of the largest cohort.
    std::span<double const> all() const { return probability_; }

private:
    Outcomes kinds_;
    std::size_t largest_;
    std::size_t stride_; ///< outcomes of the largest cohort
    std::vector<double> probability_;
};

} // namespace escalon
