#include "sim/report/figures/swimmer.hpp"

#include "pk_models/units.hpp"
#include "sim/report/figures/axes.hpp"
#include "sim/report/figures/legend.hpp"
#include "sim/report/figures/panels.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"
#include "sim/report/numbers.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace escalon {
namespace {

using SwimJson = nlohmann::ordered_json;

constexpr double highest_row_px = 15;
constexpr double lowest_row_px = 8.6;    // the words of neighbouring rows still do not touch
constexpr double wanted_height_px = 430; // of all rows
constexpr double expansion_gap_rows = 1.9;
constexpr double number_px = 9; // of patients' numbers
constexpr double number_gap_px = 4;

/// What a mark on a bar says, in the order of the legend.
enum class SwimMark { dlt, late, left, changed, response, progression };

constexpr std::array every_swim_mark{SwimMark::dlt,     SwimMark::late,     SwimMark::left,
                                     SwimMark::changed, SwimMark::response, SwimMark::progression};

constexpr std::string_view slanted_cross = "M-0.8,-0.8L0.8,0.8M-0.8,0.8L0.8,-0.8";

struct MarkLook {
    std::string_view shape;
    std::string_view fill;
    std::string_view stroke;
};

MarkLook look_of(SwimMark mark, theme::Palette const& colours)
{
    switch (mark) {
    case SwimMark::dlt: return {"circle", colours.dlt, colours.dlt};
    case SwimMark::late: return {"circle", "white", colours.dlt};
    case SwimMark::left: return {slanted_cross, "white", colours.ink};
    case SwimMark::changed: return {"triangle-down", "white", colours.ink};
    case SwimMark::response: return {"triangle-up", colours.mtd, colours.mtd};
    case SwimMark::progression: return {"square", "white", colours.ink};
    }
    return {};
}

/// Colours between which those of the levels lie, the lowest first.
std::array<std::string_view, 3> ramp(Look look)
{
    if (look == Look::print)
        return {"#b4b4b4", "#7c7c7c", "#444444"};
    return {"#8fc1e3", "#2f83bd", "#0d2f5a"};
}

std::array<double, 3> channels(std::string_view colour)
{
    std::array<double, 3> rgb{};
    for (std::size_t i = 0; i < rgb.size(); ++i) {
        int value = 0;
        std::from_chars(colour.data() + 1 + 2 * i, colour.data() + 3 + 2 * i, value, 16);
        rgb[i] = value;
    }
    return rgb;
}

/// A share of the second colour in the first.
std::string mixed(std::string_view first, std::string_view second, double share)
{
    auto const from = channels(first);
    auto const to = channels(second);
    std::string colour = "#";
    for (std::size_t i = 0; i < from.size(); ++i)
        colour += fmt::format("{:02x}", static_cast<int>(std::lround(from[i] + share * (to[i] - from[i]))));
    return colour;
}

class SwimmerDrawing {
public:
    SwimmerDrawing(SwimmerFigure const& figure, FigureStyle const& style)
        : figure_{figure}, style_{style}, colours_{theme::palette(style.look)}
    {
        double row = 0;
        int cohort = 0;
        for (auto const& dated : figure.record.cohorts) {
            ++cohort;
            if (dated.expansion() && row > 0 && !expansion_row_)
                expansion_row_ = row += expansion_gap_rows;
            for (auto const& patient : dated.patients) {
                if (runs_.empty() || runs_.back().level != patient.level || (patient.expansion && !runs_.back().expansion))
                    runs_.push_back({patient.level, patient.expansion, row, row});
                runs_.back().last = row;
                placed_.push_back({patient, cohort, row++});
                end_d_ = std::max(end_d_, patient.entry_d + followed_d(patient));
            }
        }
        rows_ = std::max(1.0, row);
        end_d_ = std::max({end_d_, figure.record.duration_d, 1.0});
        constexpr double most_days = 130; // beyond them months are counted
        months_ = end_d_ > most_days;
    }

