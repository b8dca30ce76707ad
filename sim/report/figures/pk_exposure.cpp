#include "sim/report/figures/pk.hpp"

#include "sim/report/figures/axes.hpp"
#include "sim/report/figures/legend.hpp"
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
#include <span>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;
using pk_words::number;

constexpr std::string_view no_dlt = "No DLT";
constexpr std::string_view dlt = "DLT";

/// Places within the band of a dose.
constexpr double interval_at = 0.16;
constexpr double median_half_width = 0.09;
constexpr double patients_from = 0.34;
constexpr double patients_to = 0.90;

std::string unit_text(Driver driver) { return driver == Driver::auc ? "mg·d/L" : "mg/L"; }

/// "AUC over 21 d"
std::string words_of(Driver driver, double window_d)
{
    auto const of_window = pk_words::of_window(window_d);
    switch (driver) {
    case Driver::auc: return "AUC " + of_window;
    case Driver::cmax: return "Peak concentration " + of_window;
    case Driver::average: return "Average concentration " + of_window;
    case Driver::trough: break;
    }
    return fmt::format("Concentration at {} d", pk_words::plain(window_d));
}

/// The words inside a sentence: an abbreviation keeps its capitals.
std::string inside_sentence(std::string words)
{
    if (words.size() > 1 && words[1] >= 'a' && words[1] <= 'z')
        words.front() = static_cast<char>(words.front() - 'A' + 'a');
    return words;
}

/// Spread over the places of patients in a band, the same on every call: multiples of the golden section.
double place_of(int patient)
{
    constexpr double golden_section = 0.6180339887498949;
    double const turn = patient * golden_section;
    return patients_from + (patients_to - patients_from) * (turn - std::floor(turn));
}

class ExposureDrawing {
public:
    ExposureDrawing(PkBasis const& basis, ExposureByDose const& exposure, FigureStyle const& style)
        : basis_{basis},
          exposure_{exposure},
          style_{style},
          doses_{basis.scenario.ladder(), theme::DoseBands::With::levels, "Dose", theme::inner_width(style) - left_px}
    {
        double highest = exposure.tolerance.median.value;
        double lowest = highest;
        for (auto const& level : exposure.levels) {
            highest = std::max(highest, level.exposure.high);
            lowest = std::min(lowest, level.exposure.low);
            for (auto const& patient : level.drawn) {
                highest = std::max(highest, patient.exposure);
                lowest = std::min(lowest, patient.exposure);
            }
        }
        constexpr double widest_ratio = 1e5;
        constexpr double air = 1.15; // above and below the symbols
        high_ = highest * air;
        low_ = std::max(lowest / air, high_ / widest_ratio);
    }

    std::string title() const
    {
        return pk_words::title(basis_, inside_sentence(words_of(exposure_.driver, exposure_.window_d)) + " and DLT at each dose");
    }

    std::string caption() const
    {
        auto const& level = exposure_.levels[static_cast<std::size_t>(basis_.level.index())];
        auto const unit = unit_text(exposure_.driver);
        bool const alike = !(level.exposure.high > level.exposure.low);
        auto text = fmt::format("At {}, the {} {} {} {}", pk_words::shown_level(basis_),
                                inside_sentence(words_of(exposure_.driver, exposure_.window_d)), alike ? "is" : "has a median of",
                                number(level.exposure.median), unit);
        if (!alike)
            text += fmt::format(", and nine in ten patients lie between {} and {}", number(level.exposure.low),
                                number(level.exposure.high));
        return text + fmt::format("; {} of patients have a DLT. Half of patients tolerate {} {}.", percent(level.dlt_probability),
                                  pk_words::plain(exposure_.tolerance.median.value), unit);
    }

    Json specification() const
    {
        auto spec = theme::frame(title(), subtitle(), caption(), style_, style_.narrow() ? 220 : 280);
        spec["params"] = theme::hidden_parameter();
        spec["datasets"] = {{"patients", patients()}, {"levels", levels()}};
        spec["layer"] = layers();
        auto const& palette = theme::palette(style_.look);
        spec["usermeta"]["escalon"]["series"] =
            theme::series_switches("outcome", "Patients",
                                   {{std::string{no_dlt}, std::string{palette.no_dlt}, "circle"},
                                    {std::string{dlt}, std::string{palette.dlt}, "triangle-up"}});
        doses_.declare(spec);
        return spec;
    }

private:
    static constexpr double row_of_probabilities_px = -14; // above the plot
    static constexpr double legend_offset_px = 28;         // above that row
    static constexpr double left_px = 56;                  // labels and title of the axis of exposure

