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

Move BoinBoundaries::move(double events, int patients) const
{
    constexpr double rounding = 1e-12; // of a boundary times n that should be a whole number
    if (events <= escalate * patients + rounding)
        return Move::escalate;
    return events > deescalate * patients + rounding ? Move::deescalate : Move::stay;
}

std::string BoinBoundaries::words(std::string const& rate, double events, int patients) const
{
    auto const seen = "a " + rate + " of " + probability_text(events / patients);
    switch (move(events, patients)) {
    case Move::escalate: return seen + " is at most " + boundary_text(escalate);
    case Move::deescalate: return seen + " is above " + boundary_text(deescalate);
    case Move::stay: break;
    }
    return seen + " lies between " + boundary_text(escalate) + " and " + boundary_text(deescalate);
}

IntervalDecider Boin::on(DoseLadder const& ladder) const
{
    auto const limits = boundaries();
    auto const lenient = [stays = stay_at_one_of_three](Tally tally) { return stays && tally.patients == 3 && tally.dlts == 1; };
    auto const move = [=](Tally tally) { return lenient(tally) ? Move::stay : limits.move(tally.dlts, tally.patients); };
    auto const words = [=](Tally tally) {
        if (lenient(tally) && limits.move(tally.dlts, tally.patients) != Move::stay)
            return std::string{"1 DLT in 3 patients, where this protocol stays"};
        return limits.words("rate", tally.dlts, tally.patients);
    };
    return {common, interval, {move, words, bound_mtd ? std::optional{limits.deescalate} : std::nullopt}, ladder};
}

} // namespace escalon