    std::string caption() const
    {
        auto text = fmt::format("{} in dose finding over {}", counted(count(false, [](auto const&) { return true; }), "patient"),
                                duration());
        text += seen(false) + ". " + verdict();
        if (auto const treated = count(true, [](auto const&) { return true; }); treated > 0)
            text += fmt::format(" {} more in the expansion{}.", treated, seen(true));
        if (lowered())
            text += figure_.record.recommended
                        ? fmt::format(" Once late toxicity is counted too, {} is recommended.", dose(*figure_.record.recommended))
                        : " Once late toxicity is counted too, no dose is recommended.";
        return text;
    }

    SwimJson specification() const
    {
        std::string const bars = figure_.planned_treatment_d > figure_.record.window_d
                                     ? fmt::format("dark in the DLT window of {} d", shortest(figure_.record.window_d))
                                     : fmt::format("the DLT window is {} d", shortest(figure_.record.window_d));
        auto spec = theme::frame(figure_.title,
                                 fmt::format("{} Bars: patients on treatment, {}{}.", figure_.subtitle, bars,
                                             follow_up_seen() ? "; thin lines: follow-up" : ""),
                                 caption(), style_, static_cast<int>(std::lround(rows_ * row_px())));
        spec["config"]["title"]["offset"] = title_offset();
        spec["config"]["legend"]["offset"] = 8 + lines_above_px();
        spec["datasets"] = {{"patients", patients()}, {"runs", runs()}, {"marks", marks()}, {"rules", rules()}};
        spec["layer"] = layers();
        SwimJson order = SwimJson::array();
        for (DoseLevel level{0}; figure_.ladder.has(level); level = level.above())
            order.push_back(theme::dose_label(figure_.ladder, level));
        spec["usermeta"] = {{"escalon", {{"colour", {{"field", "dose"}, {"order", order}}}}}};
        return spec;
    }

private:
    struct Placed {
        DatedPatient patient;
        int cohort;
        double row;
    };
    /// Neighbours at one level.
    struct Run {
        DoseLevel level;
        bool expansion;
        double first;
        double last;
    };

    ClockedRecord const& record() const { return figure_.record; }

    std::string dose(DoseLevel level) const { return theme::dose_text(figure_.ladder, level); }

    double followed_d(DatedPatient const& patient) const { return std::min(figure_.follow_up_d, patient.fate.leaves_d); }
    double treated_d(DatedPatient const& patient) const
    {
        return std::min(
            {figure_.planned_treatment_d + patient.fate.delayed_d(), patient.fate.treatment_ends_d, followed_d(patient)});
    }
    double in_window_d(DatedPatient const& patient) const { return std::min(record().window_d, treated_d(patient)); }

    bool follow_up_seen() const
    {
        return std::ranges::any_of(placed_, [&](Placed const& p) { return treated_d(p.patient) < followed_d(p.patient); });
    }
    bool lowered() const { return figure_.late_look && record().verdict.mtd && record().recommended != record().verdict.mtd; }

    // words

    int count(bool expansion, auto const& holds) const
    {
        return static_cast<int>(std::ranges::count_if(placed_, [&](Placed const& p) {
            return p.patient.expansion == expansion && holds(p.patient);
        }));
    }

    std::string duration() const
    {
        return months_ ? fmt::format("{:.1f} months", record().duration_d / unit::days_per_month)
                       : counted(std::lround(record().duration_d), "day");
    }

    /// ": 1 with a DLT in the window of 21 d, 4 with a late one, 1 dropped out"
    std::string seen(bool expansion) const
    {
        auto const late = count(expansion, [&](auto const& p) { return record().late_dlt(p); });
        auto const left = count(expansion, [&](auto const& p) { return record().dropped_out(p); });
        auto const responding = count(expansion, [](auto const& p) { return seen_tumour(p, SwimMark::response); });
        return fmt::format(": {} with a DLT in the window of {} d{}{}{}",
                           count(expansion, [&](auto const& p) { return record().dlt_in_window(p); }),
                           shortest(record().window_d), late > 0 ? fmt::format(", {} with a late one", late) : "",
                           left > 0 ? fmt::format(", {} dropped out", left) : "",
                           record().tells_activity() ? fmt::format(", {} responding", responding) : "");
    }

