#include "sim/report/figures/dose_bars.hpp"

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

constexpr double widest_bar_px = 52;
constexpr double gap_between_groups = 0.16; // of a band, at each of its ends
constexpr double gap_between_many = 0.09;   // likewise, where the bars are thin
constexpr double thin_bar_px = 8;
constexpr double gap_between_bars = 0.12; // of a bar and its gap
constexpr double largest_symbol = 52;     // area of the symbols on bars of several designs

class DoseBarsDrawing {
public:
    DoseBarsDrawing(Comparison const& comparison, DoseBars const& bars, FigureStyle const& style)
        : comparison_{comparison},
          bars_{bars},
          style_{style},
          colours_{theme::palette(style.look)},
          series_{"design", "Design", comparison.designs(), style},
          height_px_{panel_height(comparison.truths().size(), style)},
          scale_{theme::value_scale(highest(), height_px_, bars.limit)},
          doses_{comparison.ladder(), bars.with, bars.dose_title,
                 theme::inner_width(style) - theme::value_axis_px(scale_, bars.suffix)}
    {}

    Json specification() const
    {
        auto spec = panels({.style = style_,
                            .title = bars_.title,
                            .subtitle = bars_.subtitle,
                            .description = bars_.caption + comparison_.full_names(),
                            .height_px = height_px_,
                            .left_px = theme::value_axis_px(scale_, bars_.suffix),
                            .count = comparison_.truths().size()},
                           rows(), layers());
        series_.declare(spec);
        doses_.declare(spec);
        return spec;
    }

private:
    std::vector<std::optional<DoseLevel>> places() const
    {
        std::vector<std::optional<DoseLevel>> all;
        if (bars_.with == theme::DoseBands::With::none_and_levels)
            all.emplace_back();
        for (DoseLevel level{0}; comparison_.ladder().has(level); level = level.above())
            all.emplace_back(level);
        return all;
    }

    template <class Visit>
    void each_bar(Visit const& visit) const
    {
        for (std::size_t t = 0; t < comparison_.truths().size(); ++t)
            for (std::size_t d = 0; d < comparison_.designs().size(); ++d)
                if (auto const* run = comparison_.truths()[t].runs[d])
                    for (auto const& place : places())
                        visit(t, d, place, bars_.bar(*run, place));
    }

    double highest() const
    {
        double most = 0;
        each_bar([&](auto, auto, auto const&, DoseBar const& bar) { most = std::max(most, upper(bar)); });
        return most;
    }

    double upper(DoseBar const& bar) const
    {
        double const high = bar.value + z_95 * bar.standard_error;
        return bars_.limit ? std::min(*bars_.limit, high) : high;
    }

    double end_gap() const
    {
        double const bar = doses_.band_px() * (1 - 2 * gap_between_groups) / static_cast<double>(comparison_.designs().size());
        return bar < thin_bar_px ? gap_between_many : gap_between_groups;
    }

    double slot_px() const { return doses_.band_px() * (1 - 2 * end_gap()) / static_cast<double>(comparison_.designs().size()); }

    double bar_px() const { return std::min(widest_bar_px, slot_px()) * (1 - gap_between_bars); }

    /// No wider than a bar.
    double symbol_size() const
    {
        constexpr double quarter_pi = 0.785;
        return std::min(largest_symbol, quarter_pi * bar_px() * bar_px());
    }

    /// Labels stand where the widest of them fits over its bar.
    bool labelled() const
    {
        constexpr double air_px = 2;
        double widest = 0;
        each_bar([&](auto, auto, auto const&, DoseBar const& bar) {
            widest = std::max(widest, theme::text_width(bar.label, theme::small_text_px));
        });
        double const room = comparison_.several_designs() ? slot_px() : doses_.band_px();
        return widest + air_px <= room;
    }

    Json rows() const
    {
        Json list = Json::array();
        each_bar([&](auto t, auto d, auto const& place, DoseBar const& bar) {
            auto const& truth = comparison_.truths()[t];
            bool const first = std::none_of(truth.runs.begin(), truth.runs.begin() + static_cast<std::ptrdiff_t>(d),
                                            [](auto const* run) { return run != nullptr; });
            Json row{{"panel", t + 1},
                     {"truth", truth.name},
                     {"design", comparison_.designs()[d]},
                     {"dose", place ? theme::dose_label(comparison_.ladder(), *place) : std::string{theme::none_label}},
                     {bars_.value_field, bar.value},
                     {"error", z_95 * bar.standard_error},
                     {"low", std::max(0.0, bar.value - z_95 * bar.standard_error)},
                     {"high", upper(bar)}};
            if (!bars_.dark_field.empty())
                row[bars_.dark_field] = bar.dark_part;
            row["label"] = bar.label;
            row["true_mtd"] = place.has_value() && place == truth.toxicity->mtd;
            row["first_of_group"] = first;
            row["first_of_panel"] = first && place == places().front();
            row["panel_title"] = truth.name + ": " + comparison_.mtd_words(truth);
            list.push_back(std::move(row));
        });
        return list;
    }

    Json y(std::string_view field) const { return theme::value_y(field, scale_, bars_.value_title, bars_.suffix); }

    Json x_offset() const
    {
        double const designs = static_cast<double>(comparison_.designs().size());
        double const bar_share = std::min(1 - 2 * end_gap(), designs * widest_bar_px / doses_.band_px());
        double const gap = (1 - bar_share) / 2;
        auto const at = [](double share) { return Json{{"expr", fmt::format("{:.4f} * bandwidth('x')", share)}}; };
        return {{"field", "design"},
                {"type", "nominal"},
                {"scale",
                 {{"type", "band"},
                  {"domain", comparison_.designs()},
                  {"range", {at(gap), at(1 - gap)}},
                  {"paddingInner", gap_between_bars},
                  {"paddingOuter", 0}}}};
    }

