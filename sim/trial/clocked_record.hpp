// Everything needed to explain one trial that runs by a clock: its cohorts, its dated patients, and what the calendar did to both.
#pragma once

#include "sim/designs/catalog.hpp"
#include "sim/trial/clocked_course.hpp"
#include "sim/trial/nature.hpp"

#include <optional>
#include <string>
#include <vector>

namespace escalon {

/// After so much time a patient's outcome is told to the design: at once where DLTs come at once and not over time.
Time told_after(Nature const& nature, Clock const& clock, Time window);

/// A decision to treat, and who was treated for it. All days count from the first dose of the first patient.
struct DatedCohort {
    Treat treat;
    std::string reason;
    double decided_d = 0;               ///< 0 or less for the first
    double suspended_d = 0;             ///< how long accrual had been suspended before it was decided
    std::vector<DatedPatient> patients; ///< those who replace somebody too; entries count from the first dose

    bool expansion() const { return !patients.empty() && patients.front().expansion; }
};

struct ClockedRecord {
    std::uint64_t seed = 0;
    std::uint64_t trial = 0; ///< counted from 0
    double window_d = 0;     ///< in which a toxicity counts for the design
    double told_after_d = 0; ///< when a patient's outcome is told; the window, or 0
    std::vector<DatedCohort> cohorts;
    Stop verdict;
    std::string reason;                   ///< of the verdict
    double duration_d = 0;                ///< to the verdict
    double suspended_d = 0;               ///< of it, accrual
    std::optional<DoseLevel> recommended; ///< after the late look; the MTD where nobody looks

    std::vector<DatedPatient> patients() const;

    /// What the trial saw of the patient, who may have left before.
    bool dlt_in_window(DatedPatient const& patient) const;
    bool late_dlt(DatedPatient const& patient) const;
    /// For DLTs in the window.
    bool evaluable(DatedPatient const& patient) const;
    /// Left before an outcome was known.
    bool dropped_out(DatedPatient const& patient) const;
    /// Missed a dose of the window for progression.
    bool withdrawn(DatedPatient const& patient) const;
    /// Whether activity was simulated.
    bool tells_activity() const;
};

/// Conducts trial number `trial` alone. It is the same trial as in any run with this seed.
/// @param tumours null where no activity is simulated
ClockedRecord record_trial(AnyDesign const& design, DoseLadder const& ladder, Nature const& nature, Clock const& clock,
                           Time window, std::uint64_t seed, std::uint64_t trial, Tumours const* tumours = nullptr);

} // namespace escalon
