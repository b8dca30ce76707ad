// Figures of a sweep: two axes as heat maps, one as lines, one at a time as a tornado.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/report/sweep_result.hpp"

#include <vector>

namespace escalon {

/// Every figure that applies. A grid of more axes is drawn panel by panel while the panels are few; beyond that a sweep has
/// tables only.
std::vector<Figure> figures_of(SweepResult const& sweep, FigureStyle const& style = {});

} // namespace escalon