    Json tooltip() const
    {
        Json list = Json::array();
        auto const add = [&](std::string_view field, std::string_view type, std::string_view title, std::string_view format) {
            Json entry{{"field", field}, {"type", type}, {"title", title}};
            if (!format.empty())
                entry["format"] = format;
            list.push_back(std::move(entry));
        };
        if (comparison_.several_truths())
            add("truth", "nominal", "Truth", "");
        add("design", "nominal", "Design", "");
        add("dose", "nominal", fmt::format("{} ({})", bars_.dose_title, theme::dose_unit(comparison_.ladder())), "");
        add(bars_.value_field, "quantitative", bars_.value_tooltip, bars_.value_format);
        if (comparison_.sampled())
            add("error", "quantitative", "± 95 %", bars_.value_format);
        if (!bars_.dark_field.empty())
            add(bars_.dark_field, "quantitative", bars_.dark_tooltip, bars_.value_format);
        return list;
    }

    Json of_rows(std::string_view name, Json mark, Json encoding, std::string_view filter = {}) const
    {
        auto transform = series_.shown();
        if (!filter.empty())
            transform.push_back({{"filter", filter}});
        Json layer{{"name", name}};
        if (!transform.empty())
            layer["transform"] = std::move(transform);
        layer["mark"] = std::move(mark);
        layer["encoding"] = std::move(encoding);
        return layer;
    }

    Json layers() const
    {
        Json list = Json::array();
        for (auto& layer : true_mtd_band(doses_, colours_, comparison_.several_truths()))
            list.push_back(std::move(layer));
        if (bars_.with == theme::DoseBands::With::none_and_levels)
            list.push_back(after_none());
        add_bars(list);
        if (comparison_.sampled())
            for (auto& layer : whiskers(doses_.x(), x_offset(), y("low"), series_, colours_, bar_px()))
                list.push_back(std::move(layer));
        if (comparison_.several_designs())
            list.push_back(of_rows("symbols",
                                   {{"type", "point"},
                                    {"filled", true},
                                    {"size", symbol_size()},
                                    {"stroke", "white"},
                                    {"strokeWidth", 1},
                                    {"opacity", 1}},
                                   {{"x", doses_.x()},
                                    {"xOffset", x_offset()},
                                    {"y", y(bars_.value_field)},
                                    {"fill", series_.colour()},
                                    {"shape", series_.shape()},
                                    {"tooltip", tooltip()}}));
        if (labelled())
            add_labels(list);
        if (comparison_.several_truths())
            list.push_back(panel_titles(colours_));
        return list;
    }

    /// A line between "none" and the ladder: the one is no dose.
    Json after_none() const
    {
        return {{"name", "after_none"},
                {"data", {{"values", Json::array({Json::object()})}}},
                {"mark", {{"type", "rule"}, {"color", colours_.axis}, {"strokeWidth", 0.8}, {"strokeDash", {2, 2}}}},
                {"encoding", {{"x", doses_.x_at(theme::none_label, 1)}}}};
    }

    /// Each with a halo, so that no line of the grid runs through it.
    void add_labels(Json& list) const
    {
        constexpr double halo_px = 2.6;
        Json const encoding{
            {"x", doses_.x()}, {"xOffset", x_offset()}, {"y", y("high")}, {"text", {{"field", "label"}, {"type", "nominal"}}}};
        Json const mark{{"type", "text"},
                        {"baseline", "bottom"},
                        {"dy", comparison_.several_designs() ? -6 : -3},
                        {"fontSize", theme::small_text_px},
                        {"color", colours_.ink}};
        auto halo = mark;
        halo.update({{"color", "white"}, {"stroke", "white"}, {"strokeWidth", halo_px}, {"strokeJoin", "round"}});
        list.push_back(of_rows("label_halos", halo, encoding, "!datum.true_mtd")); // the shade covers the grid there
        list.push_back(of_rows("labels", mark, encoding));
    }

    void add_bars(Json& list) const
    {
        bool const dark_parts = !bars_.dark_field.empty();
        constexpr double pale = 0.35;
        auto const encoding = [&](std::string_view field) {
            return Json{{"x", doses_.x()},      {"xOffset", x_offset()},    {"y", y(field)},
                        {"y2", {{"datum", 0}}}, {"fill", series_.colour()}, {"tooltip", tooltip()}};
        };
        Json body{{"type", "bar"}};
        if (dark_parts)
            body["fillOpacity"] = pale;
        if (dark_parts) { // no grid shines through pale bars
            auto ground = encoding(bars_.value_field);
            ground.erase("fill");
            ground.erase("tooltip");
            list.push_back(of_rows("ground", {{"type", "bar"}, {"color", "white"}}, ground));
        }
        list.push_back(of_rows("bars", body, encoding(bars_.value_field)));
        if (dark_parts)
            list.push_back(of_rows("dark_parts", {{"type", "bar"}}, encoding(bars_.dark_field)));
    }

    Comparison const& comparison_;
    DoseBars const& bars_;
    FigureStyle const& style_;
    theme::Palette const& colours_;
    theme::Series series_;
    int height_px_;
    theme::ValueScale scale_;
    theme::DoseBands doses_;
};

} // namespace

Figure dose_bars_figure(Comparison const& comparison, DoseBars const& bars, FigureStyle const& style)
{
    return finished({bars.name, bars.title, bars.caption, DoseBarsDrawing{comparison, bars, style}.specification()});
}

} // namespace escalon
