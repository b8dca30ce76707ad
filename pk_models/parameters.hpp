// What turns a model's typical values into one patient's: covariates and etas.
//
// Individual = typical value for the patient's size x exp(eta), as population models write it (Mould & Upton 2012, CPT
// Pharmacometrics Syst Pharmacol 1:e6).
#pragma once

#include "pk_models/units.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <span>

namespace escalon::pk {

/// Room for the parameters of the largest model.
inline constexpr std::size_t max_parameters = 12;

/// One eta a parameter, in the model's order; zeros beyond.
using Etas = std::array<double, max_parameters>;

/// What of a patient a model may read.
struct Covariates {
    BodySurface bsa;
    BodyWeight weight;
    AntigenLevel antigen;      ///< before treatment
    double antigen_factor = 1; ///< of its production at present: a tumour that shrinks sheds less

    AntigenLevel present_antigen() const { return antigen * antigen_factor; }
};

/// @return the individual value in base units
template <Dimension D>
double individual(SizedQuantity<D> const& typical, Covariates const& patient, double eta)
{
    return typical.of(patient.bsa, patient.weight).base() * std::exp(eta);
}

/// @return the individual value in base units
template <Dimension D>
double individual(Quantity<D> typical, Covariates const&, double eta)
{
    return typical.base() * std::exp(eta);
}

} // namespace escalon::pk
