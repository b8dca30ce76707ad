#include "sim/designs/tite_keyboard.hpp"

namespace escalon {

IntervalDecider TiteKeyboard::on(DoseLadder const& ladder) const
{
    auto made = rule();
    made.interim = IntervalRule::Interim{
        [board = keys()](InterimTally const& tally) { return board.move(tally.dlts, tally.effective_patients()); },
        [board = keys()](InterimTally const& tally) { return board.words(tally.dlts, tally.effective_patients()); }, max_pending};
    return {common, interval, std::move(made), ladder};
}

} // namespace escalon
