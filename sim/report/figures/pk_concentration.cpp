#include "sim/report/figures/pk.hpp"

#include "sim/report/figures/panels.hpp"
#include "sim/report/figures/pk_words.hpp"
#include "sim/report/figures/quantity_axes.hpp"
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
using pk_words::number;

constexpr std::string_view patients_series = "Patients";
constexpr std::string_view median_series = "Median";
constexpr std::string_view band_series = "90 % of patients";
constexpr std::string_view concentration_title = "Concentration (mg/L)";
constexpr std::string_view time_title = "Time since the first dose (d)";

int height_px(FigureStyle const& style) { return style.narrow() ? 210 : 270; }

/// The part of the times at which the drug is in and falling: what the lower end of the axis has to show.
double lowest_after_first_infusion(ConcentrationProfile const& profile, double until_d, auto const& value_of)
{
    double lowest = INFINITY;
    for (std::size_t t = 0; t < profile.times_d.size(); ++t)
        if (double const value = value_of(profile.mg_per_L[t]);
            profile.times_d[t] >= profile.infusion_d && profile.times_d[t] <= until_d && value > 0)
            lowest = std::min(lowest, value);
    return lowest;
}

/// The axis of concentrations: as far down as the values go, but not so far that most of it is below any assay.
class ConcentrationAxis {
public:
    ConcentrationAxis(double lowest, double highest) : high_{highest * headroom}
    {
        constexpr double widest_ratio = 2'000;
        low_ = theme::rounded_down(std::max(lowest, high_ / widest_ratio));
    }

    double low() const { return low_; }

    Json y(std::string_view field, FigureStyle const& style) const
    {
        int const most_ticks = style.narrow() ? 9 : 12;
        return theme::position(field, {low_, high_}, true,
                               theme::axis(concentration_title, theme::log_ticks(low_, high_, most_ticks), true));
    }

    /// Where a value stands below the upper end; less than 0 or more than the height for what lies beyond.
    double px_from_top(double value, double height) const { return height * std::log(high_ / value) / std::log(high_ / low_); }

    /// What is drawn of a field: a logarithm has no 0, and lines leave the picture through its lower edge.
    Json drawable(std::string_view field) const
    {
        constexpr double far_below = 1e-4;
        return {{"calculate", fmt::format("max(datum.{}, {})", field, low_ * far_below)}, {"as", fmt::format("{}_drawn", field)}};
    }

private:
    static constexpr double headroom = 1.1;

    double low_ = 0;
    double high_;
};

Json x_of(double end_d, FigureStyle const& style)
{
    return theme::position("time", {0, end_d}, false,
                           theme::axis(time_title, theme::day_ticks(end_d, style.narrow() ? 7 : 10), false));
}

Json without_order(Json position)
{
    position["sort"] = nullptr; // rows are in order of time; a bolus has two at one time
    return position;
}

Json named(std::string_view series) { return {{"calculate", fmt::format("'{}'", series)}, {"as", "series"}}; }

Json list(std::vector<double> const& values, double end = INFINITY, std::vector<double> const* times = nullptr)
{
    Json all = Json::array();
    for (std::size_t i = 0; i < values.size(); ++i) {
        all.push_back(theme::four_digits(values[i]));
        if (times && (*times)[i] >= end)
            break; // before a bolus at the very end
    }
    return all;
}

std::string dosing_words(ConcentrationProfile const& profile)
{
    constexpr std::size_t few = 4;
    constexpr double hours_per_day = 24;
    auto const how = profile.infusion_d > 0
                         ? fmt::format("infused over {} h", pk_words::plain(profile.infusion_d * hours_per_day))
                         : std::string{"given as a bolus"};
    auto const& starts = profile.dosing_days_d;
    if (starts.size() > few)
        return fmt::format("{} doses {}", starts.size(), how);
    std::string days;
    for (std::size_t i = 0; i < starts.size(); ++i)
        days += (i == 0 ? "" : i + 1 == starts.size() ? " and " : ", ") + pk_words::plain(starts[i]);
    return fmt::format("{} at {} d", how, days);
}

