#include "sim/runner/exact.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace escalon {

namespace {

/// P(each outcome of one patient), by grade; what a design does not tell apart is together in the milder of two.
std::array<double, grade_count> one_patient(Outcomes kinds, double dlt, GradeProbabilities const& grades, std::size_t level)
{
    double const moderate = kinds == Outcomes::dlt ? 0 : grades.grade_2[level];
    double const life_threatening = kinds == Outcomes::grades ? grades.grade_4[level] : 0;
    return {std::max(0.0, 1 - dlt - moderate), moderate, std::max(0.0, dlt - life_threatening), life_threatening};
}

} // namespace

CohortOutcomes::CohortOutcomes(Outcomes kinds, std::span<double const> dlt_probability, GradeProbabilities const& grades,
                               int largest_cohort)
    : kinds_{kinds},
      largest_{static_cast<std::size_t>(largest_cohort)},
      stride_{static_cast<std::size_t>(outcome_count(kinds, largest_cohort))},
      probability_(dlt_probability.size() * largest_ * stride_)
{
    for (std::size_t level = 0; level < dlt_probability.size(); ++level) {
        auto const one = one_patient(kinds, dlt_probability[level], grades, level);
        std::vector<double> before{1.0}; // nobody: one outcome
        for (int n = 1; n <= largest_cohort; ++n) {
            // one patient more: all terms are positive, so nothing cancels
            auto* const now = &probability_[(level * largest_ + static_cast<std::size_t>(n) - 1) * stride_];
            std::size_t rank = 0;
            for_each_outcome(kinds, DoseLevel{0}, n - 1, [&](Cohort const& cohort) {
                for (std::size_t grade = 0; grade < grade_count; ++grade) {
                    if (one[grade] == 0)
                        continue;
                    auto with = cohort;
                    with += static_cast<Grade>(grade);
                    now[outcome_rank(kinds, with)] += before[rank] * one[grade];
                }
                ++rank;
            });
            before.assign(now, now + outcome_count(kinds, n));
        }
    }
}

namespace {

/// DLTs of each outcome by its rank, for every cohort size.
std::vector<std::vector<std::uint32_t>> dlts_of_rank(Outcomes kinds, int largest_cohort)
{
    std::vector<std::vector<std::uint32_t>> all(static_cast<std::size_t>(largest_cohort) + 1);
    for (int n = 1; n <= largest_cohort; ++n)
        for_each_outcome(kinds, DoseLevel{0}, n, [&](Cohort const& cohort) {
            all[static_cast<std::size_t>(n)].push_back(static_cast<std::uint32_t>(cohort.dlts));
        });
    return all;
}

} // namespace

ExactPass::ExactPass(DesignGraph const& graph)
    : graph_{&graph},
      dlts_of_rank_{dlts_of_rank(graph.outcomes(), graph.largest_cohort())},
      dlts_{carrier([this](DesignGraph::Node const& node, std::uint32_t k) { return more_dlts(node, k); })},
      patients_{carrier([](DesignGraph::Node const& node, std::uint32_t) { return std::uint32_t{node.patients}; })}
{
    for (std::size_t at = 0; at < graph.nodes().size(); ++at) {
        auto const& node = graph.nodes()[at];
        if (node.kind == DesignGraph::Kind::stop)
            continue;
        one_size_a_node_ = one_size_a_node_ && patients_.counts[at].width == 1;
        if (std::ranges::any_of(graph.successors(node), [&](auto next) { return is_stop(next); }))
            last_.push_back(static_cast<DesignGraph::NodeIndex>(at));
    }
}