    std::string verdict() const
    {
        return record().verdict.mtd ? fmt::format("The MTD is {}.", dose(*record().verdict.mtd)) : "No MTD is named.";
    }

    static std::string words(SwimMark mark)
    {
        switch (mark) {
        case SwimMark::dlt: return "DLT in the window";
        case SwimMark::late: return "Late DLT, after the window";
        case SwimMark::left: return "Drops out";
        case SwimMark::changed: return "Dose delayed or reduced";
        case SwimMark::response: return "Response";
        case SwimMark::progression: return "Progression";
        }
        return "";
    }

    // places

    double row_px() const { return std::clamp(wanted_height_px / rows_, lowest_row_px, highest_row_px); }

    double left_px() const
    {
        double widest = 0;
        for (auto const& run : runs_)
            widest = std::max(widest, theme::text_width(theme::dose_label(figure_.ladder, run.level), theme::text_px));
        constexpr double padding_px = 8;
        constexpr double title_px = 22;
        return widest + padding_px + title_px;
    }
    double plot_px() const { return theme::inner_width(style_) - left_px(); }

    /// Room for the number of the first patient, left of its bar.
    double before_px() const { return theme::text_width(std::to_string(placed_.size()), number_px) + 9; }
    /// Room for the kind of the last patient's toxicity, and for half a mark.
    double behind_px() const { return 8 + (kinds_shown() ? theme::text_width(figure_.kinds, number_px) : 0); }

    double time_px() const { return plot_px() - before_px() - behind_px(); }
    double x_px(double day) const { return before_px() + day / end_d_ * time_px(); }
    double in_units(double day) const { return months_ ? day / unit::days_per_month : day; }

    std::string colour(DoseLevel level) const
    {
        auto const stops = ramp(style_.look);
        double const share = figure_.ladder.size() > 1 ? level.index() / static_cast<double>(figure_.ladder.size() - 1) : 0.5;
        return share < 0.5 ? mixed(stops[0], stops[1], 2 * share) : mixed(stops[1], stops[2], 2 * share - 1);
    }

    bool kinds_shown() const { return figure_.kinds.size() > 1; }

    // data

    SwimJson patients() const
    {
        SwimJson rows = SwimJson::array();
        for (auto const& [patient, cohort, row] : placed_) {
            constexpr double pale = 0.62;
            auto const full = colour(patient.level);
            rows.push_back({{"patient", patient.number + 1},
                            {"cohort", cohort},
                            {"dose", theme::dose_label(figure_.ladder, patient.level)},
                            {"row", row},
                            {"entry", in_units(patient.entry_d)},
                            {"window_end", in_units(patient.entry_d + in_window_d(patient))},
                            {"treatment_end", in_units(patient.entry_d + treated_d(patient))},
                            {"follow_up_end", in_units(patient.entry_d + followed_d(patient))},
                            {"colour", full},
                            {"pale", mixed(full, "#ffffff", pale)},
                            {"crossed", crossed(patient)},
                            {"outcome", outcome(patient)},
                            {"kind", kinds_shown() && seen_dlt(patient) ? kind(patient) : std::string{}}});
        }
        return rows;
    }

    /// Whether a vertical rule runs through the patient's number.
    bool crossed(DatedPatient const& patient) const
    {
        constexpr double air_px = 2;
        double const right_px = x_px(patient.entry_d) - number_gap_px;
        double const left_px = right_px - theme::text_width(std::to_string(patient.number + 1), number_px);
        return std::ranges::any_of(placed_rules(), [&](Rule const& rule) {
            return x_px(rule.day) > left_px - air_px && x_px(rule.day) < right_px + air_px;
        });
    }

    static bool seen_tumour(DatedPatient const& patient, SwimMark mark)
    {
        if (!patient.fate.on_treatment)
            return false;
        auto const& tumour = patient.fate.on_treatment->tumour;
        return (mark == SwimMark::response ? tumour.response_d : tumour.progression_d) < Fate::never;
    }

    bool seen_dlt(DatedPatient const& patient) const { return record().dlt_in_window(patient) || record().late_dlt(patient); }

