#include "sim/report/figures/replay.hpp"

#include "pk_models/units.hpp"
#include "sim/report/figures/legend.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"
#include "sim/report/numbers.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

constexpr double largest_symbol_px = 10.8;
constexpr double stroke_px = 1.6;
constexpr int level_px = 40;
constexpr int narrow_level_px = 37; // two lines of words still fit below a symbol
constexpr int head_px = 28;

/// What a symbol says of its patient, in the order of the legend.
enum class Outcome { none, dlt, late, unknown };

constexpr std::array every_outcome{Outcome::none, Outcome::dlt, Outcome::late, Outcome::unknown};

struct OutcomeLook {
    std::string_view shape;
    std::string_view fill;
    std::string_view stroke;
    bool dashed = false;
};

/// A circle with its right half cut out, so that the filled half is the left one.
constexpr std::string_view half_circle =
    "M0.17,-0.985A1,1,0,0,1,0.17,0.985ZM0,1A1,1,0,0,1,0,-1A1,1,0,0,1,0,1A1,1,0,0,0,0,-1A1,1,0,0,0,0,1";
constexpr std::string_view diamond = "M0,-1.02L1.02,0 0,1.02 -1.02,0Z";

OutcomeLook look_of(Outcome outcome, Look look)
{
    auto const& colours = theme::palette(look);
    switch (outcome) {
    case Outcome::none: return {"circle", "white", colours.no_dlt};
    case Outcome::dlt: return {"circle", colours.dlt, colours.dlt};
    case Outcome::late: return {half_circle, colours.dlt, colours.dlt};
    case Outcome::unknown: return {diamond, "white", colours.unknown, true};
    }
    return {};
}

/// Where a cohort stands on the axis of patients.
struct Placed {
    RecordedCohort const* cohort;
    int first; ///< number of its first patient, from 1
    int shown; ///< symbols

    double from() const { return first - 0.5; }
    double to() const { return first + shown - 0.5; }
};

enum class RowWording { full, brief };

/// What stands under a cohort, line by line.
std::vector<std::string> count_label(RecordedCohort const& cohort, RowWording wording)
{
    bool const brief = wording == RowWording::brief;
    if (!cohort.patients)
        return {brief ? "n unknown" : "number not on record"};
    std::vector<std::string> lines{cohort.dlts ? fmt::format("{}/{}", *cohort.dlts, *cohort.patients)
                                   : brief     ? fmt::format("?/{}", *cohort.patients)
                                               : fmt::format("{} treated, DLTs not on record", *cohort.patients)};
    if (!cohort.late_dlts)
        lines.emplace_back("+? late");
    else if (*cohort.late_dlts > 0)
        lines.push_back(fmt::format("+{} late", *cohort.late_dlts));
    return lines;
}

/// What each symbol of a cohort says. The order within a cohort is not on record: DLTs are drawn last.
std::vector<Outcome> outcomes_of(RecordedCohort const& cohort, int shown)
{
    bool const known = cohort.patients && cohort.dlts;
    int const late = known ? cohort.late_dlts.value_or(0) : 0;
    int const dlts = cohort.dlts.value_or(0);
    std::vector<Outcome> outcomes;
    for (int i = 0; i < shown; ++i)
        outcomes.push_back(!known                     ? Outcome::unknown
                           : i >= shown - dlts        ? Outcome::dlt
                           : i >= shown - dlts - late ? Outcome::late
                                                      : Outcome::none);
    return outcomes;
}

class ReplayDrawing {
public:
    ReplayDrawing(ReplayFigure const& figure, FigureStyle const& style) : figure_{figure}, style_{style}
    {
        int next = 1;
        for (auto const& cohort : figure.cohorts) {
            int const shown = cohort.patients.value_or(1);
            placed_.push_back({&cohort, next, shown});
            next += shown;
            std::ranges::copy(outcomes_of(cohort, shown), std::back_inserter(outcomes_));
        }
        patients_ = next - 1;
    }

