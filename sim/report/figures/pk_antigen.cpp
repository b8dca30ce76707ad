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

constexpr std::string_view antigen_title = "Shed antigen (U/mL)";

/// One of the panels, which share the axis of antigen.
struct Panel {
    std::string name;
    std::string title;
    double AtAntigen::*figure;
    bool by_dose; ///< else one curve serves every dose
    bool logarithmic;
};

/// "by 12.3 %", "by less than 0.1 %"
std::string by_percent(double ratio)
{
    constexpr double least = 0.0005;
    double const change = std::abs(ratio - 1);
    return change < least ? "by less than 0.1 %" : "by " + percent(change);
}

class AntigenDrawing {
public:
    AntigenDrawing(PkBasis const& basis, AntigenEffect const& effect, FigureStyle const& style)
        : basis_{basis}, effect_{effect}, style_{style}, linear_{pk::is_linear(*basis.scenario.pk)}
    {
        auto const of_window = pk_words::of_window(effect.window_d);
        panels_ = {{"auc", fmt::format("AUC {} (mg·d/L)", of_window), &AtAntigen::auc_mg_d_per_L, true, true},
                   {"half_life", linear_ ? "Terminal half-life (d), at every dose" : "Half-life after the first dose (d)",
                    &AtAntigen::half_life_d, !linear_, false},
                   {"peak", fmt::format("Peak {} (mg/L)", of_window), &AtAntigen::peak_mg_per_L, true, true}};
        constexpr double label_gap_px = 8;
        for (auto const& panel : panels_)
            for (double const tick : ticks(panel))
                left_px_ = std::max(left_px_,
                                    std::ceil(theme::text_width(theme::tick_text(tick), theme::text_px)) + label_gap_px);
    }

    std::string title() const { return pk_words::title(basis_, "exposure against shed antigen"); }

    std::string caption() const
    {
        bool const population = effect_.at_population.size() == 3;
        auto const& low = population ? effect_.at_population.front() : curve().points.front();
        auto const& high = population ? effect_.at_population.back() : curve().points.back();
        auto const dose = pk_words::dose(curve().dose);
        if (population && !(high.antigen_U_per_mL > low.antigen_U_per_mL))
            return fmt::format("Every patient has {} U/mL of shed antigen: at {} a typical one has an AUC of {} mg·d/L {}, a {} "
                               "of {} and a peak of {} mg/L.",
                               number(low.antigen_U_per_mL), dose, number(low.auc_mg_d_per_L),
                               pk_words::of_window(effect_.window_d), half_life_name(), half_life(low),
                               number(low.peak_mg_per_L));
        auto const level = population ? pk_words::number : pk_words::plain;
        return fmt::format(
            "From {} to {} U/mL of shed antigen{} the AUC {} of a typical patient at {} falls from {} to {} mg·d/L ({}) "
            "and the {} from {} to {}; the peak changes {}.{}",
            level(low.antigen_U_per_mL), level(high.antigen_U_per_mL),
            population ? ", between which nine in ten patients lie," : "", pk_words::of_window(effect_.window_d), dose,
            number(low.auc_mg_d_per_L), number(high.auc_mg_d_per_L), by_percent(high.auc_mg_d_per_L / low.auc_mg_d_per_L),
            half_life_name(), linear_ ? number(low.half_life_d) : half_life(low), half_life(high),
            by_percent(high.peak_mg_per_L / low.peak_mg_per_L), other_doses());
    }

    Json specification() const
    {
        auto spec = theme::heading(title(), subtitle(), caption(), style_);
        spec["params"] = theme::hidden_parameter();
        spec["datasets"] = {{"curves", curves()}};
        spec["spacing"] = 10;
        for (auto const& panel : panels_)
            spec["vconcat"].push_back(drawn(panel));
        std::vector<theme::Switch> switches;
        for (auto const& each : effect_.curves)
            switches.push_back({pk_words::dose(each.dose), colour(each)});
        spec["usermeta"]["escalon"]["series"] = theme::series_switches("dose", "Dose", switches);
        return spec;
    }

private:
    std::string_view half_life_name() const { return linear_ ? "terminal half-life" : "half-life"; }

    static std::string half_life(AtAntigen const& at)
    {
        return std::isnan(at.half_life_d) ? "none that could be measured" : number(at.half_life_d) + " d";
    }