bool alike(Spread const& spread)
{
    constexpr double rounding = 1e-9;
    return spread.high <= spread.low * (1 + rounding);
}

/// "95.5 mg/L (70.4 to 132)"
std::string with_range(Spread const& spread, std::string_view unit)
{
    auto const median = fmt::format("{} {}", number(spread.median), unit);
    return alike(spread) ? median : fmt::format("{} ({} to {})", median, number(spread.low), number(spread.high));
}

class ConcentrationDrawing {
public:
    ConcentrationDrawing(PkBasis const& basis, ConcentrationProfile const& profile, FigureStyle const& style)
        : basis_{basis},
          profile_{profile},
          style_{style},
          axis_{lowest_after_first_infusion(profile, profile.end_d, [](Spread const& spread) { return spread.low; }), highest()}
    {}

    std::string title() const { return pk_words::title(basis_, "concentration at " + pk_words::shown_level(basis_)); }

    std::string caption() const
    {
        auto const peak = with_range(profile_.peak_mg_per_L, "mg/L");
        auto text = fmt::format("At {}, the {} of the first cycle is {}", pk_words::shown_level(basis_),
                                alike(profile_.peak_mg_per_L) ? "peak" : "median peak", peak);
        text += fmt::format(" and the concentration at its end {}.", with_range(profile_.trough_mg_per_L, "mg/L"));
        if (std::isfinite(profile_.half_life_d.median))
            text += fmt::format(" The {} is {}.", linear() ? "terminal half-life" : "half-life after the first dose",
                                with_range(profile_.half_life_d, "d"));
        if (!alike(profile_.peak_mg_per_L))
            text += fmt::format(" In brackets: what nine in ten of {} simulated patients lie between.",
                                grouped(static_cast<unsigned long long>(profile_.patients)));
        return text;
    }

    bool linear() const { return pk::is_linear(*basis_.scenario.pk); }

    Json specification() const
    {
        auto spec = theme::frame(title(), subtitle(), caption(), style_, height_px(style_));
        spec["params"] = theme::hidden_parameter();
        spec["datasets"] = {{"patients", patients()}, {"population", population()}, {"ends", ends()}};
        spec["layer"] = layers();
        auto const& colours = pk_words::colours(style_.look);
        spec["usermeta"]["escalon"]["series"] =
            theme::series_switches("series", "Shown",
                                   {{std::string{median_series}, std::string{colours.median}},
                                    {std::string{band_series}, std::string{colours.band}, "square"},
                                    {std::string{patients_series}, std::string{colours.patients}}});
        return spec;
    }

private:
    double highest() const
    {
        double most = 0;
        for (auto const& spread : profile_.mg_per_L)
            most = std::max(most, spread.high);
        for (auto const& patient : profile_.drawn)
            most = std::max(most, *std::ranges::max_element(patient.mg_per_L));
        return most;
    }

    std::string subtitle() const
    {
        bool const one_curve = alike(profile_.peak_mg_per_L) && alike(profile_.half_life_d);
        auto text = one_curve ? std::string{"All patients are alike."}
                              : fmt::format("Thick line: median. Band: 90 % of {} simulated patients. Thin lines: {} of them.",
                                            grouped(static_cast<unsigned long long>(profile_.patients)), profile_.drawn.size());
        text += fmt::format(" {}.", pk_words::capital(dosing_words(profile_)));
        bool const cut = std::ranges::any_of(profile_.drawn, [&](auto const& patient) {
            return std::ranges::any_of(patient.mg_per_L, [&](double value) { return value > 0 && value < axis_.low(); });
        });
        if (cut)
            text += fmt::format(" Below {} mg/L nothing is drawn.", pk_words::plain(axis_.low()));
        if (auto const truth = pk_words::pk_truth(basis_); !truth.empty())
            text += " " + truth;
        return text;
    }

    bool has_antigen() const { return pk::antigen_clearance(*basis_.scenario.pk).has_value(); }

