#include "sim/report/figures/pk.hpp"

namespace escalon {

std::vector<Figure> pk_figures(Scenario const& scenario, FigureStyle const& style, std::optional<DoseLevel> level,
                               PkEffort const& effort)
{
    auto const basis = pk_basis(scenario, level);
    if (!basis)
        return {};
    auto const profile = concentration_profile(basis->scenario, basis->level, effort);
    std::vector<Figure> figures{concentration_figure(*basis, profile, style), levels_figure(*basis, profile, style)};
    if (basis->scenario.doses.levels.size() < 2)
        figures.pop_back();
    if (auto const exposure = exposure_by_dose(*basis, effort))
        figures.push_back(exposure_figure(*basis, *exposure, style));
    if (auto const effect = antigen_effect(*basis))
        figures.push_back(antigen_figure(*basis, *effect, style));
    return figures;
}

} // namespace escalon
