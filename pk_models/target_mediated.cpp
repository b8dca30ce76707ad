#include "pk_models/target_mediated.hpp"

#include "pk_models/kernels/systems.hpp"

namespace escalon::pk {
namespace {

/// Each kind of binding has constants of its own; those of another are told, not passed over.
struct Constant {
    std::string_view field;
    bool given;
    bool wanted;
};

} // namespace

Faults TargetMediated::faults() const
{
    Faults found;
    bool const full = binding == Binding::full;
    std::string const kind{name_of(binding)};
    for (auto const& constant :
         {Constant{"KON", KON.has_value(), full}, Constant{"KOFF", KOFF.has_value(), full},
          Constant{"KD", KD.has_value(), binding == Binding::qe}, Constant{"KSS", KSS.has_value(), binding == Binding::qss}}) {
        std::string const field{constant.field};
        if (constant.wanted && !constant.given)
            found.push_back(
                {field, "binding: " + kind + " needs " + field,
                 full ? "give KON (per nM and day) and KOFF (per day)" : "give " + field + ": 1 nM, or choose another binding"});
        if (constant.given && !constant.wanted)
            found.push_back({field, "binding: " + kind + " does not read " + field,
                             "leave it out, or choose the binding it belongs to: full reads KON and KOFF, qe KD, qss KSS"});
    }
    for (auto const& fault : antigen_faults(R0.has_value(), antigen_scale.has_value()))
        found.push_back(fault);
    return found;
}

Integrated TargetMediated::individual(Covariates const& patient, std::span<double const> etas) const
{
    enum Eta : std::size_t { eta_CL, eta_V1, eta_Q, eta_V2, eta_KON, eta_KOFF, eta_KD, eta_KSS, eta_KDEG, eta_KINT, eta_R0 };
    double const baseline = antigen_baseline(R0, antigen_scale, patient, etas[eta_R0]);
    double const V1_L = pk::individual(V1, patient, etas[eta_V1]);
    double const Q_L_per_d = pk::individual(Q, patient, etas[eta_Q]);
    double const KDEG_per_d = pk::individual(KDEG, patient, etas[eta_KDEG]);
    Integrated found{.mg_per_unit = MW.base(), .tolerance = tolerance};
    auto const fill = [&]<class System>(System) {
        found.row[System::per_mg] = 1 / (MW.base() * V1_L);
        found.row[System::k10] = pk::individual(CL, patient, etas[eta_CL]) / V1_L;
        found.row[System::k12] = Q_L_per_d / V1_L;
        found.row[System::k21] = Q_L_per_d / pk::individual(V2, patient, etas[eta_V2]);
        found.row[System::KINT] = pk::individual(KINT, patient, etas[eta_KINT]);
        found.row[System::KDEG] = KDEG_per_d;
        found.row[System::KSYN] = KDEG_per_d * baseline * patient.antigen_factor;
        found.row[System::R0] = baseline;
    };
    if (binding == Binding::full) {
        using System = kernels::FullBindingSystem;
        found.equations = Equations::full_binding;
        fill(System{});
        found.row[System::KON] = pk::individual(*KON, patient, etas[eta_KON]);
        found.row[System::KOFF] = pk::individual(*KOFF, patient, etas[eta_KOFF]);
        return found;
    }
    using System = kernels::QuasiSteadyStateSystem;
    found.equations = Equations::quasi_steady_state;
    fill(System{});
    found.row[System::KSS] = binding == Binding::qe ? pk::individual(*KD, patient, etas[eta_KD])
                                                    : pk::individual(*KSS, patient, etas[eta_KSS]);
    return found;
}

} // namespace escalon::pk
