// One look for all figures: colours, type and sizes. Okabe & Ito (2008) colours, and never colour alone.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace escalon::theme {

inline constexpr std::string_view ink = "#1b2733";
inline constexpr std::string_view quiet_ink = "#52606d";
inline constexpr std::string_view line = "#7b8794";
inline constexpr std::string_view unknown = "#6b7680";
inline constexpr std::string_view blue = "#0072B2";
inline constexpr std::string_view vermillion = "#D55E00";
inline constexpr std::string_view green = "#009E73";
inline constexpr std::string_view green_text = "#007a5a"; ///< darker: 4.5 to 1 against white

inline constexpr int width_px = 680; ///< 180 mm
inline constexpr double text_px = 10.5;
inline constexpr double small_text_px = 10;

/// `config` of every specification.
nlohmann::ordered_json config();

/// "mg/m²": a unit as figures write it.
std::string pretty_unit(std::string_view unit);

} // namespace escalon::theme
