#include "pk_models/antigen_clearance.hpp"

#include "pk_models/fault_error.hpp"

#include <cmath>

namespace escalon::pk {
namespace {

Fault no_antigen()
{
    return {"antigen_clearance", "a power law has no value at antigen 0: clearance would vanish",
            "give every patient some antigen (population.antigen.median or value), or use model: emax"};
}

} // namespace

double Emax::factor(AntigenLevel antigen) const { return 1 + SMAX * antigen.base() / (A50.base() + antigen.base()); }

double PowerLaw::factor(AntigenLevel antigen) const
{
    if (!(antigen.base() > 0))
        throw FaultError{no_antigen()};
    return std::pow(antigen.base() / reference_level.base(), exponent);
}

double clearance_factor(std::optional<AntigenClearance> const& effect, AntigenLevel antigen)
{
    return effect ? std::visit([antigen](auto const& model) { return model.factor(antigen); }, *effect) : 1;
}

AntigenLevel neutral_level(std::optional<AntigenClearance> const& effect)
{
    return effect ? std::visit([](auto const& model) { return model.neutral_level(); }, *effect) : AntigenLevel{};
}

Faults faults(std::optional<AntigenClearance> const& effect, AntigenLevel antigen)
{
    bool const power_law = effect && std::holds_alternative<PowerLaw>(*effect);
    return power_law && !(antigen.base() > 0) ? Faults{no_antigen()} : Faults{};
}

} // namespace escalon::pk
