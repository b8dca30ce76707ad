#include "pk_models/two_compartment.hpp"

namespace escalon::pk {

Rates TwoCompartment::rates(Covariates const& patient, std::span<double const> etas) const
{
    double const CL_L_per_d = pk::individual(CL, patient, etas[0]) *
                              clearance_factor(antigen_clearance, patient.present_antigen());
    double const V1_L = pk::individual(V1, patient, etas[1]);
    double const Q_L_per_d = pk::individual(Q, patient, etas[2]);
    double const V2_L = pk::individual(V2, patient, etas[3]);
    return {.V1_L = V1_L, .k10_per_d = CL_L_per_d / V1_L, .k12_per_d = Q_L_per_d / V1_L, .k21_per_d = Q_L_per_d / V2_L};
}

Disposition TwoCompartment::individual(Covariates const& patient, std::span<double const> etas) const
{
    return Disposition{rates(patient, etas), individual_absorption(*this, patient, etas)};
}

} // namespace escalon::pk