    std::string axis_title() const
    {
        return fmt::format("{} ({})", words_of(exposure_.driver, exposure_.window_d), unit_text(exposure_.driver));
    }

    std::string subtitle() const
    {
        auto text =
            fmt::format("Symbols: {} simulated patients, the same at every dose. Bars: median and 90 % of {}. Above: P(DLT).",
                        drawn_a_level(), grouped(static_cast<unsigned long long>(exposure_.patients)));
        if (auto const truth = pk_words::toxicity_truth(basis_); !truth.empty())
            text += " " + truth;
        return text;
    }

    /// A narrow figure has room for half of them.
    std::size_t drawn_a_level() const
    {
        auto const drawn = exposure_.levels.front().drawn.size();
        return style_.narrow() ? (drawn + 1) / 2 : drawn;
    }

    std::string label(std::size_t level) const { return doses_.order()[level]; }

    /// A logarithm has no 0.
    double drawable(double value) const { return theme::four_digits(std::max(value, low_)); }

    Json patients() const
    {
        Json rows = Json::array();
        for (std::size_t i = 0; i < exposure_.levels.size(); ++i)
            for (auto const& patient : std::span{exposure_.levels[i].drawn}.first(drawn_a_level()))
                rows.push_back({{"dose", label(i)},
                                {"patient", patient.patient},
                                {"exposure", drawable(patient.exposure)},
                                {"outcome", patient.dlt ? dlt : no_dlt},
                                {"place", theme::four_digits(place_of(patient.patient))}});
        return rows;
    }

    /// Percentages short enough to stand side by side.
    std::string short_percent(double share) const
    {
        constexpr double half_a_percent = 0.005;
        auto const digits = share <= 0                   ? "0"
                            : share < half_a_percent     ? "<1"
                            : share >= 1                 ? "100"
                            : share > 1 - half_a_percent ? ">99"
                                                         : fmt::format("{:.0f}", 100 * share);
        return style_.narrow() ? digits : digits + " %";
    }

    Json levels() const
    {
        Json rows = Json::array();
        for (std::size_t i = 0; i < exposure_.levels.size(); ++i) {
            auto const& level = exposure_.levels[i];
            rows.push_back({{"dose", label(i)},
                            {"low", drawable(level.exposure.low)},
                            {"median", drawable(level.exposure.median)},
                            {"high", drawable(level.exposure.high)},
                            {"dlt_probability", theme::four_digits(level.dlt_probability)},
                            {"dlt_percent", short_percent(level.dlt_probability)}});
        }
        return rows;
    }

    Json y(std::string_view field) const
    {
        return theme::position(field, {low_, high_}, true,
                               theme::axis(axis_title(), theme::log_ticks(low_, high_, style_.narrow() ? 9 : 12), true));
    }

    Json x_at(double place) const
    {
        auto x = doses_.x();
        x["bandPosition"] = place;
        return x;
    }

    static Json layer(std::string_view name, std::string_view data, Json mark, Json encoding)
    {
        return {{"name", name}, {"data", {{"name", data}}}, {"mark", std::move(mark)}, {"encoding", std::move(encoding)}};
    }

    Json layers() const
    {
        auto const& palette = theme::palette(style_.look);
        Json layers = Json::array();
        add_tolerance_line(layers);
        add_patients(layers);
        Json const about_level = Json::array(
            {theme::said("dose", fmt::format("Dose ({})", theme::dose_unit(basis_.scenario.ladder()))),
             theme::said_to_three_digits("median", fmt::format("Median ({})", unit_text(exposure_.driver))),
             theme::said_to_three_digits("low", "5th percentile"),
             theme::said_to_three_digits("high", "95th percentile"),
             {{"field", "dlt_probability"}, {"type", "quantitative"}, {"title", "P(DLT)"}, {"format", ".1%"}}});
        layers.push_back(
            layer("interval", "levels", {{"type", "rule"}, {"color", palette.ink}, {"strokeWidth", 1.6}},
                  {{"x", x_at(interval_at)}, {"y", y("low")}, {"y2", {{"field", "high"}}}, {"tooltip", about_level}}));
        layers.push_back(layer("median", "levels", {{"type", "rule"}, {"color", palette.ink}, {"strokeWidth", 3}},
                               {{"x", x_at(interval_at - median_half_width)},
                                {"x2", {{"field", "dose"}, {"bandPosition", interval_at + median_half_width}}},
                                {"y", y("median")},
                                {"tooltip", about_level}}));
        layers.push_back(layer("dlt_probability", "levels",
                               {{"type", "text"},
                                {"y", row_of_probabilities_px},
                                {"baseline", "middle"},
                                {"fontSize", theme::small_text_px},
                                {"fontWeight", theme::semibold_weight},
                                {"color", palette.ink}},
                               {{"x", x_at(0.5)}, {"text", {{"field", "dlt_percent"}, {"type", "nominal"}}}}));
        layers.push_back({{"name", "dlt_probability_title"},
                          {"data", {{"values", Json::array({Json::object()})}}},
                          {"mark",
                           {{"type", "text"},
                            {"x", -8},
                            {"y", row_of_probabilities_px},
                            {"align", "right"},
                            {"baseline", "middle"},
                            {"text", style_.narrow() ? "DLT %" : "P(DLT)"},
                            {"fontSize", theme::small_text_px},
                            {"color", palette.quiet_ink}}}});
        add_tolerance_words(layers);
        return layers;
    }

