// The late figure: how far trials escalate, what they declare by the DLT window, and what is left when late toxicity counts too.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/report/run_result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace escalon {

/// A panel a design and truth; none where nothing can come late: without a clock, or with neither toxicity over time nor a late look.
std::optional<Figure> late_figure(RunResult const& run, FigureStyle const& style = {});

/// A text with units as figures and the report write them: "mg/m²".
std::string with_pretty_units(Scenario const& scenario, std::string text);

/// What the clock brought to light of one design, in sentences, with such units.
std::vector<std::string> clock_sentences(RunResult const& run, DesignRun const& design);

} // namespace escalon