    /// Where exposure is not proportional to dose, what the same antigen does at the lowest and the highest.
    std::string other_doses() const
    {
        if (linear_ || effect_.curves.size() < 2)
            return {};
        auto const falls = [](AntigenCurve const& each) {
            return fmt::format("{} at {}",
                               by_percent(each.points.back().auc_mg_d_per_L / each.points.front().auc_mg_d_per_L).substr(3),
                               pk_words::dose(each.dose));
        };
        return fmt::format(" The lower the dose, the more antigen takes: over the whole axis {} and {} of the AUC are lost.",
                           falls(effect_.curves.front()), falls(effect_.curves.back()));
    }

    static constexpr double gap_px = 6;
    static constexpr double panel_title_px = 18; // above each panel

    /// The curve that the words are about.
    AntigenCurve const& curve() const
    {
        return *std::ranges::find_if(effect_.curves, [&](auto const& each) { return each.level == effect_.level; });
    }

    std::string colour(AntigenCurve const& each) const
    {
        return pk_words::dose_colour(each.level, basis_.scenario.ladder().size(), style_.look);
    }

    double right_px() const
    {
        double widest = 0;
        for (auto const& each : effect_.curves)
            widest = std::max(widest,
                              theme::text_width(pk_words::dose(each.dose), theme::small_text_px, theme::Weight::semibold));
        return std::ceil(widest) + gap_px;
    }

    double width_px() const { return theme::inner_width(style_) - left_px_ - right_px(); }
    int height_px() const { return style_.narrow() ? 96 : 112; }

    std::string subtitle() const
    {
        std::string text = "A typical patient: mean size, no other variability.";
        if (auto const& population = effect_.population_U_per_mL)
            text += population->high > population->low ? " Shaded: what nine in ten patients lie between; dashed: their median."
                                                       : " Dashed: the level of every patient.";
        if (auto const truth = pk_words::pk_truth(basis_); !truth.empty())
            text += " " + truth;
        return text;
    }

    Json curves() const
    {
        Json rows = Json::array();
        for (auto const& each : effect_.curves) {
            int step = 0;
            for (auto const& point : each.points) {
                Json row{{"dose", pk_words::dose(each.dose)},
                         {"step", step++},
                         {"antigen", theme::four_digits(point.antigen_U_per_mL)},
                         {"auc", theme::four_digits(point.auc_mg_d_per_L)},
                         {"peak", theme::four_digits(point.peak_mg_per_L)}};
                if (!std::isnan(point.half_life_d)) // too little is left to measure one
                    row["half_life"] = theme::four_digits(point.half_life_d);
                rows.push_back(row);
            }
        }
        return rows;
    }

    std::pair<double, double> antigen_ends() const
    {
        auto const& points = effect_.curves.front().points;
        return {points.front().antigen_U_per_mL, points.back().antigen_U_per_mL};
    }

    Json x(std::string_view field, bool with_labels) const
    {
        auto const [low, high] = antigen_ends();
        auto axis = theme::axis(with_labels ? antigen_title : "", theme::log_ticks(low, high, style_.narrow() ? 6 : 9), false);
        if (!with_labels)
            axis["labels"] = false;
        return theme::position(field, {low, high}, true, axis);
    }

    /// The lowest and the highest of a figure, at any dose and level of antigen.
    std::pair<double, double> extremes(Panel const& panel) const
    {
        double low = INFINITY;
        double high = 0;
        for (auto const& each : effect_.curves)
            for (auto const& point : each.points) {
                if (std::isnan(point.*panel.figure))
                    continue;
                low = std::min(low, point.*panel.figure);
                high = std::max(high, point.*panel.figure);
            }
        return {low, high};
    }

    /// Logarithmic panels span equal ratios, so that equal slopes are equal changes in percent.
    std::pair<double, double> ends(Panel const& panel) const
    {
        constexpr double air = 1.15; // above and below the curves
        auto const [low, high] = extremes(panel);
        if (!panel.logarithmic)
            return {0, high * air};
        double ratio = 1;
        for (auto const& other : panels_)
            if (other.logarithmic)
                ratio = std::max(ratio, extremes(other).second / extremes(other).first);
        double const middle = std::sqrt(low * high);
        double const half = std::sqrt(ratio) * air;
        return {middle / half, middle * half};
    }

