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

IntervalRule Keyboard::rule() const
{
    auto const board = keys();
    return {[=](Tally tally) { return board.move(tally.dlts, tally.patients); },
            [=](Tally tally) { return board.words(tally.dlts, tally.patients); }, std::nullopt};
}

IntervalDecider Keyboard::on(DoseLadder const& ladder) const { return {common, interval, rule(), ladder}; }

} // namespace escalon
