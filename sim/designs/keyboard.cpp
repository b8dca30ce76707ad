#include "sim/designs/keyboard.hpp"

#include <algorithm>

namespace escalon {

Faults Keyboard::faults() const
{
    auto found = interval.faults();
    auto const margins = margin_faults(common.aim(), {"margin_left", margin_left}, {"margin_right", margin_right});
    std::ranges::copy(margins, std::back_inserter(found));
    if (margins.empty() && !keys().surround_the_target())
        found.push_back({"end_keys", "no whole key lies on one side of the target key " + text(keys().target()),
                         "narrow the margins, or write end_keys: rescaled"});
    return found;
}

IntervalDecider Keyboard::on(DoseLadder const& ladder) const
{
    auto const board = keys();
    auto const words = [=](Tally tally) {
        auto const target = "the target key (" + text(board.target()) + ")";
        auto const strongest = "the strongest key (" + text(board.strongest(tally)) + ")";
        switch (board.move(tally)) {
        case Move::escalate: return strongest + " lies below " + target;
        case Move::deescalate: return strongest + " lies above " + target;
        case Move::stay: break;
        }
        return target + " is the strongest";
    };
    return {common, interval, {[=](Tally tally) { return board.move(tally); }, words, std::nullopt}, ladder};
}

} // namespace escalon