    std::vector<double> ticks(Panel const& panel) const
    {
        constexpr int most_ticks = 6;
        auto const [low, high] = ends(panel);
        return panel.logarithmic ? theme::log_ticks(low, high, most_ticks) : theme::linear_ticks(high, most_ticks);
    }

    Json y(Panel const& panel, std::string_view field) const
    {
        auto axis = theme::axis("", ticks(panel), true);
        axis["minExtent"] = left_px_;
        axis["maxExtent"] = left_px_;
        return theme::position(field, ends(panel), panel.logarithmic, axis);
    }

    static double last_known(AntigenCurve const& curve, Panel const& panel)
    {
        for (auto point = curve.points.rbegin(); point != curve.points.rend(); ++point)
            if (!std::isnan((*point).*panel.figure))
                return (*point).*panel.figure;
        return 0;
    }

    /// Doses at the right end of their curves.
    Json labels(Panel const& panel) const
    {
        constexpr double line_px = 11;
        auto const [low, high] = ends(panel);
        auto const top_down = std::vector<AntigenCurve>{effect_.curves.rbegin(), effect_.curves.rend()};
        std::vector<double> at_px;
        for (auto const& each : top_down) {
            double const last = last_known(each, panel);
            at_px.push_back(height_px() *
                            (panel.logarithmic ? std::log(high / last) / std::log(high / low) : (high - last) / (high - low)));
        }
        auto const moved = theme::apart(at_px, line_px);
        Json rows = Json::array();
        for (std::size_t i = 0; i < top_down.size(); ++i)
            rows.push_back({{"dose", pk_words::dose(top_down[i].dose)}, {"y_px", theme::four_digits(moved[i])}});
        return rows;
    }

    Json drawn(Panel const& panel) const
    {
        bool const last = panel.name == panels_.back().name;
        auto const& palette = theme::palette(style_.look);
        Json layers = Json::array();
        add_population(layers, panel);
        Json domain = Json::array();
        Json range = Json::array();
        for (auto const& each : effect_.curves) {
            domain.push_back(pk_words::dose(each.dose));
            range.push_back(colour(each));
        }
        Json const by_dose{
            {"field", "dose"}, {"type", "nominal"}, {"scale", {{"domain", domain}, {"range", range}}}, {"legend", nullptr}};
        auto const here = pk_words::dose(curve().dose);
        Json transform = panel.by_dose ? Json::array({theme::not_hidden("dose")})
                                       : Json::array({{{"filter", fmt::format("datum.dose == {}", Json(here).dump())}}});
        if (panel.by_dose && panel.figure == &AtAntigen::half_life_d)
            transform.push_back({{"filter", "isValid(datum.half_life)"}}); // too little may be left to measure one
        Json tooltip = Json::array(
            {theme::said_to_three_digits("antigen", antigen_title), theme::said_to_three_digits(panel.name, panel.title)});
        if (panel.by_dose)
            tooltip.insert(tooltip.begin(), theme::said("dose", "Dose"));
        Json line{{"x", x("antigen", last)}, {"y", y(panel, panel.name)}};
        if (panel.by_dose) {
            line["color"] = by_dose;
            line["strokeWidth"] = {{"condition", {{"test", fmt::format("datum.dose == {}", Json(here).dump())}, {"value", 2.6}}},
                                   {"value", 1.4}};
        }
        Json mark{{"type", "line"}, {"strokeJoin", "round"}};
        if (!panel.by_dose)
            mark.update({{"color", pk_words::colours(style_.look).median}, {"strokeWidth", 2.6}});
        layers.push_back(
            {{"name", panel.name}, {"data", {{"name", "curves"}}}, {"transform", transform}, {"mark", mark}, {"encoding", line}});
        auto some = transform; // every fourth point answers the pointer
        some.push_back({{"filter", "datum.step % 4 == 0"}});
        layers.push_back({{"name", panel.name + "_points"},
                          {"data", {{"name", "curves"}}},
                          {"transform", some},
                          {"mark", {{"type", "point"}, {"size", 60}, {"opacity", 0}, {"filled", true}}},
                          {"encoding", {{"x", x("antigen", last)}, {"y", y(panel, panel.name)}, {"tooltip", tooltip}}}});
        if (panel.by_dose)
            add_labels(layers, panel);
        layers.push_back({{"name", panel.name + "_title"},
                          {"data", {{"values", Json::array({Json::object()})}}},
                          {"mark",
                           {{"type", "text"},
                            {"x", -left_px_},
                            {"y", -panel_title_px / 2},
                            {"align", "left"},
                            {"baseline", "middle"},
                            {"text", panel.title},
                            {"fontSize", theme::text_px},
                            {"fontWeight", theme::semibold_weight},
                            {"color", palette.ink}}}});
        layers.push_back(frame());
        return {{"width", width_px()}, {"height", height_px()}, {"layer", layers}};
    }