    /// In a sentence or two; `description` says it cohort by cohort.
    std::string caption() const
    {
        int patients = 0;
        int known = 0;
        int dlts = 0;
        int late = 0;
        for (std::size_t i = 0; i < placed_.size(); ++i) {
            auto const& cohort = *placed_[i].cohort;
            if (is_next(i))
                continue;
            patients += cohort.patients.value_or(0);
            if (!cohort.patients || !cohort.dlts)
                continue;
            known += *cohort.patients;
            dlts += *cohort.dlts;
            late += cohort.late_dlts.value_or(0);
        }
        auto text = (sizes_known() ? counted(patients, "patient") + " in " : "") +
                    counted(static_cast<long long>(placed_.size()) - (figure_.last_is_next ? 1 : 0), "cohort");
        if (figure_.last_is_next)
            return text + fmt::format("; {} with a DLT. Next: {} at {}.", dlts, placed_.back().shown,
                                      level_text(placed_.back().cohort->level));
        text += known == 0 ? ", outcomes not on record."
                           : fmt::format("; {} with a DLT of {} whose outcome is on record{}.", dlts, known,
                                         late > 0 ? fmt::format(", {} more with a late one", late) : "");
        return figure_.mtd ? text + fmt::format(" {}: {}.", figure_.mtd_word, level_text(*figure_.mtd)) : text;
    }

    std::string description() const
    {
        auto text = fmt::format("Dose level of each patient in order of entry, {} in {}.", counted(patients_, "symbol"),
                                counted(static_cast<long long>(placed_.size()), "cohort"));
        for (std::size_t i = 0; i < placed_.size(); ++i) {
            auto const& cohort = *placed_[i].cohort;
            text += fmt::format(" Cohort {} at {}: {}.", i + 1, level_text(cohort.level),
                                is_next(i)         ? counted(*cohort.patients, "patient") + " next"
                                : !cohort.patients ? "not on record"
                                : !cohort.dlts
                                    ? counted(*cohort.patients, "patient") + ", DLTs not on record"
                                    : fmt::format("{} of {} with a DLT{}", *cohort.dlts, *cohort.patients,
                                                  cohort.late_dlts.value_or(0) > 0 ? fmt::format(", {} late", *cohort.late_dlts)
                                                                                   : ""));
        }
        if (figure_.mtd)
            text += fmt::format(" {}: {}.", figure_.mtd_word, level_text(*figure_.mtd));
        return text;
    }

    Json specification() const
    {
        auto spec = theme::frame(figure_.title, figure_.subtitle, description(), style_,
                                 (style_.narrow() ? narrow_level_px : level_px) * figure_.ladder.size() + head_px);
        spec["datasets"] = {{"patients", patients()}, {"cohorts", cohorts()}, {"path", path()}, {"mtd", mtd_gaps()}};
        spec["layer"] = layers();
        Json order = Json::array();
        for (DoseLevel level{0}; figure_.ladder.has(level); level = level.above())
            order.push_back(level_text(level));
        spec["usermeta"] = {{"escalon", {{"y", {{"field", "level"}, {"order", order}}}}}};
        return spec;
    }

private:
    std::string words(Outcome outcome) const
    {
        switch (outcome) {
        case Outcome::none: return "No DLT";
        case Outcome::dlt: return figure_.dlt_word;
        case Outcome::late: return "Late DLT, after the window";
        case Outcome::unknown: return figure_.last_is_next ? "Next cohort" : "Outcome not on record";
        }
        return "";
    }

    bool is_next(std::size_t cohort) const { return figure_.last_is_next && cohort + 1 == placed_.size(); }

    theme::Palette const& colours() const { return theme::palette(style_.look); }

    /// Pixels of the words at the left.
    double left_px() const
    {
        double const words = theme::text_width(level_words(figure_.ladder.top()), theme::text_px) + 12;
        return style_.narrow() ? words + 18 : words; // the title stands beside them
    }

    /// Pixels between one patient and the next, about.
    double patient_px() const
    {
        constexpr double beside_labels_px = 20; // what separates the words at both sides from the axis
        double const left = theme::text_width(level_words(figure_.ladder.top()), theme::text_px);
        double const right = figure_.mtd ? theme::text_width(mtd_label(), theme::text_px, theme::Weight::semibold) : 0;
        return (theme::inner_width(style_) - left - right - 2 * beside_labels_px) / std::max(1, patients_);
    }

