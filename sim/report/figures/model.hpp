// What the models of a scenario's designs believe, as figures: after data, or before the first patient.
#pragma once

#include "sim/report/figures/posterior.hpp"
#include "sim/scenario/scenario.hpp"

#include <optional>
#include <vector>

namespace escalon {

/// What a design believes of the levels after what was observed, and what it does next; none for a design without a model.
std::optional<PosteriorFigure> model_figure(Scenario const& scenario, DesignEntry const& entry, Observed const& observed);

/// One for each design with a model: after the documented cohorts whose outcomes are known, or by the prior where there are none.
std::vector<Figure> model_figures(Scenario const& scenario, FigureStyle const& style = {});

} // namespace escalon
