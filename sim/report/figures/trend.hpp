// A sweep of one axis: its measures as lines, a series a design and truth.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/report/figures/sweep_view.hpp"

namespace escalon {

/// @param view with one axis
Figure trend_figure(SweepView const& view, FigureStyle const& style);

} // namespace escalon
