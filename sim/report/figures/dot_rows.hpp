// Dots with intervals in rows: a figure of several designs against the same axis, one plot below the other.
#pragma once

#include "sim/report/figures/figure.hpp"

#include <string>
#include <vector>

namespace escalon {

/// A figure of one design, in the units of its axis.
struct Dot {
    std::size_t design = 0; ///< index into the designs
    double value = 0;
    double error = 0;       ///< half of its 95 % interval; 0 where it has none
    std::string text;       ///< the same in words, at the right of the row
    std::string error_text; ///< behind it where there is room
};

struct DotRow {
    std::string label;
    bool heading = false; ///< of the rows below it; has no dots
    std::vector<Dot> dots;
};

/// One plot with an axis of its own.
struct DotPlot {
    enum class Axis { about_zero, from_zero };

    std::string name; ///< of its layers
    std::string title;
    std::string suffix; ///< of tick labels, such as " %"
    Axis axis = Axis::about_zero;
    std::vector<DotRow> rows;
};

struct DotRows {
    std::string name;
    std::string title;
    std::string subtitle;
    std::string description; ///< beyond the caption
    std::string caption;
    std::vector<std::string> designs; ///< short, unique; their order gives their looks, the same in every figure of a run
    std::vector<DotPlot> plots;
};

/// A legend names the designs that have dots, where there are several.
Figure dot_rows_figure(DotRows const& content, FigureStyle const& style);

} // namespace escalon
