#include "sim/runner/exact.hpp"

#include <algorithm>
#include <cmath>

namespace escalon {

CohortOutcomes::CohortOutcomes(std::span<double const> dlt_probability, int largest_cohort)
    : largest_{static_cast<std::size_t>(largest_cohort)}, probability_(dlt_probability.size() * largest_ * (largest_ + 1))
{
    for (std::size_t level = 0; level < dlt_probability.size(); ++level) {
        double const p = dlt_probability[level];
        for (std::size_t n = 1; n <= largest_; ++n) {
            auto* const now = &probability_[(level * largest_ + n - 1) * (largest_ + 1)];
            if (n == 1) {
                now[0] = 1 - p;
                now[1] = p;
                continue;
            }
            // one patient more: all terms are positive, so nothing cancels
            auto const* const before = now - (largest_ + 1);
            now[0] = before[0] * (1 - p);
            for (std::size_t k = 1; k < n; ++k)
                now[k] = before[k] * (1 - p) + before[k - 1] * p;
            now[n] = before[n - 1] * p;
        }
    }
}

ExactPass::ExactPass(DesignGraph const& graph)
    : graph_{&graph}, patients_(graph.nodes().size(), Span{~0U, 0, 0}), dlts_(graph.nodes().size(), Span{~0U, 0, 0})
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
            widen(dlts_[next[k]], dlts_[at], treats ? k : 0U);
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

OperatingCharacteristics ExactPass::operator()(std::span<double const> dlt_probability, int overdose_from) const
{
    auto const levels = static_cast<std::size_t>(graph_->levels());
    CohortOutcomes const outcomes{dlt_probability, graph_->largest_cohort()};
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
                spread(by_dlts, dlts, dlts_[next[k]], k, weights[k]);
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

std::vector<double> ExactPass::selections(std::span<double const> dlt_probability) const
{
    CohortOutcomes const outcomes{dlt_probability, graph_->largest_cohort()};
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
    auto result = (*this)(truth.dlt_probability, truth.overdose_from());
    auto const base = selections(truth.dlt_probability);
    std::vector<double> change(base.size());
    for (std::size_t level = 0; level < truth.dlt_probability.size(); ++level) {
        double const error = truth.dlt_probability_error[level];
        if (error == 0)
            continue;
        auto moved = truth.dlt_probability;
        moved[level] = moved[level] + error <= 1 ? moved[level] + error : moved[level] - error;
        auto const shifted = selections(moved);
        for (std::size_t i = 0; i < change.size(); ++i)
            change[i] += std::abs(shifted[i] - base[i]);
    }
    result.numerical_error = *std::ranges::max_element(change);
    return result;
}

} // namespace escalon
