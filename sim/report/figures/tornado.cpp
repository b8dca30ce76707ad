#include "sim/report/figures/tornado.hpp"

#include "sim/report/figures/axes.hpp"
#include "sim/report/figures/panels.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"
#include "sim/report/numbers.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

constexpr int row_px = 34;
constexpr double least_room_px = 12; // half of a tick label stands beyond the axis
constexpr std::size_t longest_path = 34;

/// What one axis does to the measure of one panel.
struct Swing {
    std::size_t axis;
    double low = 0;
    double high = 0;
    std::string low_at; ///< the value of the axis there
    std::string high_at;
    std::string low_mtd; ///< the true MTD there
    std::string high_mtd;

    double span() const { return high - low; }
};

/// The scenario as written.
struct Base {
    double value;
    std::string mtd;
};

class Tornado {
public:
    Tornado(SweepView const& view, SweepMeasure const& measure, FigureStyle const& style)
        : view_{view}, measure_{measure}, style_{style}, colours_{theme::palette(style.look)}
    {
        bases_.resize(view.panels().size());
        swings_.resize(view.panels().size());
        for (auto const& entry : view.entries())
            take(entry);
        double highest = 0;
        for (std::size_t panel = 0; panel < swings_.size(); ++panel) {
            std::ranges::stable_sort(swings_[panel], std::greater{}, &Swing::span);
            highest = std::max(highest, bases_[panel] ? bases_[panel]->value : 0.0);
            for (auto const& swing : swings_[panel])
                highest = std::max(highest, swing.high);
        }
        scale_ = theme::value_scale(highest, plot_px(), measure.share ? std::optional<double>{100} : std::nullopt);
        make_room();
    }

    std::string caption() const
    {
        std::string text;
        for (std::size_t panel = 0; panel < swings_.size(); ++panel) {
            if (!bases_[panel] || swings_[panel].empty())
                continue;
            auto const& widest = swings_[panel].front();
            text += fmt::format("{}{} {} {}{} as written; {} moves that most, from {} at {} to {} at {}.",
                                text.empty() ? "" : " ", view_.panels()[panel],
                                measure_.share ? measure_.words + " in" : std::string{"treats"},
                                measure_.text(bases_[panel]->value),
                                measure_.share ? " of trials" : " patients above the true MTD", path(widest.axis),
                                measure_.text(widest.low), widest.low_at, measure_.text(widest.high), widest.high_at);
        }
        return text;
    }

    Json specification() const
    {
        auto spec = theme::heading(measure_.title,
                                   view_.provenance() + " Each figure changed alone; the line is the scenario as written.",
                                   caption(), style_);
        Json list = Json::array();
        for (std::size_t panel = 0; panel < swings_.size(); ++panel)
            if (bases_[panel] && !swings_[panel].empty())
                list.push_back(panel_of(panel));
        spec["vconcat"] = std::move(list);
        spec["spacing"] = 40;
        spec["bounds"] = "flush";
        return spec;
    }

private:
    std::string const& path(std::size_t axis) const { return view_.sweep().axes[axis].path; }

    void take(SweepEntry const& entry)
    {
        auto const figure = measure_.of(entry.cell->run, *entry.design);
        if (!figure)
            return;
        auto const& at = entry.cell->point.at;
        auto const moved = std::ranges::find_if(at, [](auto const& value) { return value.has_value(); });
        if (moved == at.end()) {
            bases_[entry.panel] = Base{figure->value, view_.true_mtd(entry)};
            return;
        }
        auto const axis = static_cast<std::size_t>(moved - at.begin());
        auto const& value = view_.sweep().axes[axis].values[**moved];
        auto const mtd = view_.true_mtd(entry);
        auto& swings = swings_[entry.panel];
        auto swing = std::ranges::find(swings, axis, &Swing::axis);
        if (swing == swings.end()) { // what is written is one of the values: every bar meets the line
            auto const& base = bases_[entry.panel];
            if (!base)
                return;
            auto const written = view_.sweep().axes[axis].as_written.value_or("as written");
            swing = swings.insert(swings.end(), {axis, base->value, base->value, written, written, base->mtd, base->mtd});
        }
        if (figure->value < swing->low) {
            swing->low = figure->value;
            swing->low_at = value;
            swing->low_mtd = mtd;
        }
        if (figure->value > swing->high) {
            swing->high = figure->value;
            swing->high_at = value;
            swing->high_mtd = mtd;
        }
    }

    double px_a_unit() const { return (plot_px() - left_px_ - right_px_) / scale_.top; }

    /// At both ends, for the values that stand there. Room for one takes from the scale, so that the other needs less.
    void make_room()
    {
        constexpr int rounds = 4;
        constexpr double air_px = 8;
        for (int round = 0; round < rounds; ++round) {
            double left = least_room_px;
            double right = least_room_px;
            for (auto const& swings : swings_)
                for (auto const& swing : swings) {
                    left = std::max(left, end_px(swing.low_at) + air_px - swing.low * px_a_unit());
                    right = std::max(right, end_px(swing.high_at) + air_px - (scale_.top - swing.high) * px_a_unit());
                }
            left_px_ = left;
            right_px_ = right;
        }
    }

    static double end_px(std::string const& value) { return theme::text_width(end_text_of(value), theme::small_text_px); }
    static std::string end_text_of(std::string const& value) { return theme::pretty_unit(theme::cut(value, 20)); }

    double label_px() const
    {
        double widest = 0;
        for (auto const axis : view_.axes())
            widest = std::max(widest, theme::text_width(theme::cut(path(axis), longest_path), theme::text_px));
        return style_.narrow() ? 0 : widest + 12;
    }

    double plot_px() const { return theme::inner_width(style_) - label_px(); }