    Json patients() const
    {
        Json rows = Json::array();
        for (auto const& patient : profile_.drawn) {
            Json row{{"patient", patient.patient},
                     {"peak", theme::four_digits(patient.peak_mg_per_L)},
                     {"half_life", theme::four_digits(patient.half_life_d)}};
            if (has_antigen())
                row["antigen"] = theme::four_digits(patient.antigen_U_per_mL);
            row["time"] = list(profile_.times_d);
            row["concentration"] = list(patient.mg_per_L);
            rows.push_back(row);
        }
        return rows;
    }

    Json population() const
    {
        Json rows = Json::array();
        for (std::size_t t = 0; t < profile_.times_d.size(); ++t)
            rows.push_back({{"time", theme::four_digits(profile_.times_d[t])},
                            {"low", theme::four_digits(profile_.mg_per_L[t].low)},
                            {"median", theme::four_digits(profile_.mg_per_L[t].median)},
                            {"high", theme::four_digits(profile_.mg_per_L[t].high)}});
        return rows;
    }

    /// Words at the right end of the curves, where they have room.
    Json ends() const
    {
        constexpr double least_px = 11;
        auto const& last = profile_.mg_per_L.back();
        double const height = height_px(style_);
        auto const at = [&](double value) { return axis_.px_from_top(value, height); };
        Json rows = Json::array();
        auto const add = [&](double value, std::string_view words, std::string_view series) {
            if (at(value) <= height && at(value) >= 0)
                rows.push_back({{"series", series}, {"concentration", theme::four_digits(value)}, {"words", words}});
        };
        add(last.median, "median", median_series);
        if (at(last.median) - at(last.high) >= least_px)
            add(last.high, "95 %", band_series);
        if (at(last.low) - at(last.median) >= least_px)
            add(last.low, "5 %", band_series);
        return rows;
    }

    static Json layer(std::string_view name, std::string_view data, Json transform, Json mark, Json encoding)
    {
        return {{"name", name},
                {"data", {{"name", data}}},
                {"transform", std::move(transform)},
                {"mark", std::move(mark)},
                {"encoding", std::move(encoding)}};
    }

    Json layers() const
    {
        auto const& colours = pk_words::colours(style_.look);
        auto const& palette = theme::palette(style_.look);
        auto const x = without_order(x_of(profile_.end_d, style_));
        auto const y = [&](std::string_view field) { return axis_.y(field, style_); };
        auto const shown = theme::not_hidden("series");
        Json layers = Json::array();
        layers.push_back(layer("band", "population",
                               Json::array({named(band_series), shown, axis_.drawable("low"), axis_.drawable("high")}),
                               {{"type", "area"}, {"clip", true}, {"color", colours.band}, {"opacity", colours.band_opacity}},
                               {{"x", x}, {"y", y("low_drawn")}, {"y2", {{"field", "high_drawn"}}}}));
        auto const about_patient = [&] {
            Json tooltip = Json::array(
                {theme::said("patient", "Patient"), theme::said_to_three_digits("peak", "Peak, first cycle (mg/L)"),
                 theme::said_to_three_digits("half_life", linear() ? "Terminal half-life (d)" : "Half-life (d)")});
            if (has_antigen())
                tooltip.push_back(theme::said_to_three_digits("antigen", "Shed antigen (U/mL)"));
            return tooltip;
        }();
        layers.push_back(
            layer("patients", "patients",
                  Json::array(
                      {named(patients_series), shown, {{"flatten", {"time", "concentration"}}}, axis_.drawable("concentration")}),
                  {{"type", "line"}, {"clip", true}, {"color", colours.patients}, {"strokeWidth", 0.7}, {"opacity", 0.5}},
                  {{"x", x},
                   {"y", y("concentration_drawn")},
                   {"detail", {{"field", "patient"}, {"type", "nominal"}}},
                   {"tooltip", about_patient}}));
        layers.push_back(
            layer("median", "population", Json::array({named(median_series), shown, axis_.drawable("median")}),
                  {{"type", "line"}, {"clip", true}, {"color", colours.median}, {"strokeWidth", 2.2}, {"strokeJoin", "round"}},
                  {{"x", x}, {"y", y("median_drawn")}}));
        layers.push_back(
            layer("median_points", "population",
                  Json::array({named(median_series), shown, {{"filter", fmt::format("datum.median >= {}", axis_.low())}}}),
                  {{"type", "point"}, {"size", 60}, {"opacity", 0}, {"filled", true}},
                  {{"x", x},
                   {"y", y("median")},
                   {"tooltip", Json::array({theme::said_to_three_digits("time", "Time (d)"),
                                            theme::said_to_three_digits("median", "Median (mg/L)"),
                                            theme::said_to_three_digits("low", "5th percentile (mg/L)"),
                                            theme::said_to_three_digits("high", "95th percentile (mg/L)")})}}));
        layers.push_back(layer("ends", "ends", Json::array({shown}),
                               {{"type", "text"},
                                {"x", {{"expr", "width + 6"}}},
                                {"align", "left"},
                                {"baseline", "middle"},
                                {"fontSize", theme::small_text_px},
                                {"color", palette.ink}},
                               {{"y", y("concentration")}, {"text", {{"field", "words"}, {"type", "nominal"}}}}));
        return layers;
    }

