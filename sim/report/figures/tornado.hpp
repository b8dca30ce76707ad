// A tornado: how far one measure moves when each axis is changed alone, the widest first.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/report/figures/sweep_view.hpp"

namespace escalon {

/// @param view of a sweep of one axis at a time, with all of its axes
Figure tornado_figure(SweepView const& view, SweepMeasure const& measure, FigureStyle const& style);

} // namespace escalon
