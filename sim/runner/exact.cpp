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
    find_ends();
}

void ExactPass::find_ends()
{
    auto const nodes = graph_->nodes();
    for (std::size_t at = 0, step = 0; at < nodes.size(); ++at) {
        if (nodes[at].kind == DesignGraph::Kind::stop) {
            stops_.push_back(static_cast<DesignGraph::NodeIndex>(at));
            continue;
        }
        auto const first_weight = dlts_.steps[step++].weights;
        one_size_a_node_ = one_size_a_node_ && patients_.counts[at].width == 1;
        Last last{dlts_.counts[at], patients_.counts[at].low + nodes[at].patients, static_cast<std::uint32_t>(ends_.size())};
        auto const next = graph_->successors(nodes[at]);
        for (std::uint32_t k = 0; k < next.size(); ++k)
            if (is_stop(next[k]))
                ends_.push_back(first_weight + k);
        last.ends = static_cast<std::uint32_t>(ends_.size()) - last.first_end;
        if (last.ends == 0)
            continue;
        if (last.ends == next.size()) {
            ends_.resize(last.first_end);
            last.ends = 0;
        }
        last_.push_back(last);
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
    auto const rows = static_cast<std::size_t>(graph_->levels()) * static_cast<std::size_t>(graph_->largest_cohort());
    auto const stride = static_cast<std::size_t>(outcome_count(graph_->outcomes(), graph_->largest_cohort()));
    for (std::size_t at = 0; at < nodes.size(); ++at) {
        auto const& node = nodes[at];
        if (node.kind == DesignGraph::Kind::stop)
            continue;
        auto const next = graph_->successors(node);
        auto const row = static_cast<std::size_t>(node.level) * static_cast<std::size_t>(graph_->largest_cohort()) +
                         node.patients - 1;
        auto const weights = node.kind == DesignGraph::Kind::treat ? row * stride : rows * stride + node.chances;
        result.steps.push_back({result.counts[at].cell, static_cast<std::uint32_t>(result.targets.size()),
                                static_cast<std::uint32_t>(weights), static_cast<std::uint16_t>(result.counts[at].width),
                                static_cast<std::uint16_t>(next.size()), node.level, node.patients});
        for (std::uint32_t k = 0; k < next.size(); ++k) {
            auto const& to = result.counts[next[k]];
            result.targets.push_back(to.cell + (ranges[at].low + more(node, k) - to.low));
        }
    }
    return result;
}

std::vector<double> ExactPass::weights(std::span<double const> dlt_probability, GradeProbabilities const& grades) const
{
    CohortOutcomes const outcomes{graph_->outcomes(), dlt_probability, grades, graph_->largest_cohort()};
    std::vector<double> result{outcomes.all().begin(), outcomes.all().end()};
    result.insert(result.end(), graph_->chances().begin(), graph_->chances().end());
    return result;
}

ExactPass::Carried ExactPass::carried(Carrier const& carrier, std::span<double const> weights) const
{
    Carried result{std::vector<double>(carrier.cells), std::vector<double>(static_cast<std::size_t>(graph_->levels()))};
    auto* const cells = result.cells.data();
    cells[carrier.counts[DesignGraph::start].cell] = 1;
    for (auto const& step : carrier.steps) {
        auto const* const weight = &weights[step.weights];
        auto const* const target = &carrier.targets[step.edges];
        auto const* const from = &cells[step.cell];
        double mass = *from;
        if (step.width == 1) { // nearly all nodes of most designs
            for (std::size_t k = 0; k < step.outcomes; ++k)
                cells[target[k]] += weight[k] * mass;
        } else {
            for (std::size_t k = 0; k < step.outcomes; ++k)
                for (std::size_t i = 0; i < step.width; ++i)
                    cells[target[k] + i] += weight[k] * from[i];
            mass = std::accumulate(from, from + step.width, 0.0);
        }
        if (step.patients > 0)
            result.patients[static_cast<std::size_t>(step.level)] += mass * step.patients;
    }
    return result;
}

double ExactPass::reached(Counts const& counts, std::span<double const> cells)
{
    return std::accumulate(&cells[counts.cell], &cells[counts.cell] + counts.width, 0.0);
}

CountDistribution ExactPass::distribution(Carrier const& carrier, std::span<double const> cells) const
{
    CountDistribution result(static_cast<std::size_t>(graph_->most_patients()) + 1);
    for (auto const stop : stops_) {
        auto const& counts = carrier.counts[stop];
        for (std::uint32_t i = 0; i < counts.width; ++i)
            result[counts.low + i] += cells[counts.cell + i];
    }
    return result;
}

CountDistribution ExactPass::sizes_at_the_ends(std::span<double const> weights, std::span<double const> cells) const
{
    CountDistribution result(static_cast<std::size_t>(graph_->most_patients()) + 1);
    for (auto const& last : last_) {
        double const mass = reached(last.dlts, cells);
        auto const ends = std::span{ends_}.subspan(last.first_end, last.ends);
        double const share = std::accumulate(ends.begin(), ends.end(), 0.0,
                                             [&](double sum, std::uint32_t end) { return sum + weights[end]; });
        result[last.size] += ends.empty() ? mass : mass * share;
    }
    return result;
}

OperatingCharacteristics ExactPass::operator()(std::span<double const> dlt_probability, int overdose_from,
                                               GradeProbabilities const& grades) const
{
    auto const levels = static_cast<std::size_t>(graph_->levels());
    auto const weighed = weights(dlt_probability, grades);
    OperatingCharacteristics result;
    auto& mean = result.mean;
    mean.selection.resize(levels);
    mean.dlts.resize(levels);

    auto const by_dlts = carried(dlts_, weighed);
    mean.patients = by_dlts.patients;
    result.total_dlts = distribution(dlts_, by_dlts.cells);
    result.total_patients = one_size_a_node_ ? sizes_at_the_ends(weighed, by_dlts.cells)
                                             : distribution(patients_, carried(patients_, weighed).cells);
    for (auto const stop : stops_) {
        auto const& node = graph_->node(stop);
        double const mass = reached(dlts_.counts[stop], by_dlts.cells);
        auto const cause = static_cast<std::size_t>(node.cause);
        mean.stopped[cause] += mass;
        if (node.level == DesignGraph::no_level) {
            mean.none += mass;
            mean.stopped_with_none[cause] += mass;
        } else {
            mean.selection[static_cast<std::size_t>(node.level)] += mass;
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
    auto const cells = carried(dlts_, weights(dlt_probability, grades)).cells;
    std::vector<double> selection(static_cast<std::size_t>(graph_->levels()) + 1);
    for (auto const stop : stops_)
        selection[static_cast<std::size_t>(graph_->node(stop).level + 1)] += reached(dlts_.counts[stop], cells);
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
