#include "sim/report/figures/heat.hpp"

#include "sim/report/figures/axes.hpp"
#include "sim/report/figures/comparison.hpp"
#include "sim/report/figures/panels.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <span>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

constexpr double cell_gap_px = 1.5; // between cells
constexpr double widest_gap = 0.2;  // of a cell
constexpr double dark_from = 0.55;  // of the ramp: white text from here on

/// From pale to dark in lightness alone, so that it reads without colour.
Json ramp(Look look)
{
    if (look == Look::print)
        return {"#ffffff", "#dcdcdc", "#ababab", "#6f6f6f", "#2b2b2b"};
    return {"#f2f7fb", "#c5dcee", "#7db2d8", "#2b7bb5", "#083c6e"};
}

class HeatMap {
public:
    HeatMap(SweepView const& view, SweepMeasure const& measure, FigureStyle const& style)
        : view_{view},
          measure_{measure},
          style_{style},
          colours_{theme::palette(style.look)},
          across_{axis_labels(view.axis(0))},
          up_{axis_labels(view.axis(1))}
    {
        for (auto const& entry : view.entries())
            if (auto const figure = measure.of(entry.cell->run, *entry.design))
                highest_ = std::max(highest_, figure->value);
    }

    std::string caption() const
    {
        std::string text;
        for (std::size_t panel = 0; panel < view_.panels().size(); ++panel)
            text += (text.empty() ? "" : " ") + sentence(panel);
        return text;
    }

    Json specification() const
    {
        bool const several = view_.panels().size() > 1;
        auto spec =
            panels({.style = style_,
                    .title = measure_.title,
                    .subtitle = view_.provenance() + (with_text() ? " In small print: the true MTD (" + dose_unit() + ")." : ""),
                    .description = caption(),
                    .height_px = cell_px() * static_cast<int>(up_.size()),
                    .left_px = left_px(),
                    .count = view_.panels().size()},
                   rows(), layers(several));
        spec["usermeta"]["escalon"]["axes"] = {{"x", across_}, {"y", up_}};
        return spec;
    }

private:
    std::string dose_unit() const { return theme::dose_unit(view_.sweep().scenario.ladder()); }

    bool with_text() const { return band_px() >= 34 && up_.size() <= 16; }

    int cell_px() const
    {
        constexpr int with_two_lines = 36;
        constexpr int highest_panel = 340;
        return with_text() ? with_two_lines : std::clamp(highest_panel / static_cast<int>(up_.size()), 6, 20);
    }

    /// Labels and their distance to the plot.
    double labels_px() const
    {
        constexpr double label_padding_px = 8;
        return std::ceil(label_padding_px + theme::text_width(up_, theme::text_px));
    }

    double left_px() const
    {
        constexpr double title_padding_px = 8;
        return labels_px() + title_padding_px + theme::text_px;
    }

    double band_px() const { return (theme::inner_width(style_) - left_px()) / static_cast<double>(across_.size()); }

    /// The entries of a panel with the measure, from the lowest to the highest.
    std::vector<std::pair<double, SweepEntry const*>> sorted(std::size_t panel) const
    {
        std::vector<std::pair<double, SweepEntry const*>> found;
        for (auto const& entry : view_.entries())
            if (auto const figure = measure_.of(entry.cell->run, *entry.design); figure && entry.panel == panel)
                found.emplace_back(figure->value, &entry);
        std::ranges::stable_sort(found, {}, &std::pair<double, SweepEntry const*>::first);
        return found;
    }

    std::string place(SweepEntry const& entry) const
    {
        std::string text;
        for (auto const axis : view_.axes())
            text += (text.empty() ? "" : ", ") + view_.sweep().axes[axis].path + " " +
                    view_.sweep().axes[axis].values[*entry.cell->point.at[axis]];
        return text;
    }

    std::string sentence(std::size_t panel) const
    {
        auto const found = sorted(panel);
        auto const& name = view_.panels()[panel];
        if (found.empty())
            return fmt::format("{}: every level is too toxic in every cell.", name);
        auto const& [low, low_entry] = found.front();
        auto const& [high, high_entry] = found.back();
        auto const what = measure_.share ? fmt::format("{} {} in", name, measure_.words)
                                         : fmt::format("{} treats a mean of", name);
        auto const of = measure_.share ? "of trials" : "patients above the true MTD";
        if (measure_.text(low) == measure_.text(high))
            return fmt::format("{} {} {} in every cell.", what, measure_.text(low), of);
        return fmt::format("{} {} ({}) to {} ({}) {}.", what, measure_.text(low), place(*low_entry), measure_.text(high),
                           place(*high_entry), of);
    }

