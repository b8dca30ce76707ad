#include "sim/toxicity/biology_over_time.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace escalon {
namespace {

std::vector<pk::Effect> effects_of(OverTime const& toxicity)
{
    std::vector<pk::Effect> effects;
    for (auto const& kind : toxicity.kinds)
        effects.push_back(kind.effect());
    return effects;
}

int occasions_of(pk::Regimen const& regimen, Time end) { return static_cast<int>(pk::later_cycles(regimen, end).size()) + 1; }

std::vector<double> times_of(std::span<pk::DoseEvent const> doses)
{
    std::vector<double> times_d;
    for (auto const& dose : doses)
        times_d.push_back(dose.time_d);
    return times_d;
}

constexpr pk::EffectTimes nothing_comes{std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(),
                                        std::numeric_limits<double>::infinity()};

std::size_t place(Grade grade) { return static_cast<std::size_t>(grade) - static_cast<std::size_t>(Grade::moderate); }

} // namespace

BiologyOverTime::BiologyOverTime(DoseLadder ladder, pk::Model model, pk::Regimen const& regimen, Population const& population,
                                 OverTime toxicity, Time follow_up, TreatmentAfterDlt after_dlt,
                                 DoseModification const& modification)
    : ladder_{std::move(ladder)},
      model_{std::move(model)},
      regimen_{regimen},
      dosing_{dosing(ladder_.unit(), regimen)},
      toxicity_{std::move(toxicity)},
      after_dlt_{after_dlt},
      plan_{regimen, follow_up, effects_of(toxicity_)},
      doses_d_{times_of(pk::dose_events(regimen, 1 * unit::mg))},
      all_over_d_{(regimen.cycles * regimen.cycle).base()},
      last_dose_d_{doses_d_.back()},
      delay_at_most_{modification.delay_at_most},
      sampler_{population, model_, dosing_, occasions_of(regimen, follow_up)}
{
    if (modifies_doses())
        for (DoseLevel level{0}; ladder_.has(level); level = level.above())
            shares_.push_back(modification.shares(ladder_, level));
}

std::vector<pk::Dosed> BiologyOverTime::dosed(std::span<PatientOverTime const> patients, std::span<DoseLevel const> levels) const
{
    std::vector<pk::Dosed> found;
    found.reserve(patients.size());
    for (std::size_t i = 0; i < patients.size(); ++i) {
        auto const& person = patients[i].person;
        found.push_back(person.dosed(dosing_.amount(ladder_.dose(levels[i]), person.covariates())));
    }
    return found;
}

std::vector<ToxicityTimeline> BiologyOverTime::timelines(std::span<PatientOverTime const> patients,
                                                         std::span<DoseLevel const> levels, TimelineDetail detail) const
{
    if (detail == TimelineDetail::first_dlt && !modifies_doses())
        return until_first_dlt(patients, levels);
    auto const kinds = toxicity_.kinds.size();
    std::vector<pk::EffectLevels> thresholds;
    thresholds.reserve(patients.size() * kinds);
    std::vector<double> stops_d;
    stops_d.reserve(patients.size());
    for (auto const& patient : patients) {
        for (std::size_t k = 0; k < kinds; ++k)
            thresholds.push_back(toxicity_.kinds[k].levels(patient.tolerance_uniform[k]));
        stops_d.push_back(patient.treatment_ends_d);
    }
    auto const given = dosed(patients, levels);
    auto const times = pk::first_times(model_, given, plan_, thresholds, stops_d);

    std::vector<ToxicityTimeline> found(patients.size());
    auto const take = [&](std::size_t patient, pk::EffectTimes const* at_d, double stops) {
        auto& timeline = found[patient];
        std::copy_n(at_d, kinds, timeline.at_d.begin());
        timeline.treatment_ends_d = stops;
        timeline.solved = !std::isnan(at_d[0][0]);
        if (!timeline.solved)
            timeline.at_d.fill(nothing_comes);
    };
    if (modifies_doses()) {
        for (std::size_t i = 0; i < patients.size(); ++i)
            take(i, &times[i * kinds], stops_d[i]);
        modify(found, given, levels, thresholds);
        return found;
    }
    // those whose toxicity ends their treatment have no later doses: what comes after it is found again
    std::vector<pk::Dosed> again;
    std::vector<pk::EffectLevels> thresholds_again;
    std::vector<double> stops_again;
    std::vector<std::size_t> who;
    for (std::size_t i = 0; i < patients.size(); ++i) {
        take(i, &times[i * kinds], stops_d[i]);
        auto const dlt = first_dlt(found[i], toxicity_.kinds);
        if (after_dlt_ == TreatmentAfterDlt::go_on || dlt.kind < 0 || dlt.at_d >= stops_d[i])
            continue;
        found[i].treatment_ends_d = dlt.at_d;
        if (dlt.at_d > last_dose_d_)
            continue;
        who.push_back(i);
        again.push_back(given[i]);
        stops_again.push_back(dlt.at_d + at_the_dose_d); // a bolus that does harm at once has been given
        thresholds_again.insert(thresholds_again.end(), &thresholds[i * kinds], &thresholds[i * kinds] + kinds);
    }
    if (!who.empty()) {
        auto const later = pk::first_times(model_, again, plan_, thresholds_again, stops_again);
        for (std::size_t i = 0; i < who.size(); ++i)
            take(who[i], &later[i * kinds], found[who[i]].treatment_ends_d);
    }
    return found;
}

