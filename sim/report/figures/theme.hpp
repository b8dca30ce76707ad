// One look for all figures: colours, type and sizes. Okabe & Ito (2008) colours, and never colour alone.
#pragma once

#include "sim/report/figures/figure.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace escalon::theme {

/// Colours by what they stand for. Those of `print` are greys, dark on white, that survive a photocopier.
struct Palette {
    std::string_view ink;
    std::string_view quiet_ink; ///< what is read second
    std::string_view line;      ///< paths
    std::string_view axis;
    std::string_view grid;
    std::string_view no_dlt;
    std::string_view dlt;
    std::string_view unknown;  ///< not on record
    std::string_view mtd;      ///< lines
    std::string_view mtd_text; ///< 4.5 to 1 against white
    std::string_view mtd_band; ///< behind marks
};

Palette const& palette(Look look);

inline constexpr double text_px = 10.5;
inline constexpr double small_text_px = 10;
inline constexpr double title_px = 14;
inline constexpr int semibold_weight = 600;

/// Free space around every figure.
inline constexpr int padding_px = 4;

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

/// Pixels across that a figure may fill.
int inner_width(FigureStyle const& style);

/// `config` of every specification.
nlohmann::ordered_json config(Look look);

/// "mg/m²", "mg·d/L": a unit, or a figure with its unit, as figures write it.
std::string pretty_unit(std::string_view unit);

/// The most characters of a user's word in a figure's description and in captions.
inline constexpr std::size_t longest_described = 300;

/// What every specification begins with: schema, title, description for screen readers, ground and config. Title and subtitle are
/// broken to the width, and cut where they are very long.
/// @param subtitle may be empty
nlohmann::ordered_json heading(std::string_view title, std::string_view subtitle, std::string_view description,
                               FigureStyle const& style);

/// The heading of a figure of one view, which is as wide as the style says with all its labels.
nlohmann::ordered_json frame(std::string_view title, std::string_view subtitle, std::string_view description,
                             FigureStyle const& style, int height_px);

} // namespace escalon::theme
