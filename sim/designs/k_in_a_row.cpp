#include "sim/designs/k_in_a_row.hpp"

#include "pk_models/units.hpp"

#include <algorithm>
#include <cmath>

namespace escalon {

int KInARow::patients_in_a_row() const
{
    // steps up and down balance where (1 - p)^k = 1/2
    return k.value_or(std::max(1, static_cast<int>(std::lround(std::log(0.5) / std::log1p(-common.aim())))));
}

Faults KInARow::faults() const
{
    constexpr double highest_target = 0.5; // of k = 1
    auto found = one_at_a_time(common);
    if (common.aim() > highest_target)
        found.push_back({"target", "k in a row aims at DLT rates up to 0.5, got " + shortest(common.aim()),
                         "choose a lower target, or biased_coin"});
    return found;
}

UpAndDownDecider KInARow::on(DoseLadder const& ladder) const
{
    return {common, {.in_a_row = patients_in_a_row()}, estimate, ladder};
}

} // namespace escalon
