#include "pk_models/three_compartment.hpp"

namespace escalon::pk {

Rates ThreeCompartment::rates(Covariates const& patient, std::span<double const> etas) const
{
    double const CL_L_per_d = pk::individual(CL, patient, etas[0]) *
                              clearance_factor(antigen_clearance, patient.present_antigen());
    double const V1_L = pk::individual(V1, patient, etas[1]);
    double const Q2_L_per_d = pk::individual(Q2, patient, etas[2]);
    double const V2_L = pk::individual(V2, patient, etas[3]);
    double const Q3_L_per_d = pk::individual(Q3, patient, etas[4]);
    double const V3_L = pk::individual(V3, patient, etas[5]);
    return {.V1_L = V1_L,
            .k10_per_d = CL_L_per_d / V1_L,
            .k12_per_d = Q2_L_per_d / V1_L,
            .k21_per_d = Q2_L_per_d / V2_L,
            .k13_per_d = Q3_L_per_d / V1_L,
            .k31_per_d = Q3_L_per_d / V3_L};
}

Disposition ThreeCompartment::individual(Covariates const& patient, std::span<double const> etas) const
{
    return Disposition{rates(patient, etas), individual_absorption(*this, patient, etas)};
}

} // namespace escalon::pk
