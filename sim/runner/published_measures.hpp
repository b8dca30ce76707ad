// The measures that comparisons of designs publish beside selection, patients and DLTs: who is treated where, the risks of over- and
// underdosing, and accuracy indices. Definitions with their sources: docs/comparison.md.
#pragma once

#include "sim/runner/allocation.hpp"
#include "sim/runner/operating_characteristics.hpp"
#include "sim/runner/tallies.hpp"

#include <optional>

namespace escalon {

/// Adds them to an exact result.
/// @param planned_patients the sample size of the design; none where it has none
OperatingCharacteristics with_published_measures(OperatingCharacteristics characteristics, TrueToxicity const& truth,
                                                 Allocation const& allocation, std::optional<int> planned_patients);

/// Adds them to the result of these tallies, with standard errors: those of ratios by the delta method.
OperatingCharacteristics with_published_measures(OperatingCharacteristics characteristics, TrueToxicity const& truth,
                                                 Tallies const& tallies, std::optional<int> planned_patients);

} // namespace escalon
