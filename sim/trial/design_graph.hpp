// A design compiled to a graph: its reachable states and the transitions between them.
//
// The graph depends on the design and the ladder alone, never on the truth, so it is built once and serves every driver.
// States are merged by the design's summary; successors always have higher numbers than their node, so that one pass in
// order of number visits every history's mass exactly once.
#pragma once

#include "sim/designs/design.hpp"
#include "sim/trial/state_index.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <variant>
#include <vector>

namespace escalon {

/// A design whose states cannot be listed: it goes on for ever, or has too many of them, or too large ones.
class NotEnumerable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class DesignGraph {
public:
    using NodeIndex = std::uint32_t;

    /// Treat, stop, or leave the choice to chance.
    enum class Kind : std::uint8_t { treat, stop, chance };

    struct Node {
        Kind kind = Kind::stop;
        StopCause cause = StopCause::mtd_determined; ///< of a stop
        std::int16_t level = no_level;               ///< treated, or recommended by a stop
        std::uint16_t patients = 0;                  ///< of a treatment
        std::uint16_t branches = 0;                  ///< of a choice by chance
        /// Where the successors begin: one for each outcome of the cohort in order of rank, or one for each branch.
        std::uint32_t successors = 0;
        std::uint32_t chances = 0; ///< where the branches' probabilities begin
    };
    static constexpr std::int16_t no_level = -1;

    /// @throws NotEnumerable when the design has more than `most_states` states, can treat the same state again, or follows
    /// patients beyond their first course
    template <Decider D>
    static DesignGraph compile(D const& decider, DoseLadder const& ladder, std::size_t most_states = default_most_states);

    static constexpr NodeIndex start = 0;
    std::span<Node const> nodes() const { return nodes_; }
    Node const& node(NodeIndex index) const { return nodes_[index]; }
    /// The node after so many DLTs in the cohort that a node treats.
    NodeIndex after(NodeIndex treat, int dlts) const
    {
        return successors_[node(treat).successors + static_cast<std::uint32_t>(dlts)];
    }
    NodeIndex after(NodeIndex treat, Cohort const& cohort) const { return after(treat, outcome_rank(outcomes_, cohort)); }
    NodeIndex branch(NodeIndex choice, std::size_t chosen) const { return successors_[node(choice).successors + chosen]; }

    /// What the design reads of outcomes.
    Outcomes outcomes() const { return outcomes_; }

    std::span<NodeIndex const> successors(Node const& node) const
    {
        std::size_t const count = node.kind == Kind::treat ? static_cast<std::size_t>(outcome_count(outcomes_, node.patients))
                                                           : node.branches;
        return std::span{successors_}.subspan(node.successors, count);
    }

    /// Probabilities of a chance node's branches.
    std::span<double const> chances(Node const& node) const { return std::span{chances_}.subspan(node.chances, node.branches); }

    /// Those of all chance nodes, behind each other from `Node::chances`.
    std::span<double const> chances() const { return chances_; }

    /// Patients of the longest history.
    int most_patients() const { return most_patients_; }
    int levels() const { return levels_; }
    int largest_cohort() const { return largest_cohort_; }

private:
    static constexpr std::size_t default_most_states = 2'000'000; // some hundred megabytes

    template <Decider D>
    class Builder;

    std::vector<Node> nodes_;
    std::vector<NodeIndex> successors_;
    std::vector<double> chances_;
    int most_patients_ = 0;
    int levels_ = 0;
    int largest_cohort_ = 0;
    Outcomes outcomes_ = Outcomes::dlt;
};

/// Walks all futures depth first. Nodes are finished after their successors, so numbering them backwards in order of
/// finishing puts every successor behind its node.
template <Decider D>
class DesignGraph::Builder {
public:
    Builder(D const& decider, DoseLadder const& ladder, std::size_t most_states)
        : decider_{decider},
          observed_{ladder},
          most_states_{most_states},
          ends_((static_cast<std::size_t>(ladder.size()) + 1) * stop_causes, open)
    {}

    DesignGraph build()
    {
        graph_.outcomes_ = outcomes_read(decider_);
        visit(StateIndex::Hashed{decider_.summary(observed_)});
        return renumbered();
    }

private:
    static constexpr NodeIndex open = StateIndex::unknown;
    static constexpr int usual_outcomes = 8; // of a cohort; more than these take memory

    NodeIndex visit(StateIndex::Hashed const& summary)
    {
        auto const place = known_.find_or_add(summary);
        if (place.fresh)
            return expand(place);
        auto const node = known_[place];
        if (node == open)
            throw NotEnumerable("the design returns to a state that it has left: it could go on for ever");
        return node;
    }

    [[gnu::noinline]] NodeIndex expand(StateIndex::Place const& place) // three of four visits end before it
    {
        if (known_.size() > most_states_)
            throw NotEnumerable("the design has more than " + std::to_string(most_states_) +
                                " states: it needs a smaller sample size, fewer levels, or Monte Carlo");
        auto const decision = decider_.decide(observed_, Wording::none);
        auto const node = std::visit([this](auto const& action) { return finish(action); }, decision.action);
        known_[place] = node;
        return node;
    }

