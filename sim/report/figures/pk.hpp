// The pharmacokinetic figures: concentration over time, exposure by dose, exposure by shed antigen.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/report/pk_profiles.hpp"

namespace escalon {

/// Concentration over time at one level: some patients, the median and what nine in ten lie between.
Figure concentration_figure(PkBasis const& basis, ConcentrationProfile const& profile, FigureStyle const& style = {});

/// The median concentration over time at every level.
Figure levels_figure(PkBasis const& basis, ConcentrationProfile const& profile, FigureStyle const& style = {});

/// The exposure that does harm at each level, patient by patient, against what patients tolerate.
Figure exposure_figure(PkBasis const& basis, ExposureByDose const& exposure, FigureStyle const& style = {});

/// AUC, half-life and peak of the typical patient against shed antigen.
Figure antigen_figure(PkBasis const& basis, AntigenEffect const& effect, FigureStyle const& style = {});

/// Those of them that apply, in reading order; none for a scenario without pk and regimen.
/// @param level of the concentrations, and of which the captions speak; chosen as by `pk_basis` where there is none
std::vector<Figure> pk_figures(Scenario const& scenario, FigureStyle const& style = {},
                               std::optional<DoseLevel> level = std::nullopt, PkEffort const& effort = {});

} // namespace escalon
