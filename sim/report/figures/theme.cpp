#include "sim/report/figures/theme.hpp"

#include "sim/report/figures/text.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace escalon::theme {
namespace {

constexpr std::string_view dark = "#1b2733";
constexpr std::string_view blue = "#0072B2";
constexpr std::string_view vermillion = "#D55E00";
constexpr std::string_view green = "#009E73";

constexpr Palette light_palette{.ink = dark,
                                .quiet_ink = "#52606d",
                                .line = "#7b8794",
                                .axis = "#9aa5b1",
                                .grid = "#dfe4e8",
                                .no_dlt = blue,
                                .dlt = vermillion,
                                .unknown = "#6b7680",
                                .mtd = green,
                                .mtd_text = "#007a5a",
                                .mtd_band = "#e0f2ec"};

constexpr Palette print_palette{.ink = "#000000",
                                .quiet_ink = "#3a3a3a",
                                .line = "#7a7a7a",
                                .axis = "#6e6e6e",
                                .grid = "#d4d4d4",
                                .no_dlt = "#000000",
                                .dlt = "#000000",
                                .unknown = "#5a5a5a",
                                .mtd = "#000000",
                                .mtd_text = "#000000",
                                .mtd_band = "#e4e4e4"};

} // namespace

Palette const& palette(Look look) { return look == Look::print ? print_palette : light_palette; }

nlohmann::ordered_json config(Look look)
{
    auto const& colours = palette(look);
    return {{"view", {{"stroke", nullptr}}},
            {"title",
             {{"anchor", "start"},
              {"frame", "bounds"},
              {"fontSize", title_px},
              {"fontWeight", semibold_weight},
              {"lineHeight", 18},
              {"color", colours.ink},
              {"subtitleFontSize", text_px},
              {"subtitleColor", colours.quiet_ink},
              {"subtitleLineHeight", 14},
              {"subtitlePadding", 4},
              {"offset", 10}}},
            {"legend",
             {{"orient", "top"},
              {"direction", "horizontal"},
              {"labelFontSize", text_px},
              {"labelColor", colours.ink},
              {"symbolSize", 92},
              {"symbolStrokeWidth", 1.6},
              {"symbolDashOffset", 1.1},
              {"columnPadding", 16},
              {"rowPadding", 4},
              {"labelLimit", 0},
              {"offset", 17}}}, // room for a label over the plot
            {"axis",
             {{"labelFontSize", text_px},
              {"labelColor", colours.ink},
              {"titleFontSize", text_px},
              {"titleFontWeight", semibold_weight},
              {"titleColor", colours.ink},
              {"domainColor", colours.axis},
              {"tickColor", colours.axis},
              {"tickSize", 4},
              {"labelPadding", 4},
              {"titlePadding", 8},
              {"labelLimit", 0},
              {"gridColor", colours.grid},
              {"gridWidth", 0.8}}},
            {"axisY", {{"domain", false}, {"ticks", false}, {"labelPadding", 8}}}};
}

std::string pretty_unit(std::string_view unit)
{
    std::string text{unit};
    if (auto const at = text.find("m2"); at != std::string::npos)
        text.replace(at, 2, "m²");
    for (auto at = text.find('*'); at != std::string::npos; at = text.find('*', at))
        text.replace(at, 1, "·");
    return text;
}

SeriesLook series(std::size_t i, Look look)
{
    // neighbours differ in lightness, so that two or three are told apart on a photocopy
    static std::vector<SeriesLook> const light{
        {blue, {}, "circle"},
        {"#E69F00", {7, 3}, "square"},
        {green, {2, 2}, "triangle-up"},
        {vermillion, {7, 3, 2, 3}, "diamond"},
        {"#CC79A7", {4, 2}, "triangle-down"},
        {"#56B4E9", {1, 2}, "cross"},
    };
    static std::vector<SeriesLook> const print{
        {"#000000", {}, "circle"},
        {"#8c8c8c", {7, 3}, "square"},
        {"#4d4d4d", {2, 2}, "triangle-up"},
        {"#a8a8a8", {7, 3, 2, 3}, "diamond"},
        {"#2b2b2b", {4, 2}, "triangle-down"},
        {"#6e6e6e", {1, 2}, "cross"},
    };
    auto const& looks = look == Look::print ? print : light;
    return looks[i % looks.size()];
}

int pixels(double millimetres)
{
    constexpr double px_per_inch = 96;
    constexpr double mm_per_inch = 25.4;
    return static_cast<int>(std::lround(millimetres * px_per_inch / mm_per_inch));
}

int inner_width(FigureStyle const& style) { return pixels(style.width_mm) - 2 * padding_px; }

nlohmann::ordered_json heading(std::string_view title, std::string_view subtitle, std::string_view description,
                               FigureStyle const& style)
{
    constexpr std::size_t most_title_lines = 3;
    constexpr std::size_t most_subtitle_lines = 6;
    constexpr std::size_t longest_description = 4000; // beyond it nobody listens to a screen reader
    auto const width = inner_width(style);
    nlohmann::ordered_json text{{"text", wrapped(title, width, title_px, most_title_lines, Weight::semibold)}};
    if (!subtitle.empty())
        text["subtitle"] = wrapped(subtitle, width, text_px, most_subtitle_lines);
    return {{"$schema", "https://vega.github.io/schema/vega-lite/v6.json"},
            {"description", cut(description, longest_description)},
            {"title", text},
            {"padding", padding_px},
            {"background", "white"},
            {"config", config(style.look)}};
}

nlohmann::ordered_json frame(std::string_view title, std::string_view subtitle, std::string_view description,
                             FigureStyle const& style, int height_px)
{
    auto spec = heading(title, subtitle, description, style);
    spec["width"] = pixels(style.width_mm);
    spec["height"] = height_px;
    spec["autosize"] = {{"type", "fit-x"}, {"contains", "padding"}};
    return spec;
}

} // namespace escalon::theme
