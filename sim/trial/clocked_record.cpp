#include "sim/trial/clocked_record.hpp"

#include <utility>

namespace escalon {

Time told_after(Nature const& nature, Clock const& clock, Time window)
{
    bool const over_time = std::holds_alternative<BiologyOverTime>(nature);
    return !over_time && clock.time_to_dlt.distribution == DltTimes::at_once ? Time{} : window;
}

std::vector<DatedPatient> ClockedRecord::patients() const
{
    std::vector<DatedPatient> all;
    for (auto const& cohort : cohorts)
        all.insert(all.end(), cohort.patients.begin(), cohort.patients.end());
    return all;
}

bool ClockedRecord::dlt_in_window(DatedPatient const& patient) const
{
    return patient.fate.dlt_d <= std::min(told_after_d, patient.fate.evaluable_until_d());
}

bool ClockedRecord::late_dlt(DatedPatient const& patient) const
{
    return patient.fate.dlt_d < Fate::never && !dlt_in_window(patient);
}

bool ClockedRecord::evaluable(DatedPatient const& patient) const { return patient.fate.evaluable(told_after_d); }

bool ClockedRecord::dropped_out(DatedPatient const& patient) const { return patient.fate.dropped_out(told_after_d); }

bool ClockedRecord::withdrawn(DatedPatient const& patient) const { return patient.fate.withdrawn(told_after_d); }

bool ClockedRecord::tells_activity() const
{
    return !cohorts.empty() && cohorts.front().patients.front().fate.on_treatment.has_value();
}

ClockedRecord record_trial(AnyDesign const& design, DoseLadder const& ladder, Nature const& nature, Clock const& clock,
                           Time window, std::uint64_t seed, std::uint64_t trial, Tumours const* tumours)
{
    auto const ready = decider(design, ladder);
    auto const told = told_after(nature, clock, window);
    Fates const fates{nature, clock, window, seed, Outcomes::grades, tumours};
    double const qualifying = qualifying_share(clock, tumours);
    Conduct conduct{ClockedCourse<AnyDecider>{ready, ladder, clock, told, Wording::sentence, qualifying},
                    TrialStream{seed, trial}};
    auto const& course = conduct.course();

    ClockedRecord record{.seed = seed, .trial = trial, .window_d = window.base(), .told_after_d = told.base()};
    double suspended_d = 0;
    std::vector<PatientAt> people;
    while (auto const wanted = conduct.wants()) {
        people.clear();
        for (int i = 0; i < wanted->treat.patients; ++i)
            people.push_back(
                {trial, wanted->first_patient + static_cast<std::uint32_t>(i), wanted->treat.level, course.enrolment()});
        double const decided_d = course.now_d();
        conduct.learns(std::span<Fate const>{fates(people)});
        auto const newest = course.patients().last(people.size());
        bool const replaces = newest.size() < course.patients().size() && !record.cohorts.empty() &&
                              newest.front().cohort == record.cohorts.back().patients.front().cohort;
        if (!replaces) {
            bool const expansion = newest.front().expansion;
            record.cohorts.push_back({.treat = wanted->treat,
                                      .reason = expansion ? "the MTD is named" : course.decision().reason,
                                      .decided_d = decided_d,
                                      .suspended_d = course.suspended_d() - std::exchange(suspended_d, course.suspended_d())});
        }
        auto& cohort = record.cohorts.back();
        cohort.patients.insert(cohort.patients.end(), newest.begin(), newest.end());
    }
    record.verdict = conduct.verdict();
    record.reason = course.decision().reason;
    record.duration_d = course.duration_d();
    record.suspended_d = course.suspended_d();
    record.recommended = course.after_late_look();

    double const opened_d = course.patients().empty() ? 0 : course.patients().front().entry_d;
    for (auto& cohort : record.cohorts) {
        cohort.decided_d -= opened_d;
        for (auto& patient : cohort.patients)
            patient.entry_d -= opened_d;
    }
    return record;
}

} // namespace escalon
