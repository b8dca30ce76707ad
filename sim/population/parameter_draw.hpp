// What the typical values of a model might as well be: draws from the uncertainty of their estimates.
//
// Results over draws show what is not known of the drug, beside what differs between patients. Average operating characteristics
// over the draws, never P(DLT): every trial meets one drug.
#pragma once

#include "sim/population/population.hpp"

#include <cstdint>

namespace escalon {

/// ln of the k-th draw of each typical value over its estimate. The same for (seed, k) whatever else is drawn; a parameter keeps
/// its draw when another becomes uncertain.
/// @throws FaultError for an uncertainty with faults
pk::Etas parameter_draw(Population const& population, pk::Model const& model, std::uint64_t seed, std::uint64_t k);

/// The model with the k-th draw in place of its estimates: a model like any other.
/// @throws FaultError for an uncertainty with faults
pk::Model drawn_model(Population const& population, pk::Model const& model, std::uint64_t seed, std::uint64_t k);

} // namespace escalon
