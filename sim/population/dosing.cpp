#include "sim/population/dosing.hpp"

#include <algorithm>

namespace escalon {

Mass Dosing::amount(double dose, pk::Covariates const& patient) const
{
    switch (unit) {
    case DoseUnit::mg_per_m2: return dose * unit::mg_per_m2 * std::min(patient.bsa, bsa_cap.value_or(patient.bsa));
    case DoseUnit::mg_per_kg: return dose * unit::mg_per_kg * std::min(patient.weight, weight_cap.value_or(patient.weight));
    case DoseUnit::mg: break;
    }
    return dose * unit::mg;
}

Faults Dosing::faults() const
{
    Faults found;
    if (bsa_cap && unit != DoseUnit::mg_per_m2)
        found.push_back({"bsa_cap", "a cap on body surface does nothing to doses in " + std::string{symbol(unit)},
                         "leave it out, or state doses in mg/m2"});
    if (weight_cap && unit != DoseUnit::mg_per_kg)
        found.push_back({"weight_cap", "a cap on body weight does nothing to doses in " + std::string{symbol(unit)},
                         "leave it out, or state doses in mg/kg"});
    return found;
}

Dosing dosing(DoseUnit unit, pk::Regimen const& regimen)
{
    return {.unit = unit, .bsa_cap = regimen.bsa_cap, .weight_cap = regimen.weight_cap};
}

} // namespace escalon