ExactPass::Carrier ExactPass::carrier(auto const& more) const
{
    struct Range {
        std::uint32_t low = ~0U;
        std::uint32_t high = 0;
    };
    auto const nodes = graph_->nodes();
    std::vector<Range> ranges(nodes.size());
    ranges[DesignGraph::start] = {0, 0};
    for (std::size_t at = 0; at < nodes.size(); ++at) {
        if (nodes[at].kind == DesignGraph::Kind::stop)
            continue;
        auto const next = graph_->successors(nodes[at]);
        for (std::uint32_t k = 0; k < next.size(); ++k) {
            auto& to = ranges[next[k]];
            to.low = std::min(to.low, ranges[at].low + more(nodes[at], k));
            to.high = std::max(to.high, ranges[at].high + more(nodes[at], k));
        }
    }
    Carrier result;
    for (auto const& range : ranges) {
        result.counts.push_back({range.low, range.high - range.low + 1, result.cells});
        result.cells += range.high - range.low + 1;
    }
    for (std::size_t at = 0; at < nodes.size(); ++at) {
        if (nodes[at].kind == DesignGraph::Kind::stop)
            continue;
        auto const next = graph_->successors(nodes[at]);
        result.targets.resize(nodes[at].successors + next.size());
        for (std::uint32_t k = 0; k < next.size(); ++k) {
            auto const& to = result.counts[next[k]];
            result.targets[nodes[at].successors + k] = to.cell + (ranges[at].low + more(nodes[at], k) - to.low);
        }
    }
    return result;
}

std::span<double const> ExactPass::weights(DesignGraph::Node const& node, CohortOutcomes const& outcomes) const
{
    return node.kind == DesignGraph::Kind::treat ? outcomes.of(node.level, node.patients) : graph_->chances(node);
}

std::vector<double> ExactPass::carried(Carrier const& carrier, CohortOutcomes const& outcomes) const
{
    std::vector<double> cells(carrier.cells);
    cells[carrier.counts[DesignGraph::start].cell] = 1;
    for (std::size_t at = 0; at < graph_->nodes().size(); ++at) {
        auto const& node = graph_->nodes()[at];
        if (node.kind == DesignGraph::Kind::stop)
            continue;
        auto const weight = weights(node, outcomes);
        auto const* const target = &carrier.targets[node.successors];
        auto const* const mass = &cells[carrier.counts[at].cell];
        if (auto const width = carrier.counts[at].width; width == 1) { // nearly all nodes of most designs
            for (std::size_t k = 0; k < weight.size(); ++k)
                cells[target[k]] += weight[k] * *mass;
        } else {
            for (std::size_t k = 0; k < weight.size(); ++k)
                for (std::uint32_t i = 0; i < width; ++i)
                    cells[target[k] + i] += weight[k] * mass[i];
        }
    }
    return cells;
}

std::vector<double> ExactPass::reached(std::span<double const> by_dlts) const
{
    std::vector<double> mass;
    mass.reserve(dlts_.counts.size());
    for (auto const& counts : dlts_.counts)
        mass.push_back(std::accumulate(&by_dlts[counts.cell], &by_dlts[counts.cell] + counts.width, 0.0));
    return mass;
}

CountDistribution ExactPass::distribution(Carrier const& carrier, std::span<double const> cells) const
{
    CountDistribution result(static_cast<std::size_t>(graph_->most_patients()) + 1);
    for (std::size_t at = 0; at < graph_->nodes().size(); ++at) {
        if (graph_->nodes()[at].kind != DesignGraph::Kind::stop)
            continue;
        auto const& counts = carrier.counts[at];
        for (std::uint32_t i = 0; i < counts.width; ++i)
            result[counts.low + i] += cells[counts.cell + i];
    }
    return result;
}

CountDistribution ExactPass::sizes_at_the_ends(CohortOutcomes const& outcomes, std::span<double const> reached) const
{
    CountDistribution result(static_cast<std::size_t>(graph_->most_patients()) + 1);
    for (auto const at : last_) {
        auto const& node = graph_->node(at);
        auto const next = graph_->successors(node);
        auto const weight = weights(node, outcomes);
        for (std::size_t k = 0; k < next.size(); ++k)
            if (is_stop(next[k]))
                result[patients_.counts[at].low + node.patients] += reached[at] * weight[k];
    }
    return result;
}

