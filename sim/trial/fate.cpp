#include "sim/trial/fate.hpp"

#include <algorithm>
#include <utility>

namespace escalon {
namespace {

/// Of a truth that only says whether there is a DLT in the window: when it comes is a matter of the clock.
Fate within_window(double tolerance_uniform, ToxicityTails const& tails, TimeToDlt const& times, double window_d)
{
    Fate fate;
    fate.in_window = fate.worst = grade_of(tolerance_uniform, tails);
    if (is_dlt(fate.worst))
        fate.dlt_d = fate.treatment_ends_d = window_d * times.share_of_window(tolerance_uniform, tails.severe);
    return fate;
}

std::vector<Fate> fates_of(KnownToxicity const& known, std::uint64_t seed, std::span<PatientAt const> patients,
                           TimeToDlt const& times, double window_d, TimelineDetail, std::span<TumourCourse const>)
{
    std::vector<Fate> found;
    found.reserve(patients.size());
    for (auto const& one : patients)
        found.push_back(within_window(TrialStream{seed, one.trial}.uniform(one.patient, Purpose::tolerance),
                                      known.tails(one.level), times, window_d));
    return found;
}

std::vector<Fate> fates_of(Biology const& biology, std::uint64_t seed, std::span<PatientAt const> patients,
                           TimeToDlt const& times, double window_d, TimelineDetail, std::span<TumourCourse const>)
{
    std::vector<VirtualPatient> people;
    std::vector<DoseLevel> levels;
    people.reserve(patients.size());
    levels.reserve(patients.size());
    for (auto const& one : patients) {
        people.push_back(biology.sampler().draw(PatientStream{TrialStream{seed, one.trial}, one.patient}));
        levels.push_back(one.level);
    }
    auto const exposures = biology.exposures(people, levels);
    std::vector<Fate> found;
    found.reserve(patients.size());
    for (std::size_t i = 0; i < patients.size(); ++i)
        found.push_back(within_window(people[i].tolerance_uniform, biology.tails(exposures[i]), times, window_d));
    return found;
}

std::vector<Fate> fates_of(BiologyOverTime const& biology, std::uint64_t seed, std::span<PatientAt const> patients,
                           TimeToDlt const&, double window_d, TimelineDetail detail, std::span<TumourCourse const> tumours)
{
    std::vector<PatientOverTime> people;
    std::vector<DoseLevel> levels;
    people.reserve(patients.size());
    levels.reserve(patients.size());
    for (auto const& one : patients) {
        people.push_back(biology.draw(PatientStream{TrialStream{seed, one.trial}, one.patient}));
        levels.push_back(one.level);
    }
    for (std::size_t i = 0; i < tumours.size(); ++i) // whose tumour progresses has no later doses
        people[i].treatment_ends_d = tumours[i].progression_d;
    auto const kinds = biology.kinds().size();
    std::vector<Fate> found;
    found.reserve(patients.size());
    for (auto const& timeline : biology.timelines(people, levels, detail)) {
        auto const dlt = first_dlt(timeline, biology.kinds());
        auto const judged = [&](double until_d) { // what limits the dose is a DLT whatever its grade
            auto const worst = worst_by(timeline, kinds, until_d);
            if (dlt.at_d <= until_d)
                return std::max(worst, Grade::severe);
            return std::min(worst, Grade::moderate);
        };
        found.push_back({.dlt_d = dlt.at_d,
                         .kind = dlt.kind,
                         .treatment_ends_d = timeline.treatment_ends_d,
                         .dose_changes = timeline.changes,
                         .in_window = judged(window_d),
                         .worst = judged(std::numeric_limits<double>::max())});
    }
    return found;
}

void hide_dlt(Fate& fate)
{
    fate.dlt_d = Fate::never;
    fate.kind = -1;
    fate.in_window = fate.worst = Grade::mild;
}

/// Nobody sees what comes after that.
void leave(Fate& fate, double at_d)
{
    fate.leaves_d = at_d;
    fate.dose_changes = seen_by(at_d, std::move(fate.dose_changes));
    if (fate.dlt_d <= at_d)
        return;
    hide_dlt(fate);
    if (fate.treatment_ends_d > at_d)
        fate.treatment_ends_d = Fate::never;
}

/// Puts together what ends a treatment: progression beside toxicity and leaving.
void put_on_treatment(Fate& fate, TumourCourse tumour, Tumours const& tumours, double window_d)
{
    tumour.hide_after(fate.leaves_d);
    // an assessment comes before the dose of its day; who has stopped for toxicity misses no dose for progression
    if (tumour.progression_d <= std::min(tumours.last_dose_before(window_d, fate.dose_changes), fate.treatment_ends_d))
        fate.withdrawn_d = tumour.progression_d;
    fate.treatment_ends_d = std::min(fate.treatment_ends_d, tumour.progression_d);
    double const planned_d = tumours.planned_d(fate.delayed_d());
    double const stays_d = std::min(fate.treatment_ends_d, planned_d);
    OnTreatment found{.tumour = tumour, .ends_d = std::min(stays_d, fate.leaves_d)};
    found.cycles = tumours.cycles_begun(found.ends_d, fate.dose_changes);
    if (fate.leaves_d < stays_d)
        found.end = TreatmentEnd::dropped_out;
    else if (fate.treatment_ends_d < planned_d)
        found.end = fate.treatment_ends_d == tumour.progression_d ? TreatmentEnd::progression : TreatmentEnd::toxicity;
    fate.on_treatment = found;
}

} // namespace

double Fate::delayed_d() const
{
    double sum_d = 0;
    for (auto const& change : dose_changes)
        sum_d += change.given_d - change.due_d;
    return sum_d;
}

double qualifying_share(Clock const& clock, Tumours const* tumours)
{
    return clock.expansion && tumours ? tumours->activity().qualifying(clock.expansion->only) : 1;
}

std::vector<Fate> Fates::operator()(std::span<PatientAt const> patients) const
{
    std::vector<TumourCourse> tumours;
    if (tumours_) {
        std::vector<TumourOf> whose;
        whose.reserve(patients.size());
        for (auto const& one : patients)
            whose.push_back({PatientStream{TrialStream{seed_, one.trial}, one.patient}, one.level, one.enrolment});
        tumours = tumours_->courses(whose);
    }
    auto found = std::visit(
        [&](auto const& truth) { return fates_of(truth, seed_, patients, clock_->time_to_dlt, window_d_, detail_, tumours); },
        *nature_);
    if (clock_->drop_out > 0)
        for (std::size_t i = 0; i < patients.size(); ++i) {
            TrialStream const stream{seed_, patients[i].trial};
            if (stream.uniform(patients[i].patient, Purpose::drop_out) < clock_->drop_out)
                leave(found[i], window_d_ * stream.uniform(patients[i].patient, Purpose::drop_out_time));
        }
    auto const* const over_time = std::get_if<BiologyOverTime>(nature_);
    for (std::size_t i = 0; i < tumours.size(); ++i) {
        put_on_treatment(found[i], tumours[i], *tumours_, window_d_);
        if (!over_time && found[i].dlt_d > found[i].withdrawn_d) // the doses that would have caused it are not given
            hide_dlt(found[i]);
    }
    for (auto& fate : found)
        if (over_time && !fate.dose_changes.empty())
            fate.dose_intensity = over_time->dose_intensity(fate.dose_changes, std::min(fate.treatment_ends_d, fate.leaves_d));
    return found;
}

} // namespace escalon
