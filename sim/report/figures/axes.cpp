#include "sim/report/figures/axes.hpp"

#include "pk_models/units.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace escalon::theme {
namespace {

using Json = nlohmann::ordered_json;

constexpr double label_padding_px = 8;
constexpr double title_padding_px = 8;

std::vector<std::string> tick_labels(ValueScale const& scale, std::string_view suffix)
{
    std::vector<std::string> labels;
    for (double const tick : scale.ticks)
        labels.push_back(shortest(tick) + std::string{suffix});
    return labels;
}

/// Room for the labels of a value axis.
double label_room(ValueScale const& scale, std::string_view suffix)
{
    return std::ceil(label_padding_px + text_width(tick_labels(scale, suffix), text_px));
}

} // namespace

std::string dose_unit(DoseLadder const& ladder) { return pretty_unit(symbol(ladder.unit())); }

std::string dose_label(DoseLadder const& ladder, DoseLevel level) { return shortest(ladder.dose(level)); }

std::string dose_text(DoseLadder const& ladder, DoseLevel level) { return dose_label(ladder, level) + " " + dose_unit(ladder); }

Labels arrangement(std::vector<std::string> const& labels, std::vector<double> const& gaps_px)
{
    constexpr double air_px = 3.5; // that keeps two labels from reading as one
    auto const fits = [&](std::size_t step) {
        for (std::size_t i = 0; i + step < labels.size(); ++i) {
            double distance = 0;
            for (std::size_t gap = i; gap < i + step; ++gap)
                distance += gaps_px[gap];
            if ((text_width(labels[i], text_px) + text_width(labels[i + step], text_px)) / 2 + air_px > distance)
                return false;
        }
        return true;
    };
    return fits(1) ? Labels::in_one_row : fits(2) ? Labels::in_two_rows : Labels::upright;
}

void arrange(Json& axis, Labels arrangement, std::vector<std::string> const& labels, std::string_view expression)
{
    if (arrangement == Labels::upright) {
        axis["labelAngle"] = -90;
        return;
    }
    axis["labelAngle"] = 0;
    if (arrangement == Labels::in_one_row)
        return;
    std::string lower;
    for (std::size_t i = 1; i < labels.size(); i += 2)
        lower += (lower.empty() ? "" : ", ") + Json(labels[i]).dump();
    axis["labelExpr"] = fmt::format("indexof([{0}], {1}) < 0 ? {1} : ['', {1}]", lower, expression);
}

DoseBands::DoseBands(DoseLadder const& ladder, With with, std::string title, double width_px)
    : title_{fmt::format("{} ({})", title, dose_unit(ladder))}, width_px_{width_px}
{
    if (with == With::none_and_levels)
        order_.emplace_back(none_label);
    for (DoseLevel level{0}; ladder.has(level); level = level.above())
        order_.push_back(dose_label(ladder, level));
}

Json DoseBands::scale() const { return {{"type", "band"}, {"domain", order_}, {"paddingInner", 0}, {"paddingOuter", 0}}; }

Json DoseBands::axis() const
{
    Json axis{{"title", title_}, {"grid", false}, {"ticks", false}, {"labelPadding", label_padding_px}};
    arrange(axis, arrangement(order_, std::vector<double>(order_.size(), band_px())), order_);
    return axis;
}

Json DoseBands::x() const { return {{"field", "dose"}, {"type", "nominal"}, {"scale", scale()}, {"axis", axis()}}; }

Json DoseBands::x_at(std::string_view dose, double share_of_band) const
{
    return {{"datum", dose}, {"type", "nominal"}, {"bandPosition", share_of_band}, {"scale", scale()}, {"axis", axis()}};
}

void DoseBands::declare(Json& specification) const
{
    specification["usermeta"]["escalon"]["x"] = {{"field", "dose"}, {"order", order_}};
}

ValueScale value_scale(double highest, double height_px, std::optional<double> limit)
{
    constexpr double least_px_a_tick = 24;
    constexpr double most_ticks = 6;
    constexpr double label_px = 25; // above the highest mark: symbol, label, and air
    double const headroom = height_px / (height_px - label_px);
    constexpr double nothing = 1; // the top of an axis on which every value is zero
    double top = headroom * (highest > 0 ? highest : nothing);
    if (limit)
        top = std::min(top, headroom * *limit);
    double const wanted = top / std::clamp(std::floor(height_px / least_px_a_tick), 1.0, most_ticks);
    double const power = std::pow(10, std::floor(std::log10(wanted)));
    double step = 10 * power;
    for (double const round : {5.0, 2.5, 2.0, 1.0})
        if (round * power >= wanted && (round != 2.5 || power >= 10))
            step = round * power;
    constexpr double rounding = 1e-9;
    ValueScale scale{.top = top};
    for (int i = 0; i * step <= std::min(top, limit.value_or(top)) * (1 + rounding); ++i)
        scale.ticks.push_back(i * step);
    return scale;
}

Json value_y(std::string_view field, ValueScale const& scale, std::string_view title, std::string_view suffix)
{
    double const room = label_room(scale, suffix);
    Json axis{{"title", title}, {"values", scale.ticks}, {"grid", true}, {"minExtent", room}, {"maxExtent", room}};
    if (!suffix.empty())
        axis["labelExpr"] = "datum.label + " + Json(suffix).dump();
    return {{"field", field},
            {"type", "quantitative"},
            {"stack", nullptr},
            {"scale", {{"domain", {scale.bottom, scale.top}}, {"nice", false}}},
            {"axis", axis}};
}

double value_labels_px(ValueScale const& scale, std::string_view suffix) { return label_room(scale, suffix); }

double value_axis_px(ValueScale const& scale, std::string_view suffix)
{
    return label_room(scale, suffix) + title_padding_px + text_px;
}

} // namespace escalon::theme
