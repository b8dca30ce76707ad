#include "sim/report/figures/trend.hpp"

#include "sim/report/figures/axes.hpp"
#include "sim/report/figures/comparison.hpp"
#include "sim/report/figures/panels.hpp"
#include "sim/report/figures/series.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

constexpr double symbol_size = 46;
constexpr double line_px = 1.8;

class Trend {
public:
    Trend(SweepView const& view, FigureStyle const& style)
        : view_{view},
          style_{style},
          colours_{theme::palette(style.look)},
          measures_{view.measures()},
          labels_{axis_labels(view.axis(0))},
          names_{theme::short_names(view.panels())},
          series_{"series", "Design", names_, style}
    {
        for (auto const& measure : measures_) {
            double highest = 0;
            for (auto const& entry : view.entries())
                if (auto const figure = measure.of(entry.cell->run, *entry.design))
                    highest = std::max(highest, figure->value + z_95 * figure->standard_error);
            double const labels = measure.what == SweepMeasure::What::correct ? 1.2 : 1; // of the true MTD
            scales_.push_back(
                theme::value_scale(labels * highest, panel_px(), measure.share ? std::optional<double>{100} : std::nullopt));
        }
    }

    std::string caption() const
    {
        auto const& measure = measures_.front();
        std::string text;
        for (std::size_t panel = 0; panel < view_.panels().size(); ++panel) {
            SweepEntry const* first = nullptr;
            SweepEntry const* last = nullptr;
            for (auto const& entry : view_.entries())
                if (entry.panel == panel && measure.of(entry.cell->run, *entry.design)) {
                    first = first ? first : &entry;
                    last = &entry;
                }
            text += text.empty() ? "" : " ";
            if (!first) {
                text += fmt::format("{}: every level is too toxic throughout.", view_.panels()[panel]);
                continue;
            }
            auto const figure = [&](SweepEntry const& entry) {
                return measure.text(measure.of(entry.cell->run, *entry.design)->value);
            };
            auto const value = [&](SweepEntry const& entry) {
                return view_.axis(0).values[*entry.cell->point.at[view_.axes()[0]]];
            };
            text +=
                fmt::format("{} recommends the true MTD in {} of trials at {} {} (true MTD {}) and in {} at {} (true MTD {}).",
                            view_.panels()[panel], figure(*first), view_.axis(0).path, value(*first), view_.true_mtd(*first),
                            figure(*last), value(*last), view_.true_mtd(*last));
        }
        return text;
    }

    Json specification() const
    {
        auto spec = theme::heading("Operating characteristics over " + view_.axis(0).path, subtitle(), caption(), style_);
        spec["data"] = {{"values", rows()}};
        Json list = Json::array();
        for (std::size_t m = 0; m < measures_.size(); ++m)
            list.push_back({{"title",
                             {{"text", theme::wrapped(measures_[m].title, theme::inner_width(style_) - left_px(), theme::text_px,
                                                      2, theme::Weight::semibold)},
                              {"fontSize", theme::text_px},
                              {"lineHeight", 13},
                              {"frame", "group"},
                              {"offset", 6}}},
                            {"width", theme::inner_width(style_) - std::ceil(left_px())},
                            {"height", panel_px()},
                            {"layer", layers(m)}});
        spec["vconcat"] = std::move(list);
        spec["spacing"] = 42;
        spec["bounds"] = "flush";
        series_.declare(spec);
        return spec;
    }

private:
    static constexpr int panel_px_ = 104;

    int panel_px() const { return panel_px_; }

    double left_px() const
    {
        double most = 0;
        for (std::size_t m = 0; m < measures_.size(); ++m)
            most = std::max(most, theme::value_labels_px(scales_[m], suffix(m)));
        return most;
    }

    std::string suffix(std::size_t m) const { return measures_[m].share ? " %" : ""; }

    std::string subtitle() const
    {
        auto text = view_.sampled() ? theme::cut(view_.sweep().scenario.name, 80) + ". Whiskers: 95 % Monte Carlo intervals."
                                    : view_.provenance();
        return series_.several() ? text
                                 : text + fmt::format(" Over the points: the true MTD ({}).",
                                                      theme::dose_unit(view_.sweep().scenario.ladder()));
    }

    bool numeric() const { return !view_.axis(0).numbers.empty(); }

    Json rows() const
    {
        Json list = Json::array();
        for (auto const& entry : view_.entries()) {
            auto const at = *entry.cell->point.at[view_.axes()[0]];
            Json row{{"series", names_[entry.panel]},
                     {"label", labels_[at]},
                     {"true_mtd", view_.true_mtd(entry)},
                     {"mtd_dose", view_.true_mtd_dose(entry)}};
            if (numeric())
                row["at"] = view_.axis(0).numbers[at];
            for (std::size_t m = 0; m < measures_.size(); ++m) {
                auto const figure = measures_[m].of(entry.cell->run, *entry.design);
                row["known_" + measures_[m].name] = figure.has_value();
                double const value = figure ? figure->value : 0;
                double const error = figure ? z_95 * figure->standard_error : 0;
                row[measures_[m].name] = value;
                row["error_" + measures_[m].name] = error;
                row["low_" + measures_[m].name] = std::max(0.0, value - error);
                row["high_" + measures_[m].name] = measures_[m].share ? std::min(100.0, value + error) : value + error;
            }
            list.push_back(std::move(row));
        }
        return list;
    }

