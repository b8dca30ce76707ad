// The pharmacokinetic models that exist. A line here gives a model its YAML name and its row in every contract test.
#pragma once

#include "pk_models/conjugate.hpp"
#include "pk_models/one_compartment.hpp"
#include "pk_models/three_compartment.hpp"
#include "pk_models/two_compartment.hpp"

#include <concepts>
#include <variant>

namespace escalon::pk {

/// A linear model: named, described, and giving one patient's disposition.
template <class M>
concept LinearModel = requires(M const& model, Covariates const& patient, std::span<double const> etas)
{
    {
        M::name
        } -> std::convertible_to<std::string_view>;
    {
        M::about
        } -> std::convertible_to<std::string_view>;
    {
        M::reference
        } -> std::convertible_to<std::string_view>;
    {
        M::parameters.size()
        } -> std::convertible_to<std::size_t>;
    {
        model.individual(patient, etas)
        } -> std::same_as<Disposition>;
    {
        model.antigen_clearance
        } -> std::convertible_to<std::optional<AntigenClearance>>;
    {model.sizes()};
}
&&M::parameters.size() <= max_parameters;

static_assert(LinearModel<OneCompartment> && LinearModel<TwoCompartment> && LinearModel<ThreeCompartment> &&
              LinearModel<Conjugate>);

using Model = std::variant<OneCompartment, TwoCompartment, ThreeCompartment, Conjugate>;

std::string_view name(Model const& model);

/// The names of the model's parameters, in the order of its etas.
std::span<std::string_view const> parameter_names(Model const& model);

std::optional<AntigenClearance> const& antigen_clearance(Model const& model);

/// One patient's disposition.
/// @param etas one a parameter, in the order of `parameter_names`
Disposition individual(Model const& model, Covariates const& patient, std::span<double const> etas);

/// Whether any volume or clearance is stated per this measure of the body.
bool scales_with(Model const& model, PerBody measure);

/// Whether every volume and clearance is, so that a dose by the same measure gives the same exposure in every body.
bool scales_only_with(Model const& model, PerBody measure);

} // namespace escalon::pk