std::vector<HoldingToxicity> BiologyOverTime::holding(ToxicityTimeline const& timeline) const
{
    std::vector<HoldingToxicity> found;
    for (std::size_t k = 0; k < toxicity_.kinds.size(); ++k) {
        auto const& kind = toxicity_.kinds[k];
        auto const lowest = kind.delaying();
        auto const limiting = kind.limiting();
        for (std::size_t grade = lowest ? place(*lowest) : pk::effect_levels; grade < pk::effect_levels; ++grade)
            if (double const at_d = timeline.at_d[k][grade]; at_d < plan_.end().base())
                found.push_back({.at_d = at_d,
                                 .resolved_d = kind.recovery ? at_d + kind.recovery->base() : nothing_comes[0],
                                 .limits = limiting && grade >= place(*limiting)});
    }
    std::ranges::stable_sort(found, {}, &HoldingToxicity::at_d);
    return found;
}

void BiologyOverTime::modify(std::span<ToxicityTimeline> found, std::span<pk::Dosed const> given,
                             std::span<DoseLevel const> levels, std::span<pk::EffectLevels const> thresholds) const
{
    struct Modified {
        std::size_t patient;
        ModifiedCourse course;
    };
    auto const kinds = toxicity_.kinds.size();
    std::vector<Modified> changing;
    /// @return whether the course is to be worked out again
    auto const goes_on = [&](Modified& one) {
        auto& timeline = found[one.patient];
        if (timeline.solved && one.course.meets(holding(timeline)))
            return true;
        timeline.treatment_ends_d = one.course.ends_d();
        timeline.changes = seen_by(std::min(one.course.ends_d(), plan_.end().base()),
                                   {one.course.changes().begin(), one.course.changes().end()});
        return false;
    };
    for (std::size_t i = 0; i < found.size(); ++i) {
        Modified one{i,
                     {doses_d_, shares_[static_cast<std::size_t>(levels[i].index())], delay_at_most_, found[i].treatment_ends_d}};
        if (goes_on(one))
            changing.push_back(std::move(one));
    }
    while (!changing.empty()) {
        std::vector<pk::Dosed> again;
        std::vector<pk::EffectLevels> levels_again;
        std::vector<double> stops_d;
        std::vector<pk::DoseChanges> changes;
        for (auto const& [patient, course] : changing) {
            again.push_back(given[patient]);
            stops_d.push_back(course.stop_d());
            changes.push_back(course.dose_changes());
            auto const first = thresholds.begin() + static_cast<std::ptrdiff_t>(patient * kinds);
            levels_again.insert(levels_again.end(), first, first + static_cast<std::ptrdiff_t>(kinds));
        }
        auto const times = pk::first_times(model_, again, plan_, levels_again, stops_d, changes);
        for (std::size_t i = 0; i < changing.size(); ++i) {
            auto& timeline = found[changing[i].patient];
            timeline.solved = !std::isnan(times[i * kinds][0]);
            for (std::size_t k = 0; k < kinds; ++k)
                for (std::size_t grade = 0; grade < pk::effect_levels; ++grade)
                    if (double& at_d = timeline.at_d[k][grade]; !(at_d < changing[i].course.settled_d()))
                        at_d = times[i * kinds + k][grade];
            if (!timeline.solved)
                timeline.at_d.fill(nothing_comes);
        }
        std::erase_if(changing, [&](Modified& one) { return !goes_on(one); });
    }
}

