#include "sim/report/figures/panels.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

constexpr int panel_gap_px = 30; // room for the panel's title

void require_finite(Json const& node, std::string const& place)
{
    if (node.is_number_float() && !std::isfinite(node.get<double>()))
        throw std::logic_error("a number of a figure is not finite: " + place);
    if (node.is_structured())
        for (auto const& [key, child] : node.items())
            require_finite(child, place + "." + key);
}

} // namespace

int panel_height(std::size_t count, FigureStyle const& style)
{
    constexpr int alone = 230;
    constexpr int alone_narrow = 190;
    constexpr int few = 96;
    constexpr int many = 72;
    constexpr std::size_t most_few = 4;
    if (count <= 1)
        return style.narrow() ? alone_narrow : alone;
    return count <= most_few ? few : many;
}

Json panels(PanelFrame const& frame, Json rows, Json layers)
{
    if (frame.count <= 1) {
        auto spec = theme::frame(frame.title, frame.subtitle, frame.description, frame.style, frame.height_px);
        spec["data"] = {{"values", std::move(rows)}};
        spec["layer"] = std::move(layers);
        return spec;
    }
    auto spec = theme::heading(frame.title, frame.subtitle, frame.description, frame.style);
    spec["data"] = {{"values", std::move(rows)}};
    spec["facet"] = {{"row", {{"field", "panel"}, {"type", "ordinal"}, {"header", nullptr}}}};
    spec["spacing"] = panel_gap_px;
    spec["bounds"] = "flush";
    spec["spec"] = {{"width", theme::inner_width(frame.style) - std::floor(frame.left_px)},
                    {"height", frame.height_px},
                    {"layer", std::move(layers)}};
    return spec;
}

Json panel_titles(theme::Palette const& colours)
{
    return {{"name", "panel_titles"},
            {"transform", Json::array({{{"filter", "datum.first_of_panel"}}})},
            {"mark",
             {{"type", "text"},
              {"x", 0},
              {"y", -7},
              {"align", "left"},
              {"baseline", "bottom"},
              {"fontSize", theme::text_px},
              {"fontWeight", theme::semibold_weight},
              {"color", colours.ink}}},
            {"encoding", {{"text", {{"field", "panel_title"}, {"type", "nominal"}}}}}};
}

std::vector<Json> true_mtd_band(theme::DoseBands const& doses, theme::Palette const& colours, bool titled)
{
    Json const only = Json::array({{{"filter", "datum.true_mtd && datum.first_of_group"}}});
    std::vector<Json> layers{{{"name", "true_mtd"},
                              {"transform", only},
                              {"mark", {{"type", "rect"}, {"color", colours.mtd_band}}},
                              {"encoding", {{"x", doses.x()}}}}};
    if (titled)
        return layers;
    layers.push_back({{"name", "true_mtd_label"},
                      {"transform", only},
                      {"mark",
                       {{"type", "text"},
                        {"y", -4},
                        {"baseline", "bottom"},
                        {"lineBreak", "\n"},
                        {"lineHeight", 11},
                        {"text", "true MTD"},
                        {"fontSize", theme::small_text_px},
                        {"fontWeight", theme::semibold_weight},
                        {"color", colours.mtd_text}}},
                      {"encoding", {{"x", doses.x()}}}});
    return layers;
}

std::vector<Json> whiskers(Json const& x, Json const& x_offset, Json const& y_low, theme::Series const& series,
                           theme::Palette const& colours, double bar_px)
{
    auto const layer = [&](std::string_view name, std::string_view colour, double width) {
        auto transform = series.shown();
        transform.push_back({{"filter", "datum.error > 0"}});
        return Json{{"name", name},
                    {"transform", std::move(transform)},
                    {"mark", {{"type", "rule"}, {"color", colour}, {"strokeWidth", width}}},
                    {"encoding", {{"x", x}, {"xOffset", x_offset}, {"y", y_low}, {"y2", {{"field", "high"}}}}}};
    };
    constexpr double halo_px = 3.4;
    constexpr double line_px = 1.3;
    return {layer("whisker_halos", "white", std::min(halo_px, bar_px / 2)),
            layer("whiskers", colours.ink, std::min(line_px, bar_px / 4))};
}

Figure finished(Figure figure)
{
    require_finite(figure.specification, figure.name);
    return figure;
}

} // namespace escalon