    /// Equal steps for texts, true distances for figures; ticks stand at the values of the axis.
    Json x(bool last) const
    {
        Json axis{{"title", last ? Json(axis_title(view_.axis(0))) : Json(nullptr)}, {"grid", false}, {"labels", last}};
        double const width = theme::inner_width(style_) - left_px();
        std::vector<double> gaps(labels_.size(), width / static_cast<double>(labels_.size()));
        if (!numeric()) {
            if (last)
                theme::arrange(axis, theme::arrangement(labels_, gaps), labels_);
            return {{"field", "label"},
                    {"type", "ordinal"},
                    {"scale", {{"type", "point"}, {"domain", labels_}, {"padding", 0.5}}},
                    {"axis", axis}};
        }
        auto const& numbers = view_.axis(0).numbers;
        auto const [low, high] = std::ranges::minmax(numbers);
        // half of the widest label stands beyond the outer values
        double const room = theme::text_width(labels_, theme::text_px, theme::Weight::semibold) / 2 + 4;
        double const margin = high > low ? (high - low) * room / (width - 2 * room) : 1;
        if (std::ranges::is_sorted(numbers) && numbers.size() <= 12)
            axis["values"] = numbers;
        axis["labelOverlap"] = "greedy";
        axis["format"] = ".6~g";
        return {{"field", "at"},
                {"type", "quantitative"},
                {"scale", {{"domain", {low - margin, high + margin}}, {"nice", false}, {"zero", false}}},
                {"axis", axis}};
    }

    Json y(std::size_t m, std::string const& prefix) const
    {
        auto y = theme::value_y(prefix + measures_[m].name, scales_[m], "", suffix(m));
        y["axis"]["title"] = nullptr; // the panel's own says it
        return y;
    }

    Json tooltip(std::size_t m) const
    {
        auto const entry = [](std::string const& field, std::string const& title) {
            return Json{{"field", field}, {"type", "nominal"}, {"title", title}};
        };
        Json list{entry("series", "Design"), entry("label", axis_title(view_.axis(0)))};
        list.push_back(
            {{"field", measures_[m].name}, {"type", "quantitative"}, {"title", measures_[m].tooltip}, {"format", ".1f"}});
        if (view_.sampled())
            list.push_back(
                {{"field", "error_" + measures_[m].name}, {"type", "quantitative"}, {"title", "± 95 %"}, {"format", ".1f"}});
        list.push_back(entry("true_mtd", "True MTD"));
        return list;
    }

    Json layers(std::size_t m) const
    {
        bool const last = m + 1 == measures_.size();
        auto const layer = [&](std::string_view name, Json mark, Json encoding, std::string const& more = {}) {
            auto transform = series_.shown();
            transform.push_back({{"filter", "datum.known_" + measures_[m].name + more}});
            return Json{{"name", fmt::format("{}_{}", name, measures_[m].name)},
                        {"transform", std::move(transform)},
                        {"mark", std::move(mark)},
                        {"encoding", std::move(encoding)}};
        };
        Json list = Json::array();
        for (std::size_t i = 0; i < names_.size(); ++i)
            list.push_back(layer(fmt::format("line_{}", i + 1),
                                 {{"type", "line"}, {"strokeWidth", line_px}, {"strokeDash", series_.dash(i)}},
                                 {{"x", x(last)}, {"y", y(m, "")}, {"stroke", series_.colour()}},
                                 " && datum.series === " + Json(names_[i]).dump()));
        if (view_.sampled())
            list.push_back(layer("whiskers", {{"type", "rule"}, {"color", colours_.ink}, {"strokeWidth", 1.2}},
                                 {{"x", x(last)}, {"y", y(m, "low_")}, {"y2", {{"field", "high_" + measures_[m].name}}}},
                                 " && datum.error_" + measures_[m].name + " > 0"));
        Json point{{"x", x(last)}, {"y", y(m, "")}, {"fill", series_.colour()}, {"tooltip", tooltip(m)}};
        if (series_.several())
            point["shape"] = series_.shape();
        list.push_back(layer(
            "points",
            {{"type", "point"}, {"filled", true}, {"size", symbol_size}, {"stroke", "white"}, {"strokeWidth", 1}, {"opacity", 1}},
            std::move(point)));
        if (m == 0 && !series_.several()) // with several they would lie on each other
            list.push_back(layer("true_mtds",
                                 {{"type", "text"},
                                  {"baseline", "bottom"},
                                  {"dy", -6},
                                  {"fontSize", theme::small_text_px},
                                  {"fontWeight", theme::semibold_weight},
                                  {"color", colours_.mtd_text}},
                                 {{"x", x(last)}, {"y", y(m, "high_")}, {"text", {{"field", "mtd_dose"}, {"type", "nominal"}}}}));
        return list;
    }

    SweepView const& view_;
    FigureStyle const& style_;
    theme::Palette const& colours_;
    std::vector<SweepMeasure> measures_;
    std::vector<std::string> labels_;
    std::vector<std::string> names_;
    theme::Series series_;
    std::vector<theme::ValueScale> scales_;
};

} // namespace

Figure trend_figure(SweepView const& view, FigureStyle const& style)
{
    Trend const trend{view, style};
    return finished({"trend", "Operating characteristics over " + view.axis(0).path, trend.caption(), trend.specification()});
}

} // namespace escalon
