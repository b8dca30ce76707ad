// The exposure that each level of a ladder gives a patient in the middle of the population.
#pragma once

#include "pk_models/catalog.hpp"
#include "pk_models/exposure.hpp"
#include "pk_models/regimen.hpp"
#include "sim/population/population.hpp"
#include "sim/vocabulary/dose_ladder.hpp"
#include "sim/vocabulary/exposure_metric.hpp"

#include <vector>

namespace escalon {

/// One figure of an exposure, in base units: mg*d/L or mg/L.
double exposure_figure(pk::Exposure const& exposure, ExposureMetric metric);

/// Level by level, over a window from the first dose: no etas, and body size and antigen at their medians.
/// @return in base units of the metric
/// @throws FaultError for parts that do not fit each other
std::vector<double> typical_exposures(DoseLadder const& ladder, pk::Model const& model, pk::Regimen const& regimen,
                                      Population const& population, ExposureMetric metric, Time window);

} // namespace escalon
