// Dose delay and reduction after toxicity, as protocols have them: a dose waits until what has come is resolved, for so long at most;
// after a toxicity that limits the dose the doses that follow are smaller, so many times at most; otherwise treatment ends.
#pragma once

#include "pk_models/effects.hpp"
#include "pk_models/fields.hpp"
#include "sim/vocabulary/dose_ladder.hpp"

#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace escalon {

struct DoseModification {
    Time delay_at_most;
    int reduce_by = 1;
    std::optional<Fraction> reduce_to;
    int reductions_at_most = 2;

    void describe(auto& fields)
    {
        fields.field("delay_at_most", delay_at_most,
                     "how long a dose may wait for toxicity to resolve; treatment ends where it would wait longer",
                     FieldTraits{.within = bounds::not_negative, .presence = Presence::required});
        fields.field("reduce_by", reduce_by,
                     "levels of the ladder by which the dose falls after a toxicity that limits it; below the lowest treatment "
                     "ends; 0 delays alone",
                     FieldTraits{.within = bounds::not_negative});
        fields.field("reduce_to", reduce_to, "in place of reduce_by: share of the dose given so far",
                     FieldTraits{.within = bounds::open_fraction});
        fields.field("reductions_at_most", reductions_at_most,
                     "how often a patient's dose is reduced; after the next toxicity that limits it treatment ends",
                     FieldTraits{.within = bounds::not_negative});
    }

    /// The dose of a patient who began at this level, after no reduction, one and so on as far as they go, as shares of the first;
    /// empty where doses are never reduced.
    std::vector<double> shares(DoseLadder const& ladder, DoseLevel level) const;

    friend bool operator==(DoseModification const&, DoseModification const&) = default;
};

/// A toxicity that comes within this time of a dose comes with it, however times are rounded.
inline constexpr double at_the_dose_d = 1e-9;

/// A toxicity for which the next dose waits.
struct HoldingToxicity {
    double at_d = 0;       ///< from the first dose
    double resolved_d = 0; ///< infinite where it never is
    bool limits = false;   ///< the dose
};

/// A dose that comes later than it was due, or is smaller than the one before it. Those after it follow. One that waits until treatment
/// ends is not given.
struct ChangedDose {
    std::size_t dose = 0; ///< of the regimen, from 0
    double due_d = 0;     ///< by the course as it stood; from the first dose
    double given_d = 0;
    double share_before = 1; ///< of the first dose
    double share = 1;

    bool delayed() const { return given_d > due_d; }
    bool reduced() const { return share < share_before; }

    friend bool operator==(ChangedDose const&, ChangedDose const&) = default;
};

/// What of the changes is seen by that time: a dose that still waits then has not been reduced.
std::vector<ChangedDose> seen_by(double time_d, std::vector<ChangedDose> changes);

/// What was given per time on treatment over what was planned per time, 1 where nothing was changed. Of those doses that are given before
/// a time; each stands for the time until the next.
/// @param planned_d  times of the regimen's doses, ascending
/// @param all_over_d when the last cycle ends
double relative_dose_intensity(std::span<double const> planned_d, double all_over_d, std::span<ChangedDose const> changes,
                               double until_d);

/// One patient's course as toxicity changes it, dose by dose. Whoever has the kinetics works out when toxicities come under the course as
/// it stands; the course meets them up to the first dose that they change, and what comes later must then be worked out again.
class ModifiedCourse {
public:
    /// @param planned_d     times of the regimen's doses, ascending; must outlive it
    /// @param shares        see `DoseModification::shares`; must outlive it
    /// @param ends_d        when treatment ends for other reasons
    ModifiedCourse(std::span<double const> planned_d, std::span<double const> shares, Time delay_at_most, double ends_d)
        : planned_d_{planned_d}, shares_{shares}, delay_at_most_d_{delay_at_most.base()}, ends_d_{ends_d}, stop_d_{ends_d}
    {}

    /// @param toxicities that come under the course as it stands, in order of time
    /// @return whether a dose is changed or left out
    bool meets(std::span<HoldingToxicity const> toxicities);

    std::span<ChangedDose const> changes() const { return changes_; }
    /// The same, to be worked out.
    pk::DoseChanges dose_changes() const;
    /// When treatment ends: at the toxicity that ends it, or when a dose has waited for as long as it may.
    double ends_d() const { return ends_d_; }
    /// Doses at or after that time are not given.
    double stop_d() const { return stop_d_; }
    /// No change of the course touches what came before.
    double settled_d() const { return settled_d_; }

private:
    enum class Verdict { unchanged, changed, ended };
    Verdict meets(std::span<HoldingToxicity const> toxicities, double due_d);
    Verdict end(double at_d, double due_d);
    double due_d() const;

    std::span<double const> planned_d_;
    std::span<double const> shares_;
    double delay_at_most_d_;
    double ends_d_;
    double stop_d_;
    double settled_d_ = 0;
    std::vector<ChangedDose> changes_;
    std::size_t dose_ = 0; ///< the next to be decided on; behind the last, what comes after it
    double given_d_ = -std::numeric_limits<double>::infinity(); ///< the last dose
    double later_d_ = 0;                                        ///< than planned
    double waits_since_d_ = -1;                                 ///< of the dose: when it was due before it waited
    std::size_t reductions_ = 0;
    bool reduced_ = false; ///< this dose: what comes while it waits does not reduce it again
    bool ended_ = false;
};

} // namespace escalon
