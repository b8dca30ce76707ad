// Absorption of the linear models: KA, F1 and ALAG1, each of which may be left out.
#pragma once

#include "pk_models/linear.hpp"
#include "pk_models/parameters.hpp"

#include <cmath>
#include <optional>
#include <span>

namespace escalon::pk {

/// The fields of a model with absorption (NONMEM's ADVAN2, 4 and 12, and with F1 or ALAG1 alone ADVAN1, 3 and 11).
template <class M>
void describe_absorption(M& model, auto& fields)
{
    fields.field("KA", model.KA,
                 "rate of absorption from the depot, which doses then go to; without it they go to the central compartment",
                 FieldTraits{.within = bounds::positive});
    fields.field("F1", model.F1, "share of a dose that arrives", FieldTraits{.within = bounds::fraction});
    fields.field("ALAG1", model.ALAG1, "time after which a dose begins to arrive",
                 FieldTraits{.within = bounds::not_negative, .unit = unit::h.symbol});
}

/// KA, F1 and ALAG1: the last of a model's parameters, so that the others keep their places, and with them their random draws.
inline constexpr std::size_t absorption_parameters = 3;

template <class M>
bool has_absorption(M const& model)
{
    return model.KA || model.F1 || model.ALAG1;
}

/// An eta may raise F1 above 1.
template <class M>
Absorption individual_absorption(M const& model, Covariates const& patient, std::span<double const> etas)
{
    constexpr auto first = M::parameters.size() - absorption_parameters;
    Absorption absorption;
    if (model.KA)
        absorption.KA_per_d = individual(*model.KA, patient, etas[first]);
    if (model.F1)
        absorption.F1 = *model.F1 * std::exp(etas[first + 1]);
    if (model.ALAG1)
        absorption.ALAG1_d = individual(*model.ALAG1, patient, etas[first + 2]);
    return absorption;
}

} // namespace escalon::pk