    Json rows(std::size_t panel) const
    {
        Json list = Json::array();
        for (auto const& swing : swings_[panel])
            list.push_back({{"panel_title", view_.panels()[panel]},
                            {"path", theme::cut(path(swing.axis), longest_path)},
                            {"low", swing.low},
                            {"high", swing.high},
                            {"low_at", end_text_of(swing.low_at)},
                            {"high_at", end_text_of(swing.high_at)},
                            {"low_mtd", swing.low_mtd},
                            {"high_mtd", swing.high_mtd}});
        return list;
    }

    Json x(std::string_view field) const
    {
        Json axis{{"title", measure_.tooltip}, {"values", scale_.ticks}, {"grid", true}, {"domain", false}, {"ticks", false}};
        if (measure_.share)
            axis["labelExpr"] = "datum.label + ' %'";
        return {{"field", field},
                {"type", "quantitative"},
                // room at both ends for the values that stand there
                {"scale", {{"domain", {-left_px_ / px_a_unit(), scale_.top + right_px_ / px_a_unit()}}, {"nice", false}}},
                {"axis", axis}};
    }

    Json y(std::size_t panel) const
    {
        Json order = Json::array();
        for (auto const& swing : swings_[panel])
            order.push_back(theme::cut(path(swing.axis), longest_path));
        Json axis{{"title", nullptr}, {"grid", false}, {"labels", !style_.narrow()}};
        if (!style_.narrow()) {
            axis["minExtent"] = label_px();
            axis["maxExtent"] = label_px();
        }
        return {{"field", "path"},
                {"type", "nominal"},
                {"scale", {{"type", "band"}, {"domain", order}, {"paddingInner", 0}, {"paddingOuter", 0}}},
                {"axis", axis}};
    }

    Json panel_of(std::size_t panel) const
    {
        Json const tooltip{{{"field", "path"}, {"type", "nominal"}, {"title", "Changed"}},
                           {{"field", "low_at"}, {"type", "nominal"}, {"title", "Lowest at"}},
                           {{"field", "low"}, {"type", "quantitative"}, {"title", "Lowest"}, {"format", ".1f"}},
                           {{"field", "low_mtd"}, {"type", "nominal"}, {"title", "True MTD there"}},
                           {{"field", "high_at"}, {"type", "nominal"}, {"title", "Highest at"}},
                           {{"field", "high"}, {"type", "quantitative"}, {"title", "Highest"}, {"format", ".1f"}},
                           {{"field", "high_mtd"}, {"type", "nominal"}, {"title", "True MTD there"}}};
        auto const number = [&](std::string_view name, Json mark, Json encoding) {
            return Json{{"name", fmt::format("{}_{}", name, panel + 1)},
                        {"mark", std::move(mark)},
                        {"encoding", std::move(encoding)}};
        };
        auto const end_text = [&](std::string_view name, std::string_view place, std::string_view field, std::string_view align,
                                  double dx) {
            return number(
                name,
                {{"type", "text"}, {"align", align}, {"dx", dx}, {"fontSize", theme::small_text_px}, {"color", colours_.ink}},
                {{"x", x(place)}, {"y", y(panel)}, {"text", {{"field", field}, {"type", "nominal"}}}});
        };
        Json layers = Json::array();
        layers.push_back(number("swings",
                                {{"type", "bar"},
                                 {"height", style_.narrow() ? 12 : 16},
                                 {"color", style_.look == Look::print ? colours_.line : colours_.no_dlt},
                                 {"cornerRadius", 1.5}},
                                {{"x", x("low")}, {"x2", {{"field", "high"}}}, {"y", y(panel)}, {"tooltip", tooltip}}));
        layers.push_back(
            number("base", {{"type", "rule"}, {"color", colours_.ink}, {"strokeWidth", 1.4}},
                   {{"x", {{"datum", bases_[panel]->value}, {"type", "quantitative"}, {"scale", x("low")["scale"]}}}}));
        layers.push_back(end_text("low_ends", "low", "low_at", "right", -5));
        layers.push_back(end_text("high_ends", "high", "high_at", "left", 5));
        if (style_.narrow()) // no room beside the plot: paths stand over their bars
            layers.push_back(number("paths",
                                    {{"type", "text"},
                                     {"x", 0},
                                     {"dy", -13},
                                     {"align", "left"},
                                     {"fontSize", theme::small_text_px},
                                     {"color", colours_.quiet_ink}},
                                    {{"y", y(panel)}, {"text", {{"field", "path"}, {"type", "nominal"}}}}));
        Json one{{"data", {{"values", rows(panel)}}},
                 {"width", std::floor(plot_px())},
                 {"height", row_px * static_cast<int>(swings_[panel].size())},
                 {"layer", std::move(layers)}};
        if (swings_.size() > 1)
            one["title"] = {{"text", view_.panels()[panel]}, {"fontSize", theme::text_px}, {"frame", "group"}, {"offset", 6}};
        return one;
    }

    SweepView const& view_;
    SweepMeasure const& measure_;
    FigureStyle const& style_;
    theme::Palette const& colours_;
    std::vector<std::optional<Base>> bases_; ///< by panel
    std::vector<std::vector<Swing>> swings_; ///< by panel, the widest first
    theme::ValueScale scale_;
    double left_px_ = least_room_px; ///< of the plot, before zero
    double right_px_ = least_room_px;
};

} // namespace

Figure tornado_figure(SweepView const& view, SweepMeasure const& measure, FigureStyle const& style)
{
    Tornado const tornado{view, measure, style};
    return finished({"tornado_" + measure.name, measure.title, tornado.caption(), tornado.specification()});
}

} // namespace escalon
