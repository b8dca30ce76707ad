// Linear kinetics whose parameters change on the way: between-occasion variability, a covariate that moves, an antigen that falls.
//
// Superposition holds no longer, since a dose meets other parameters later on. The amounts in the compartments are carried over
// each change instead: amounts just before it, parts of the modes just after it, and closed forms in between.
#pragma once

#include "pk_models/exponential_stretch.hpp"
#include "pk_models/exposure.hpp"

#include <span>
#include <vector>

namespace escalon::pk {

/// A time from which one set of parameters holds.
struct Occasion {
    double from_d = 0;
    Rates rates;
    Absorption absorption;
};

/// What is where.
struct Amounts {
    double depot_mg = 0;
    double central_mg = 0;
    std::array<double, 2> peripheral_mg{}; ///< compartments 2 and 3 of `Rates`
};

class LinearCourse {
public:
    /// @param occasions ascending; the body is empty when the first begins
    /// @param history   doses from the first occasion on. Each has the lag and the bioavailability of the occasion in which it is
    ///                  given; a steady state is that of its occasion's parameters. Where a dose ends by `until_d` the body is
    ///                  emptied.
    /// @throws FaultError for no occasion, occasions out of order, a dose before the first or a compartment that returns drug but
    ///         never receives any
    LinearCourse(std::span<Occasion const> occasions, History history, Time end);

    /// After what happens at that time; where the central volume changes, the new one counts.
    Concentration concentration(Time at) const;

    /// Before it; of a dose at steady state, the trough.
    Concentration concentration_before(Time at) const;

    Amounts amounts(Time at) const;
    Auc auc(Time from, Time to) const;

    /// Exposure over [from, to), with the true peak.
    WindowExposure exposure_between(Time from, Time to) const;

    /// The concentration from event to event, until the end.
    std::vector<ExponentialStretch> exponentials() const;

    Time end() const { return Time::from_base(end_d_); }

private:
    /// Kinetics with one set of parameters.
    struct Kinetics {
        Absorption absorption;
        Rates rates;
        CompartmentModes modes;
    };
    struct Segment {
        double start_d;
        std::size_t kinetics;
        Amounts amounts;
        CentralState feeding; ///< without amounts
        double before_mg_per_L;
    };
    class Builder;

    std::size_t segment_at(double at_d) const;
    double concentration_in(Segment const& segment, double at_d) const;

    std::vector<Kinetics> kinetics_;
    std::vector<Segment> segments_;
    double end_d_;
};

} // namespace escalon::pk
