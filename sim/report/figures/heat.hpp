// The heat map of a grid: one measure over two axes, the true MTD in each cell.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/report/figures/sweep_view.hpp"

namespace escalon {

/// @param view with two axes
Figure heat_figure(SweepView const& view, SweepMeasure const& measure, FigureStyle const& style);

} // namespace escalon