    /// Area of a symbol: as large as all others, and never over its neighbour.
    double symbol_size() const
    {
        constexpr double share_of_room = 0.92;
        constexpr double quarter_pi = 0.785;
        double const diameter = std::min(largest_symbol_px, share_of_room * patient_px());
        return quarter_pi * diameter * diameter;
    }

    double symbol_stroke() const { return patient_px() < largest_symbol_px ? 1.1 : stroke_px; }

    /// A level as the axis writes it: in a narrow figure the unit stands once, in the title.
    std::string level_words(DoseLevel level) const
    {
        return style_.narrow() ? shortest(figure_.ladder.dose(level)) : level_text(level);
    }

    std::vector<std::string> mtd_label() const
    {
        return style_.narrow() ? std::vector{figure_.mtd_word} : std::vector{figure_.mtd_word, level_text(*figure_.mtd)};
    }

    bool sizes_known() const
    {
        return std::ranges::all_of(placed_, [](auto const& placed) { return placed.cohort->patients.has_value(); });
    }

    std::string level_text(DoseLevel level) const
    {
        return shortest(figure_.ladder.dose(level)) + " " + theme::pretty_unit(symbol(figure_.ladder.unit()));
    }

    Json patients() const
    {
        Json rows = Json::array();
        for (std::size_t c = 0; c < placed_.size(); ++c) {
            auto const& [cohort, first, shown] = placed_[c];
            for (int patient = first; patient < first + shown; ++patient)
                rows.push_back({{"patient", patient},
                                {"cohort", c + 1},
                                {"level", level_text(cohort->level)},
                                {"dlt", words(outcomes_[static_cast<std::size_t>(patient - 1)])}});
        }
        return rows;
    }

    Json cohorts() const
    {
        Json rows = Json::array();
        for (std::size_t c = 0; c < placed_.size(); ++c) {
            auto const& [cohort, first, shown] = placed_[c];
            auto label = count_label(*cohort, RowWording::full);
            if (theme::text_width(label, theme::small_text_px, theme::Weight::semibold) > shown * patient_px())
                label = count_label(*cohort, RowWording::brief);
            if (is_next(c))
                label = {fmt::format("next: {}", shown)};
            rows.push_back({{"cohort", c + 1},
                            {"from", placed_[c].from()},
                            {"to", placed_[c].to()},
                            {"middle", (placed_[c].from() + placed_[c].to()) / 2},
                            {"level", level_text(cohort->level)},
                            {"label", fmt::format("{}", fmt::join(label, "\n"))},
                            {"shade", c % 2 == 0}});
        }
        return rows;
    }

    /// Steps from the first patient to the last, rising between cohorts.
    Json path() const
    {
        Json rows = Json::array();
        if (!sizes_known())
            return rows;
        auto const add = [&](double x, DoseLevel level) {
            rows.push_back({{"step", rows.size()}, {"x", x}, {"level", level_text(level)}});
        };
        for (std::size_t c = 0; c < placed_.size(); ++c) {
            auto const& placed = placed_[c];
            add(c == 0 ? placed.first : placed.from(), placed.cohort->level);
            add(c + 1 == placed_.size() ? placed.first + placed.shown - 1 : placed.to(), placed.cohort->level);
        }
        return rows;
    }

    /// The MTD line, only where the path does not run along it.
    Json mtd_gaps() const
    {
        Json rows = Json::array();
        if (!figure_.mtd)
            return rows;
        double free_from = 0.5;
        auto const gap = [&](double to) {
            if (to > free_from)
                rows.push_back({{"from", free_from}, {"to", to}, {"level", level_text(*figure_.mtd)}});
        };
        for (auto const& placed : placed_)
            if (sizes_known() && placed.cohort->level == *figure_.mtd) {
                gap(placed.from());
                free_from = placed.to();
            }
        gap(patients_ + 0.5);
        return rows;
    }

