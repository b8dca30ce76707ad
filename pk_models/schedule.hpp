// A dosing schedule prepared for many patients: exposure over a window in a few exponentials each, without allocation.
//
// Between events the modes of a linear model decay by factors that depend on the gap alone. A schedule lists its distinct gaps
// once; a patient costs one exponential a mode and gap, and a recurrence.
#pragma once

#include "pk_models/exposure.hpp"

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

class Schedule {
public:
    /// The regimen with 1 mg a dose, from time 0 to the end of the window.
    Schedule(Regimen const& regimen, Time window);

    /// Any history. Its amounts are then relative: `exposure(d).of(1 mg)` is the exposure to the history itself.
    Schedule(History history, Time window);

    /// @return exposure over the window. The peak is the highest concentration at a start or an end of an infusion, just
    ///         after a bolus, or at the end of the window; for infusions of one rate that do not overlap, the true peak.
    UnitExposure exposure(Disposition const& disposition) const;

    Time window() const { return Time::from_base(window_d_); }

private:
    std::size_t gap_of(double length_d, double rounding_d);

    /// From one event to the next.
    struct Step {
        std::size_t gap = 0;      ///< its length, as an index into `gaps_d_`
        double rate_mg_per_d = 0; ///< throughout
        double bolus_mg = 0;      ///< at its end
    };

    template <std::size_t modes>
    UnitExposure exposure_of_modes(Disposition const& disposition) const;
    template <std::size_t modes, class Decays>
    UnitExposure exposure_with(Disposition const& disposition, Decays const& decays) const;

    /// The integral of a mode that hardly loses anything, step by step.
    double slow_mode_auc(double rate_per_d) const;

    std::vector<Step> steps_;
    std::vector<double> gaps_d_;
    double window_d_;
    double first_bolus_mg_ = 0; ///< at time 0
    double given_mg_ = 0;
};

} // namespace escalon::pk
