// Bars over the dose ladder, a group of designs at each level, a panel a truth: what `mtd` and `allocation` share.
#pragma once

#include "sim/report/figures/axes.hpp"
#include "sim/report/figures/comparison.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace escalon {

/// One bar, in the unit of its axis.
struct DoseBar {
    double value = 0;
    double standard_error = 0;
    double dark_part = 0; ///< of the value, drawn darker
    std::string label;    ///< above it, where there is room
};

struct DoseBars {
    std::string name;
    std::string title;
    std::string subtitle;
    std::string caption;
    theme::DoseBands::With with = theme::DoseBands::With::levels;
    std::string dose_title;      ///< of the dose axis, without its unit
    std::string value_field;     ///< of the rows
    std::string value_title;     ///< of the value axis
    std::string value_tooltip;   ///< with its unit
    std::string value_format;    ///< of tooltips
    std::string suffix;          ///< of tick labels
    std::optional<double> limit; ///< that no value exceeds, such as 100 %
    std::string dark_field = ""; ///< of the rows; no dark parts where empty
    std::string dark_tooltip = "";
    /// The bar of a design at a level; of "none" where there is no level.
    std::function<DoseBar(DesignRun const&, std::optional<DoseLevel>)> bar;
};

Figure dose_bars_figure(Comparison const& comparison, DoseBars const& bars, FigureStyle const& style);

} // namespace escalon
