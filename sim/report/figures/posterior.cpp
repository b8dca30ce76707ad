#include "sim/report/figures/posterior.hpp"

#include "pk_models/fields.hpp"
#include "sim/report/figures/axes.hpp"
#include "sim/report/figures/panels.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/posterior_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view suffix = " %";
constexpr double number_row_px = 14; // of a row of numbers below the bars
constexpr double above_rows_px = 8;  // between the bars and these rows
constexpr double swatch_px = 14;     // of a row's sample of its colour, with the distance to its words

/// How a range of toxicity is filled, by its place below or above the target's own.
struct IntervalLook {
    std::string_view light;
    std::string_view print;
};

/// @param steps_above the target interval; negative below it
IntervalLook look_of(int steps_above)
{
    if (steps_above < 0)
        return steps_above == -1 ? IntervalLook{"#9fcfeb", "#f2f2f2"} : IntervalLook{"#d3e8f4", "#ffffff"};
    if (steps_above == 0)
        return {"#2ea584", "#c2c2c2"};
    return steps_above == 1 ? IntervalLook{"#E69F00", "#7f7f7f"} : IntervalLook{"#b84a00", "#262626"};
}

/// "40 and 50 mg/m²"
std::string doses_together(std::vector<DoseLevel> const& levels, DoseLadder const& ladder)
{
    std::vector<std::string> words;
    for (auto const level : levels)
        words.push_back(theme::dose_label(ladder, level));
    return listed(words) + " " + theme::dose_unit(ladder);
}

class PosteriorDrawing {
public:
    PosteriorDrawing(PosteriorFigure const& figure, FigureStyle const& style)
        : figure_{figure},
          style_{style},
          colours_{theme::palette(style.look)},
          most_patients_{greatest_tally()},
          left_px_{room_at_left()},
          scale_{curve_scale()},
          doses_{figure.ladder, theme::DoseBands::With::levels, "Dose", plot_px()}
    {}

    std::string caption() const
    {
        auto text = figure_.finding.empty() ? std::string{} : figure_.finding + " ";
        auto const& levels = figure_.posterior.levels;
        auto const top = figure_.ladder.top();
        if (figure_.recommended || top == DoseLevel{0}) {
            text += at_level(figure_.recommended.value_or(top));
        } else {
            text += fmt::format("The {} median of P(DLT) goes from {} at {} to {} at {}; the target is {}.", state(),
                                whole_percent(levels.front().median), dose(DoseLevel{0}), whole_percent(levels.back().median),
                                dose(top), whole_percent(figure_.target));
        }
        return text + forbidden_words();
    }

    Json specification() const
    {
        auto const description = caption();
        if (!has_bars()) {
            auto spec = theme::frame(figure_.title, subtitle(), description, style_, curve_px());
            spec["datasets"] = datasets();
            spec["layer"] = curve_layers();
            doses_.declare(spec);
            return spec;
        }
        auto spec = theme::heading(figure_.title, subtitle(), description, style_);
        auto const words = theme::wrapped(bars_title(), plot_px(), theme::text_px, most_title_lines, theme::Weight::semibold);
        constexpr double line_px = 13;
        constexpr double title_gap_px = 8;
        spec["datasets"] = datasets();
        spec["vconcat"] = Json::array({{{"width", plot_px()}, {"height", curve_px()}, {"layer", curve_layers()}},
                                       {{"title",
                                         {{"text", words},
                                          {"fontSize", theme::text_px},
                                          {"lineHeight", line_px},
                                          {"frame", "group"},
                                          {"offset", title_gap_px}}},
                                        {"width", plot_px()},
                                        {"height", bars_view_px()},
                                        {"layer", bars_layers()}}});
        spec["spacing"] = dose_labels_px() + 2 * title_gap_px + line_px * static_cast<double>(words.size());
        spec["bounds"] = "flush";
        doses_.declare(spec);
        return spec;
    }

private:
    static constexpr std::size_t most_title_lines = 5;

    bool print() const { return style_.look == Look::print; }
    bool has_bars() const { return !figure_.posterior.intervals.empty(); }
    bool has_data() const { return most_patients_ > 0; }
    std::string_view state() const { return has_data() ? "posterior" : "prior"; }

    std::string dose(DoseLevel level) const { return theme::dose_text(figure_.ladder, level); }

    LevelPosterior const& belief(DoseLevel level) const
    {
        return figure_.posterior.levels[static_cast<std::size_t>(level.index())];
    }

    Tally tally(DoseLevel level) const
    {
        return figure_.tallies.empty() ? Tally{} : figure_.tallies[static_cast<std::size_t>(level.index())];
    }

    std::vector<DoseLevel> levels() const
    {
        std::vector<DoseLevel> all;
        for (DoseLevel level{0}; figure_.ladder.has(level); level = level.above())
            all.push_back(level);
        return all;
    }

