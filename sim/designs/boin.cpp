#include "sim/designs/boin.hpp"

#include "pk_models/units.hpp"
#include "sim/designs/beta_posterior.hpp"

#include <cmath>

namespace escalon {
namespace {

/// Equation (3) of Liu & Yuan (2015): the rate at which the target and `other` explain the data equally well.
double boundary(double target, double other)
{
    return std::log((1 - other) / (1 - target)) / std::log(target * (1 - other) / (other * (1 - target)));
}

} // namespace

double Boin::escalation_boundary() const { return boundary(common.aim(), safe()); }

double Boin::deescalation_boundary() const { return boundary(common.aim(), toxic()); }

Faults Boin::faults() const
{
    auto found = interval.faults();
    if (!(safe() < common.aim()))
        found.push_back({"p_saf", shortest(safe()) + " is no underdose: the target is " + shortest(common.aim()),
                         "p_saf lies below the target; 0.6 target is usual"});
    if (!(toxic() > common.aim()) || !(toxic() < 1))
        found.push_back({"p_tox", shortest(toxic()) + " is no overdose: the target is " + shortest(common.aim()),
                         "p_tox lies above the target and below 1; 1.4 target is usual"});
    return found;
}

Move BoinBoundaries::move(double events, double patients) const
{
    constexpr double rounding = 1e-12; // of a boundary times n that should be a whole number
    if (events <= escalate * patients + rounding)
        return Move::escalate;
    return events > deescalate * patients + rounding ? Move::deescalate : Move::stay;
}

std::string BoinBoundaries::words(std::string const& rate, double events, double patients) const
{
    auto const seen = "a " + rate + " of " + probability_text(events / patients);
    switch (move(events, patients)) {
    case Move::escalate: return seen + " is at most " + boundary_text(escalate);
    case Move::deescalate: return seen + " is above " + boundary_text(deescalate);
    case Move::stay: break;
    }
    return seen + " lies between " + boundary_text(escalate) + " and " + boundary_text(deescalate);
}

IntervalRule Boin::rule() const
{
    auto const move = [limits = boundaries(), design = *this](Tally tally) {
        return design.stays(tally) ? Move::stay : limits.move(tally.dlts, tally.patients);
    };
    auto const words = [limits = boundaries(), design = *this](Tally tally) {
        if (design.stays(tally) && limits.move(tally.dlts, tally.patients) != Move::stay)
            return std::string{"1 DLT in 3 patients, where this protocol stays"};
        return limits.words("rate", tally.dlts, tally.patients);
    };
    return {move, words, bound_mtd ? std::optional{boundaries().deescalate} : std::nullopt};
}

IntervalDecider Boin::on(DoseLadder const& ladder) const { return {common, interval, rule(), ladder}; }

} // namespace escalon
