// Dose transition pathways: what a design does in its next cohorts after every possible outcome, and how probable each path is.
//
// Yap et al. (2017), Clin Cancer Res 23:7440. Subtrees that are equal from there on are one node: the tree is kept as a graph.
#pragma once

#include "sim/runner/asked.hpp"
#include "sim/toxicity/grades.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace escalon {

/// From one decision to the next, with the reason of this history; histories that lead to equal subtrees may differ in it.
struct PathStep {
    std::size_t to = 0; ///< index of a node
    std::string reason;
    Cohort outcome{}; ///< of a treatment
};

/// A decision. What follows it: a step for each outcome of a treatment in the order of their ranks (each number of DLTs from 0
/// where the design reads no more), one for each branch of a choice by chance, none after a stop and where the tree ends.
struct PathNode {
    decltype(Decision::action) action;
    std::vector<PathStep> steps;

    bool stops() const { return std::holds_alternative<Stop>(action); }
};

struct Pathways {
    std::vector<PathNode> nodes; ///< each after those that it leads to
    PathStep start;
    int cohorts = 0;                   ///< that are unrolled
    Outcomes outcomes = Outcomes::dlt; ///< that the design tells apart

    PathNode const& node(std::size_t index) const { return nodes[index]; }
    PathNode const& first() const { return nodes[start.to]; }

    /// Every path ends with a stop.
    bool complete() const;

    /// Paths from the first decision to the last, each outcome a path of its own. A real number, since it grows beyond
    /// every integer.
    double paths() const;

    /// Nodes that lead on, and the decisions shown below them: what a tree that shows each subtree once has to print.
    std::size_t lines() const;
};

/// @param most_states that may be visited
/// @throws NotEnumerable when there are more
Pathways pathways(Asked const& design, Observed const& from, int cohorts, std::size_t most_states = 200'000);

/// Unrolled to as many of the wanted cohorts as keep the tree within so many lines; at least to one.
Pathways pathways_within(Asked const& design, Observed const& from, int cohorts, std::size_t most_lines);

/// The tree of the first so many cohorts alone.
Pathways shortened(Pathways const& tree, int cohorts);

/// Neighbouring outcomes that lead to the same node.
struct OutcomeGroup {
    std::size_t first = 0; ///< step of the node; of a treatment whose design reads DLTs alone, their number
    std::size_t last = 0;
    std::size_t to = 0;
    std::string
        reason; ///< "2 or 3/3 at 10 mg/m2 is too toxic": of all, where they differ in one or two numbers, else of the first
    bool reason_of_first = false; ///< the others have another reason
};

std::vector<OutcomeGroup> grouped_outcomes(PathNode const& node);

/// How probable the steps are under one truth.
class PathProbabilities {
public:
    /// @param dlt_probability per level
    /// @param grades per level, for a design that reads them
    /// @throws std::invalid_argument where the design tells more outcomes apart than the truth
    PathProbabilities(Pathways const& tree, std::vector<double> dlt_probability, GradeProbabilities grades = {});

    /// Of each step of a node, given that it was reached; they sum to 1.
    std::vector<double> steps(PathNode const& node) const;

    /// Of the steps of a group together.
    double of(PathNode const& node, OutcomeGroup const& group) const;

    /// That each node is reached, over all histories that lead to it.
    std::vector<double> reached() const;

private:
    Pathways const* tree_;
    std::vector<double> dlt_probability_;
    GradeProbabilities grades_;
};

} // namespace escalon
