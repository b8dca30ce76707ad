// What the tests of populations share: dosings, a drug, what is asked of a patient, and what is said of a fault.
#pragma once

#include "sim/population/patient_sampler.hpp"

#include <string>
#include <vector>

namespace escalon::test {

inline constexpr Dosing flat{.unit = DoseUnit::mg};
inline constexpr Dosing per_m2{.unit = DoseUnit::mg_per_m2};

inline pk::TwoCompartment two_compartment_drug()
{
    return {
        .CL = sized(0.5 * unit::L_per_d), .V1 = sized(3 * unit::L), .Q = sized(0.7 * unit::L_per_d), .V2 = sized(2.5 * unit::L)};
}

inline std::vector<Purpose> purposes(Population const& population, pk::Model const& model, Dosing const& dosing)
{
    PatientSampler const sampler{population, model, dosing};
    auto const found = sampler.exposure_purposes();
    return {found.begin(), found.end()};
}

/// "place: problem" of the first fault.
inline std::string first_fault(Population const& population, pk::Model const& model)
{
    auto const found = population.faults(model);
    return found.empty() ? "" : found.front().field + ": " + found.front().problem;
}

} // namespace escalon::test