    void add_patients(Json& layers) const
    {
        auto const& palette = theme::palette(style_.look);
        auto legend = theme::legend({std::string{no_dlt}, std::string{dlt}}, style_);
        legend["offset"] = legend_offset_px;
        auto const by_outcome = [&](Json range) {
            return Json{{"field", "outcome"},
                        {"type", "nominal"},
                        {"scale", {{"domain", {no_dlt, dlt}}, {"range", std::move(range)}}},
                        {"legend", legend}};
        };
        auto patients =
            layer("patients", "patients",
                  {{"type", "point"}, {"size", style_.narrow() ? 9 : 16}, {"strokeWidth", 0.8}, {"opacity", 0.9}},
                  {{"x", doses_.x()},
                   {"xOffset", {{"field", "place"}, {"type", "quantitative"}, {"scale", {{"domain", {0, 1}}, {"nice", false}}}}},
                   {"y", y("exposure")},
                   {"shape", by_outcome({"circle", "triangle-up"})},
                   {"fill", by_outcome({"white", palette.dlt})},
                   {"stroke", by_outcome({palette.no_dlt, palette.dlt})},
                   {"tooltip",
                    Json::array({theme::said("patient", "Patient"),
                                 theme::said("dose", fmt::format("Dose ({})", theme::dose_unit(basis_.scenario.ladder()))),
                                 theme::said_to_three_digits("exposure", axis_title()), theme::said("outcome", "Outcome")})}});
        patients["transform"] = Json::array({theme::not_hidden("outcome")});
        layers.push_back(patients);
    }

    Json tolerance_row() const
    {
        return {{"values", Json::array({{{"tolerance", theme::four_digits(exposure_.tolerance.median.value)}}})}};
    }

    void add_tolerance_line(Json& layers) const
    {
        auto const& palette = theme::palette(style_.look);
        layers.push_back(
            {{"name", "tolerance"},
             {"data", tolerance_row()},
             {"mark", {{"type", "rule"}, {"color", palette.quiet_ink}, {"strokeWidth", 1.4}, {"strokeDash", {6, 4}}}},
             {"encoding",
              {{"y", y("tolerance")},
               {"tooltip", Json::array({theme::said_to_three_digits("tolerance", fmt::format("Half of patients tolerate ({})",
                                                                                             unit_text(exposure_.driver)))})}}}});
    }

    void add_tolerance_words(Json& layers) const
    {
        auto const& palette = theme::palette(style_.look);
        Json const words{{"type", "text"},
                         {"x", 4},
                         {"dy", -8},
                         {"align", "left"},
                         {"text", fmt::format("half of patients tolerate {} {}",
                                              pk_words::plain(exposure_.tolerance.median.value), unit_text(exposure_.driver))},
                         {"fontSize", theme::small_text_px}};
        auto halo = words;
        halo.update({{"stroke", "white"}, {"strokeWidth", 3}, {"strokeJoin", "round"}, {"color", "white"}});
        auto text = words;
        text["color"] = palette.ink;
        for (auto const& [name, mark] : {std::pair{"tolerance_halo", halo}, std::pair{"tolerance_words", text}})
            layers.push_back({{"name", name}, {"data", tolerance_row()}, {"mark", mark}, {"encoding", {{"y", y("tolerance")}}}});
    }

    PkBasis const& basis_;
    ExposureByDose const& exposure_;
    FigureStyle const& style_;
    theme::DoseBands doses_;
    double low_ = 0;
    double high_ = 0;
};

} // namespace

Figure exposure_figure(PkBasis const& basis, ExposureByDose const& exposure, FigureStyle const& style)
{
    ExposureDrawing const drawing{basis, exposure, style};
    return finished(
        {.name = "exposure", .title = drawing.title(), .caption = drawing.caption(), .specification = drawing.specification()});
}

} // namespace escalon
