// The curve figure: P(DLT) against dose, the target, each truth's MTD, and what is on record.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/report/run_result.hpp"

#include <optional>

namespace escalon {

/// DLT probabilities that a design takes for acceptable.
struct TargetInterval {
    double from = 0;
    double to = 0;
};

/// Documented cohorts are drawn where their counts are known.
/// @param interval shaded around the target, where there is one
Figure curve_figure(RunResult const& run, FigureStyle const& style = {}, std::optional<TargetInterval> interval = std::nullopt);

} // namespace escalon