    std::string kind(DatedPatient const& patient) const
    {
        return patient.fate.kind < 0 ? std::string{} : figure_.kinds[static_cast<std::size_t>(patient.fate.kind)];
    }

    std::string outcome(DatedPatient const& patient) const
    {
        auto text = toxicity_outcome(patient);
        if (seen_tumour(patient, SwimMark::response))
            text += fmt::format("; response after {:.1f} d", patient.fate.on_treatment->tumour.response_d);
        if (seen_tumour(patient, SwimMark::progression))
            text += fmt::format("; progression after {:.1f} d", patient.fate.on_treatment->tumour.progression_d);
        return text;
    }

    std::string toxicity_outcome(DatedPatient const& patient) const
    {
        if (record().dropped_out(patient))
            return fmt::format("drops out after {:.1f} d", patient.fate.leaves_d);
        if (!seen_dlt(patient))
            return "no DLT";
        auto const what = kind(patient);
        return fmt::format("{}{} after {:.1f} d", record().late_dlt(patient) ? "late DLT" : "DLT",
                           what.empty() ? "" : " (" + what + ")", patient.fate.dlt_d);
    }

    SwimJson runs() const
    {
        SwimJson rows = SwimJson::array();
        for (std::size_t i = 0; i < runs_.size(); ++i)
            rows.push_back({{"dose", theme::dose_label(figure_.ladder, runs_[i].level)},
                            {"from", runs_[i].first - 0.5},
                            {"to", runs_[i].last + 0.5},
                            {"shade", i % 2 == 0}});
        return rows;
    }

    SwimJson marks() const
    {
        SwimJson rows = SwimJson::array();
        auto const add = [&](Placed const& placed, SwimMark mark, double after_d) {
            rows.push_back({{"patient", placed.patient.number + 1},
                            {"row", placed.row},
                            {"at", in_units(placed.patient.entry_d + after_d)},
                            {"mark", words(mark)},
                            {"ground", mark == SwimMark::dlt || mark == SwimMark::late},
                            {"outcome", outcome(placed.patient)}});
        };
        for (auto const& placed : placed_) {
            auto const& fate = placed.patient.fate;
            // toxicity lies on top where both come at about the same time
            if (seen_tumour(placed.patient, SwimMark::response))
                add(placed, SwimMark::response, fate.on_treatment->tumour.response_d);
            if (seen_tumour(placed.patient, SwimMark::progression))
                add(placed, SwimMark::progression, fate.on_treatment->tumour.progression_d);
            for (auto const& change : fate.dose_changes)
                add(placed, SwimMark::changed, std::min(change.given_d, treated_d(placed.patient)));
            if (record().dropped_out(placed.patient))
                add(placed, SwimMark::left, fate.leaves_d);
            else if (seen_dlt(placed.patient))
                add(placed, record().late_dlt(placed.patient) ? SwimMark::late : SwimMark::dlt, fate.dlt_d);
        }
        return rows;
    }

    bool occurs(SwimMark mark) const
    {
        return std::ranges::any_of(placed_, [&](Placed const& placed) {
            switch (mark) {
            case SwimMark::left: return record().dropped_out(placed.patient);
            case SwimMark::late: return record().late_dlt(placed.patient);
            case SwimMark::dlt: return record().dlt_in_window(placed.patient);
            case SwimMark::changed: return !placed.patient.fate.dose_changes.empty();
            case SwimMark::response:
            case SwimMark::progression: return seen_tumour(placed.patient, mark);
            }
            return false;
        });
    }

    // vertical rules, each with words above the plot

    struct Rule {
        double day;
        std::string label;
        double width_px;
        double left_px; ///< of the label
        int line;       ///< 0 is the lowest
    };

