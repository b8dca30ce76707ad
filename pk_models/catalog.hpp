// The pharmacokinetic models that exist. A line here gives a model its YAML name and its row in every contract test.
#pragma once

#include "pk_models/conjugate.hpp"
#include "pk_models/conjugate_antigen.hpp"
#include "pk_models/dar_chain.hpp"
#include "pk_models/michaelis_menten.hpp"
#include "pk_models/one_compartment.hpp"
#include "pk_models/target_mediated.hpp"
#include "pk_models/three_compartment.hpp"
#include "pk_models/two_compartment.hpp"

#include <concepts>
#include <variant>

namespace escalon::pk {

/// A model: named, described, with parameters that etas vary.
template <class M>
concept NamedModel = requires(M const& model)
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
    {model.sizes()};
}
&&M::parameters.size() <= max_parameters;

/// A model with a closed form: exposure is proportional to dose.
template <class M>
concept LinearModel = NamedModel<M> && requires(M const& model, Covariates const& patient, std::span<double const> etas)
{
    {
        model.individual(patient, etas)
        } -> std::same_as<Disposition>;
    {
        model.rates(patient, etas)
        } -> std::same_as<Rates>;
    {
        model.antigen_clearance
        } -> std::convertible_to<std::optional<AntigenClearance>>;
};

/// A model that is integrated: exposure need not be proportional to dose, though that of a DAR chain is.
template <class M>
concept IntegratedModel = NamedModel<M> && requires(M const& model, Covariates const& patient, std::span<double const> etas)
{
    {
        model.individual(patient, etas)
        } -> std::same_as<Integrated>;
};

static_assert(LinearModel<OneCompartment> && LinearModel<TwoCompartment> && LinearModel<ThreeCompartment> &&
              LinearModel<Conjugate>);
static_assert(IntegratedModel<MichaelisMenten> && IntegratedModel<TargetMediated> && IntegratedModel<ConjugateAntigen> &&
              IntegratedModel<DarChain>);

using Model = std::variant<OneCompartment, TwoCompartment, ThreeCompartment, Conjugate, MichaelisMenten, TargetMediated,
                           ConjugateAntigen, DarChain>;

/// One patient's kinetics.
using Kinetics = std::variant<Disposition, Integrated>;

std::string_view name(Model const& model);

/// The names of the model's parameters, in the order of its etas; KA, F1 and ALAG1 only where one of them is given.
std::span<std::string_view const> parameter_names(Model const& model);

/// None where the model has no such factor.
std::optional<AntigenClearance> const& antigen_clearance(Model const& model);

/// Whether a patient's antigen level moves anything.
bool reads_antigen(Model const& model);

/// Whether antigen moves anything, the same in every patient or not.
bool has_antigen(Model const& model);

/// Whether exposure is proportional to dose.
bool is_linear(Model const& model);

/// One patient's kinetics, of what is measured.
/// @param etas one a parameter, in the order of `parameter_names`
Kinetics individual(Model const& model, Covariates const& patient, std::span<double const> etas);

/// Whether any volume or clearance is stated per this measure of the body.
bool scales_with(Model const& model, PerBody measure);

/// Whether every volume and clearance is, so that a dose by the same measure gives the same exposure in every body.
bool scales_only_with(Model const& model, PerBody measure);

} // namespace escalon::pk
