// Every figure that applies to a run, in the order in which a report shows them.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/report/run_result.hpp"

#include <vector>

namespace escalon {

/// replay (where cohorts are documented), curve, mtd, allocation, overdose, late and swimmer (where a clock shows them), differences, what models believe, PK.
std::vector<Figure> figures_of(RunResult const& run, FigureStyle const& style = {});

} // namespace escalon
