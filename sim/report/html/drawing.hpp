// Draws the figures of a report with the bundled renderer, each for a wide column and for a narrow screen.
#pragma once

#include "sim/report/html/figures.hpp"
#include "sim/report/render.hpp"
#include "sim/report/run_result.hpp"

#include <optional>
#include <string>

namespace escalon::html {

struct DrawnFigures {
    PageFigures figures;
    std::optional<std::string> fault; ///< of the renderer, in its words; for the terminal, since it may name files
};

/// All in one process. Figures that cannot be drawn keep their captions.
DrawnFigures draw_figures(RunResult const& run, Renderer const& renderer);

} // namespace escalon::html
