#include "pk_models/michaelis_menten.hpp"

#include "pk_models/kernels/systems.hpp"

namespace escalon::pk {

Faults MichaelisMenten::faults() const
{
    if (Q.value > 0 && !V2)
        return {{"V2", "a clearance between the compartments leads nowhere without a second one", "give V2, or leave Q out"}};
    return {};
}

Integrated MichaelisMenten::individual(Covariates const& patient, std::span<double const> etas) const
{
    using System = kernels::MichaelisMentenSystem;
    double const V1_L = pk::individual(V1, patient, etas[1]);
    double const Q_L_per_d = pk::individual(Q, patient, etas[2]);
    Integrated found{.equations = Equations::michaelis_menten, .tolerance = tolerance};
    found.row[System::per_mg] = 1 / V1_L;
    found.row[System::k10] = pk::individual(CL, patient, etas[0]) / V1_L;
    found.row[System::k12] = Q_L_per_d / V1_L;
    found.row[System::k21] = V2 && Q_L_per_d > 0 ? Q_L_per_d / pk::individual(*V2, patient, etas[3]) : 0;
    found.row[System::VMAX] = pk::individual(VMAX, patient, etas[4]);
    found.row[System::KM] = pk::individual(KM, patient, etas[5]);
    return found;
}

} // namespace escalon::pk