    int greatest_tally() const
    {
        int most = 0;
        for (auto const& tally : figure_.tallies)
            most = std::max(most, tally.patients);
        return most;
    }

    // --- words

    /// Whether the design holds something against its target that lies beside the curve.
    bool has_estimates() const
    {
        constexpr double visible = 0.005; // half a percentage point
        return std::ranges::any_of(figure_.posterior.levels,
                                   [](auto const& level) { return std::abs(level.estimate - level.median) > visible; });
    }

    bool estimates_are_means() const
    {
        return std::ranges::all_of(figure_.posterior.levels, [](auto const& level) { return level.estimate == level.mean; });
    }

    bool any_forbidden() const
    {
        return std::ranges::any_of(figure_.posterior.levels, [](auto const& level) { return level.forbidden.has_value(); });
    }

    std::string subtitle() const
    {
        auto text = fmt::format("Line and band: {} median and {:.0f} % interval. ", state(),
                                percent_of * DoseToxicityPosterior::band);
        if (has_estimates())
            text += estimates_are_means() ? fmt::format("Diamonds: the {} mean. ", state())
                                          : "Diamonds: the estimate that is held against the target. ";
        if (has_data())
            text += "Points with counts: patients with a DLT / patients, area by patients. ";
        if (auto const* interval = target_interval())
            text += fmt::format("Shaded across: {}, {}. ", interval->name, range_words(*interval));
        if (any_forbidden())
            text += "Crossed columns may not be given. ";
        text.pop_back();
        return text;
    }

    std::string bars_title() const
    {
        std::string text = "Probability (%) that P(DLT) lies in each range";
        if (auto const& cap = figure_.posterior.overdose_cap)
            text += fmt::format(". Dashed: at most {:.6g} % may lie above {:.6g} %", percent_of * cap->most,
                                percent_of * cap->above);
        return text;
    }

    /// "At 20 mg/m²: posterior median of P(DLT) 15 % (90 % interval 5 % to 31 %) for a target of 25 %, DLTs in 1 of 3, ..."
    std::string at_level(DoseLevel level) const
    {
        auto const& told = belief(level);
        auto text = fmt::format("At {}: {} median of P(DLT) {} ({:.0f} % interval {} to {}) for a target of {}", dose(level),
                                state(), whole_percent(told.median), percent_of * DoseToxicityPosterior::band,
                                whole_percent(told.lower), whole_percent(told.upper), whole_percent(figure_.target));
        if (has_estimates())
            text += fmt::format(", {} {}", estimates_are_means() ? "mean" : "the estimate held against it",
                                whole_percent(told.estimate));
        if (has_data())
            text += tally(level).patients > 0 ? fmt::format(", DLTs in {} of {}", tally(level).dlts, tally(level).patients)
                                              : ", no patient yet";
        if (auto const* interval = target_interval())
            text += fmt::format(", in the range of {} with {}", range_words(*interval),
                                whole_percent(told.interval_probability[target_place()]));
        if (auto const over = overdose_probability(figure_.posterior, level))
            text += fmt::format(", above {:.6g} % with {} of at most {:.6g} %",
                                percent_of * figure_.posterior.overdose_cap->above, whole_percent(*over),
                                percent_of * figure_.posterior.overdose_cap->most);
        return text + ".";
    }

    /// Levels that are forbidden for the same reason stand together.
    std::string forbidden_words() const
    {
        struct Reason {
            std::string words;
            std::vector<DoseLevel> levels;
        };
        std::vector<Reason> reasons;
        for (auto const level : levels())
            if (auto const& why = belief(level).forbidden) {
                if (reasons.empty() || reasons.back().words != *why)
                    reasons.push_back({*why, {}});
                reasons.back().levels.push_back(level);
            }
        std::string text;
        for (auto const& [words, at] : reasons)
            text += fmt::format("{} {}: {}", text.empty() ? " May not be given:" : ";", doses_together(at, figure_.ladder),
                                words);
        return text.empty() ? text : text + ".";
    }

    // --- ranges

    /// The one that is named so, or that holds the target.
    std::size_t target_place() const
    {
        auto const& intervals = figure_.posterior.intervals;
        auto at = std::ranges::find(intervals, "target", &ToxicityInterval::name);
        if (at == intervals.end())
            at = std::ranges::find_if(intervals, [&](auto const& range) {
                return range.low <= figure_.target && figure_.target <= range.high;
            });
        return static_cast<std::size_t>(at - intervals.begin());
    }

    ToxicityInterval const* target_interval() const
    {
        auto const& intervals = figure_.posterior.intervals;
        return target_place() < intervals.size() ? &intervals[target_place()] : nullptr;
    }