OperatingCharacteristics ExactPass::operator()(std::span<double const> dlt_probability, int overdose_from,
                                               GradeProbabilities const& grades) const
{
    auto const levels = static_cast<std::size_t>(graph_->levels());
    CohortOutcomes const outcomes{graph_->outcomes(), dlt_probability, grades, graph_->largest_cohort()};
    OperatingCharacteristics result;
    auto& mean = result.mean;
    mean.selection.resize(levels);
    mean.patients.resize(levels);
    mean.dlts.resize(levels);

    auto const by_dlts = carried(dlts_, outcomes);
    auto const mass = reached(by_dlts);
    result.total_dlts = distribution(dlts_, by_dlts);
    result.total_patients = one_size_a_node_ ? sizes_at_the_ends(outcomes, mass)
                                             : distribution(patients_, carried(patients_, outcomes));
    for (std::size_t at = 0; at < mass.size(); ++at) {
        auto const& node = graph_->nodes()[at];
        if (node.kind == DesignGraph::Kind::treat)
            mean.patients[static_cast<std::size_t>(node.level)] += mass[at] * node.patients;
        if (node.kind != DesignGraph::Kind::stop)
            continue;
        auto const cause = static_cast<std::size_t>(node.cause);
        mean.stopped[cause] += mass[at];
        if (node.level == DesignGraph::no_level) {
            mean.none += mass[at];
            mean.stopped_with_none[cause] += mass[at];
        } else {
            mean.selection[static_cast<std::size_t>(node.level)] += mass[at];
        }
    }
    for (std::size_t level = 0; level < levels; ++level) {
        bool const above = static_cast<int>(level) >= overdose_from;
        mean.dlts[level] = mean.patients[level] * dlt_probability[level];
        mean.total_patients += mean.patients[level];
        mean.total_dlts += mean.dlts[level];
        mean.patients_above += above ? mean.patients[level] : 0;
        mean.overdose += above ? mean.selection[level] : 0;
    }
    if (overdose_from > 0)
        mean.correct = mean.selection[static_cast<std::size_t>(overdose_from) - 1];
    result.standard_error.selection.resize(levels);
    result.standard_error.patients.resize(levels);
    result.standard_error.dlts.resize(levels);
    return result;
}

std::vector<double> ExactPass::selections(std::span<double const> dlt_probability, GradeProbabilities const& grades) const
{
    auto const mass = reached(carried(dlts_, {graph_->outcomes(), dlt_probability, grades, graph_->largest_cohort()}));
    std::vector<double> selection(static_cast<std::size_t>(graph_->levels()) + 1);
    for (std::size_t at = 0; at < mass.size(); ++at)
        if (auto const& node = graph_->nodes()[at]; node.kind == DesignGraph::Kind::stop)
            selection[static_cast<std::size_t>(node.level + 1)] += mass[at];
    return selection;
}

OperatingCharacteristics ExactPass::operator()(TrueToxicity const& truth) const
{
    auto result = (*this)(truth.dlt_probability, truth.overdose_from(), truth.grades);
    auto const base = selections(truth.dlt_probability, truth.grades);
    std::vector<double> change(base.size());
    auto moved = truth;
    auto const move = [&](double& figure, double error, double most) {
        if (error == 0)
            return;
        double const before = figure;
        figure = before + error <= most ? before + error : before - error;
        auto const shifted = selections(moved.dlt_probability, moved.grades);
        for (std::size_t i = 0; i < change.size(); ++i)
            change[i] += std::abs(shifted[i] - base[i]);
        figure = before;
    };
    auto const kinds = graph_->outcomes();
    for (std::size_t level = 0; level < truth.dlt_probability.size(); ++level) {
        double const dlt = truth.dlt_probability[level];
        move(moved.dlt_probability[level], truth.dlt_probability_error[level], 1);
        if (kinds != Outcomes::dlt)
            move(moved.grades.grade_2[level], truth.grades_error.grade_2[level], 1 - dlt);
        if (kinds == Outcomes::grades)
            move(moved.grades.grade_4[level], truth.grades_error.grade_4[level], dlt);
    }
    result.numerical_error = *std::ranges::max_element(change);
    return result;
}

} // namespace escalon