    /// An invisible rectangle from the left end of the axis to the right end of the labels: it gives each panel the same place.
    Json frame() const
    {
        return {{"data", {{"values", Json::array({Json::object()})}}},
                {"mark",
                 {{"type", "rect"},
                  {"x", -left_px_},
                  {"x2", width_px() + right_px()},
                  {"y", -panel_title_px},
                  {"y2", height_px()},
                  {"opacity", 0}}}};
    }

    void add_population(Json& layers, Panel const& panel) const
    {
        if (!effect_.population_U_per_mL)
            return;
        auto const& population = *effect_.population_U_per_mL;
        auto const& palette = theme::palette(style_.look);
        bool const last = panel.name == panels_.back().name;
        auto const [low, high] = antigen_ends();
        auto const inside = [&, low = low, high = high](double value) {
            return theme::four_digits(std::clamp(value, low, high));
        };
        Json const data{{"values", Json::array({{{"low", inside(population.low)},
                                                 {"median", inside(population.median)},
                                                 {"high", inside(population.high)}}})}};
        layers.push_back({{"name", panel.name + "_population"},
                          {"data", data},
                          {"mark", {{"type", "rect"}, {"color", palette.ink}, {"opacity", 0.06}}},
                          {"encoding",
                           {{"x", x("low", last)},
                            {"x2", {{"field", "high"}}},
                            {"tooltip", Json::array({theme::said_to_three_digits("low", "5th percentile of patients (U/mL)"),
                                                     theme::said_to_three_digits("median", "Median (U/mL)"),
                                                     theme::said_to_three_digits("high", "95th percentile (U/mL)")})}}}});
        layers.push_back(
            {{"name", panel.name + "_median_antigen"},
             {"data", data},
             {"mark", {{"type", "rule"}, {"color", palette.quiet_ink}, {"strokeWidth", 1.2}, {"strokeDash", {4, 3}}}},
             {"encoding", {{"x", x("median", last)}}}});
    }

    void add_labels(Json& layers, Panel const& panel) const
    {
        Json const text{{"type", "text"},
                        {"x", {{"expr", fmt::format("width + {}", gap_px)}}},
                        {"align", "left"},
                        {"baseline", "middle"},
                        {"fontSize", theme::small_text_px}};
        for (auto const& row : labels(panel)) {
            auto mark = text;
            mark["y"] = row["y_px"];
            mark["text"] = row["dose"];
            bool const here = row["dose"] == pk_words::dose(curve().dose);
            mark["fontWeight"] = here ? theme::semibold_weight : 400;
            mark["color"] = theme::palette(style_.look).ink;
            layers.push_back({{"name", fmt::format("{}_label_{}", panel.name, layers.size())},
                              {"data", {{"values", Json::array({{{"dose", row["dose"]}}})}}},
                              {"transform", Json::array({theme::not_hidden("dose")})},
                              {"mark", mark}});
        }
    }

    PkBasis const& basis_;
    AntigenEffect const& effect_;
    FigureStyle const& style_;
    bool linear_;
    std::vector<Panel> panels_;
    double left_px_ = 0; ///< room for the widest label of the panels' axes
};

} // namespace

Figure antigen_figure(PkBasis const& basis, AntigenEffect const& effect, FigureStyle const& style)
{
    AntigenDrawing const drawing{basis, effect, style};
    return finished(
        {.name = "antigen", .title = drawing.title(), .caption = drawing.caption(), .specification = drawing.specification()});
}

} // namespace escalon