    std::string_view fill_of(std::size_t interval) const
    {
        auto const look = look_of(static_cast<int>(interval) - static_cast<int>(target_place()));
        return print() ? look.print : look.light;
    }

    /// The sum of what lies above the cap's toxicity has a row where no range says it alone.
    bool has_overdose_row() const
    {
        auto const above_cap = [&](auto const& range) { return range.low >= figure_.posterior.overdose_cap->above; };
        return overdose_probability(figure_.posterior, DoseLevel{0}) &&
               std::ranges::count_if(figure_.posterior.intervals, above_cap) > 1;
    }

    std::string overdose_row_label() const
    {
        return fmt::format("above {:.6g} %", percent_of * figure_.posterior.overdose_cap->above);
    }

    // --- sizes

    int curve_px() const
    {
        constexpr int beside_bars = 200;
        constexpr int beside_bars_narrow = 170;
        if (!has_bars())
            return panel_height(1, style_);
        return style_.narrow() ? beside_bars_narrow : beside_bars;
    }

    double bars_px() const { return style_.narrow() ? 84 : 100; }

    double rows_px() const
    {
        return above_rows_px +
               number_row_px * static_cast<double>(figure_.posterior.intervals.size() + (has_overdose_row() ? 1 : 0));
    }

    double bars_view_px() const { return bars_px() + rows_px(); }

    /// Beside the plots: the axis, or the names of the rows.
    double room_at_left() const
    {
        theme::ValueScale const whole{.ticks = {0, percent_of}};
        auto most = theme::value_axis_px(whole, suffix);
        if (!has_bars())
            return most;
        constexpr double air_px = 6;
        for (auto const& interval : figure_.posterior.intervals)
            most = std::max(most, swatch_px + theme::text_width(interval.name, theme::small_text_px) + air_px);
        if (has_overdose_row())
            most = std::max(most,
                            theme::text_width(overdose_row_label(), theme::small_text_px, theme::Weight::semibold) + air_px);
        return std::ceil(most);
    }

    double plot_px() const
    {
        double const free = theme::inner_width(style_) - std::ceil(left_px_);
        if (!has_bars())
            return free; // the axis takes what it needs
        double const column = free / figure_.ladder.size();
        std::vector<std::string> doses;
        for (DoseLevel level{0}; figure_.ladder.has(level); level = level.above())
            doses.push_back(theme::dose_label(figure_.ladder, level));
        double const label = theme::arrangement(doses, std::vector<double>(doses.size(), column)) == theme::Labels::upright
                                 ? theme::text_px
                                 : theme::text_width(doses.back(), theme::text_px);
        constexpr double stroke_px = 1; // of lines that end at the right edge
        return free - std::max(stroke_px, std::ceil((label - column) / 2));
    }

    double column_px() const { return plot_px() / figure_.ladder.size(); }

    /// Of the doses below the upper panel.
    double dose_labels_px() const
    {
        auto const labels = theme::arrangement(doses_.order(), std::vector<double>(doses_.order().size(), column_px()));
        constexpr double one_row = 22;
        constexpr double two_rows = 35;
        constexpr double air_px = 12;
        if (labels == theme::Labels::upright)
            return theme::text_width(doses_.order(), theme::text_px) + air_px;
        return labels == theme::Labels::in_two_rows ? two_rows : one_row;
    }

    // --- observed counts

    std::string count_text(DoseLevel level) const { return fmt::format("{}/{}", tally(level).dlts, tally(level).patients); }

    double observed_rate(DoseLevel level) const
    {
        auto const seen = tally(level);
        return seen.patients > 0 ? static_cast<double>(seen.dlts) / seen.patients : 0;
    }

    double largest_area() const
    {
        constexpr double area_a_patient = 26;
        constexpr double most = 620;
        constexpr double share_of_column = 0.95;
        double const widest = share_of_column * column_px();
        return std::min({most, area_a_patient * most_patients_, std::numbers::pi / 4 * widest * widest});
    }

    double radius_px(DoseLevel level) const
    {
        return std::sqrt(largest_area() * tally(level).patients / std::max(1, most_patients_) / std::numbers::pi);
    }

    double widest_count_px() const
    {
        double widest = 0;
        for (auto const level : levels())
            if (tally(level).patients > 0)
                widest = std::max(widest, theme::text_width(count_text(level), theme::small_text_px, theme::Weight::semibold));
        return widest;
    }

    bool upright_counts() const { return widest_count_px() + 2 > column_px(); }

    /// From the middle of a point to the middle of its count.
    double count_distance_px(DoseLevel level) const
    {
        constexpr double half_line_px = 8;
        return radius_px(level) + (upright_counts() ? widest_count_px() / 2 + 3 : half_line_px);
    }

