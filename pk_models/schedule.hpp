// A dosing schedule prepared for many patients: exposure over a window in a few exponentials each, without allocation.
//
// Between events the modes of a linear model decay by factors that depend on the gap alone. A schedule lists its distinct gaps
// once; a patient costs one exponential a mode and gap, and a recurrence. Where gaps are the patient's own (a lag), the peak lies
// between events (a depot), or the history has steady states or resets, the general superposition is taken.
#pragma once

#include "pk_models/exposure.hpp"

#include <span>
#include <vector>

namespace escalon::pk {

/// Exposure to a schedule whose every dose is 1 mg. Linear kinetics: any dose is a multiple.
struct UnitExposure {
    double auc_d_per_L = 0;
    double cmax_per_L = 0;
    double trough_per_L = 0;
    double average_per_L = 0;

    Exposure of(Mass amount) const;
};

/// A schedule as its recurrence reads it.
struct SchedulePlan {
    /// From one event to the next.
    struct Step {
        std::size_t gap = 0;      ///< its length, as an index into `gaps_d`
        double rate_mg_per_d = 0; ///< throughout
        double bolus_mg = 0;      ///< at its end
    };

    std::vector<Step> steps;
    std::vector<double> gaps_d; ///< distinct
    double window_d = 0;
    double first_bolus_mg = 0; ///< at time 0
    double given_mg = 0;
};

class Schedule {
public:
    /// The regimen with 1 mg a dose, from time 0 to the end of the window.
    Schedule(Regimen const& regimen, Time window);

    /// Any history. Its amounts are then relative: `exposure(d).of(1 mg)` is the exposure to the history itself.
    Schedule(History history, Time window);

    /// @return exposure over the window. The peak is the highest concentration at a start or an end of an infusion, just
    ///         after a bolus, or at the end of the window; for infusions of one rate that do not overlap, and with any
    ///         absorption, the true peak.
    UnitExposure exposure(Disposition const& disposition) const;

    /// The same of many patients of one or two compartments, in the lanes of the machine's vector instructions.
    /// @return as above to a few roundings; the same bits on every machine, for any number and order of patients
    std::vector<UnitExposure> exposures(std::span<Rates const> patients) const;

    Time window() const { return Time::from_base(plan_.window_d); }
    SchedulePlan const& plan() const { return plan_; }

private:
    std::size_t gap_of(double length_d, double rounding_d);

    template <std::size_t modes>
    UnitExposure exposure_of_modes(Disposition const& disposition) const;
    template <std::size_t modes, class Decays>
    UnitExposure exposure_with(Disposition const& disposition, Decays const& decays) const;

    /// The integral of a mode that hardly loses anything, step by step.
    double slow_mode_auc(double rate_per_d) const;

    UnitExposure exposure_by_superposition(Disposition const& disposition) const;

    std::vector<DoseEvent> doses_;
    bool plain_ = true; ///< neither steady states nor resets
    SchedulePlan plan_;
};

} // namespace escalon::pk
