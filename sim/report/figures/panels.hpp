// Panels one below the other, one a truth, with one axis of doses; and the marks that figures of operating characteristics share.
#pragma once

#include "sim/report/figures/axes.hpp"
#include "sim/report/figures/figure.hpp"
#include "sim/report/figures/series.hpp"
#include "sim/report/figures/theme.hpp"

#include <string>
#include <vector>

namespace escalon {

struct PanelFrame {
    FigureStyle style;
    std::string title;
    std::string subtitle;
    std::string description;
    int height_px;     ///< of one panel
    double left_px;    ///< beside the plot
    std::size_t count; ///< of panels
};

/// One panel stands alone and is as high as a figure; several are lower the more they are.
int panel_height(std::size_t count, FigureStyle const& style);

/// @param rows each with its `panel`, from 1
nlohmann::ordered_json panels(PanelFrame const& frame, nlohmann::ordered_json rows, nlohmann::ordered_json layers);

/// The title over each of several panels, from the `panel_title` of the row that is `first_of_panel`.
nlohmann::ordered_json panel_titles(theme::Palette const& colours);

/// Layers that shade the rows with `true_mtd`, once a group of bars, and name the shade where no panel title does.
std::vector<nlohmann::ordered_json> true_mtd_band(theme::DoseBands const& doses, theme::Palette const& colours, bool titled);

/// Layers of error bars from `low` to `high`, with a halo that keeps them readable on dark bars. Rows without error have none.
/// @param bar_px width of the bars that they stand on, which the halo must not hide
std::vector<nlohmann::ordered_json> whiskers(nlohmann::ordered_json const& x, nlohmann::ordered_json const& x_offset,
                                             nlohmann::ordered_json const& y_low, theme::Series const& series,
                                             theme::Palette const& colours, double bar_px);

/// The figure, once its numbers are looked through: Vega draws a missing number as nothing and says nothing.
/// @throws std::logic_error where a number is not finite
Figure finished(Figure figure);

} // namespace escalon
