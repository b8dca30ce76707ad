#include "pk_models/integrated.hpp"

#include "pk_models/kernels/systems.hpp"

#include <algorithm>

namespace escalon::pk {
namespace {

using kernels::ConjugateAntigenSystem;
using kernels::ConjugatePayloadSystem;
using kernels::DarChainSystem;
using kernels::FullBindingSystem;
using kernels::MichaelisMentenSystem;
using kernels::QuasiSteadyStateSystem;

/// Of drug and antigen in quasi-steady-state, with the little drug there is shared between free and bound.
template <class System>
Rates shared_with_antigen(std::array<double, Integrated::most_figures> const& row, double V1_L, double linker_loss_per_d)
{
    double const free = row[System::KSS] / (row[System::KSS] + row[System::R0]);
    return {.V1_L = V1_L,
            .k10_per_d = free * row[System::k10] + (1 - free) * row[System::KINT] + linker_loss_per_d,
            .k12_per_d = free * row[System::k12],
            .k21_per_d = row[System::k21],
            .k20_per_d = linker_loss_per_d};
}

/// The conjugate that is left in the end: of those that the dose brings or leads to, the one that loses its payload most slowly.
Rates longest_lasting(std::array<double, Integrated::most_figures> const& row, double V1_L)
{
    std::size_t top = DarChainSystem::most;
    while (top > 1 && !(row[DarChainSystem::F0 + top] > 0))
        --top;
    auto const* const rates = row.data() + DarChainSystem::KDC1;
    return {.V1_L = V1_L,
            .k10_per_d = row[DarChainSystem::k10] + *std::min_element(rates, rates + top),
            .k12_per_d = row[DarChainSystem::k12],
            .k21_per_d = row[DarChainSystem::k21]};
}

} // namespace

kernels::Effort effort_for(double tolerance)
{
    constexpr double step_share = 0.1;
    constexpr double floor_share = 0.01;
    return {.tolerance = step_share * tolerance, .floor = floor_share * tolerance};
}

Faults antigen_faults(bool has_baseline, bool has_scale)
{
    if (has_baseline == has_scale)
        return {
            {"R0", has_baseline ? "antigen is given twice, as R0 and by antigen_scale" : "nothing says how much antigen there is",
             "give R0: 10 nM for the same in every patient, or antigen_scale: 0.01 nM per U/mL, which reads population.antigen"}};
    return {};
}

double antigen_baseline(std::optional<MolarConcentration> const& R0, std::optional<AntigenScale> const& scale,
                        Covariates const& patient, double eta)
{
    return (scale ? scale->base() * patient.antigen.base() : R0->base()) * std::exp(eta);
}

std::span<Analyte const> analytes(Equations equations)
{
    static constexpr std::array saturable{Analyte::drug, Analyte::peripheral};
    static constexpr std::array bound{Analyte::drug, Analyte::free_drug, Analyte::peripheral, Analyte::antigen};
    static constexpr std::array conjugate{Analyte::drug,          Analyte::free_drug,  Analyte::total_antibody,
                                          Analyte::free_antibody, Analyte::peripheral, Analyte::antigen};
    static constexpr std::array with_payload{Analyte::drug,          Analyte::free_drug,  Analyte::total_antibody,
                                             Analyte::free_antibody, Analyte::peripheral, Analyte::antigen,
                                             Analyte::payload};
    static constexpr std::array chain{Analyte::drug, Analyte::total_antibody};
    static_assert(
        saturable.size() == MichaelisMentenSystem::analytes.size() && bound.size() == QuasiSteadyStateSystem::analytes.size() &&
        bound.size() == FullBindingSystem::analytes.size() && conjugate.size() == ConjugateAntigenSystem::analytes.size() &&
        with_payload.size() == ConjugatePayloadSystem::analytes.size() + 1 && chain.size() == DarChainSystem::analytes.size());
    switch (equations) {
    case Equations::michaelis_menten: return saturable;
    case Equations::quasi_steady_state:
    case Equations::full_binding: return bound;
    case Equations::dar_chain: return chain;
    case Equations::conjugate_payload: return with_payload;
    case Equations::conjugate_antigen: break;
    }
    return conjugate;
}

std::size_t figures(Equations equations)
{
    static_assert(DarChainSystem::parameters == Integrated::most_figures);
    switch (equations) {
    case Equations::michaelis_menten: return MichaelisMentenSystem::parameters;
    case Equations::quasi_steady_state: return QuasiSteadyStateSystem::parameters;
    case Equations::full_binding: return FullBindingSystem::parameters;
    case Equations::dar_chain: return DarChainSystem::parameters;
    case Equations::conjugate_payload: return ConjugatePayloadSystem::parameters;
    case Equations::conjugate_antigen: break;
    }
    return ConjugateAntigenSystem::parameters;
}

void set_free(Payload const& payload, double V1_L, double V2_L, Integrated& conjugate)
{
    using System = ConjugatePayloadSystem;
    conjugate.equations = Equations::conjugate_payload;
    conjugate.row[System::peripheral_volume] = V2_L / V1_L;
    conjugate.row[System::to_payload] = payload.DAR * V1_L / payload.V.base();
    conjugate.row[System::released] = payload.released;
    conjugate.row[System::payload_loss] = payload.CL.base() / payload.V.base();
}

Disposition at_vanishing_dose(Integrated const& patient)
{
    auto const& row = patient.row;
    double const V1_L = 1 / (row[QuasiSteadyStateSystem::per_mg] * patient.mg_per_unit); // the first figure of every system
    switch (patient.equations) {
    case Equations::michaelis_menten:
        return Disposition{
            {.V1_L = V1_L,
             .k10_per_d = row[MichaelisMentenSystem::k10] + row[MichaelisMentenSystem::VMAX] / row[MichaelisMentenSystem::KM],
             .k12_per_d = row[MichaelisMentenSystem::k12],
             .k21_per_d = row[MichaelisMentenSystem::k21]}};
    case Equations::quasi_steady_state: return Disposition{shared_with_antigen<QuasiSteadyStateSystem>(row, V1_L, 0)};
    case Equations::conjugate_antigen:
    case Equations::conjugate_payload:
        return Disposition{shared_with_antigen<ConjugateAntigenSystem>(row, V1_L, row[ConjugateAntigenSystem::KDC])};
    case Equations::dar_chain: return Disposition{longest_lasting(row, V1_L)};
    case Equations::full_binding: break;
    }
    return Disposition{{.V1_L = V1_L,
                        .k10_per_d = row[FullBindingSystem::k10],
                        .k12_per_d = row[FullBindingSystem::k12],
                        .k21_per_d = row[FullBindingSystem::k21],
                        .k13_per_d = row[FullBindingSystem::KON] * row[FullBindingSystem::R0],
                        .k31_per_d = row[FullBindingSystem::KOFF],
                        .k30_per_d = row[FullBindingSystem::KINT]}};
}

} // namespace escalon::pk
