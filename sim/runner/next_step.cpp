#include "sim/runner/next_step.hpp"

#include <algorithm>

namespace escalon {
namespace {

Agreement compared(Treat const& asked, Cohort const& seen)
{
    if (asked.level != seen.level)
        return Agreement::other_level;
    return asked.patients == seen.patients ? Agreement::agrees : Agreement::other_number;
}

/// Of a choice by chance, every branch agrees.
Agreement compared(Decision const& asked, Cohort const& seen)
{
    if (auto const* treat = std::get_if<Treat>(&asked.action))
        return compared(*treat, seen);
    auto best = Agreement::after_stop;
    if (auto const* choice = std::get_if<Randomise>(&asked.action))
        for (auto const& branch : choice->branches)
            if (auto const* treat = std::get_if<Treat>(&branch.action))
                best = std::min(best, compared(*treat, seen));
    return best;
}

} // namespace

Observed observed_before(NextStep const& step, DoseLadder const& ladder)
{
    Observed observed{ladder};
    for (auto const& cohort : step.cohorts)
        observed.record(cohort);
    for (auto const& exposure : step.exposures)
        observed.record_exposure(exposure);
    return observed;
}

NextStep next_step(Asked const& design, DoseLadder const& ladder, std::vector<Cohort> cohorts,
                   std::span<Measurement const> measured)
{
    NextStep step{.cohorts = std::move(cohorts)};
    Observed observed{ladder};
    for (std::size_t i = 0; i < step.cohorts.size(); ++i) {
        auto const& cohort = step.cohorts[i];
        auto asked = design.decide(observed);
        if (auto const how = compared(asked, cohort); how != Agreement::agrees)
            step.departures.push_back({i, cohort, std::move(asked), how});
        observed.record(cohort);
        for (auto const& one : measured)
            if (one.cohort == i && one.metric == design.exposure) {
                observed.record_exposure(one.of_patient);
                step.exposures.push_back(one.of_patient);
            }
    }
    for (DoseLevel level{0}; ladder.has(level); level = level.above())
        step.tallies.push_back(observed.tally(level));
    step.ahead = pathways(design, observed, 1);
    step.posterior = design.posterior(observed);
    return step;
}

} // namespace escalon
