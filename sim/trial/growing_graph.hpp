// A design's graph that grows under the trials that walk on it: each state is decided when the first trial reaches it, and never
// again.
//
// For designs with too many states to list them all, and where trials see few of them. A trial carries no history: a state that is
// new is decided from the history of the trial that found it, for histories with equal summaries have equal futures.
#pragma once

#include "sim/trial/design_graph.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace escalon {

template <Decider D>
class GrowingGraph {
public:
    using NodeIndex = DesignGraph::NodeIndex;
    using Node = DesignGraph::Node;
    using Kind = DesignGraph::Kind;

    /// @throws std::overflow_error, here and from `after`, when a state does not fit its key
    GrowingGraph(D const& decider, DoseLadder const& ladder)
        : decider_{&decider}, outcomes_{outcomes_read(decider)}, observed_{ladder}
    {
        state({});
    }

    Node const& node(NodeIndex index) const { return nodes_[index]; }
    NodeIndex after(NodeIndex at, int dlts)
    {
        auto const next = successors_[node(at).successors + static_cast<std::uint32_t>(dlts)];
        return next != unknown ? next : grow(at, {DoseLevel{node(at).level}, node(at).patients, dlts});
    }
    NodeIndex after(NodeIndex at, Cohort const& cohort)
    {
        auto const next = successors_[node(at).successors + static_cast<std::uint32_t>(outcome_rank(outcomes_, cohort))];
        return next != unknown ? next : grow(at, cohort);
    }
    NodeIndex branch(NodeIndex at, std::size_t chosen) const { return successors_[node(at).successors + chosen]; }
    std::span<double const> chances(Node const& node) const { return std::span{chances_}.subspan(node.chances, node.branches); }

    /// States that were decided.
    std::size_t size() const { return nodes_.size(); }

private:
    static constexpr NodeIndex unknown = StateIndex::unknown;

    /// How the first trial came to a node: by this cohort from that node, or by chance where there were no patients.
    struct Origin {
        NodeIndex from = unknown;
        Cohort cohort{};
    };

    NodeIndex grow(NodeIndex at, Cohort const& cohort)
    {
        history_.assign(1, cohort);
        for (auto node = at; node != unknown; node = origins_[node].from)
            if (origins_[node].cohort.patients > 0)
                history_.push_back(origins_[node].cohort);
        observed_.clear();
        while (!history_.empty()) {
            observed_.record_unchecked(history_.back());
            history_.pop_back();
        }
        auto const next = state({at, cohort});
        successors_[node(at).successors + static_cast<std::uint32_t>(outcome_rank(outcomes_, cohort))] = next;
        return next;
    }

    /// The node of what is observed now.
    NodeIndex state(Origin const& origin)
    {
        auto const place = known_.find_or_add(decider_->summary(observed_));
        if (place.fresh) {
            auto const decision = decider_->decide(observed_, Wording::none);
            auto const added = std::visit([&](auto const& action) { return add(action, origin); }, decision.action);
            known_[place] = added;
        }
        return known_[place];
    }

    NodeIndex add(Stop const& stop, Origin const& origin)
    {
        return add(Node{.kind = Kind::stop,
                        .cause = stop.cause,
                        .level = stop.mtd ? static_cast<std::int16_t>(stop.mtd->index()) : DesignGraph::no_level},
                   0, origin);
    }
    NodeIndex add(Treat const& treat, Origin const& origin)
    {
        return add(Node{.kind = Kind::treat,
                        .level = static_cast<std::int16_t>(treat.level.index()),
                        .patients = static_cast<std::uint16_t>(treat.patients)},
                   static_cast<std::size_t>(outcome_count(outcomes_, treat.patients)), origin);
    }
    NodeIndex add(Suspend const&, Origin const&) { throw std::logic_error("a design suspends accrual though nobody is pending"); }
    NodeIndex add(Randomise const& choice, Origin const& origin)
    {
        auto const branches = choice.branches.size();
        auto const chance = add(Node{.kind = Kind::chance,
                                     .branches = static_cast<std::uint16_t>(branches),
                                     .chances = static_cast<std::uint32_t>(chances_.size())},
                                branches, origin);
        for (std::size_t i = 0; i < branches; ++i) {
            chances_.push_back(choice.branches[i].probability);
            auto const next = std::visit([&](auto const& action) { return add(action, Origin{chance}); },
                                         choice.branches[i].action);
            successors_[node(chance).successors + i] = next;
        }
        return chance;
    }

    NodeIndex add(Node node, std::size_t successors, Origin const& origin)
    {
        node.successors = static_cast<std::uint32_t>(successors_.size());
        successors_.resize(successors_.size() + successors, unknown);
        nodes_.push_back(node);
        origins_.push_back(origin);
        return static_cast<NodeIndex>(nodes_.size() - 1);
    }

    D const* decider_;
    Outcomes outcomes_;
    Observed observed_;
    std::vector<Cohort> history_;
    StateIndex known_;
    std::vector<Node> nodes_;
    std::vector<NodeIndex> successors_;
    std::vector<double> chances_;
    std::vector<Origin> origins_; ///< by node
};

} // namespace escalon
