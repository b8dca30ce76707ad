// Legends above a figure, in as many rows as its width asks for.
#pragma once

#include "sim/report/figures/figure.hpp"

#include <string>
#include <vector>

namespace escalon::theme {

/// What usually stands at the left of a plot: labels and title of its axis.
inline constexpr double beside_plot_px = 58;

/// A legend of these entries without a title: in as many columns as fit.
/// @param left_px where the plot, and with it the legend, begins
nlohmann::ordered_json legend(std::vector<std::string> const& entries, FigureStyle const& style, double left_px = beside_plot_px);

} // namespace escalon::theme
