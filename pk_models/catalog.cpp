#include "pk_models/catalog.hpp"

#include <algorithm>

namespace escalon::pk {

std::string_view name(Model const& model)
{
    return std::visit([](auto const& m) { return m.name; }, model);
}

std::span<std::string_view const> parameter_names(Model const& model)
{
    auto const names = [](auto const& m) {
        std::span<std::string_view const> const all{m.parameters};
        if constexpr (requires { m.KA; })
            return has_absorption(m) ? all : all.first(all.size() - absorption_parameters);
        else
            return all;
    };
    return std::visit(names, model);
}

std::optional<AntigenClearance> const& antigen_clearance(Model const& model)
{
    static std::optional<AntigenClearance> const none;
    return std::visit(
        []<class M>(M const& m) -> std::optional<AntigenClearance> const& {
            if constexpr (LinearModel<M>)
                return m.antigen_clearance;
            else
                return none;
        },
        model);
}

bool reads_antigen(Model const& model)
{
    return std::visit(
        []<class M>(M const& m) {
            if constexpr (LinearModel<M>)
                return m.antigen_clearance.has_value();
            else if constexpr (requires { m.antigen_scale; })
                return m.antigen_scale.has_value();
            else
                return false;
        },
        model);
}

bool has_antigen(Model const& model)
{
    return reads_antigen(model) || std::visit(
                                       []<class M>(M const&) {
                                           return requires(M const& m) { m.R0; };
                                       },
                                       model);
}

bool is_linear(Model const& model)
{
    return std::visit([]<class M>(M const&) { return LinearModel<M>; }, model);
}

Kinetics individual(Model const& model, Covariates const& patient, std::span<double const> etas)
{
    return std::visit([&](auto const& m) { return Kinetics{m.individual(patient, etas)}; }, model);
}

bool scales_with(Model const& model, PerBody measure)
{
    return std::visit([measure](auto const& m) { return std::ranges::count(m.sizes(), measure) > 0; }, model);
}

bool scales_only_with(Model const& model, PerBody measure)
{
    return std::visit(
        [measure](auto const& m) { return std::ranges::all_of(m.sizes(), [measure](PerBody per) { return per == measure; }); },
        model);
}

} // namespace escalon::pk
