#include "sim/designs/tpi.hpp"

#include <algorithm>

namespace escalon {
namespace {

/// From the target, k2 posterior SDs down and k1 up, within (0, 1).
EquivalenceInterval equivalence_interval(double target, double k1, double k2, BetaPosterior const& posterior)
{
    return {std::max(0.0, target - k2 * posterior.sd()), std::min(1.0, target + k1 * posterior.sd())};
}

ThreeParts probabilities(EquivalenceInterval const& interval, BetaPosterior const& posterior)
{
    return {posterior.between(0, interval.low), posterior.between(interval.low, interval.high), posterior.above(interval.high)};
}

} // namespace

IntervalDecider Tpi::on(DoseLadder const& ladder) const
{
    BetaPrior const prior{prior_dlts, prior_no_dlts};
    auto const equivalence = [prior, target = common.aim(), up = k1, down = k2](Tally tally) {
        return equivalence_interval(target, up, down, {prior, tally});
    };
    auto const move = [=](Tally tally) { return probabilities(equivalence(tally), {prior, tally}).move(); };
    auto const words = [=](Tally tally) {
        return "the posterior probability is " + probabilities(equivalence(tally), {prior, tally}).words(equivalence(tally));
    };
    return {common, interval, {move, words, std::nullopt, prior}, ladder};
}

} // namespace escalon
