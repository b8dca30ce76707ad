// A patient's records worked out, whatever the model: steady states, resets, parameters that change on the way.
#pragma once

#include "pk_models/events.hpp"
#include "pk_models/solution.hpp"

#include <span>

namespace escalon::pk {

/// From when on these covariates and etas hold.
struct PatientOccasion {
    double from_d = 0;
    Covariates patient;
    Etas etas{};
};

/// What compartment 1 of the model is to a table of events.
FirstCompartment first_compartment(Model const& model);

/// Which steady states the model, and its payload, take.
SteadyStates steady_states(Model const& model);

/// @param occasions ascending, the first at or before the first record
/// @param samples_d ascending; a sample at the time of a dose sees what is there just before, one at the start of a steady state its trough
/// @return with stretches between doses, resets and occasions. A steady state of a model that is integrated is run into, from an
///         empty body, until an interval ends within `steady_within` of where it began.
/// @throws FaultError for SS 2 with a model that is integrated
Solution solve(Model const& model, PatientEvents const& events, std::span<PatientOccasion const> occasions,
               std::span<double const> samples_d, Time end);

inline constexpr double steady_within = 1e-9;

} // namespace escalon::pk
