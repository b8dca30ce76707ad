#include "sim/designs/biased_coin.hpp"

#include <algorithm>

namespace escalon {

UpAndDownDecider BiasedCoin::on(DoseLadder const& ladder) const
{
    // steps up and down balance where P(DLT) is the target: (1 - target) up = target down
    double const odds = common.aim() / (1 - common.aim());
    return {common, {.up = std::min(1.0, odds), .down = std::min(1.0, 1 / odds)}, estimate, ladder};
}

} // namespace escalon
