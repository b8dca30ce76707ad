#include "pk_models/conjugate.hpp"

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
        double const factor = clearance_factor(model.antigen_clearance, patient.antigen);
        values.CL_L_per_d += (factor - 1) * (values.CL_L_per_d + linker_loss_L_per_d);
    }
    return values;
}

/// @param linker_loss_per_d what every compartment loses on top
Disposition disposition(Individual const& values, double linker_loss_per_d)
{
    return Disposition{Rates{.V1_L = values.V1_L,
                             .k10_per_d = values.CL_L_per_d / values.V1_L + linker_loss_per_d,
                             .k12_per_d = values.Q_L_per_d / values.V1_L,
                             .k21_per_d = values.Q_L_per_d / values.V2_L,
                             .k20_per_d = linker_loss_per_d}};
}

} // namespace

Disposition Conjugate::individual(Covariates const& patient, std::span<double const> etas) const
{
    auto const values = individual_values(*this, patient, etas);
    return disposition(values, values.KDC_per_d);
}

Disposition Conjugate::total_antibody(Covariates const& patient, std::span<double const> etas) const
{
    return disposition(individual_values(*this, patient, etas), 0);
}

} // namespace escalon::pk
