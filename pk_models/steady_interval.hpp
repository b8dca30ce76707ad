// One interval of a steady state: what comes in, and when, while the same dose is given for ever.
#pragma once

#include "pk_models/regimen.hpp"

#include <vector>

namespace escalon::pk {

/// A piece of the interval.
struct SteadyPiece {
    double length_d = 0;
    double bolus_mg = 0; ///< at its start
    double rate_mg_per_d = 0;
};

/// The pieces of the interval that ends when the steady state begins, in order. An infusion that lasts longer than the interval
/// overlaps with those before it.
/// @param arriving a dose with an interval, as it arrives
/// @param began_d  when the dose was given, before any lag
std::vector<SteadyPiece> steady_interval(DoseEvent const& arriving, double began_d);

} // namespace escalon::pk
