// One look for all figures: colours, type and sizes. Okabe & Ito (2008) colours, and never colour alone.
#pragma once

#include "sim/report/figures/figure.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace escalon::theme {

inline constexpr std::string_view ink = "#1b2733";
inline constexpr std::string_view quiet_ink = "#52606d";
inline constexpr std::string_view line = "#7b8794";
inline constexpr std::string_view unknown = "#6b7680";
inline constexpr std::string_view blue = "#0072B2";
inline constexpr std::string_view vermillion = "#D55E00";
inline constexpr std::string_view green = "#009E73";
inline constexpr std::string_view green_text = "#007a5a"; ///< darker: 4.5 to 1 against white

inline constexpr double text_px = 10.5;
inline constexpr double small_text_px = 10;

/// How one of several designs or truths is told from the others.
struct SeriesLook {
    std::string_view colour;
    std::vector<double> dash; ///< of lines
    std::string_view shape;   ///< of points
};

/// The look of series i, counted from 0; beyond the last look they start again.
SeriesLook series(std::size_t i, Look look);

/// Pixels of a width in millimetres, at the 96 to the inch of SVG: 680 for 180 mm.
int pixels(double millimetres);

/// `config` of every specification.
nlohmann::ordered_json config();

/// "mg/m²": a unit as figures write it.
std::string pretty_unit(std::string_view unit);

/// What every specification begins with: schema, title, description for screen readers, width, ground and config.
/// @param subtitle may be empty
nlohmann::ordered_json frame(std::string_view title, std::string_view subtitle, std::string_view description,
                             FigureStyle const& style, int height_px);

} // namespace escalon::theme
