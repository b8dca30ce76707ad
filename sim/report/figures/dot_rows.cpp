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
constexpr int gap_px = 44;         // between two plots: ticks and title of the upper one
constexpr double px_a_dot = 15;
constexpr double air_px = 9; // of a row

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

class Drawing {
public:
    Drawing(DotRows const& content, FigureStyle const& style)
        : content_{content}, style_{style}, colours_{theme::palette(style.look)}
    {
        for (auto const& plot : content.plots)
            for (auto const& row : plot.rows)
                for (auto const& dot : row.dots)
                    if (std::ranges::find(shown_, dot.design) == shown_.end())
                        shown_.push_back(dot.design);
        std::ranges::sort(shown_);
        label_px_ = widest(label_share * theme::inner_width(style), [](DotRow const& row, auto const& measured) {
            if (!row.heading)
                measured(row.label, theme::text_px);
        });
        text_px_ = widest(theme::inner_width(style), [](DotRow const& row, auto const& measured) {
            for (auto const& dot : row.dots)
                measured(dot.text, theme::small_text_px);
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
        spec["spacing"] = gap_px;
        spec["bounds"] = "flush";
        if (several())
            declare(spec);
        return spec;
    }

private:
    static constexpr double label_share = 0.36; // of the width, at most

    bool several() const { return shown_.size() > 1; }

    double widest(double most, auto const& each) const
    {
        double found = 0;
        for (auto const& plot : content_.plots)
            for (auto const& row : plot.rows)
                each(row, [&](std::string const& text, double size_px) {
                    found = std::max(found, theme::text_width(text, size_px));
                });
        return std::ceil(std::min(found, most));
    }

    double plot_px() const
    {
        double const half_a_tick_label = 1; // half of the last grid line lies beyond the plot
        return std::floor(theme::inner_width(style_) - label_px_ - label_gap_px - text_px_ - text_gap_px - half_a_tick_label);
    }

    int row_px() const { return static_cast<int>(air_px + px_a_dot * static_cast<double>(shown_.size())); }

    static std::string key(std::size_t row) { return fmt::format("row {}", row + 1); }

    Json row_data(DotPlot const& plot) const
    {
        Json list = Json::array();
        for (std::size_t i = 0; i < plot.rows.size(); ++i) {
            auto const& row = plot.rows[i];
            list.push_back({{"row", key(i)},
                            {"heading", row.heading},
                            {"label", row.heading ? theme::cut_to_width(row.label, theme::inner_width(style_), theme::text_px,
                                                                        theme::Weight::semibold)
                                                  : theme::cut_to_width(row.label, label_px_, theme::text_px)}});
        }
        return list;
    }

    Json dot_data(DotPlot const& plot) const
    {
        Json list = Json::array();
        std::string heading;
        for (std::size_t i = 0; i < plot.rows.size(); ++i) {
            auto const& row = plot.rows[i];
            if (row.heading)
                heading = row.label + ": ";
            for (auto const& dot : row.dots)
                list.push_back({{"row", key(i)},
                                {"what", heading + row.label},
                                {"design", content_.designs[dot.design]},
                                {"value", dot.value},
                                {"error", dot.error},
                                {"low", dot.value - dot.error},
                                {"high", dot.value + dot.error},
                                {"text", dot.text}});
        }
        return list;
    }

    Json y(DotPlot const& plot) const
    {
        Json order = Json::array();
        for (std::size_t i = 0; i < plot.rows.size(); ++i)
            order.push_back(key(i));
        return {{"field", "row"},
                {"type", "nominal"},
                {"scale", {{"type", "band"}, {"domain", order}, {"paddingInner", 0}, {"paddingOuter", 0}}},
                {"axis", nullptr}};
    }

    /// The dots of a row stand one below the other.
    Json y_offset() const
    {
        Json names = Json::array();
        for (auto const design : shown_)
            names.push_back(content_.designs[design]);
        return {{"field", "design"},
                {"type", "nominal"},
                {"scale", {{"type", "band"}, {"domain", names}, {"range", {air_px / 2, row_px() - air_px / 2}}, {"padding", 0}}}};
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

    enum class Legend { drawn, none };

    /// Every design keeps the look that it has in the other figures of the run. All plots share one legend.
    Json by_design(auto const& look_of, Legend legend) const
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
                {"legend", several() && legend == Legend::drawn ? theme::legend(names, style_, label_px_ + label_gap_px) : Json(nullptr)}};
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

    Json labels(DotPlot const& plot, std::string const& name, int weight, std::string_view filter) const
    {
        return layer(plot.name + name, plot.name + "_rows",
                     {{"type", "text"},
                      {"x", -(label_px_ + label_gap_px)},
                      {"align", "left"},
                      {"baseline", "middle"},
                      {"fontSize", theme::text_px},
                      {"fontWeight", weight},
                      {"color", colours_.ink}},
                     {{"y", y(plot)}, {"text", {{"field", "label"}, {"type", "nominal"}}}}, filter);
    }

    Json with_offset(Json encoding) const
    {
        if (several())
            encoding["yOffset"] = y_offset();
        return encoding;
    }

    Json plot(DotPlot const& plot) const
    {
        Json list = Json::array();
        list.push_back(labels(plot, "_labels", 400, "!datum.heading"));
        list.push_back(labels(plot, "_headings", theme::semibold_weight, "datum.heading"));
        if (plot.axis == DotPlot::Axis::about_zero)
            list.push_back({{"name", plot.name + "_zero"},
                            {"data", {{"values", Json::array({Json::object()})}}},
                            {"mark", {{"type", "rule"}, {"color", colours_.ink}, {"strokeWidth", 1.1}}},
                            {"encoding",
                             {{"x", {{"datum", 0}, {"type", "quantitative"}, {"scale", x(plot, "value")["scale"]}}}}}});
        Json const intervals = with_offset({{"y", y(plot)}, {"x", x(plot, "low")}, {"x2", {{"field", "high"}}}});
        auto coloured = intervals;
        coloured["color"] = by_design([](theme::SeriesLook const& look) { return look.colour; }, Legend::none);
        list.push_back(layer(plot.name + "_halos", plot.name,
                             {{"type", "rule"}, {"color", "white"}, {"strokeWidth", 5.2}}, intervals,
                             "datum.error > 0"));
        list.push_back(layer(plot.name + "_intervals", plot.name,
                             {{"type", "rule"}, {"strokeWidth", 2.2}}, coloured, "datum.error > 0"));
        list.push_back(layer(plot.name + "_dots", plot.name,
                             {{"type", "point"},
                              {"filled", true},
                              {"size", 62},
                              {"opacity", 1},
                              {"stroke", "white"},
                              {"strokeWidth", 1}},
                             with_offset({{"y", y(plot)},
                                          {"x", x(plot, "value")},
                                          {"fill", by_design([](auto const& look) { return look.colour; }, Legend::drawn)},
                                          {"shape", by_design([](auto const& look) { return look.shape; }, Legend::drawn)},
                                          {"tooltip", tooltip()}})));
        list.push_back(layer(plot.name + "_texts", plot.name,
                             {{"type", "text"},
                              {"x", plot_px() + text_gap_px},
                              {"align", "left"},
                              {"baseline", "middle"},
                              {"fontSize", theme::small_text_px},
                              {"color", colours_.ink}},
                             with_offset({{"y", y(plot)}, {"text", {{"field", "text"}, {"type", "nominal"}}}})));
        return {{"width", plot_px()}, {"height", row_px() * static_cast<int>(plot.rows.size())}, {"layer", std::move(list)}};
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
    double label_px_ = 0;
    double text_px_ = 0;
};

} // namespace

Figure dot_rows_figure(DotRows const& content, FigureStyle const& style)
{
    return finished({content.name, content.title, content.caption, Drawing{content, style}.specification()});
}

} // namespace escalon
