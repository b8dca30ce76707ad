// The figures of a report: each a picture that needs no script, and beside it the data from which the page makes it live.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/report/html/markup.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace escalon::html {

/// A figure as the renderer drew it for a page.
struct Drawn {
    std::string svg;             ///< without font and styles: the page has them
    nlohmann::ordered_json vega; ///< what the page's script makes it live with
};

/// A figure for a wide column and for a narrow screen; without pictures where none could be drawn.
struct PageFigure {
    Figure figure;
    std::optional<Drawn> wide;
    std::optional<Drawn> narrow;
};

struct PageFigures {
    std::vector<PageFigure> figures;
    std::string missing; ///< why there are no pictures; empty where there are
};

/// Widths at which a report's figures are drawn, in millimetres at 96 px to the inch.
inline constexpr double wide_mm = 206;  // 779 px: the column of the page
inline constexpr double narrow_mm = 85; // 321 px: a telephone's screen less its margins

Markup figures_section(PageFigures const& figures);

} // namespace escalon::html