    /// Above a point that lies above the curve, below one that lies below it.
    bool count_above(DoseLevel level) const { return observed_rate(level) > belief(level).median; }

    theme::ValueScale curve_scale() const
    {
        double highest = figure_.target;
        for (auto const level : levels())
            highest = std::max({highest, belief(level).upper, observed_rate(level)});
        if (auto const* interval = target_interval())
            highest = std::max(highest, interval->high);
        auto scale = theme::value_scale(percent_of * highest, curve_px(), percent_of);
        constexpr double half_line_px = 7;
        double below_px = 0; // room for points and counts at the bottom and at the top
        double above_px = 0;
        for (auto const level : levels())
            if (tally(level).patients > 0) {
                double const height = percent_of * observed_rate(level) / scale.top * curve_px();
                double const half_label = upright_counts() ? widest_count_px() / 2 : half_line_px;
                double const reach = count_distance_px(level) + half_label;
                bool const above = count_above(level);
                below_px = std::max(below_px, (above ? radius_px(level) : reach) - height);
                above_px = std::max(above_px, (above ? reach : radius_px(level)) - (curve_px() - height));
            }
        scale.top *= curve_px() / (curve_px() - above_px);
        scale.bottom = -scale.top * below_px / (curve_px() - below_px);
        return scale;
    }

    double percent_of_px(double px) const { return px * (scale_.top - scale_.bottom) / curve_px(); }

    // --- data

    Json datasets() const
    {
        Json data{{"levels", level_rows()}, {"observed", observed_rows()}, {"targets", target_rows()}};
        if (has_bars()) {
            data["ranges"] = range_rows();
            data["numbers"] = number_rows();
            data["row_names"] = row_name_rows();
        }
        return data;
    }

    Json place(DoseLevel level) const { return {{"level", level.number()}, {"dose", theme::dose_label(figure_.ladder, level)}}; }

    Json level_rows() const
    {
        Json rows = Json::array();
        for (auto const level : levels()) {
            auto const& told = belief(level);
            auto row = place(level);
            row["mean_percent"] = percent_of * told.mean;
            row["median_percent"] = percent_of * told.median;
            row["low_percent"] = percent_of * told.lower;
            row["high_percent"] = percent_of * told.upper;
            row["estimate_percent"] = percent_of * told.estimate;
            row["forbidden"] = told.forbidden.has_value();
            row["forbidden_because"] = told.forbidden.value_or("");
            row["recommended"] = level == figure_.recommended;
            rows.push_back(std::move(row));
        }
        return rows;
    }

    Json observed_rows() const
    {
        Json rows = Json::array();
        for (auto const level : levels()) {
            auto const seen = tally(level);
            if (seen.patients == 0)
                continue;
            auto row = place(level);
            double const percent = percent_of * observed_rate(level);
            double const distance = percent_of_px(count_distance_px(level));
            row["patients"] = seen.patients;
            row["dlts"] = seen.dlts;
            row["dlt_percent"] = percent;
            row["label"] = count_text(level);
            row["label_at"] = percent + (count_above(level) ? distance : -distance);
            rows.push_back(std::move(row));
        }
        return rows;
    }

    Json target_rows() const
    {
        auto const label = "target " + whole_percent(figure_.target);
        return Json::array({{{"target_percent", percent_of * figure_.target}, {"label", label}}});
    }

    /// The ranges stand on each other, the most toxic one at the bottom: what lies above the cap's toxicity begins at zero.
    Json range_rows() const
    {
        Json rows = Json::array();
        auto const& intervals = figure_.posterior.intervals;
        for (auto const level : levels()) {
            double from = 0;
            for (auto i = intervals.size(); i-- > 0;) {
                auto row = place(level);
                double const percent = percent_of * belief(level).interval_probability[i];
                row["range"] = intervals[i].name;
                row["range_words"] = range_words(intervals[i]);
                row["from"] = from;
                row["to"] = from + percent;
                row["percent"] = percent;
                row["colour"] = fill_of(i);
                from += percent;
                rows.push_back(std::move(row));
            }
        }
        return rows;
    }

    /// The middle of row i below the bars, on their axis.
    double row_at(std::size_t i) const
    {
        return -percent_of * (above_rows_px + number_row_px * (static_cast<double>(i) + 0.5)) / bars_px();
    }

    std::string number_text(double share) const
    {
        auto text = whole_percent(share);
        return text.substr(0, text.size() - suffix.size());
    }

    Json number_rows() const
    {
        Json rows = Json::array();
        auto const& intervals = figure_.posterior.intervals;
        auto const add = [&](DoseLevel level, std::size_t i, double share, bool sum) {
            auto row = place(level);
            row["row_at"] = row_at(i);
            row["text"] = number_text(share);
            row["sum"] = sum;
            rows.push_back(std::move(row));
        };
        for (auto const level : levels()) {
            for (std::size_t i = 0; i < intervals.size(); ++i)
                add(level, i, belief(level).interval_probability[i], false);
            if (has_overdose_row())
                add(level, intervals.size(), *overdose_probability(figure_.posterior, level), true);
        }
        return rows;
    }

