#include "pk_models/catalog.hpp"

#include <algorithm>

namespace escalon::pk {

std::string_view name(Model const& model)
{
    return std::visit([](auto const& m) { return m.name; }, model);
}

std::span<std::string_view const> parameter_names(Model const& model)
{
    return std::visit([](auto const& m) { return std::span<std::string_view const>{m.parameters}; }, model);
}

std::optional<AntigenClearance> const& antigen_clearance(Model const& model)
{
    return std::visit(
        [](auto const& m) -> auto const& { return m.antigen_clearance; }, model);
}

Disposition individual(Model const& model, Covariates const& patient, std::span<double const> etas)
{
    return std::visit([&](auto const& m) { return m.individual(patient, etas); }, model);
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
