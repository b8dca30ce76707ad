#include "sim/report/figure_theme.hpp"

#include <nlohmann/json.hpp>

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

} // namespace escalon::theme
