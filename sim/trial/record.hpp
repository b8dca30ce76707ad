// Everything needed to explain one trial, and the driver that conducts a single trial to get it.
#pragma once

#include "sim/designs/catalog.hpp"
#include "sim/trial/conduct.hpp"
#include "sim/trial/nature.hpp"

#include <string>
#include <vector>

namespace escalon {

/// One cohort: why it was treated, and what became of its patients.
struct CohortRecord {
    Treat treat;
    std::string reason;
    std::vector<PatientOutcome> patients;

    int dlts() const { return static_cast<int>(std::ranges::count_if(patients, &PatientOutcome::dlt)); }
};

struct TrialRecord {
    std::uint64_t seed = 0;
    std::uint64_t trial = 0; ///< counted from 0
    std::vector<CohortRecord> cohorts;
    Stop verdict;
    std::string reason; ///< of the verdict
};

/// Conducts trial number `trial` alone, asking the decider itself. It is the same trial as in any run with this seed.
template <Decider D>
TrialRecord record_trial(D const& decider, DoseLadder const& ladder, Nature const& nature, std::uint64_t seed,
                         std::uint64_t trial)
{
    TrialRecord record{.seed = seed, .trial = trial};
    Conduct conduct{DesignCourse<D>{decider, ladder}, TrialStream{seed, trial}};
    while (auto const wanted = conduct.wants()) {
        auto& cohort = record.cohorts.emplace_back(CohortRecord{wanted->treat, conduct.course().decision().reason, {}});
        for (int i = 0; i < wanted->treat.patients; ++i)
            cohort.patients.push_back(
                treat(nature, conduct.stream(), wanted->first_patient + static_cast<std::uint32_t>(i), wanted->treat.level));
        conduct.learns(cohort.dlts());
    }
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
