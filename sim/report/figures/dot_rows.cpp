#include "sim/report/figures/dot_rows.hpp"

#include "sim/report/figures/legend.hpp"
#include "sim/report/figures/panels.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

constexpr double label_gap_px = 10;
constexpr double text_gap_px = 10; // before the words at the right
constexpr int plot_gap_px = 50;    // between two plots: ticks and title of the upper one
constexpr int px_a_dot = 15;
constexpr int air_px = 9; // of a row
constexpr int heading_px = 24;
constexpr int label_line_px = 17; // over the dots of a narrow figure, where labels have no room beside them

/// Ticks at round distances, at most so many.
std::vector<double> round_ticks(double low, double high, double most)
{
    double const wanted = (high - low) / most;
    double const power = std::pow(10, std::floor(std::log10(wanted)));
    double step = 10 * power;
    for (double const round : {5.0, 2.0, 1.0})
        if (round * power >= wanted)
            step = round * power;
    std::vector<double> ticks;
    for (double i = std::ceil(low / step); i * step <= high; ++i)
        ticks.push_back(i == 0 ? 0 : i * step); // no minus before nothing
    return ticks;
}

class DotRowsDrawing {
public:
    DotRowsDrawing(DotRows const& content, FigureStyle const& style)
        : content_{content}, style_{style}, colours_{theme::palette(style.look)}
    {
        for (auto const& plot : content.plots)
            for (auto const& row : plot.rows)
                for (auto const& dot : row.dots)
                    if (std::ranges::find(shown_, dot.design) == shown_.end())
                        shown_.push_back(dot.design);
        std::ranges::sort(shown_);
        if (!style.narrow())
            label_px_ = widest(label_share * theme::inner_width(style),
                               [](DotRow const& row, auto const& measured) {
                                   if (!row.heading)
                                       measured(row.label, theme::text_px);
                               }) +
                        label_gap_px;
        text_px_ = widest(theme::inner_width(style), [this](DotRow const& row, auto const& measured) {
            for (auto const& dot : row.dots)
                measured(text_of(dot), theme::small_text_px);
        });
    }

    Json specification() const
    {
        auto spec = theme::heading(content_.title, content_.subtitle, content_.caption + content_.description, style_);
        Json plots = Json::array();
        for (auto const& one : content_.plots) {
            spec["datasets"][one.name] = dot_data(one);
            spec["datasets"][one.name + "_rows"] = row_data(one);
            plots.push_back(plot(one));
        }
        spec["vconcat"] = std::move(plots);
        spec["spacing"] = plot_gap_px;
        spec["bounds"] = "flush";
        if (several())
            declare(spec);
        return spec;
    }

private:
    static constexpr double label_share = 0.36; // of the width, at most

    bool several() const { return shown_.size() > 1; }
    int over_dots_px() const { return style_.narrow() ? label_line_px : 0; }
    std::string text_of(Dot const& dot) const { return style_.narrow() ? dot.text : dot.text + dot.error_text; }

    double widest(double most, auto const& each) const
    {
        double found = 0;
        for (auto const& plot : content_.plots)
            for (auto const& row : plot.rows)
                each(row,
                     [&](std::string const& text, double size_px) { found = std::max(found, theme::text_width(text, size_px)); });
        return std::ceil(std::min(found, most));
    }

    double plot_px() const
    {
        double const half_a_tick_label = 1; // half of the last grid line lies beyond the plot
        return std::floor(theme::inner_width(style_) - label_px_ - text_px_ - text_gap_px - half_a_tick_label);
    }

    double room_for_labels() const { return style_.narrow() ? plot_px() : label_px_ - label_gap_px; }

    int row_px(DotRow const& row) const
    {
        return row.heading ? heading_px : over_dots_px() + air_px + px_a_dot * static_cast<int>(shown_.size());
    }

    int height_px(DotPlot const& plot) const
    {
        int height = 0;
        for (auto const& row : plot.rows)
            height += row_px(row);
        return height;
    }

    /// The dots of a row stand one below the other, those of a design always in the same place.
    double dot_px(std::size_t design) const
    {
        auto const place = std::ranges::find(shown_, design) - shown_.begin();
        return over_dots_px() + air_px / 2.0 + px_a_dot * (static_cast<double>(place) + 0.5);
    }