    /// Words stand over their rules; where two would meet, they part to the sides, and only then above each other.
    std::vector<Rule> placed_rules() const
    {
        constexpr double air_px = 10;
        std::vector<Rule> all;
        auto const add = [&](double day, std::string label) {
            double const width = theme::text_width(label, theme::small_text_px, theme::Weight::semibold);
            double const furthest = std::max(0.0, plot_px() - width);
            all.push_back({day, std::move(label), width, std::clamp(x_px(day) - width / 2, 0.0, furthest), 0});
        };
        auto const& record = figure_.record;
        add(record.duration_d, record.verdict.mtd ? "MTD " + dose(*record.verdict.mtd) : "no MTD");
        if (!figure_.late_look || !record.verdict.mtd)
            return all;
        add(end_d_, std::string{style_.narrow() ? "Late look: " : "After the late look: "} +
                        (record.recommended ? dose(*record.recommended) : "no dose"));
        auto& named = all.front();
        auto& looked = all.back();
        auto const meet = [&] { return named.left_px + named.width_px + air_px > looked.left_px; };
        if (meet()) {
            looked.left_px = std::max(0.0, plot_px() - looked.width_px);
            named.left_px = std::max(0.0, x_px(named.day) - named.width_px + air_px / 2);
        }
        looked.line = meet() ? 1 : 0;
        return all;
    }

    double lines_above_px() const
    {
        constexpr double line_px = 13;
        double lines = 0;
        for (auto const& rule : placed_rules())
            lines = std::max(lines, line_px * (rule.line + 1));
        return lines;
    }

    double title_offset() const { return has_legend() ? 10 : 12 + lines_above_px(); }
    bool has_legend() const
    {
        return std::ranges::any_of(every_swim_mark, [&](SwimMark mark) { return occurs(mark); });
    }

    SwimJson rules() const
    {
        constexpr double line_px = 13;
        constexpr double above_px = 5;
        SwimJson rows = SwimJson::array();
        for (auto const& rule : placed_rules())
            rows.push_back({{"at", in_units(rule.day)},
                            {"label", rule.label},
                            {"label_px", rule.left_px},
                            {"above_px", -above_px - line_px * rule.line}});
        return rows;
    }

    // encodings

    SwimJson x(std::string_view field) const
    {
        double const unit_px = time_px() / in_units(end_d_);
        return {
            {"field", field},
            {"type", "quantitative"},
            {"scale",
             {{"domain", {-before_px() / unit_px, in_units(end_d_) + behind_px() / unit_px}}, {"nice", false}, {"zero", false}}},
            {"axis", x_axis()}};
    }

    SwimJson x_axis() const
    {
        static constexpr std::array month_steps{1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 60.0, 120.0};
        static constexpr std::array day_steps{1.0, 7.0, 14.0, 28.0};
        double const end = in_units(end_d_);
        constexpr double least_px = 38; // between ticks
        auto const fits = [&](double step) { return step / end * time_px() >= least_px; };
        double step = 0;
        auto const choose = [&](auto const& steps) {
            auto const found = std::ranges::find_if(steps, fits);
            step = found == steps.end() ? steps.back() : *found;
        };
        if (months_)
            choose(month_steps);
        else
            choose(day_steps);
        SwimJson ticks = SwimJson::array();
        for (double tick = 0; tick <= end * (1 + 1e-9); tick += step)
            ticks.push_back(tick);
        return {{"title", months_ ? "Months from the first dose" : "Days from the first dose"},
                {"values", ticks},
                {"grid", true},
                {"zindex", 0}};
    }

    SwimJson y(std::string_view field) const
    {
        return {{"field", field},
                {"type", "quantitative"},
                {"scale", {{"domain", {-0.5, rows_ - 0.5}}, {"reverse", true}, {"nice", false}, {"zero", false}}},
                {"axis", y_axis()}};
    }

    SwimJson y_axis() const
    {
        SwimJson values = SwimJson::array();
        SwimJson labels = SwimJson::array();
        for (auto const& run : runs_) {
            values.push_back((run.first + run.last) / 2);
            labels.push_back(theme::dose_label(figure_.ladder, run.level));
        }
        return {{"title", fmt::format("Dose ({})", theme::dose_unit(figure_.ladder))},
                {"values", values},
                {"labelExpr", fmt::format("{}[indexof({}, datum.value)]", labels.dump(), values.dump())},
                {"labelOverlap", false},
                {"grid", false}};
    }