    Json row_name_rows() const
    {
        Json rows = Json::array();
        auto const& intervals = figure_.posterior.intervals;
        for (std::size_t i = 0; i < intervals.size(); ++i)
            rows.push_back({{"row_at", row_at(i)}, {"text", intervals[i].name}, {"colour", fill_of(i)}, {"sum", false}});
        if (has_overdose_row())
            rows.push_back(
                {{"row_at", row_at(intervals.size())}, {"text", overdose_row_label()}, {"colour", "white"}, {"sum", true}});
        return rows;
    }

    // --- marks

    Json curve_x() const
    {
        auto x = doses_.x();
        if (has_bars())
            x["axis"]["title"] = nullptr; // it stands below the bars
        return x;
    }

    Json curve_y(std::string_view field) const { return theme::value_y(field, scale_, "P(DLT)", suffix); }

    Json bars_y(std::string_view field) const
    {
        theme::ValueScale const scale{.bottom = -percent_of * rows_px() / bars_px(),
                                      .top = percent_of,
                                      .ticks = {0, 25, 50, 75, 100}};
        auto y = theme::value_y(field, scale, "", suffix);
        y["axis"]["title"] = nullptr;
        return y;
    }

    static Json layer(std::string_view name, std::string_view data, Json mark, Json encoding, std::string_view filter = {})
    {
        Json layer{{"name", name}, {"data", {{"name", data}}}};
        if (!filter.empty())
            layer["transform"] = Json::array({{{"filter", filter}}});
        layer["mark"] = std::move(mark);
        layer["encoding"] = std::move(encoding);
        return layer;
    }

    static Json text_mark(double size, int weight, std::string_view colour)
    {
        return {{"type", "text"}, {"fontSize", size}, {"fontWeight", weight}, {"color", colour}};
    }

    /// A text and, below it, its halo: a wider white copy.
    static void add_text(Json& list, std::string const& name, std::string_view data, Json mark, Json const& encoding)
    {
        constexpr double halo_px = 3;
        auto halo = mark;
        halo.update({{"color", "white"}, {"stroke", "white"}, {"strokeWidth", halo_px}, {"strokeJoin", "round"}});
        list.push_back(layer(name + "_halo", data, halo, encoding));
        list.push_back(layer(name, data, std::move(mark), encoding));
    }

    static Json tooltip(std::vector<std::array<std::string, 4>> const& fields)
    {
        Json list = Json::array();
        for (auto const& [field, type, words, format] : fields) {
            Json entry{{"field", field}, {"type", type}, {"title", words}};
            if (!format.empty())
                entry["format"] = format;
            list.push_back(std::move(entry));
        }
        return list;
    }

    std::string dose_title() const { return fmt::format("Dose ({})", theme::dose_unit(figure_.ladder)); }

    /// Columns of what may not be given, behind everything else.
    void add_forbidden_shade(Json& list, std::string const& panel, Json const& x) const
    {
        constexpr double faint = 0.075;
        list.push_back(layer(panel + "_forbidden", "levels", {{"type", "rect"}, {"color", colours_.ink}, {"opacity", faint}},
                             {{"x", x}}, "datum.forbidden"));
    }

    void add_recommended_frame(Json& list, std::string const& panel, Json const& x) const
    {
        list.push_back(
            layer(panel + "_recommended", "levels",
                  {{"type", "rect"}, {"filled", false}, {"stroke", colours_.mtd_text}, {"strokeWidth", 1.4}, {"opacity", 1}},
                  {{"x", x}}, "datum.recommended"));
    }

    /// Where it would meet a cross.
    bool word_above_crosses() const
    {
        return figure_.recommended &&
               (belief(*figure_.recommended).forbidden ||
                theme::text_width(figure_.recommended_word, theme::text_px, theme::Weight::semibold) > column_px() + 4);
    }

    /// Over the columns: a cross where a level may not be given, a word where it comes next.
    void add_heads(Json& list) const
    {
        constexpr std::string_view cross = "M-1,-1L1,1M-1,1L1,-1";
        constexpr double cross_area = 46;
        list.push_back(layer("crosses", "levels",
                             {{"type", "point"},
                              {"shape", cross},
                              {"filled", false},
                              {"stroke", colours_.ink},
                              {"strokeWidth", 1.8},
                              {"size", cross_area},
                              {"opacity", 1},
                              {"y", -9}},
                             {{"x", curve_x()},
                              {"tooltip", tooltip({{"dose", "nominal", dose_title(), ""},
                                                   {"forbidden_because", "nominal", "May not be given", ""}})}},
                             "datum.forbidden"));
        auto mark = text_mark(theme::text_px, theme::semibold_weight, colours_.mtd_text);
        mark.update({{"text", figure_.recommended_word}, {"y", word_above_crosses() ? -17 : -4}, {"baseline", "bottom"}});
        list.push_back(layer("recommended_label", "levels", mark, {{"x", curve_x()}}, "datum.recommended"));
    }

