// The toxicity models that exist.
#pragma once

#include "sim/toxicity/by_dose.hpp"
#include "sim/toxicity/by_exposure.hpp"
#include "sim/toxicity/over_time.hpp"

#include <variant>

namespace escalon {

using Toxicity = std::variant<ByDose, ByExposure, OverTime>;

} // namespace escalon
