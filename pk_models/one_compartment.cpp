#include "pk_models/one_compartment.hpp"

namespace escalon::pk {

Rates OneCompartment::rates(Covariates const& patient, std::span<double const> etas) const
{
    double const CL_L_per_d = pk::individual(CL, patient, etas[0]) *
                              clearance_factor(antigen_clearance, patient.present_antigen());
    double const V1_L = pk::individual(V1, patient, etas[1]);
    return {.V1_L = V1_L, .k10_per_d = CL_L_per_d / V1_L};
}

Disposition OneCompartment::individual(Covariates const& patient, std::span<double const> etas) const
{
    return Disposition{rates(patient, etas), individual_absorption(*this, patient, etas)};
}

} // namespace escalon::pk