double BiologyOverTime::dose_intensity(std::span<ChangedDose const> changes, double until_d) const
{
    return relative_dose_intensity(doses_d_, all_over_d_, changes, std::min(until_d, plan_.end().base()));
}

std::vector<ToxicityTimeline> BiologyOverTime::until_first_dlt(std::span<PatientOverTime const> patients,
                                                               std::span<DoseLevel const> levels) const
{
    constexpr double no_time = std::numeric_limits<double>::infinity();
    auto const kinds = toxicity_.kinds.size();
    std::vector<pk::EffectLevels> thresholds;
    thresholds.reserve(patients.size() * kinds);
    std::vector<double> stops_d;
    bool anybody_stops = false;
    for (auto const& patient : patients) {
        for (std::size_t k = 0; k < kinds; ++k) {
            auto const& kind = toxicity_.kinds[k];
            auto const limiting = kind.limiting();
            thresholds.push_back(
                {limiting ? kind.levels(patient.tolerance_uniform[k])[place(*limiting)] : no_time, no_time, no_time});
        }
        stops_d.push_back(patient.treatment_ends_d);
        anybody_stops = anybody_stops || patient.treatment_ends_d < no_time;
    }
    auto const times = pk::first_times(model_, dosed(patients, levels), plan_, thresholds,
                                       anybody_stops ? std::span<double const>{stops_d} : std::span<double const>{});
    std::vector<ToxicityTimeline> found(patients.size());
    for (std::size_t i = 0; i < patients.size(); ++i) {
        auto& timeline = found[i];
        timeline.at_d.fill({no_time, no_time, no_time});
        timeline.solved = !std::isnan(times[i * kinds][0]);
        double first = no_time;
        for (std::size_t k = 0; k < kinds && timeline.solved; ++k)
            first = std::min(first, times[i * kinds + k][0]);
        for (std::size_t k = 0; k < kinds && timeline.solved; ++k)
            if (auto const limiting = toxicity_.kinds[k].limiting(); limiting && times[i * kinds + k][0] == first)
                timeline.at_d[k][place(*limiting)] = first;
        timeline.treatment_ends_d = after_dlt_ == TreatmentAfterDlt::stop ? std::min(first, stops_d[i]) : stops_d[i];
    }
    return found;
}

std::vector<double> BiologyOverTime::drivers(std::span<VirtualPatient const> patients, std::span<double const> doses,
                                             Time until) const
{
    std::vector<pk::Dosed> given;
    given.reserve(patients.size());
    for (std::size_t i = 0; i < patients.size(); ++i)
        given.push_back(patients[i].dosed(dosing_.amount(doses[i], patients[i].covariates())));
    return pk::effects_at_end(model_, given, pk::EffectPlan{regimen_, until, effects_of(toxicity_)});
}

double BiologyOverTime::dlt_probability(std::span<double const> drivers) const
{
    double none = 1;
    for (std::size_t k = 0; k < toxicity_.kinds.size(); ++k)
        if (auto const limiting = toxicity_.kinds[k].limiting(); limiting && !std::isnan(drivers[k]))
            none *= 1 - toxicity_.kinds[k].probability(*limiting, drivers[k]);
    return 1 - none;
}

Grade worst_by(ToxicityTimeline const& timeline, std::size_t kinds, double time_d)
{
    auto worst = Grade::mild;
    for (std::size_t k = 0; k < kinds; ++k)
        for (auto const grade : {Grade::moderate, Grade::severe, Grade::life_threatening})
            if (timeline.at_d[k][place(grade)] <= time_d)
                worst = std::max(worst, grade);
    return worst;
}

FirstDlt first_dlt(ToxicityTimeline const& timeline, std::span<ToxicityKind const> kinds)
{
    FirstDlt first;
    for (std::size_t k = 0; k < kinds.size(); ++k)
        if (auto const limiting = kinds[k].limiting())
            if (double const at_d = timeline.at_d[k][place(*limiting)]; at_d < first.at_d)
                first = {at_d, static_cast<int>(k)};
    return first;
}

} // namespace escalon