    static SwimJson own_colour(std::string_view field)
    {
        return {{"field", field}, {"type", "nominal"}, {"scale", nullptr}, {"legend", nullptr}};
    }

    static SwimJson of(std::string_view name, std::string_view data, SwimJson mark, SwimJson encoding)
    {
        return {{"name", name}, {"data", {{"name", data}}}, {"mark", std::move(mark)}, {"encoding", std::move(encoding)}};
    }

    SwimJson tooltip() const
    {
        return {{{"field", "patient"}, {"type", "nominal"}, {"title", "Patient"}},
                {{"field", "cohort"}, {"type", "nominal"}, {"title", "Cohort"}},
                {{"field", "dose"}, {"type", "nominal"}, {"title", fmt::format("Dose ({})", theme::dose_unit(figure_.ladder))}},
                {{"field", "entry"},
                 {"type", "quantitative"},
                 {"title", months_ ? "First dose (month)" : "First dose (day)"},
                 {"format", ".1f"}},
                {{"field", "outcome"}, {"type", "nominal"}, {"title", "Outcome"}}};
    }

    /// A bar as thick as this share of a row.
    SwimJson bar(std::string_view name, std::string_view to, std::string_view colour, double share) const
    {
        return of(
            name, "patients", {{"type", "rule"}, {"strokeWidth", share * row_px()}, {"strokeCap", "butt"}},
            {{"x", x("entry")}, {"x2", {{"field", to}}}, {"y", y("row")}, {"color", own_colour(colour)}, {"tooltip", tooltip()}});
    }

    SwimJson by_mark(auto const& value_of) const
    {
        std::vector<std::string> domain;
        SwimJson range = SwimJson::array();
        for (auto const mark : every_swim_mark)
            if (occurs(mark)) {
                domain.push_back(words(mark));
                range.push_back(value_of(look_of(mark, colours_)));
            }
        return {{"field", "mark"},
                {"type", "nominal"},
                {"scale", {{"domain", domain}, {"range", range}}},
                {"legend", theme::legend(domain, style_, left_px())}};
    }

    SwimJson layers() const
    {
        constexpr double window_share = 0.74;
        constexpr double treatment_share = 0.46;
        SwimJson list = SwimJson::array();
        auto bands = of("bands", "runs", {{"type", "rect"}, {"color", colours_.ink}, {"opacity", 0.045}},
                        {{"y", y("from")}, {"y2", {{"field", "to"}}}});
        bands["transform"] = SwimJson::array({{{"filter", "datum.shade"}}});
        list.push_back(bands);
        list.push_back(bar("follow_up", "follow_up_end", "colour", 1.1 / row_px()));
        list.push_back(bar("treatment", "treatment_end", "pale", treatment_share));
        list.push_back(bar("window", "window_end", "colour", window_share));
        list.push_back(of("verdicts", "rules",
                          {{"type", "rule"}, {"color", colours_.mtd}, {"strokeWidth", 1.4}, {"strokeDash", {5, 4}}},
                          {{"x", x("at")}}));
        list.push_back(of("verdict_words", "rules",
                          {{"type", "text"},
                           {"align", "left"},
                           {"baseline", "bottom"},
                           {"fontSize", theme::small_text_px},
                           {"fontWeight", theme::semibold_weight},
                           {"color", colours_.mtd_text}},
                          {{"x", {{"field", "label_px"}, {"type", "quantitative"}, {"scale", nullptr}}},
                           {"y", {{"field", "above_px"}, {"type", "quantitative"}, {"scale", nullptr}}},
                           {"text", {{"field", "label"}, {"type", "nominal"}}}}));
        if (has_legend())
            add_marks(list);
        add_numbers(list);
        if (kinds_shown())
            add_kinds(list);
        if (expansion_row_)
            list.push_back({{"name", "expansion_words"},
                            {"data", {{"values", SwimJson::array({SwimJson::object()})}}},
                            {"mark",
                             {{"type", "text"},
                              {"x", 6},
                              {"align", "left"},
                              {"baseline", "middle"},
                              {"text", "Expansion at the MTD"},
                              {"fontSize", theme::small_text_px},
                              {"fontWeight", theme::semibold_weight},
                              {"color", colours_.ink}}},
                            {"encoding", {{"y", y_at(*expansion_row_ - 0.5 - expansion_gap_rows / 2)}}}});
        return list;
    }

