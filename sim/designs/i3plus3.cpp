#include "sim/designs/i3plus3.hpp"

#include "sim/designs/observed_rate.hpp"

#include <algorithm>

namespace escalon {

EquivalenceInterval I3Plus3::equivalence_interval() const
{
    if (!equivalence.empty())
        return {equivalence[0], equivalence[1]};
    return {common.aim() - EquivalenceInterval::usual_margin, common.aim() + EquivalenceInterval::usual_margin};
}

Faults I3Plus3::faults() const
{
    auto found = interval.faults();
    std::ranges::copy(interval_faults(equivalence, common.aim(), EquivalenceInterval::usual_margin), std::back_inserter(found));
    return found;
}

IntervalDecider I3Plus3::on(DoseLadder const& ladder) const
{
    ObservedRate const rate{equivalence_interval()};
    auto const spared = [](Tally tally) { return Tally{tally.patients, tally.dlts - 1}; };
    // a rate that one DLT carries from below the interval to above it says too little to de-escalate
    auto const move = [=](Tally tally) {
        auto const by_rate = rate.move(tally);
        return by_rate == Move::deescalate && rate.move(spared(tally)) == Move::escalate ? Move::stay : by_rate;
    };
    auto const words = [=](Tally tally) {
        auto const seen = rate.words(tally);
        if (rate.move(tally) != Move::deescalate)
            return seen;
        auto const fewer = rate.rate_text(spared(tally)) + ", the rate with one DLT fewer, ";
        return seen +
               (move(tally) == Move::stay ? ", but " + fewer + "lies below it" : ", and " + fewer + "does not lie below it");
    };
    return {common, interval, {move, words, std::nullopt}, ladder};
}

} // namespace escalon
