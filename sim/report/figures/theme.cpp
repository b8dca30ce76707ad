#include "sim/report/figures/theme.hpp"

#include <cmath>

namespace escalon::theme {

nlohmann::ordered_json config()
{
    constexpr double title_px = 14;
    constexpr int semibold = 600;
    return {{"view", {{"stroke", nullptr}}},
            {"title",
             {{"anchor", "start"},
              {"frame", "group"},
              {"fontSize", title_px},
              {"fontWeight", semibold},
              {"color", ink},
              {"subtitleFontSize", text_px},
              {"subtitleColor", quiet_ink},
              {"subtitlePadding", 4},
              {"offset", 10}}},
            {"legend",
             {{"orient", "top"},
              {"direction", "horizontal"},
              {"labelFontSize", text_px},
              {"labelColor", ink},
              {"symbolSize", 92},
              {"symbolStrokeWidth", 1.6},
              {"symbolDashOffset", 1.1},
              {"columnPadding", 16},
              {"labelLimit", 0},
              {"offset", 10}}},
            {"axis",
             {{"labelFontSize", text_px},
              {"labelColor", ink},
              {"titleFontSize", text_px},
              {"titleFontWeight", semibold},
              {"titleColor", ink},
              {"domainColor", "#9aa5b1"},
              {"tickColor", "#9aa5b1"},
              {"tickSize", 4},
              {"labelPadding", 4},
              {"titlePadding", 8},
              {"labelLimit", 0},
              {"gridColor", "#dfe4e8"},
              {"gridWidth", 0.8}}},
            {"axisY", {{"domain", false}, {"ticks", false}, {"labelPadding", 8}}}};
}

std::string pretty_unit(std::string_view unit)
{
    std::string text{unit};
    if (auto const at = text.find("m2"); at != std::string::npos)
        text.replace(at, 2, "m²");
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
        {"#1b2733", {}, "circle"},
        {"#9aa5b1", {7, 3}, "square"},
        {"#52606d", {2, 2}, "triangle-up"},
        {"#c4ccd4", {7, 3, 2, 3}, "diamond"},
        {"#36434f", {4, 2}, "triangle-down"},
        {"#7b8794", {1, 2}, "cross"},
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

nlohmann::ordered_json frame(std::string_view title, std::string_view subtitle, std::string_view description,
                             FigureStyle const& style, int height_px)
{
    nlohmann::ordered_json heading{{"text", title}};
    if (!subtitle.empty())
        heading["subtitle"] = subtitle;
    return {{"$schema", "https://vega.github.io/schema/vega-lite/v6.json"},
            {"description", description},
            {"title", heading},
            {"width", pixels(style.width_mm)},
            {"height", height_px},
            {"autosize", {{"type", "fit-x"}, {"contains", "padding"}}},
            {"padding", 4},
            {"background", "white"},
            {"config", config()}};
}

} // namespace escalon::theme