    Json row_data(DotPlot const& plot) const
    {
        Json list = Json::array();
        int top = 0;
        for (auto const& row : plot.rows) {
            double const beside = row_px(row) / 2.0;
            double const over = over_dots_px() / 2.0 + 3; // nearer to its own dots than to those before
            list.push_back({{"y", top + (style_.narrow() && !row.heading ? over : beside)},
                            {"heading", row.heading},
                            {"label", row.heading ? theme::cut_to_width(row.label, theme::inner_width(style_), theme::text_px,
                                                                        theme::Weight::semibold)
                                                  : theme::cut_to_width(row.label, room_for_labels(), theme::text_px)}});
            top += row_px(row);
        }
        return list;
    }

    Json dot_data(DotPlot const& plot) const
    {
        Json list = Json::array();
        std::string heading;
        int top = 0;
        for (auto const& row : plot.rows) {
            if (row.heading)
                heading = row.label + ": ";
            for (auto const& dot : row.dots)
                list.push_back({{"y", top + dot_px(dot.design)},
                                {"what", heading + row.label},
                                {"design", content_.designs[dot.design]},
                                {"value", dot.value},
                                {"error", dot.error},
                                {"low", dot.value - dot.error},
                                {"high", dot.value + dot.error},
                                {"text", text_of(dot)}});
            top += row_px(row);
        }
        return list;
    }

    /// Pixels from the top.
    Json y(DotPlot const& plot) const
    {
        Json const pixels{0, height_px(plot)};
        return {{"field", "y"},
                {"type", "quantitative"},
                {"scale", {{"domain", pixels}, {"range", pixels}, {"nice", false}, {"zero", false}}},
                {"axis", nullptr}};
    }

    Json x(DotPlot const& plot, std::string_view field) const
    {
        double low = 0;
        double high = 0;
        for (auto const& row : plot.rows)
            for (auto const& dot : row.dots) {
                low = std::min(low, dot.value - dot.error);
                high = std::max(high, dot.value + dot.error);
            }
        constexpr double margin = 0.04; // of the axis, at each end
        double const nothing = high > low ? 0 : 1;
        double const room = margin * (high - low) + nothing;
        bool const about_zero = plot.axis == DotPlot::Axis::about_zero;
        double const bottom = about_zero ? low - room : 0;
        double const top = high + room;
        constexpr double px_a_tick = 64;
        std::string label = "datum.label + " + Json(plot.suffix).dump();
        if (about_zero)
            label = "(datum.value > 0 ? '+' : '') + " + label;
        return {{"field", field},
                {"type", "quantitative"},
                {"scale", {{"domain", {bottom, top}}, {"nice", false}, {"zero", false}}},
                {"axis",
                 {{"title", theme::wrapped(plot.title, plot_px(), theme::text_px, 2, theme::Weight::semibold)},
                  {"values", round_ticks(bottom, top, std::max(2.0, plot_px() / px_a_tick))},
                  {"labelExpr", label},
                  {"labelFlush", true},
                  {"domain", false},
                  {"ticks", false},
                  {"grid", true}}}};
    }

    /// Every design keeps the look that it has in the other figures of the run. All channels of all plots share one legend.
    Json by_design(auto const& look_of) const
    {
        std::vector<std::string> names;
        Json range = Json::array();
        for (auto const design : shown_) {
            names.push_back(content_.designs[design]);
            range.push_back(look_of(theme::series(design, style_.look)));
        }
        return {{"field", "design"},
                {"type", "nominal"},
                {"scale", {{"domain", names}, {"range", range}}},
                {"legend", several() ? theme::legend(names, style_, label_px_) : Json(nullptr)}};
    }

    Json layer(std::string const& name, std::string const& data, Json mark, Json encoding, std::string_view filter = {}) const
    {
        Json transform = Json::array();
        if (several() && !data.ends_with("_rows"))
            transform.push_back({{"filter", "indexof(hidden, datum.design) < 0"}});
        if (!filter.empty())
            transform.push_back({{"filter", filter}});
        Json layer{{"name", name}, {"data", {{"name", data}}}};
        if (!transform.empty())
            layer["transform"] = std::move(transform);
        layer["mark"] = std::move(mark);
        layer["encoding"] = std::move(encoding);
        return layer;
    }

