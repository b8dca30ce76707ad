#include "sim/designs/mtpi2.hpp"

#include <algorithm>

namespace escalon {

Faults Mtpi2::faults() const
{
    auto found = interval.faults();
    std::ranges::copy(margin_faults(common.aim(), {"eps1", eps1}, {"eps2", eps2}), std::back_inserter(found));
    return found;
}

IntervalDecider Mtpi2::on(DoseLadder const& ladder) const
{
    Keys const sub_intervals{{common.aim() - eps1, common.aim() + eps2}, EndKeys::rescaled};
    auto const words = [=](Tally tally) {
        auto const equivalence = text(sub_intervals.target());
        auto const strongest = "the unit probability mass is largest in " + text(sub_intervals.strongest(tally));
        switch (sub_intervals.move(tally)) {
        case Move::escalate: return strongest + ", below " + equivalence;
        case Move::deescalate: return strongest + ", above " + equivalence;
        case Move::stay: break;
        }
        return strongest + ", the equivalence interval";
    };
    return {common, interval, {[=](Tally tally) { return sub_intervals.move(tally); }, words, std::nullopt}, ladder};
}

} // namespace escalon
