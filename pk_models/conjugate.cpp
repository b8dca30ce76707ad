#include "pk_models/conjugate.hpp"

#include "pk_models/kernels/systems.hpp"

namespace escalon::pk {
namespace {

/// One patient's values, with the antibody's clearance raised by antigen.
struct Individual {
    double CL_L_per_d;
    double V1_L;
    double Q_L_per_d;
    double V2_L;
    double KDC_per_d;
};

Individual individual_values(Conjugate const& model, Covariates const& patient, std::span<double const> etas)
{
    Individual values{individual(model.CL, patient, etas[0]), individual(model.V1, patient, etas[1]),
                      individual(model.Q, patient, etas[2]), individual(model.V2, patient, etas[3]),
                      individual(model.KDC, patient, etas[4])};
    if (model.antigen_clearance) {
        double const peripheral_L_per_d = values.KDC_per_d * values.V2_L;
        double const linker_loss_L_per_d =
            values.KDC_per_d * values.V1_L +
            (peripheral_L_per_d > 0 ? values.Q_L_per_d * peripheral_L_per_d / (values.Q_L_per_d + peripheral_L_per_d) : 0);
        double const factor = clearance_factor(model.antigen_clearance, patient.present_antigen());
        values.CL_L_per_d += (factor - 1) * (values.CL_L_per_d + linker_loss_L_per_d);
    }
    return values;
}

/// @param linker_loss_per_d what every compartment loses on top
Rates rates_of(Individual const& values, double linker_loss_per_d)
{
    return {.V1_L = values.V1_L,
            .k10_per_d = values.CL_L_per_d / values.V1_L + linker_loss_per_d,
            .k12_per_d = values.Q_L_per_d / values.V1_L,
            .k21_per_d = values.Q_L_per_d / values.V2_L,
            .k20_per_d = linker_loss_per_d};
}

} // namespace

Disposition Conjugate::individual(Covariates const& patient, std::span<double const> etas) const
{
    return Disposition{rates(patient, etas)};
}

Rates Conjugate::rates(Covariates const& patient, std::span<double const> etas) const
{
    auto const values = individual_values(*this, patient, etas);
    return rates_of(values, values.KDC_per_d);
}

Disposition Conjugate::total_antibody(Covariates const& patient, std::span<double const> etas) const
{
    return Disposition{total_antibody_rates(patient, etas)};
}

Rates Conjugate::total_antibody_rates(Covariates const& patient, std::span<double const> etas) const
{
    return rates_of(individual_values(*this, patient, etas), 0);
}

Integrated Conjugate::with_payload(Covariates const& patient, std::span<double const> etas) const
{
    using System = kernels::ConjugatePayloadSystem;
    auto const values = individual_values(*this, patient, etas);
    auto const antibody = rates_of(values, 0);
    double const mg_per_nmol = antibody_molar_mass.base();
    Integrated found{.equations = Equations::conjugate_payload, .mg_per_unit = mg_per_nmol};
    found.row[System::per_mg] = 1 / (mg_per_nmol * values.V1_L);
    found.row[System::k10] = antibody.k10_per_d;
    found.row[System::k12] = antibody.k12_per_d;
    found.row[System::k21] = antibody.k21_per_d;
    found.row[System::KSS] = 1; // of nothing: any will do
    found.row[System::KDC] = values.KDC_per_d;
    set_free(*payload, values.V1_L, values.V2_L, found);
    return found;
}

} // namespace escalon::pk
