#include "pk_models/conjugate_antigen.hpp"

#include "pk_models/kernels/systems.hpp"

namespace escalon::pk {

Integrated ConjugateAntigen::individual(Covariates const& patient, std::span<double const> etas) const
{
    using System = kernels::ConjugateAntigenSystem;
    enum Eta : std::size_t { eta_CL, eta_V1, eta_Q, eta_V2, eta_KDC, eta_KSS, eta_KDEG, eta_KINT, eta_R0 };
    double const baseline = antigen_baseline(R0, antigen_scale, patient, etas[eta_R0]);
    double const V1_L = pk::individual(V1, patient, etas[eta_V1]);
    double const V2_L = pk::individual(V2, patient, etas[eta_V2]);
    double const Q_L_per_d = pk::individual(Q, patient, etas[eta_Q]);
    double const KDEG_per_d = pk::individual(KDEG, patient, etas[eta_KDEG]);
    Integrated found{.equations = Equations::conjugate_antigen, .mg_per_unit = MW.base(), .tolerance = tolerance};
    found.row[System::per_mg] = 1 / (MW.base() * V1_L);
    found.row[System::k10] = pk::individual(CL, patient, etas[eta_CL]) / V1_L;
    found.row[System::k12] = Q_L_per_d / V1_L;
    found.row[System::k21] = Q_L_per_d / V2_L;
    found.row[System::KINT] = pk::individual(KINT, patient, etas[eta_KINT]);
    found.row[System::KDEG] = KDEG_per_d;
    found.row[System::KSYN] = KDEG_per_d * baseline * patient.antigen_factor;
    found.row[System::KSS] = pk::individual(KSS, patient, etas[eta_KSS]);
    found.row[System::R0] = baseline;
    found.row[System::KDC] = pk::individual(KDC, patient, etas[eta_KDC]);
    if (payload)
        set_free(*payload, V1_L, V2_L, found);
    return found;
}

} // namespace escalon::pk
