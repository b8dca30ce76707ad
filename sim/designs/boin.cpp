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

IntervalDecider Boin::on(DoseLadder const& ladder) const
{
    double const low = escalation_boundary();
    double const high = deescalation_boundary();
    bool const lenient = stay_at_one_of_three;
    constexpr double rounding = 1e-12; // of a boundary times n that should be a whole number
    auto const move = [=](Tally tally) {
        if (lenient && tally.patients == 3 && tally.dlts == 1)
            return Move::stay;
        if (tally.dlts <= low * tally.patients + rounding)
            return Move::escalate;
        return tally.dlts > high * tally.patients + rounding ? Move::deescalate : Move::stay;
    };
    auto const words = [=](Tally tally) {
        auto const rate = "a rate of " + probability_text(static_cast<double>(tally.dlts) / tally.patients);
        switch (move(tally)) {
        case Move::escalate: return rate + " is at most " + boundary_text(low);
        case Move::deescalate: return rate + " is above " + boundary_text(high);
        case Move::stay: break;
        }
        if (lenient && tally.patients == 3 && tally.dlts == 1)
            return std::string{"1 DLT in 3 patients, where this protocol stays"};
        return rate + " lies between " + boundary_text(low) + " and " + boundary_text(high);
    };
    return {common, interval, {move, words, bound_mtd ? std::optional{high} : std::nullopt}, ladder};
}

} // namespace escalon