    /// All trials that end alike share one node.
    NodeIndex finish(Stop const& stop)
    {
        Node node{.kind = Kind::stop, .cause = stop.cause};
        if (stop.mtd)
            node.level = static_cast<std::int16_t>(stop.mtd->index());
        auto& known = ends_[static_cast<std::size_t>(node.level - no_level) * stop_causes + static_cast<std::size_t>(stop.cause)];
        if (known == open)
            known = add(node, {});
        return known;
    }

    NodeIndex finish(Treat const& treat)
    {
        graph_.largest_cohort_ = std::max(graph_.largest_cohort_, treat.patients);
        Node const node{.kind = Kind::treat,
                        .level = static_cast<std::int16_t>(treat.level.index()),
                        .patients = static_cast<std::uint16_t>(treat.patients)};
        if (graph_.outcomes_ == Outcomes::dlt && treat.patients < usual_outcomes) {
            std::array<StateIndex::Hashed, usual_outcomes> keys;
            std::array<NodeIndex, usual_outcomes> next;
            auto const outcomes = static_cast<std::size_t>(treat.patients) + 1;
            visit_by_dlts(treat, std::span{keys}.first(outcomes), std::span{next}.first(outcomes));
            return add(node, std::span{next}.first(outcomes));
        }
        std::vector<NodeIndex> next(static_cast<std::size_t>(outcome_count(graph_.outcomes_, treat.patients)));
        if (graph_.outcomes_ == Outcomes::dlt) {
            std::vector<StateIndex::Hashed> keys(next.size());
            visit_by_dlts(treat, keys, next);
        } else {
            visit_by_grades(treat, next);
        }
        return add(node, next);
    }

    /// Visits the state after each number of DLTs.
    /// @param keys room for their summaries
    void visit_by_dlts(Treat const& treat, std::span<StateIndex::Hashed> keys, std::span<NodeIndex> next)
    {
        observed_.record_unchecked(treat.level, treat.patients, 0);
        if (summaries_.size() < keys.size())
            summaries_.resize(keys.size());
        summaries(decider_, observed_, std::span{summaries_}.first(keys.size()));
        for (std::size_t dlts = 0; dlts < keys.size(); ++dlts) {
            keys[dlts] = StateIndex::Hashed{summaries_[dlts]};
            known_.expect(keys[dlts]);
        }
        next[0] = visit(keys[0]);
        for (std::size_t dlts = 1; dlts < keys.size(); ++dlts) {
            observed_.add_dlt();
            next[dlts] = keys[dlts] == keys[dlts - 1] ? next[dlts - 1] : visit(keys[dlts]);
        }
        observed_.retract();
    }

    /// Visits the state after each outcome, in the order of their ranks.
    void visit_by_grades(Treat const& treat, std::span<NodeIndex> next)
    {
        std::size_t rank = 0;
        for_each_outcome(graph_.outcomes_, treat.level, treat.patients, [&](Cohort const& cohort) {
            observed_.record_unchecked(cohort);
            next[rank++] = visit(StateIndex::Hashed{decider_.summary(observed_)});
            observed_.retract();
        });
    }

    NodeIndex finish(Suspend const&) { throw std::logic_error("a design suspends accrual though nobody is pending"); }

    NodeIndex finish(Randomise const& choice)
    {
        std::vector<NodeIndex> next;
        for (auto const& branch : choice.branches)
            next.push_back(std::visit([this](auto const& action) { return finish(action); }, branch.action));
        Node node{.kind = Kind::chance, .branches = static_cast<std::uint16_t>(choice.branches.size())};
        node.chances = static_cast<std::uint32_t>(graph_.chances_.size());
        for (auto const& branch : choice.branches)
            graph_.chances_.push_back(branch.probability);
        return add(node, next);
    }

    NodeIndex add(Node node, std::span<NodeIndex const> next)
    {
        node.successors = static_cast<std::uint32_t>(graph_.successors_.size());
        std::uint32_t patients = 0;
        for (auto const after : next) { // few: inserting them together takes longer
            graph_.successors_.push_back(after);
            patients = std::max<std::uint32_t>(patients, patients_ahead_[after]);
        }
        graph_.nodes_.push_back(node);
        patients_ahead_.push_back(patients + node.patients);
        return static_cast<NodeIndex>(graph_.nodes_.size() - 1);
    }

    DesignGraph renumbered()
    {
        auto const last = static_cast<NodeIndex>(graph_.nodes_.size() - 1);
        for (auto& next : graph_.successors_)
            next = last - next;
        std::ranges::reverse(graph_.nodes_);
        graph_.levels_ = observed_.ladder().size();
        graph_.most_patients_ = static_cast<int>(patients_ahead_.back());
        return std::move(graph_);
    }

    D const& decider_;
    Observed observed_;
    std::size_t most_states_;
    StateIndex known_;
    std::vector<NodeIndex> ends_;
    std::vector<Summary> summaries_; // of one cohort's outcomes
    /// Of each node: patients of the longest of its futures. Histories of different lengths may share a state.
    std::vector<std::uint32_t> patients_ahead_;
    DesignGraph graph_;
};

template <Decider D>
DesignGraph DesignGraph::compile(D const& decider, DoseLadder const& ladder, std::size_t most_states)
{
    if (follows_patients(decider))
        throw NotEnumerable("patients have several courses, whose outcomes hang together: no state of the design holds them");
    try {
        return Builder<D>{decider, ladder, most_states}.build();
    } catch (std::overflow_error const& too_large) { // a summary that does not fit its key
        throw NotEnumerable(too_large.what());
    }
}

} // namespace escalon