    Json x_axis() const
    {
        constexpr double room_a_label = 1.6; // widths of it
        double const label_px = room_a_label * theme::text_width(std::to_string(patients_), theme::text_px);
        int every = 1;
        for (int const wider : {5, 10, 20, 50, 100, 200, 500, 1000})
            if (label_px > every * patient_px())
                every = wider;
        Json ticks = Json::array({1});
        for (int tick = every; tick <= patients_; tick += every)
            if (tick > 1)
                ticks.push_back(tick);
        auto const* const title = sizes_known() ? "Patient, in order of entry"
                                                : "Order of entry (a cohort of unknown size stands as one symbol)";
        Json axis{{"title", theme::wrapped(title, patient_px() * patients_, theme::text_px, 2, theme::Weight::semibold)},
                  {"values", ticks},
                  {"grid", false}};
        if (!sizes_known()) {
            axis["labels"] = false;
            axis["ticks"] = false;
        }
        return axis;
    }

    Json x(std::string_view field) const
    {
        return {{"field", field},
                {"type", "quantitative"},
                {"scale", {{"domain", {0.5, patients_ + 0.5}}, {"nice", false}}},
                {"axis", x_axis()}};
    }

    Json y() const
    {
        Json domain = Json::array();
        for (int index = figure_.ladder.size() - 1; index >= 0; --index)
            domain.push_back(level_text(DoseLevel{index}));
        return {{"field", "level"},
                {"type", "ordinal"},
                {"scale", {{"type", "point"}, {"domain", domain}, {"padding", 0.85}}},
                {"axis", y_axis()}};
    }

    Json y_axis() const
    {
        if (!style_.narrow())
            return {{"title", nullptr}, {"grid", true}};
        return {{"title", "Dose (" + theme::pretty_unit(symbol(figure_.ladder.unit())) + ")"},
                {"labelExpr", "split(datum.label, ' ')[0]"},
                {"grid", true}};
    }

    /// One appearance by outcome; the legend lists the outcomes that occur.
    Json by_outcome(auto const& value_of) const
    {
        std::vector<std::string> domain;
        Json range = Json::array();
        for (auto const outcome : every_outcome) {
            bool const expected = outcome == Outcome::none || outcome == Outcome::dlt;
            if (occurs(outcome) || (expected && !occurs_only(Outcome::unknown))) {
                domain.push_back(words(outcome));
                range.push_back(value_of(look_of(outcome, style_.look)));
            }
        }
        return {{"field", "dlt"},
                {"type", "nominal"},
                {"scale", {{"domain", domain}, {"range", range}}},
                {"legend", theme::legend(domain, style_, left_px())}};
    }

    bool occurs(Outcome outcome) const { return std::ranges::count(outcomes_, outcome) > 0; }

    bool occurs_only(Outcome outcome) const { return std::ranges::count(outcomes_, outcome) == std::ssize(outcomes_); }

    static Json layer(std::string_view name, Json data, Json mark, Json encoding)
    {
        return {{"name", name}, {"data", std::move(data)}, {"mark", std::move(mark)}, {"encoding", std::move(encoding)}};
    }

    static Json dataset(std::string_view name) { return {{"name", name}}; }

