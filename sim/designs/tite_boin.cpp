#include "sim/designs/tite_boin.hpp"

namespace escalon {

double expected_dlts(InterimTally const& tally, double target)
{
    double const rate = (tally.dlts + target / 2) / (tally.patients - tally.pending + 1);
    double const odds = rate / (1 - rate);
    return tally.dlts + odds * (tally.pending - tally.followed);
}

IntervalDecider TiteBoin::on(DoseLadder const& ladder) const
{
    auto made = rule();
    // a level where stay_at_one_of_three has the last word is left to it
    auto const move = [design = *this, limits = boundaries()](InterimTally const& tally) {
        if (design.stays(tally.at_best()))
            return Move::stay;
        if (design.imputation == PendingImputation::odds)
            return limits.move(expected_dlts(tally, design.common.aim()), tally.patients);
        return limits.move(tally.dlts, tally.effective_patients());
    };
    auto const words = [design = *this, limits = boundaries(), complete = made.words](InterimTally const& tally) {
        if (design.stays(tally.at_best()))
            return complete(tally.at_best());
        if (design.imputation == PendingImputation::odds)
            return limits.words("rate", expected_dlts(tally, design.common.aim()), tally.patients);
        return limits.words("rate", tally.dlts, tally.effective_patients());
    };
    made.interim = IntervalRule::Interim{move, words, max_pending};
    return {common, interval, std::move(made), ladder};
}

} // namespace escalon