    std::string_view observed_colour() const { return print() ? "#8a8a8a" : "#e58a4e"; }
    std::string_view observed_text_colour() const { return print() ? colours_.ink : "#a84300"; }

    void add_target(Json& list) const
    {
        if (auto const* interval = target_interval()) {
            Json const band{{"values", {{{"from", percent_of * interval->low}, {"to", percent_of * interval->high}}}}};
            list.push_back({{"name", "target_interval"},
                            {"data", band},
                            {"mark", {{"type", "rect"}, {"color", colours_.mtd_band}}},
                            {"encoding", {{"y", curve_y("from")}, {"y2", {{"field", "to"}}}}}});
        }
        list.push_back(layer("target", "targets",
                             {{"type", "rule"}, {"color", colours_.mtd}, {"strokeWidth", 1.4}, {"strokeDash", {5, 4}}},
                             {{"y", curve_y("target_percent")}}));
    }

    void add_target_label(Json& list) const
    {
        auto mark = text_mark(theme::text_px, theme::semibold_weight, colours_.mtd_text);
        mark.update({{"baseline", "bottom"}, {"dy", -4}});
        if (target_label_at_left())
            mark.update({{"x", 4}, {"align", "left"}});
        else
            mark.update({{"x", "width"}, {"align", "right"}, {"dx", -4}});
        add_text(list, "target_label", "targets", mark,
                 {{"y", curve_y("target_percent")}, {"text", {{"field", "label"}, {"type", "nominal"}}}});
    }

    double y_px(double percent) const { return (scale_.top - percent) / percent_of_px(1); }

    /// Of a quantity of the levels between them, along the straight line that is drawn.
    double percent_at(double LevelPosterior::*quantity, double x_px) const
    {
        auto const& told = figure_.posterior.levels;
        double const place = x_px / column_px() - 0.5;
        if (place < 0 || place > static_cast<double>(told.size() - 1))
            return std::numeric_limits<double>::lowest(); // no curve there
        auto const i = std::min(static_cast<std::size_t>(place), told.size() - 1);
        auto const j = std::min(i + 1, told.size() - 1);
        return percent_of * std::lerp(told[i].*quantity, told[j].*quantity, place - static_cast<double>(i));
    }

    /// The end of the target line above which less would run through its label.
    bool target_label_at_left() const
    {
        double const width = theme::text_width("target " + whole_percent(figure_.target), theme::text_px,
                                               theme::Weight::semibold);
        double const bottom = y_px(percent_of * figure_.target) + 2;
        double const top = bottom - 20;
        auto const hits = [&](double from) {
            constexpr double of_a_count = 40;
            double weight = 0;
            auto const count = [&](double y, double cost) { weight += y <= bottom && y >= top ? cost : 0; };
            for (double x = from; x <= from + width + 4; x += 2) {
                count(y_px(percent_at(&LevelPosterior::median, x)), 2);
                count(y_px(percent_at(&LevelPosterior::lower, x)), 0.5);
                count(y_px(percent_at(&LevelPosterior::upper, x)), 0.5);
            }
            for (auto const level : levels()) {
                double const x = (level.index() + 0.5) * column_px();
                if (tally(level).patients == 0 || x + 14 < from || x - 14 > from + width)
                    continue;
                double const y = y_px(percent_of * observed_rate(level));
                double const label = y + (count_above(level) ? -1 : 1) * count_distance_px(level);
                weight += (y + radius_px(level) >= top && y - radius_px(level) <= bottom) ? of_a_count : 0;
                weight += (label + 6 >= top && label - 6 <= bottom) ? of_a_count : 0;
            }
            return weight;
        };
        return hits(0) <= hits(plot_px() - width - 4);
    }

    /// A line is joined in the order of the ladder: Vega-Lite's own is alphabetical.
    static Json by_level(Json encoding)
    {
        encoding["order"] = {{"field", "level"}, {"type", "quantitative"}};
        return encoding;
    }

    /// Likewise of an area, whose `order` means something else.
    static Json area_by_level(Json encoding)
    {
        encoding["x"]["sort"] = {{"field", "level"}};
        return encoding;
    }

