#include "sim/runner/exact.hpp"

#include <algorithm>
#include <array>
#include <cmath>

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
      patients_(graph.nodes().size(), Span{~0U, 0, 0}),
      dlts_(graph.nodes().size(), Span{~0U, 0, 0})
{
    patients_[DesignGraph::start] = dlts_[DesignGraph::start] = Span{};
    auto const widen = [](Span& to, Span const& from, std::uint32_t more) {
        to.low = std::min(to.low, from.low + more);
        to.high = std::max(to.high, from.high + more);
    };
    for (std::size_t at = 0; at < graph.nodes().size(); ++at) {
        auto const& node = graph.nodes()[at];
        auto const next = graph.successors(node);
        for (std::uint32_t k = 0; node.kind != DesignGraph::Kind::stop && k < next.size(); ++k) {
            bool const treats = node.kind == DesignGraph::Kind::treat;
            widen(patients_[next[k]], patients_[at], treats ? node.patients : 0U);
            widen(dlts_[next[k]], dlts_[at], treats ? dlts_of_rank_[node.patients][k] : 0U);
        }
    }
    auto const place = [](std::vector<Span>& spans) {
        std::size_t cells = 0;
        for (auto& span : spans) {
            span.offset = static_cast<std::uint32_t>(cells);
            cells += span.high - span.low + 1;
        }
        return cells;
    };
    patient_cells_ = place(patients_);
    dlt_cells_ = place(dlts_);
}

OperatingCharacteristics ExactPass::operator()(std::span<double const> dlt_probability, int overdose_from,
                                               GradeProbabilities const& grades) const
{
    auto const levels = static_cast<std::size_t>(graph_->levels());
    CohortOutcomes const outcomes{graph_->outcomes(), dlt_probability, grades, graph_->largest_cohort()};
    std::vector<double> by_patients(patient_cells_);
    std::vector<double> by_dlts(dlt_cells_);
    by_patients[patients_[DesignGraph::start].offset] = by_dlts[dlts_[DesignGraph::start].offset] = 1;

    OperatingCharacteristics result;
    auto& mean = result.mean;
    mean.selection.resize(levels);
    mean.patients.resize(levels);
    mean.dlts.resize(levels);
    result.total_patients.resize(static_cast<std::size_t>(graph_->most_patients()) + 1);
    result.total_dlts.resize(result.total_patients.size());

    auto const spread = [](std::vector<double>& mass, Span const& from, Span const& to, std::uint32_t more, double weight) {
        auto* const target = &mass[to.offset + (from.low + more - to.low)];
        auto const* const source = &mass[from.offset];
        for (std::uint32_t i = 0; i <= from.high - from.low; ++i)
            target[i] += weight * source[i];
    };
    for (std::size_t at = 0; at < graph_->nodes().size(); ++at) {
        auto const& node = graph_->nodes()[at];
        auto const next = graph_->successors(node);
        auto const& patients = patients_[at];
        auto const& dlts = dlts_[at];
        double reached = 0;
        for (std::uint32_t i = 0; i <= patients.high - patients.low; ++i)
            reached += by_patients[patients.offset + i];
        switch (node.kind) {
        case DesignGraph::Kind::treat: {
            auto const weights = outcomes.of(node.level, node.patients);
            auto const level = static_cast<std::size_t>(node.level);
            mean.patients[level] += reached * node.patients;
            for (std::uint32_t k = 0; k < next.size(); ++k) {
                spread(by_patients, patients, patients_[next[k]], node.patients, weights[k]);
                spread(by_dlts, dlts, dlts_[next[k]], dlts_of_rank_[node.patients][k], weights[k]);
            }
            break;
        }
        case DesignGraph::Kind::chance:
            for (std::uint32_t branch = 0; branch < next.size(); ++branch) {
                double const chance = graph_->chances(node)[branch];
                spread(by_patients, patients, patients_[next[branch]], 0, chance);
                spread(by_dlts, dlts, dlts_[next[branch]], 0, chance);
            }
            break;
        case DesignGraph::Kind::stop: {
            auto const cause = static_cast<std::size_t>(node.cause);
            mean.stopped[cause] += reached;
            if (node.level == DesignGraph::no_level) {
                mean.none += reached;
                mean.stopped_with_none[cause] += reached;
            } else {
                mean.selection[static_cast<std::size_t>(node.level)] += reached;
            }
            for (std::uint32_t i = 0; i <= patients.high - patients.low; ++i)
                result.total_patients[patients.low + i] += by_patients[patients.offset + i];
            for (std::uint32_t i = 0; i <= dlts.high - dlts.low; ++i)
                result.total_dlts[dlts.low + i] += by_dlts[dlts.offset + i];
            break;
        }
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
    CohortOutcomes const outcomes{graph_->outcomes(), dlt_probability, grades, graph_->largest_cohort()};
    std::vector<double> reached(graph_->nodes().size());
    std::vector<double> selection(static_cast<std::size_t>(graph_->levels()) + 1);
    reached[DesignGraph::start] = 1;
    for (std::size_t at = 0; at < reached.size(); ++at) {
        auto const& node = graph_->nodes()[at];
        if (node.kind == DesignGraph::Kind::stop) {
            selection[static_cast<std::size_t>(node.level + 1)] += reached[at];
            continue;
        }
        auto const weights = node.kind == DesignGraph::Kind::treat ? outcomes.of(node.level, node.patients)
                                                                   : graph_->chances(node);
        auto const next = graph_->successors(node);
        for (std::size_t k = 0; k < next.size(); ++k)
            reached[next[k]] += reached[at] * weights[k];
    }
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
