#include "sim/runner/replay.hpp"

#include <algorithm>

namespace escalon {
namespace {

std::optional<int> counted(RecordedCohort const& cohort, Counting counting)
{
    if (counting == Counting::in_window || !cohort.dlts)
        return cohort.dlts;
    if (!cohort.late_dlts)
        return std::nullopt;
    return *cohort.dlts + *cohort.late_dlts;
}

Agreement compared(Treat const& treat, RecordedCohort const& recorded)
{
    if (treat.level != recorded.level)
        return Agreement::other_level;
    if (!recorded.patients || treat.patients == *recorded.patients)
        return Agreement::agrees;
    return Agreement::other_number;
}

Agreement compared(Stop const&, RecordedCohort const&) { return Agreement::after_stop; }

/// A record of complete cohorts has no pending patients to wait for.
Agreement compared(Suspend const&, RecordedCohort const&) { return Agreement::unknown; }

/// What was left to chance may have fallen either way.
Agreement compared(Randomise const& choice, RecordedCohort const& recorded)
{
    auto nearest = Agreement::after_stop;
    for (auto const& branch : choice.branches)
        nearest = std::min(nearest, std::visit([&](auto const& action) { return compared(action, recorded); }, branch.action));
    return nearest;
}

Agreement compared(Decision const& rule, RecordedCohort const& recorded)
{
    return std::visit([&](auto const& action) { return compared(action, recorded); }, rule.action);
}

/// The record's cohort with so many DLTs; patients whose late toxicity counts no longer have their earlier grade.
Cohort observed_cohort(RecordedCohort const& recorded, int dlts)
{
    int const patients = *recorded.patients;
    return {recorded.level, patients, dlts, std::min(recorded.grade_2, patients - dlts), std::min(recorded.grade_4, dlts)};
}

/// The verdict after each number of DLTs that the cohort may have had, equal neighbours together. A patient counts once, so
/// those with a late DLT had none in the window.
std::vector<Possibility> possibilities(AnyDecider const& decider, Observed observed, RecordedCohort const& cohort,
                                       Counting counting)
{
    int const patients = *cohort.patients;
    int const late = cohort.late_dlts.value_or(0);
    int const fewest = cohort.dlts.value_or(0) + (counting == Counting::with_late ? late : 0);
    int const most = patients - (counting == Counting::in_window ? late : 0);
    std::vector<Possibility> found;
    for (int dlts = fewest; dlts <= most; ++dlts) {
        observed.record(observed_cohort(cohort, dlts));
        auto rule = decider.decide(observed);
        observed.retract();
        if (!found.empty() && found.back().rule == rule)
            found.back().most = dlts;
        else
            found.push_back({dlts, dlts, std::move(rule)});
    }
    return found;
}

Reading read(AnyDecider const& decider, DoseLadder const& ladder, std::vector<RecordedCohort> const& record, Counting counting)
{
    Reading reading{.counting = counting};
    Observed observed{ladder};
    for (auto const& cohort : record) {
        ReplayStep step{.recorded = cohort};
        if (!reading.unknown_from) {
            step.rule = decider.decide(observed);
            step.agreement = compared(*step.rule, cohort);
            auto const dlts = counted(cohort, counting);
            if (cohort.patients && dlts) {
                observed.record(observed_cohort(cohort, *dlts));
            } else {
                reading.unknown_from = reading.steps.size();
                if (cohort.patients)
                    reading.possibilities = possibilities(decider, observed, cohort, counting);
            }
        }
        step.level_after = observed.tally(cohort.level);
        reading.steps.push_back(std::move(step));
    }
    if (!reading.unknown_from)
        reading.last = decider.decide(observed);
    return reading;
}

} // namespace

std::optional<DoseLevel> named_by(Decision const& decision)
{
    auto const* stop = std::get_if<Stop>(&decision.action);
    return stop ? stop->mtd : std::nullopt;
}

std::optional<DoseLevel> Reading::named() const
{
    if (last)
        return named_by(*last);
    if (!ends_with_the_unknown() || possibilities.empty())
        return std::nullopt;
    auto const first = named_by(possibilities.front().rule);
    bool const all_name_it = std::ranges::all_of(possibilities, [&](auto const& p) { return named_by(p.rule) == first; });
    return all_name_it ? first : std::nullopt;
}

Replay replay(AnyDesign const& design, DoseLadder const& ladder, std::vector<RecordedCohort> const& record)
{
    auto const ready = decider(design, ladder);
    Replay result{.in_window = read(ready, ladder, record, Counting::in_window)};
    bool const has_late = std::ranges::any_of(record, [](auto const& cohort) { return cohort.late_dlts.value_or(0) > 0; });
    if (has_late)
        result.with_late = read(ready, ladder, record, Counting::with_late);
    return result;
}

} // namespace escalon