    Json layers() const
    {
        Json list = Json::array();
        auto bands = layer("bands", dataset("cohorts"), {{"type", "rect"}, {"color", colours().ink}, {"opacity", 0.045}},
                           {{"x", x("from")}, {"x2", {{"field", "to"}}}});
        bands["transform"] = Json::array({{{"filter", "datum.shade"}}});
        list.push_back(bands);
        list.push_back(layer("cohort_numbers", dataset("cohorts"),
                             {{"type", "text"}, {"y", 9}, {"fontSize", theme::small_text_px}, {"color", colours().quiet_ink}},
                             {{"x", x("middle")}, {"text", {{"field", "cohort"}, {"type", "ordinal"}}}}));
        list.push_back({{"name", "cohort_title"},
                        {"data", {{"values", Json::array({Json::object()})}}},
                        {"mark",
                         {{"type", "text"},
                          {"x", -8},
                          {"y", 9},
                          {"align", "right"},
                          {"text", "Cohort"},
                          {"fontSize", theme::small_text_px},
                          {"color", colours().quiet_ink}}}});
        if (figure_.mtd)
            list.push_back(
                layer("mtd_line", dataset("mtd"), mtd_rule(), {{"x", x("from")}, {"x2", {{"field", "to"}}}, {"y", y()}}));
        list.push_back(layer("path", dataset("path"),
                             {{"type", "line"}, {"color", colours().line}, {"strokeWidth", 1.3}, {"strokeJoin", "round"}},
                             {{"x", x("x")}, {"y", y()}, {"order", {{"field", "step"}, {"type", "quantitative"}}}}));
        if (figure_.mtd)
            add_mtd_label(list);
        list.push_back(layer("patient_ground", dataset("patients"),
                             {{"type", "point"},
                              {"shape", "circle"},
                              {"size", symbol_size()},
                              {"filled", true},
                              {"color", "white"},
                              {"opacity", 1}},
                             {{"x", x("patient")}, {"y", y()}}));
        list.push_back(layer("patients", dataset("patients"),
                             {{"type", "point"},
                              {"size", symbol_size()},
                              {"strokeWidth", symbol_stroke()},
                              {"strokeDashOffset", 1.1},
                              {"opacity", 1}},
                             {{"x", x("patient")},
                              {"y", y()},
                              {"tooltip",
                               {{{"field", "patient"}, {"type", "quantitative"}, {"title", sizes_known() ? "Patient" : "Symbol"}},
                                {{"field", "cohort"}, {"type", "quantitative"}, {"title", "Cohort"}},
                                {{"field", "level"}, {"type", "nominal"}, {"title", "Dose"}},
                                {{"field", "dlt"}, {"type", "nominal"}, {"title", "Outcome"}}}},
                              {"shape", by_outcome([](auto const& look) { return Json(look.shape); })},
                              {"fill", by_outcome([](auto const& look) { return Json(look.fill); })},
                              {"stroke", by_outcome([](auto const& look) { return Json(look.stroke); })},
                              {"strokeDash", by_outcome([](auto const& look) {
                                   return look.dashed ? Json::array({2.2, 1.259}) : Json::array({1, 0});
                               })}}));
        list.push_back(layer("counts", dataset("cohorts"),
                             {{"type", "text"},
                              {"lineBreak", "\n"},
                              {"lineHeight", 11.5},
                              {"dy", 16.5},
                              {"fontSize", theme::small_text_px},
                              {"fontWeight", theme::semibold_weight},
                              {"color", colours().ink}},
                             {{"x", x("middle")}, {"y", y()}, {"text", {{"field", "label"}, {"type", "nominal"}}}}));
        return list;
    }

    Json mtd_rule() const
    {
        return {{"type", "rule"}, {"color", colours().mtd}, {"strokeWidth", stroke_px}, {"strokeDash", {5, 4}}};
    }

    void add_mtd_label(Json& list) const
    {
        Json const here{{"values", Json::array({{{"level", level_text(*figure_.mtd)}}})}};
        auto stub = mtd_rule();
        stub["x"] = {{"expr", "width"}};
        stub["x2"] = {{"expr", "width + 14"}};
        list.push_back(layer("mtd_end", here, stub, {{"y", y()}}));
        list.push_back(layer("mtd_label", here,
                             {{"type", "text"},
                              {"x", {{"expr", "width + 18"}}},
                              {"align", "left"},
                              {"text", mtd_label()},
                              {"lineHeight", 12},
                              {"dy", style_.narrow() ? 0 : -6},
                              {"fontSize", theme::text_px},
                              {"fontWeight", theme::semibold_weight},
                              {"color", colours().mtd_text}},
                             {{"y", y()}}));
    }

    ReplayFigure const& figure_;
    FigureStyle const& style_;
    std::vector<Placed> placed_;
    std::vector<Outcome> outcomes_; ///< of each symbol, in order of entry
    int patients_ = 0;
};

} // namespace

Figure replay_figure(ReplayFigure const& figure, FigureStyle const& style)
{
    ReplayDrawing const drawing{figure, style};
    return {.name = "replay", .title = figure.title, .caption = drawing.caption(), .specification = drawing.specification()};
}

} // namespace escalon