    void add_band(Json& list) const
    {
        double const opacity = print() ? 0.13 : 0.17;
        list.push_back(
            layer("band", "levels", {{"type", "area"}, {"color", colours_.no_dlt}, {"opacity", opacity}},
                  area_by_level({{"x", curve_x()}, {"y", curve_y("low_percent")}, {"y2", {{"field", "high_percent"}}}})));
        for (auto const* end : {"low", "high"})
            list.push_back(layer(fmt::format("band_{}", end), "levels",
                                 {{"type", "line"}, {"color", colours_.no_dlt}, {"strokeWidth", 0.8}, {"opacity", 0.55}},
                                 by_level({{"x", curve_x()}, {"y", curve_y(fmt::format("{}_percent", end))}})));
        if (figure_.ladder.size() == 1) // an area of one level is nothing
            list.push_back(layer("interval", "levels",
                                 {{"type", "rule"}, {"color", colours_.no_dlt}, {"strokeWidth", 6}, {"opacity", opacity}},
                                 {{"x", curve_x()}, {"y", curve_y("low_percent")}, {"y2", {{"field", "high_percent"}}}}));
    }

    void add_observed(Json& list) const
    {
        if (!has_data())
            return;
        Json const size{{"field", "patients"},
                        {"type", "quantitative"},
                        {"scale", {{"domain", {0, most_patients_}}, {"range", {0, largest_area()}}}},
                        {"legend", nullptr}};
        list.push_back(layer("observed", "observed",
                             {{"type", "point"},
                              {"shape", "circle"},
                              {"filled", true},
                              {"fill", observed_colour()},
                              {"stroke", "white"},
                              {"strokeWidth", 1.2},
                              {"opacity", 1}},
                             {{"x", curve_x()},
                              {"y", curve_y("dlt_percent")},
                              {"size", size},
                              {"tooltip", tooltip({{"dose", "nominal", dose_title(), ""},
                                                   {"label", "nominal", "DLTs / patients", ""},
                                                   {"dlt_percent", "quantitative", "DLTs (%)", ".1f"}})}}));
    }

    void add_counts(Json& list) const
    {
        if (!has_data())
            return;
        auto mark = text_mark(theme::small_text_px, theme::semibold_weight, observed_text_colour());
        mark["baseline"] = "middle";
        if (upright_counts())
            mark["angle"] = 270;
        add_text(list, "counts", "observed", mark,
                 {{"x", curve_x()}, {"y", curve_y("label_at")}, {"text", {{"field", "label"}, {"type", "nominal"}}}});
    }

    Json told_of_level() const
    {
        return tooltip({{"dose", "nominal", dose_title(), ""},
                        {"median_percent", "quantitative", "Median P(DLT) (%)", ".1f"},
                        {"mean_percent", "quantitative", "Mean P(DLT) (%)", ".1f"},
                        {"low_percent", "quantitative", "90 % interval from (%)", ".1f"},
                        {"high_percent", "quantitative", "to (%)", ".1f"},
                        {"estimate_percent", "quantitative", "Estimate (%)", ".1f"}});
    }

    void add_curve(Json& list) const
    {
        list.push_back(layer("median", "levels",
                             {{"type", "line"}, {"color", colours_.no_dlt}, {"strokeWidth", 1.8}, {"strokeJoin", "round"}},
                             by_level({{"x", curve_x()}, {"y", curve_y("median_percent")}})));
        auto const points = [&](std::string_view name, std::string_view field, std::string_view shape, double size,
                                std::string_view fill, std::string_view stroke) {
            list.push_back(layer(name, "levels",
                                 {{"type", "point"},
                                  {"shape", shape},
                                  {"filled", true},
                                  {"fill", fill},
                                  {"stroke", stroke},
                                  {"strokeWidth", 1.2},
                                  {"size", size},
                                  {"opacity", 1}},
                                 {{"x", curve_x()}, {"y", curve_y(field)}, {"tooltip", told_of_level()}}));
        };
        points("medians", "median_percent", "circle", 30, colours_.no_dlt, "white");
        if (has_estimates())
            points("estimates", "estimate_percent", "diamond", 52, "white", colours_.no_dlt);
    }

    Json curve_layers() const
    {
        Json list = Json::array();
        add_target(list);
        add_forbidden_shade(list, "curve", curve_x());
        add_band(list);
        add_observed(list);
        add_curve(list);
        add_counts(list);
        add_target_label(list);
        add_recommended_frame(list, "curve", curve_x());
        add_heads(list);
        return list;
    }

    double number_px() const
    {
        constexpr double smallest = 6;
        double widest = theme::text_width("0", 1, theme::Weight::semibold);
        for (auto const level : levels())
            for (double const share : belief(level).interval_probability)
                widest = std::max(widest, theme::text_width(number_text(share), 1, theme::Weight::semibold));
        return std::clamp((column_px() - 2) / widest, smallest, theme::small_text_px);
    }