    PkBasis const& basis_;
    ConcentrationProfile const& profile_;
    FigureStyle const& style_;
    ConcentrationAxis axis_;
};

/// The median curves of all levels over the first cycle: linear kinetics, so each is a multiple of one.
class LevelsDrawing {
public:
    LevelsDrawing(PkBasis const& basis, ConcentrationProfile const& profile, FigureStyle const& style)
        : basis_{basis},
          profile_{profile},
          style_{style},
          ladder_{basis.scenario.ladder()},
          end_d_{std::min(profile.cycle_d, profile.end_d)},
          axis_{lowest_after_first_infusion(profile, end_d_, [](Spread const& spread) { return spread.median; }) *
                    share(DoseLevel{0}),
                highest() * share(ladder_.top())}
    {}

    std::string caption() const
    {
        auto const peak = [&](DoseLevel level) { return number(profile_.peak_mg_per_L.median * share(level)); };
        auto const trough = [&](DoseLevel level) { return number(profile_.trough_mg_per_L.median * share(level)); };
        if (ladder_.size() == 1)
            return fmt::format("The median concentration at {} peaks at {} mg/L and is {} mg/L after the first cycle.",
                               pk_words::dose(ladder_.text(ladder_.top())), peak(ladder_.top()), trough(ladder_.top()));
        auto const lowest = DoseLevel{0};
        return fmt::format(
            "From {} to {} the median peak rises from {} to {} mg/L, and the concentration after the first cycle from {} "
            "to {} mg/L{}.",
            pk_words::dose(ladder_.text(lowest)), pk_words::dose(ladder_.text(ladder_.top())), peak(lowest), peak(ladder_.top()),
            trough(lowest), trough(ladder_.top()),
            pk::is_linear(*basis_.scenario.pk) ? ": in proportion to dose, for the model is linear" : "");
    }

    std::string title() const { return pk_words::title(basis_, "median concentration at each dose"); }

    Json specification() const
    {
        auto spec = theme::frame(title(), subtitle(), caption(), style_, height_px(style_));
        spec["params"] = theme::hidden_parameter();
        spec["datasets"] = {{"levels", rows()}};
        spec["layer"] = Json::array({curves()});
        std::vector<theme::Switch> switches;
        for (DoseLevel level = ladder_.top(); ladder_.has(level); level = level.below())
            switches.push_back({dose(level), colour(level)});
        spec["usermeta"]["escalon"]["series"] = theme::series_switches("dose", "Dose", switches);
        return spec;
    }

private:
    double share(DoseLevel level) const { return ladder_.dose(level) / ladder_.dose(profile_.level); }

    double highest() const
    {
        double most = 0;
        for (std::size_t t = 0; t < profile_.times_d.size() && profile_.times_d[t] < end_d_; ++t)
            most = std::max(most, profile_.mg_per_L[t].median);
        return most;
    }

    std::string dose(DoseLevel level) const { return pk_words::dose(ladder_.text(level)); }
    std::string colour(DoseLevel level) const { return pk_words::dose_colour(level, ladder_.size(), style_.look); }

