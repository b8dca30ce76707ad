// The overdose figure: what designs recommend, held against the true MTD, and how many patients they treat above it.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/report/run_result.hpp"

namespace escalon {

/// A row a design and truth.
Figure overdose_figure(RunResult const& run, FigureStyle const& style = {});

} // namespace escalon
