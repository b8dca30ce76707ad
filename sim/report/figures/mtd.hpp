// The mtd figure: how often each level, or none, is recommended.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/report/run_result.hpp"

namespace escalon {

/// "none" first; the true MTD shaded; designs side by side, truths one below the other.
Figure mtd_figure(RunResult const& run, FigureStyle const& style = {});

} // namespace escalon