    /// With a halo, where lines of the plot run through them.
    void add_labels(Json& list, DotPlot const& plot, std::string const& name, int weight, std::string_view filter) const
    {
        constexpr double halo_px = 3.2;
        Json const mark{{"type", "text"},
                        {"x", -label_px_},
                        {"align", "left"},
                        {"baseline", "middle"},
                        {"fontSize", theme::text_px},
                        {"fontWeight", weight},
                        {"color", colours_.ink}};
        Json const encoding{{"y", y(plot)}, {"text", {{"field", "label"}, {"type", "nominal"}}}};
        if (style_.narrow()) {
            auto halo = mark;
            halo.update({{"color", "white"}, {"stroke", "white"}, {"strokeWidth", halo_px}, {"strokeJoin", "round"}});
            list.push_back(layer(plot.name + name + "_halos", plot.name + "_rows", halo, encoding, filter));
        }
        list.push_back(layer(plot.name + name, plot.name + "_rows", mark, encoding, filter));
    }

    Json plot(DotPlot const& plot) const
    {
        Json list = Json::array();
        if (plot.axis == DotPlot::Axis::about_zero)
            list.push_back(
                {{"name", plot.name + "_zero"},
                 {"data", {{"values", Json::array({Json::object()})}}},
                 {"mark", {{"type", "rule"}, {"color", colours_.ink}, {"strokeWidth", 1.1}}},
                 {"encoding", {{"x", {{"datum", 0}, {"type", "quantitative"}, {"scale", x(plot, "value")["scale"]}}}}}});
        add_labels(list, plot, "_labels", 400, "!datum.heading");
        add_labels(list, plot, "_headings", theme::semibold_weight, "datum.heading");
        Json const intervals{{"y", y(plot)}, {"x", x(plot, "low")}, {"x2", {{"field", "high"}}}};
        auto coloured = intervals;
        coloured["color"] = by_design([](theme::SeriesLook const& look) { return look.colour; });
        list.push_back(layer(plot.name + "_halos", plot.name, {{"type", "rule"}, {"color", "white"}, {"strokeWidth", 5.2}},
                             intervals, "datum.error > 0"));
        list.push_back(
            layer(plot.name + "_intervals", plot.name, {{"type", "rule"}, {"strokeWidth", 2.2}}, coloured, "datum.error > 0"));
        list.push_back(
            layer(plot.name + "_dots", plot.name,
                  {{"type", "point"}, {"filled", true}, {"size", 62}, {"opacity", 1}, {"stroke", "white"}, {"strokeWidth", 1}},
                  {{"y", y(plot)},
                   {"x", x(plot, "value")},
                   {"fill", by_design([](auto const& look) { return look.colour; })},
                   {"shape", by_design([](auto const& look) { return look.shape; })},
                   {"tooltip", tooltip()}}));
        list.push_back(layer(plot.name + "_texts", plot.name,
                             {{"type", "text"},
                              {"x", theme::inner_width(style_) - label_px_}, // the right edge, however wide a text is
                              {"align", "right"},
                              {"baseline", "middle"},
                              {"fontSize", theme::small_text_px},
                              {"color", colours_.ink}},
                             {{"y", y(plot)}, {"text", {{"field", "text"}, {"type", "nominal"}}}}));
        return {{"width", plot_px()}, {"height", height_px(plot)}, {"layer", std::move(list)}};
    }

    static Json tooltip()
    {
        return Json::array({{{"field", "design"}, {"type", "nominal"}, {"title", "Design"}},
                            {{"field", "what"}, {"type", "nominal"}, {"title", "Figure"}},
                            {{"field", "text"}, {"type", "nominal"}, {"title", "Value"}},
                            {{"field", "error"}, {"type", "quantitative"}, {"title", "± 95 %"}, {"format", ".3f"}}});
    }

    void declare(Json& spec) const
    {
        spec["params"] = Json::array({{{"name", "hidden"}, {"value", Json::array()}}});
        Json entries = Json::array();
        for (auto const design : shown_) {
            auto const look = theme::series(design, style_.look);
            entries.push_back(
                {{"value", content_.designs[design]}, {"colour", look.colour}, {"dash", Json::array()}, {"shape", look.shape}});
        }
        spec["usermeta"]["escalon"]["series"] = {{"field", "design"}, {"title", "Design"}, {"entries", entries}};
    }

    DotRows const& content_;
    FigureStyle const& style_;
    theme::Palette const& colours_;
    std::vector<std::size_t> shown_; ///< designs with dots, in their order
    double label_px_ = 0;            ///< left of the plots
    double text_px_ = 0;             ///< right of them
};

} // namespace

Figure dot_rows_figure(DotRows const& content, FigureStyle const& style)
{
    return finished({content.name, content.title, content.caption, DotRowsDrawing{content, style}.specification()});
}

} // namespace escalon