    /// Before each bar, with a halo where a rule runs through.
    void add_numbers(SwimJson& list) const
    {
        SwimJson const encoding{{"x", x("entry")}, {"y", y("row")}, {"text", {{"field", "patient"}, {"type", "nominal"}}}};
        SwimJson const mark{{"type", "text"},       {"align", "right"},      {"baseline", "middle"},
                            {"dx", -number_gap_px}, {"fontSize", number_px}, {"color", colours_.quiet_ink}};
        auto halo = mark;
        halo.update({{"color", "white"}, {"stroke", "white"}, {"strokeWidth", 3}, {"strokeJoin", "round"}});
        auto halos = of("number_halos", "patients", halo, encoding);
        halos["transform"] = SwimJson::array({{{"filter", "datum.crossed"}}});
        list.push_back(halos);
        list.push_back(of("numbers", "patients", mark, encoding));
    }

    /// The kind of a toxicity behind its bar, with a halo against the rules.
    void add_kinds(SwimJson& list) const
    {
        SwimJson const encoding{{"x", x("follow_up_end")}, {"y", y("row")}, {"text", {{"field", "kind"}, {"type", "nominal"}}}};
        SwimJson const mark{{"type", "text"}, {"align", "left"},       {"baseline", "middle"},
                            {"dx", 5},        {"fontSize", number_px}, {"color", colours_.ink}};
        auto halo = mark;
        halo.update({{"color", "white"}, {"stroke", "white"}, {"strokeWidth", 3}, {"strokeJoin", "round"}});
        list.push_back(of("kind_halos", "patients", halo, encoding));
        list.push_back(of("kinds", "patients", mark, encoding));
    }

    SwimJson y_at(double row) const
    {
        auto place = y("row");
        place.erase("field");
        place["datum"] = row;
        return place;
    }

    void add_marks(SwimJson& list) const
    {
        constexpr double quarter_pi = 0.785;
        constexpr double largest_px = 8.6;
        constexpr double ground_px = 3.4; // wider than the mark, so that it stands out on a dark bar
        double const diameter = std::min(largest_px, 0.78 * row_px());
        auto const area = [](double across) { return quarter_pi * across * across; };
        auto ground = of("mark_ground", "marks",
                         {{"type", "point"},
                          {"shape", "circle"},
                          {"size", area(diameter + ground_px)},
                          {"filled", true},
                          {"color", "white"},
                          {"opacity", 1}},
                         {{"x", x("at")}, {"y", y("row")}});
        ground["transform"] = SwimJson::array({{{"filter", "datum.ground"}}});
        list.push_back(ground);
        list.push_back(of("marks", "marks", {{"type", "point"}, {"size", area(diameter)}, {"strokeWidth", 1.5}, {"opacity", 1}},
                          {{"x", x("at")},
                           {"y", y("row")},
                           {"tooltip",
                            {{{"field", "patient"}, {"type", "nominal"}, {"title", "Patient"}},
                             {{"field", "outcome"}, {"type", "nominal"}, {"title", "Outcome"}}}},
                           {"shape", by_mark([](MarkLook const& look) { return look.shape; })},
                           {"fill", by_mark([](MarkLook const& look) { return look.fill; })},
                           {"stroke", by_mark([](MarkLook const& look) { return look.stroke; })}}));
    }

    SwimmerFigure const& figure_;
    FigureStyle const& style_;
    theme::Palette const& colours_;
    std::vector<Placed> placed_;
    std::vector<Run> runs_;
    std::optional<double> expansion_row_; ///< the first of the expansion, where others stand above it
    double rows_ = 1;
    double end_d_ = 0;
    bool months_ = false;
};

} // namespace

Figure swimmer_figure(SwimmerFigure const& figure, FigureStyle const& style)
{
    SwimmerDrawing const drawing{figure, style};
    return finished({"swimmer", figure.title, drawing.caption(), drawing.specification()});
}

} // namespace escalon
