#include "sim/runner/allocation.hpp"

#include "sim/runner/exact.hpp"

#include <algorithm>

namespace escalon {
namespace {

constexpr int count_bits = 16; // more patients than any trial has
constexpr std::uint64_t count_mask = (std::uint64_t{1} << count_bits) - 1;
constexpr int below_field = 0;
constexpr int at_field = 1;
constexpr int above_field = 2;

constexpr std::uint64_t count_of(std::uint64_t counts, int field) { return (counts >> (count_bits * field)) & count_mask; }

/// What a cohort adds to the counts.
std::uint64_t added(DesignGraph::Node const& node, int overdose_from)
{
    if (node.kind != DesignGraph::Kind::treat)
        return 0;
    int const field = node.level >= overdose_from ? above_field : node.level + 1 == overdose_from ? at_field : below_field;
    return std::uint64_t{node.patients} << (count_bits * field);
}

} // namespace

AllocationPass::AllocationPass(DesignGraph const& graph, int overdose_from) : graph_{&graph}
{
    auto const nodes = graph.nodes();
    std::vector<std::vector<Counts>> reached(nodes.size());
    reached[DesignGraph::start] = {0};
    first_.reserve(nodes.size() + 1);
    first_.push_back(0);
    for (std::size_t at = 0; at < nodes.size(); ++at) {
        auto mine = std::move(reached[at]);
        std::ranges::sort(mine);
        mine.erase(std::ranges::unique(mine).begin(), mine.end());
        counts_.insert(counts_.end(), mine.begin(), mine.end());
        first_.push_back(static_cast<std::uint32_t>(counts_.size()));
        if (nodes[at].kind == DesignGraph::Kind::stop)
            continue;
        auto const more = added(nodes[at], overdose_from);
        for (auto const next : graph.successors(nodes[at]))
            for (auto const counts : mine)
                if (auto& there = reached[next]; there.empty() || there.back() != counts + more)
                    there.push_back(counts + more);
    }
    for (std::size_t at = 0; at < nodes.size(); ++at) {
        if (nodes[at].kind == DesignGraph::Kind::stop)
            continue;
        auto const more = added(nodes[at], overdose_from);
        for (auto const next : graph.successors(nodes[at])) {
            auto const begin = counts_.begin() + first_[next];
            auto const end = counts_.begin() + first_[next + 1];
            for (auto part = first_[at]; part < first_[at + 1]; ++part)
                onward_.push_back(
                    static_cast<std::uint32_t>(std::lower_bound(begin, end, counts_[part] + more) - counts_.begin()));
        }
    }
}

Allocation AllocationPass::operator()(std::span<double const> dlt_probability, GradeProbabilities const& grades) const
{
    CohortOutcomes const outcomes{graph_->outcomes(), dlt_probability, grades, graph_->largest_cohort()};
    std::vector<double> mass(counts_.size());
    mass[0] = 1;
    auto const most = static_cast<std::size_t>(graph_->most_patients()) + 1;
    Allocation result{.at = CountDistribution(most), .above = CountDistribution(most)};
    auto const ended = [&](std::uint64_t counts, double probability) {
        auto const below = count_of(counts, below_field);
        auto const at = count_of(counts, at_field);
        auto const above = count_of(counts, above_field);
        result.at[at] += probability;
        result.above[above] += probability;
        for (std::size_t i = 0; i < risk_percents.size(); ++i) {
            result.overdosing[i] += exceeds_percent(above, below + at + above, risk_percents[i]) ? probability : 0;
            result.underdosing[i] += exceeds_percent(below, below + at + above, risk_percents[i]) ? probability : 0;
        }
    };
    std::size_t link = 0;
    for (std::size_t at = 0; at < graph_->nodes().size(); ++at) {
        auto const& node = graph_->nodes()[at];
        auto const first = first_[at];
        auto const last = first_[at + 1];
        if (node.kind == DesignGraph::Kind::stop) {
            for (auto part = first; part < last; ++part)
                ended(counts_[part], mass[part]);
            continue;
        }
        auto const weights = node.kind == DesignGraph::Kind::treat ? outcomes.of(node.level, node.patients)
                                                                   : graph_->chances(node);
        for (double const weight : weights)
            for (auto part = first; part < last; ++part)
                mass[onward_[link++]] += weight * mass[part];
    }
    return result;
}

AllocationPass const& AllocationPasses::above(int overdose_from)
{
    std::scoped_lock const lock{guard_};
    return passes_.try_emplace(overdose_from, *graph_, overdose_from).first->second;
}

} // namespace escalon
