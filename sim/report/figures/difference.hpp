// How far designs are apart: each against the reference, with its interval.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/report/run_result.hpp"

namespace escalon {

/// @param run with a comparison that holds differences
Figure difference_figure(RunResult const& run, FigureStyle const& style = {});

/// How often each design recommends the true MTD over the random truths, in all and by the level of the MTD.
/// @param run with random truths
Figure random_truths_figure(RunResult const& run, FigureStyle const& style = {});

} // namespace escalon
