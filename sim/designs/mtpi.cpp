#include "sim/designs/mtpi.hpp"

#include <algorithm>

namespace escalon {
namespace {

/// Unit probability mass: the posterior probability of an interval over its width (Ji et al. 2010, section 2).
ThreeParts unit_probability_mass(EquivalenceInterval const& interval, Tally tally)
{
    BetaPosterior const posterior{BetaPrior{}, tally};
    return {posterior.between(0, interval.low) / interval.low, posterior.between(interval.low, interval.high) / interval.width(),
            posterior.above(interval.high) / (1 - interval.high)};
}

} // namespace

Faults Mtpi::faults() const
{
    auto found = interval.faults();
    std::ranges::copy(margin_faults(common.aim(), {"eps1", eps1}, {"eps2", eps2}), std::back_inserter(found));
    return found;
}

IntervalDecider Mtpi::on(DoseLadder const& ladder) const
{
    EquivalenceInterval const equivalence{common.aim() - eps1, common.aim() + eps2};
    auto const move = [=](Tally tally) { return unit_probability_mass(equivalence, tally).move(); };
    auto const words = [=](Tally tally) {
        return "the unit probability mass is " + unit_probability_mass(equivalence, tally).words(equivalence);
    };
    return {common, interval, {move, words, std::nullopt}, ladder};
}

} // namespace escalon
