// The allocation figure: how many patients each level has, and how many of them a DLT.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/report/run_result.hpp"

namespace escalon {

/// Means a trial; the dark part of a bar are patients with a DLT.
Figure allocation_figure(RunResult const& run, FigureStyle const& style = {});

} // namespace escalon
