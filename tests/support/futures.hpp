// Every future of a design by asking `decide` alone, without the graph: what the graph and the exact engine must agree with.
#pragma once

#include "sim/designs/design.hpp"

#include <cmath>
#include <functional>
#include <map>
#include <vector>

namespace escalon::test {

/// One complete history, how it ended, and the chance of its random choices (1 where there were none).
struct Future {
    Observed const& history;
    Stop verdict;
    double chance;
};

namespace detail {

template <Decider D, class Visit>
void walk(D const& design, Observed& history, double chance, Visit const& visit)
{
    auto const follow = [&](Action const& action, double so_far) {
        if (auto const* stop = std::get_if<Stop>(&action)) {
            visit(Future{history, *stop, so_far});
            return;
        }
        auto const& treat = std::get<Treat>(action);
        for (int dlts = 0; dlts <= treat.patients; ++dlts) {
            history.record({treat.level, treat.patients, dlts});
            walk(design, history, so_far, visit);
            history.retract();
        }
    };
    auto const decision = design.decide(history, Wording::none);
    if (auto const* choice = std::get_if<Randomise>(&decision.action)) {
        for (auto const& branch : choice->branches)
            follow(branch.action, chance * branch.probability);
        return;
    }
    if (auto const* treat = std::get_if<Treat>(&decision.action))
        follow(*treat, chance);
    else
        follow(std::get<Stop>(decision.action), chance);
}

} // namespace detail

/// Calls visit(Future) for every complete history of the design.
template <Decider D, class Visit>
void for_each_future(D const& design, DoseLadder const& ladder, Visit const& visit)
{
    Observed history{ladder};
    detail::walk(design, history, 1.0, visit);
}

inline double binomial_probability(int dlts, int patients, double p)
{
    double coefficient = 1;
    for (int i = 1; i <= dlts; ++i)
        coefficient = coefficient * (patients - dlts + i) / i;
    return coefficient * std::pow(p, dlts) * std::pow(1 - p, patients - dlts);
}

inline double probability(Future const& future, std::vector<double> const& dlt_probability)
{
    double product = future.chance;
    for (auto const& cohort : future.history.cohorts())
        product *= binomial_probability(cohort.dlts, cohort.patients,
                                        dlt_probability[static_cast<std::size_t>(cohort.level.index())]);
    return product;
}

/// Operating characteristics as a sum over every future.
struct SummedFutures {
    double none = 0;
    std::vector<double> selection;
    std::array<double, stop_causes> stopped{};
    std::vector<double> patients;
    std::vector<double> dlts;
    std::map<int, double> total_patients;
    std::map<int, double> total_dlts;
};

template <Decider D>
SummedFutures sum_futures(D const& design, DoseLadder const& ladder, std::vector<double> const& dlt_probability)
{
    auto const levels = dlt_probability.size();
    SummedFutures sums{.selection = std::vector<double>(levels),
                       .patients = std::vector<double>(levels),
                       .dlts = std::vector<double>(levels)};
    for_each_future(design, ladder, [&](Future const& future) {
        double const weight = probability(future, dlt_probability);
        (future.verdict.mtd ? sums.selection[static_cast<std::size_t>(future.verdict.mtd->index())] : sums.none) += weight;
        sums.stopped[static_cast<std::size_t>(future.verdict.cause)] += weight;
        for (std::size_t i = 0; i < levels; ++i) {
            auto const tally = future.history.tally(DoseLevel{static_cast<int>(i)});
            sums.patients[i] += weight * tally.patients;
            sums.dlts[i] += weight * tally.dlts;
        }
        sums.total_patients[future.history.total().patients] += weight;
        sums.total_dlts[future.history.total().dlts] += weight;
    });
    return sums;
}

} // namespace escalon::test
