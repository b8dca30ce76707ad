// The recommendation for a trial that is running: what the design says now, what it will say after each outcome of the next
// cohort, where the trial has departed from it, and what its model believes.
#pragma once

#include "sim/designs/models/dose_toxicity.hpp"
#include "sim/runner/paths.hpp"
#include "sim/runner/replay.hpp"

#include <optional>
#include <span>
#include <vector>

namespace escalon {

/// A cohort that the design did not ask for.
struct Departure {
    std::size_t cohort = 0; ///< index from 0
    Cohort seen;
    Decision asked;
    Agreement how = Agreement::agrees;
};

/// An exposure on record.
struct Measurement {
    std::size_t cohort = 0; ///< index from 0
    ExposureMetric metric = ExposureMetric::auc;
    ObservedExposure of_patient;
};

struct NextStep {
    std::vector<Cohort> cohorts;
    std::vector<ObservedExposure> exposures; ///< that the design reads
    std::vector<Tally> tallies;              ///< by level
    Pathways ahead;                          ///< the decision now, and one cohort further
    std::vector<Departure> departures;
    std::optional<DoseToxicityPosterior> posterior; ///< of a design with a model

    Decision decision() const { return {ahead.first().action, ahead.start.reason}; }
};

/// @param measured by any metric; the design takes those that it reads
NextStep next_step(Asked const& design, DoseLadder const& ladder, std::vector<Cohort> cohorts,
                   std::span<Measurement const> measured = {});

/// What the step rests on.
Observed observed_before(NextStep const& step, DoseLadder const& ladder);

} // namespace escalon