    void add_cap(Json& list) const
    {
        if (!figure_.posterior.overdose_cap)
            return;
        auto const line = [&](std::string_view name, std::string_view colour, double width, Json const& dash) {
            Json const at{{"values", {{{"cap_percent", percent_of * figure_.posterior.overdose_cap->most}}}}};
            Json mark{{"type", "rule"}, {"color", colour}, {"strokeWidth", width}, {"clip", true}};
            if (!dash.empty())
                mark["strokeDash"] = dash;
            list.push_back({{"name", name}, {"data", at}, {"mark", mark}, {"encoding", {{"y", bars_y("cap_percent")}}}});
        };
        line("cap_halo", "white", 3.6, Json::array());
        line("cap", colours_.ink, 1.5, {5, 3});
    }

    void add_numbers(Json& list) const
    {
        auto const number = [&](std::string_view name, int weight, std::string_view filter) {
            auto mark = text_mark(number_px(), weight, colours_.ink);
            mark["baseline"] = "middle";
            list.push_back(layer(name, "numbers", mark,
                                 {{"x", doses_.x()}, {"y", bars_y("row_at")}, {"text", {{"field", "text"}, {"type", "nominal"}}}},
                                 filter));
        };
        number("numbers", 400, "!datum.sum");
        auto const row_name = [&](std::string_view name, int weight, double left, std::string_view filter) {
            auto mark = text_mark(theme::small_text_px, weight, colours_.ink);
            mark.update({{"x", left}, {"align", "left"}, {"baseline", "middle"}});
            list.push_back(layer(name, "row_names", mark,
                                 {{"y", bars_y("row_at")}, {"text", {{"field", "text"}, {"type", "nominal"}}}}, filter));
        };
        double const left = -left_px_;
        row_name("row_names", 400, left + swatch_px, "!datum.sum");
        if (has_overdose_row()) {
            number("sums", theme::semibold_weight, "datum.sum");
            row_name("sum_name", theme::semibold_weight, left, "datum.sum");
        }
        constexpr double swatch_area = 64;
        list.push_back(layer("swatches", "row_names",
                             {{"type", "point"},
                              {"shape", "square"},
                              {"filled", true},
                              {"size", swatch_area},
                              {"stroke", colours_.axis},
                              {"strokeWidth", 0.8},
                              {"opacity", 1},
                              {"x", left + 6.5}},
                             {{"y", bars_y("row_at")}, {"fill", {{"field", "colour"}, {"type", "nominal"}, {"scale", nullptr}}}},
                             "!datum.sum"));
    }

    Json bars_layers() const
    {
        constexpr double share_of_column = 0.66;
        constexpr double widest_px = 64;
        Json list = Json::array();
        add_forbidden_shade(list, "bars", doses_.x());
        list.push_back(layer("ranges", "ranges",
                             {{"type", "bar"},
                              {"width", {{"band", std::min(share_of_column, widest_px / column_px())}}},
                              {"stroke", print() ? colours_.ink : std::string_view{"white"}},
                              {"strokeWidth", 0.8}},
                             {{"x", doses_.x()},
                              {"y", bars_y("from")},
                              {"y2", {{"field", "to"}}},
                              {"fill", {{"field", "colour"}, {"type", "nominal"}, {"scale", nullptr}}},
                              {"tooltip", tooltip({{"dose", "nominal", dose_title(), ""},
                                                   {"range", "nominal", "Range", ""},
                                                   {"range_words", "nominal", "P(DLT)", ""},
                                                   {"percent", "quantitative", "Probability (%)", ".1f"}})}},
                             "datum.percent > 0"));
        add_cap(list);
        add_numbers(list);
        add_recommended_frame(list, "bars", doses_.x());
        return list;
    }

    PosteriorFigure const& figure_;
    FigureStyle const& style_;
    theme::Palette const& colours_;
    int most_patients_;
    double left_px_;
    theme::ValueScale scale_;
    theme::DoseBands doses_;
};

void require_fit(PosteriorFigure const& figure)
{
    auto const levels = static_cast<std::size_t>(figure.ladder.size());
    auto const& posterior = figure.posterior;
    bool fits = posterior.levels.size() == levels && (figure.tallies.empty() || figure.tallies.size() == levels);
    for (auto const& level : posterior.levels)
        fits = fits && level.interval_probability.size() == posterior.intervals.size();
    if (!fits)
        throw std::logic_error("the posterior does not fit the ladder of its figure");
}

} // namespace

Figure posterior_figure(PosteriorFigure const& figure, FigureStyle const& style)
{
    require_fit(figure);
    PosteriorDrawing const drawing{figure, style};
    return finished(
        {.name = figure.name, .title = figure.title, .caption = drawing.caption(), .specification = drawing.specification()});
}

} // namespace escalon
