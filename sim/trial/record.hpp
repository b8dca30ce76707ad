// Everything needed to explain one trial, and the driver that conducts a single trial to get it.
#pragma once

#include "sim/designs/catalog.hpp"
#include "sim/trial/conduct.hpp"
#include "sim/trial/nature.hpp"

#include <string>
#include <vector>

namespace escalon {

/// A course of a patient after the first.
struct CourseRecord {
    WantedCourse course;
    Grade grade = Grade::mild;
};

/// One cohort: why it was treated, and what became of its patients.
struct CohortRecord {
    Treat treat;
    std::string reason;
    std::vector<PatientOutcome> patients;
    std::vector<CourseRecord> later{}; ///< of the patients on study while the cohort has its first course

    Cohort cohort() const
    {
        Cohort counts{.level = treat.level};
        for (auto const& patient : patients)
            counts += patient.grade;
        return counts;
    }
    int dlts() const { return cohort().dlts; }
};

struct TrialRecord {
    std::uint64_t seed = 0;
    std::uint64_t trial = 0;       ///< counted from 0
    Outcomes told = Outcomes::dlt; ///< how far the truth tells outcomes apart
    std::vector<CohortRecord> cohorts;
    Stop verdict;
    std::string reason;              ///< of the verdict
    std::vector<CourseRecord> after; ///< of the patients on study at the end
};

/// Conducts trial number `trial` alone, asking the decider itself. It is the same trial as in any run with this seed.
template <Decider D>
TrialRecord record_trial(D const& decider, DoseLadder const& ladder, Nature const& nature, std::uint64_t seed,
                         std::uint64_t trial)
{
    TrialRecord record{.seed = seed, .trial = trial, .told = outcomes_told(nature)};
    Conduct conduct{DesignCourse<D>{decider, ladder}, TrialStream{seed, trial}};
    auto const give = [&](WantedCourse const& course, std::vector<CourseRecord>& later) {
        Grade const grade = treat(nature, conduct.stream(), course.patient, course.level).grade;
        if (course.number > 1)
            later.push_back({course, grade});
        return grade;
    };
    while (auto const wanted = conduct.wants()) {
        auto& cohort = record.cohorts.emplace_back(CohortRecord{wanted->treat, conduct.course().decision().reason, {}});
        for (int i = 0; i < wanted->treat.patients; ++i)
            cohort.patients.push_back(
                treat(nature, conduct.stream(), wanted->first_patient + static_cast<std::uint32_t>(i), wanted->treat.level));
        if (conduct.follows_patients())
            conduct.follow([&](WantedCourse const& course) { return give(course, cohort.later); });
        conduct.learns(cohort.cohort());
        if (auto const metric = conduct.exposure_read())
            for (auto const& patient : cohort.patients)
                if (patient.exposure)
                    conduct.learns(
                        ObservedExposure{wanted->treat.level, exposure_figure(*patient.exposure, *metric), patient.dlt});
    }
    conduct.finish([&](WantedCourse const& course) { return give(course, record.after); });
    record.verdict = conduct.verdict();
    record.reason = conduct.course().decision().reason;
    return record;
}

inline TrialRecord record_trial(AnyDesign const& design, DoseLadder const& ladder, Nature const& nature, std::uint64_t seed,
                                std::uint64_t trial)
{
    return record_trial(decider(design, ladder), ladder, nature, seed, trial);
}

} // namespace escalon