    Json rows() const
    {
        Json list = Json::array();
        std::vector<bool> begun(view_.panels().size());
        for (auto const& entry : view_.entries()) {
            auto const figure = measure_.of(entry.cell->run, *entry.design);
            auto const& at = entry.cell->point.at;
            Json row{{"panel", entry.panel + 1},
                     {"panel_title", view_.panels()[entry.panel]},
                     {"first_of_panel", !begun[entry.panel]},
                     {"x", across_[*at[view_.axes()[0]]]},
                     {"y", up_[*at[view_.axes()[1]]]},
                     {"known", figure.has_value()},
                     {"value", figure ? figure->value : 0},
                     {"error", figure ? z_95 * figure->standard_error : 0},
                     {"label", figure ? measure_.text(figure->value) : std::string{"–"}},
                     {"true_mtd", view_.true_mtd(entry)},
                     {"dose", view_.true_mtd_dose(entry)},
                     {"dark", figure && highest_ > 0 && figure->value >= dark_from * top()}};
            begun[entry.panel] = true;
            list.push_back(std::move(row));
        }
        return list;
    }

    /// The end of the ramp: a round figure.
    double top() const
    {
        if (highest_ <= 0)
            return 1;
        double const power = std::pow(10, std::floor(std::log10(highest_)));
        for (double const round : {1.0, 2.0, 2.5, 5.0, 10.0})
            if (round * power >= highest_)
                return round * power;
        return 10 * power;
    }

    Json x() const
    {
        Json axis{
            {"title", axis_title(view_.axis(0))}, {"grid", false}, {"ticks", false}, {"domain", false}, {"labelPadding", 6}};
        theme::arrange(axis, theme::arrangement(across_, std::vector<double>(across_.size(), band_px())), across_);
        return {{"field", "x"},
                {"type", "nominal"},
                {"scale",
                 {{"type", "band"},
                  {"domain", across_},
                  {"paddingInner", std::min(widest_gap, cell_gap_px / band_px())},
                  {"paddingOuter", 0}}},
                {"axis", axis}};
    }

    Json y() const
    {
        Json upwards = Json::array();
        for (auto label = up_.rbegin(); label != up_.rend(); ++label)
            upwards.push_back(*label);
        double const room = labels_px();
        return {{"field", "y"},
                {"type", "nominal"},
                {"scale",
                 {{"type", "band"},
                  {"domain", upwards},
                  {"paddingInner", std::min(widest_gap, cell_gap_px / cell_px())},
                  {"paddingOuter", 0}}},
                {"axis", {{"title", axis_title(view_.axis(1))}, {"grid", false}, {"minExtent", room}, {"maxExtent", room}}}};
    }

    Json tooltip() const
    {
        auto const entry = [](std::string_view field, std::string_view title) {
            return Json{{"field", field}, {"type", "nominal"}, {"title", title}};
        };
        Json list{entry("panel_title", "Design"), entry("x", axis_title(view_.axis(0))), entry("y", axis_title(view_.axis(1)))};
        list.push_back({{"field", "value"}, {"type", "quantitative"}, {"title", measure_.tooltip}, {"format", ".1f"}});
        if (view_.sampled())
            list.push_back({{"field", "error"}, {"type", "quantitative"}, {"title", "± 95 %"}, {"format", ".1f"}});
        list.push_back(entry("true_mtd", "True MTD"));
        return list;
    }

    Json legend() const
    {
        constexpr double length_px = 160;
        Json legend{{"title", nullptr},
                    {"type", "gradient"},
                    {"orient", "top"},
                    {"direction", "horizontal"},
                    {"gradientLength", length_px},
                    {"gradientThickness", 10},
                    {"values", {0, top() / 2, top()}}};
        if (measure_.share)
            legend["labelExpr"] = "datum.label + ' %'";
        return legend;
    }

    Json layers(bool several) const
    {
        Json list = Json::array();
        list.push_back(
            {{"name", "cells"},
             {"transform", Json::array({{{"filter", "datum.known"}}})},
             {"mark", {{"type", "rect"}}},
             {"encoding",
              {{"x", x()},
               {"y", y()},
               {"fill",
                {{"field", "value"},
                 {"type", "quantitative"},
                 {"scale", {{"type", "linear"}, {"domain", {0, top()}}, {"range", ramp(style_.look)}, {"nice", false}}},
                 {"legend", legend()}}},
               {"tooltip", tooltip()}}}});
        if (with_text()) {
            list.push_back(text("values", "label", -5, theme::text_px, theme::semibold_weight));
            list.push_back(text("true_mtds", "dose", 9, 8.5, 400));
        }
        if (several)
            list.push_back(panel_titles(colours_));
        return list;
    }

    Json text(std::string_view name, std::string_view field, double dy, double size, int weight) const
    {
        return {{"name", name},
                {"mark", {{"type", "text"}, {"dy", dy}, {"fontSize", size}, {"fontWeight", weight}}},
                {"encoding",
                 {{"x", x()},
                  {"y", y()},
                  {"text", {{"field", field}, {"type", "nominal"}}},
                  {"color", {{"condition", {{"test", "datum.dark"}, {"value", "white"}}}, {"value", colours_.ink}}}}}};
    }

    SweepView const& view_;
    SweepMeasure const& measure_;
    FigureStyle const& style_;
    theme::Palette const& colours_;
    std::vector<std::string> across_;
    std::vector<std::string> up_;
    double highest_ = 0;
};

} // namespace

Figure heat_figure(SweepView const& view, SweepMeasure const& measure, FigureStyle const& style)
{
    HeatMap const map{view, measure, style};
    return finished({"heat_" + measure.name, measure.title, map.caption(), map.specification()});
}

} // namespace escalon
