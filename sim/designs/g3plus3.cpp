#include "sim/designs/g3plus3.hpp"

#include "sim/designs/observed_rate.hpp"

#include <algorithm>

namespace escalon {
namespace {

/// What 3+3 does after three and after six patients; none for other numbers.
std::optional<Move> three_plus_three_move(Tally tally)
{
    constexpr int first_cohort = 3;
    constexpr int both_cohorts = 6;
    if (tally.patients == first_cohort)
        return tally.dlts == 0 ? Move::escalate : tally.dlts == 1 ? Move::stay : Move::deescalate;
    if (tally.patients == both_cohorts)
        return tally.dlts <= 1 ? Move::escalate : Move::deescalate;
    return std::nullopt;
}

/// The lowest level of the ladder is named even if the rule would step down from it, for there it stays.
std::optional<DoseLevel> highest_below_deescalation(Observed const& observed, DoseLevel limit,
                                                    std::function<Move(Tally)> const& move)
{
    std::optional<DoseLevel> highest;
    for (DoseLevel level{0}; level < limit && observed.ladder().has(level); level = level.above()) {
        auto const tally = observed.tally(level);
        if (tally.patients == 0)
            continue;
        if (level > DoseLevel{0} && move(tally) == Move::deescalate)
            break;
        highest = level;
    }
    return highest;
}

} // namespace

EquivalenceInterval G3Plus3::equivalence_interval() const
{
    if (!equivalence.empty())
        return {equivalence[0], equivalence[1]};
    return {common.aim() - margin_below, common.aim() + margin_above};
}

Faults G3Plus3::faults() const
{
    auto found = interval.faults();
    std::ranges::copy(interval_faults(equivalence, common.aim(), margin_below), std::back_inserter(found));
    return found;
}

IntervalDecider G3Plus3::on(DoseLadder const& ladder) const
{
    ObservedRate const rate{equivalence_interval()};
    auto const move = [=](Tally tally) {
        auto const by_three = three_plus_three_move(tally);
        return by_three ? *by_three : rate.move(tally);
    };
    auto const words = [=](Tally tally) {
        if (!three_plus_three_move(tally))
            return rate.words(tally);
        return std::to_string(tally.patients) + " patients are judged as in 3+3, by the count of DLTs";
    };
    IntervalRule rule{move, words, std::nullopt};
    if (mtd == G3Mtd::below_deescalation)
        rule.own_mtd = {[move](Observed const& observed, DoseLevel limit) {
                            return highest_below_deescalation(observed, limit, move);
                        },
                        "is the highest level tried below those from which the rule steps down"};
    return {common, interval, std::move(rule), ladder};
}

} // namespace escalon
