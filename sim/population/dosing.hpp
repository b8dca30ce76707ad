// From a dose of the ladder to the milligrams that one patient is given.
#pragma once

#include "pk_models/parameters.hpp"
#include "pk_models/regimen.hpp"
#include "sim/vocabulary/dose_ladder.hpp"

namespace escalon {

/// The unit of a dose, and the body size above which it rises no further.
struct Dosing {
    DoseUnit unit = DoseUnit::mg_per_m2;
    std::optional<BodySurface> bsa_cap{};
    std::optional<BodyWeight> weight_cap{};

    Mass amount(double dose, pk::Covariates const& patient) const;

    /// A cap on what the dose does not depend on.
    Faults faults() const;
};

Dosing dosing(DoseUnit unit, pk::Regimen const& regimen);

} // namespace escalon