    bool is_mtd() const { return basis_.level_is.ends_with("MTD"); }

    std::string subtitle() const
    {
        auto text = fmt::format("Medians of {} simulated patients over the first cycle.",
                                grouped(static_cast<unsigned long long>(profile_.patients)));
        if (is_mtd())
            text += fmt::format(" Thick: {}.", basis_.level_is);
        if (profile_.trough_mg_per_L.median * share(DoseLevel{0}) < axis_.low())
            text += fmt::format(" Below {} mg/L nothing is drawn.", pk_words::plain(axis_.low()));
        if (auto const truth = pk_words::pk_truth(basis_); !truth.empty())
            text += " " + truth;
        return text;
    }

    Json rows() const
    {
        Json rows = Json::array();
        for (DoseLevel level{0}; ladder_.has(level); level = level.above()) {
            std::vector<double> medians;
            for (auto const& spread : profile_.mg_per_L)
                medians.push_back(spread.median * share(level));
            rows.push_back({{"dose", dose(level)},
                            {"peak", theme::four_digits(profile_.peak_mg_per_L.median * share(level))},
                            {"trough", theme::four_digits(profile_.trough_mg_per_L.median * share(level))},
                            {"time", list(profile_.times_d, end_d_, &profile_.times_d)},
                            {"concentration", list(medians, end_d_, &profile_.times_d)}});
        }
        return rows;
    }

    Json by_dose() const
    {
        Json domain = Json::array();
        Json range = Json::array();
        for (DoseLevel level = ladder_.top(); ladder_.has(level); level = level.below()) {
            domain.push_back(dose(level));
            range.push_back(colour(level));
        }
        Json legend{{"title", nullptr},
                    {"orient", "right"},
                    {"direction", "vertical"},
                    {"symbolType", "stroke"},
                    {"symbolStrokeWidth", 2},
                    {"symbolSize", 220},
                    {"offset", 8},
                    {"rowPadding", 3}};
        return {{"field", "dose"}, {"type", "nominal"}, {"scale", {{"domain", domain}, {"range", range}}}, {"legend", legend}};
    }

    Json curves() const
    {
        Json width{{"value", 1.4}};
        if (is_mtd())
            width["condition"] = {{"test", fmt::format("datum.dose == {}", Json(dose(profile_.level)).dump())}, {"value", 3}};
        return {
            {"name", "curves"},
            {"data", {{"name", "levels"}}},
            {"transform",
             Json::array({theme::not_hidden("dose"), {{"flatten", {"time", "concentration"}}}, axis_.drawable("concentration")})},
            {"mark", {{"type", "line"}, {"clip", true}, {"strokeJoin", "round"}}},
            {"encoding",
             {{"x", without_order(x_of(end_d_, style_))},
              {"y", axis_.y("concentration_drawn", style_)},
              {"color", by_dose()},
              {"strokeWidth", width},
              {"tooltip", Json::array({theme::said("dose", "Dose"), theme::said_to_three_digits("peak", "Median peak (mg/L)"),
                                       theme::said_to_three_digits("trough", "Median after the first cycle (mg/L)")})}}}};
    }

    PkBasis const& basis_;
    ConcentrationProfile const& profile_;
    FigureStyle const& style_;
    DoseLadder ladder_;
    double end_d_;
    ConcentrationAxis axis_;
};

} // namespace

Figure concentration_figure(PkBasis const& basis, ConcentrationProfile const& profile, FigureStyle const& style)
{
    ConcentrationDrawing const drawing{basis, profile, style};
    return finished(
        {.name = "pk", .title = drawing.title(), .caption = drawing.caption(), .specification = drawing.specification()});
}

Figure levels_figure(PkBasis const& basis, ConcentrationProfile const& profile, FigureStyle const& style)
{
    LevelsDrawing const drawing{basis, profile, style};
    return finished(
        {.name = "pk_levels", .title = drawing.title(), .caption = drawing.caption(), .specification = drawing.specification()});
}

} // namespace escalon
