// Every future of a design by asking `decide` alone, without the graph: what the graph and the exact engine must agree with.
#pragma once

#include "sim/designs/design.hpp"
#include "sim/toxicity/grades.hpp"

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
        for_each_outcome(outcomes_read(design), treat.level, treat.patients, [&](Cohort const& cohort) {
            history.record(cohort);
            walk(design, history, so_far, visit);
            history.retract();
        });
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

inline double binomial_coefficient(int of, int chosen)
{
    double coefficient = 1;
    for (int i = 1; i <= chosen; ++i)
        coefficient = coefficient * (of - chosen + i) / i;
    return coefficient;
}

inline double binomial_probability(int dlts, int patients, double p)
{
    return binomial_coefficient(patients, dlts) * std::pow(p, dlts) * std::pow(1 - p, patients - dlts);
}

/// By the multinomial formula, with factorials: not as the exact engine does it.
inline double cohort_probability(Cohort const& cohort, double p, GradeProbabilities const& grades, Outcomes kinds)
{
    auto const i = static_cast<std::size_t>(cohort.level.index());
    int const without = cohort.patients - cohort.dlts;
    double product = binomial_probability(cohort.dlts, cohort.patients, p);
    if (kinds != Outcomes::dlt)
        product *= binomial_probability(cohort.grade_2, without, grades.grade_2[i] / (1 - p));
    if (kinds == Outcomes::grades)
        product *= binomial_probability(cohort.grade_4, cohort.dlts, grades.grade_4[i] / p);
    return product;
}

inline double probability(Future const& future, std::vector<double> const& dlt_probability, GradeProbabilities const& grades = {},
                          Outcomes kinds = Outcomes::dlt)
{
    double product = future.chance;
    for (auto const& cohort : future.history.cohorts())
        product *= cohort_probability(cohort, dlt_probability[static_cast<std::size_t>(cohort.level.index())], grades, kinds);
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
SummedFutures sum_futures(D const& design, DoseLadder const& ladder, std::vector<double> const& dlt_probability,
                          GradeProbabilities const& grades = {})
{
    auto const levels = dlt_probability.size();
    SummedFutures sums{.selection = std::vector<double>(levels),
                       .patients = std::vector<double>(levels),
                       .dlts = std::vector<double>(levels)};
    for_each_future(design, ladder, [&](Future const& future) {
        double const weight = probability(future, dlt_probability, grades, outcomes_read(design));
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
