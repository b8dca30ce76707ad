#include "sim/report/figures/curve.hpp"

#include "pk_models/fields.hpp"
#include "pk_models/units.hpp"
#include "sim/report/figures/comparison.hpp"
#include "sim/report/figures/dose_scale.hpp"
#include "sim/report/figures/panels.hpp"
#include "sim/report/figures/selection.hpp"
#include "sim/report/figures/series.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/replay_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

/// What is on record of one level, over all its cohorts of known outcome.
struct OnRecord {
    DoseLevel level;
    int patients = 0;
    int dlts = 0;
    int late = 0;

    std::string text() const { return fmt::format("{}/{}", dlts, patients); }
    std::string text_with_late() const { return fmt::format("{}/{} late", dlts + late, patients); }
};

std::vector<OnRecord> on_record(Scenario const& scenario)
{
    std::vector<OnRecord> levels;
    for (auto const& cohort : recorded_cohorts(scenario)) {
        if (!cohort.patients || !cohort.dlts)
            continue;
        auto at = std::ranges::find(levels, cohort.level, &OnRecord::level);
        if (at == levels.end())
            at = levels.insert(levels.end(), {.level = cohort.level});
        at->patients += *cohort.patients;
        at->dlts += *cohort.dlts;
        at->late += cohort.late_dlts.value_or(0);
    }
    std::ranges::sort(levels, {}, &OnRecord::level);
    return levels;
}

class CurveDrawing {
public:
    CurveDrawing(RunResult const& run, FigureStyle const& style, std::optional<TargetInterval> interval)
        : run_{run},
          comparison_{run},
          style_{style},
          colours_{theme::palette(style.look)},
          interval_{interval},
          record_{on_record(run.scenario)},
          series_{"truth", "Truth", truth_names(), style},
          scale_{value_scale()},
          doses_{comparison_.ladder(), theme::inner_width(style) - theme::value_axis_px(scale_, suffix)}
    {}

    Figure figure() const
    {
        auto spec = theme::frame(title, subtitle(), caption() + comparison_.full_names(), style_, height_px());
        spec["datasets"] = {{"truths", truths()}, {"record", record()}, {"targets", targets()}};
        spec["layer"] = layers();
        series_.declare(spec);
        doses_.declare(spec);
        return finished({.name = "curve", .title = title, .caption = caption(), .specification = std::move(spec)});
    }

private:
    static constexpr auto title = "Probability of a DLT at each dose";
    static constexpr std::string_view suffix = " %";

    int height_px() const { return panel_height(1, style_); }

    std::vector<std::string> truth_names() const
    {
        std::vector<std::string> names;
        for (auto const& truth : comparison_.truths())
            names.push_back(truth.name);
        return names;
    }

    theme::ValueScale value_scale() const
    {
        constexpr double room_below = 0.10; // for the counts of points at 0 %
        double highest = interval_ ? interval_->to : 0;
        for (auto const& truth : comparison_.truths()) {
            highest = std::max(highest, truth.toxicity->target);
            for (double const p : truth.toxicity->dlt_probability)
                highest = std::max(highest, p);
        }
        for (auto const& level : record_)
            highest = std::max(highest, static_cast<double>(level.dlts + level.late) / level.patients);
        auto scale = theme::value_scale(percent_of * highest, height_px(), percent_of);
        if (!record_.empty())
            scale.bottom = -room_below * scale.top;
        return scale;
    }

    std::string subtitle() const
    {
        std::string text;
        if (!record_.empty())
            text += "Points with counts: patients with a DLT / patients on record, area by patients. ";
        text += comparison_.several_truths() ? "Ring: the true MTD, the level nearest the target. " : "";
        return text + theme::cut(run_.scenario.name, 120) + ".";
    }

    std::string dose(DoseLevel level) const { return comparison_.dose(level); }

    double p_dlt(TruthPanel const& truth, DoseLevel level) const
    {
        return truth.toxicity->dlt_probability[static_cast<std::size_t>(level.index())];
    }

    std::string of_one_truth(TruthPanel const& truth) const
    {
        auto const top = comparison_.ladder().top();
        auto const target = whole_percent(truth.toxicity->target);
        auto text = top.index() == 0
                        ? fmt::format("P(DLT) is {} at {}.", whole_percent(p_dlt(truth, top)), dose(top))
                        : fmt::format("P(DLT) goes from {} at {} to {} at {}.", whole_percent(p_dlt(truth, DoseLevel{0})),
                                      dose(DoseLevel{0}), whole_percent(p_dlt(truth, top)), dose(top));
        if (!truth.toxicity->mtd)
            return text + " " + no_mtd_sentence(truth);
        return text + fmt::format(" The true MTD is {} with {}, nearest the target of {}.", dose(*truth.toxicity->mtd),
                                  whole_percent(p_dlt(truth, *truth.toxicity->mtd)), target);
    }

    std::string of_several_truths() const
    {
        std::vector<std::string> mtds;
        for (auto const& truth : comparison_.truths())
            if (truth.toxicity->mtd)
                mtds.push_back(fmt::format("{} under {} ({})", dose(*truth.toxicity->mtd), truth.name,
                                           whole_percent(p_dlt(truth, *truth.toxicity->mtd))));
        std::vector<std::string> shown;
        for (double const target : different_targets())
            shown.push_back(whole_percent(target));
        auto text = mtds.empty() ? std::string{}
                                 : fmt::format("The level nearest the target of {} is {}.", listed(shown), listed(mtds));
        if (auto const toxic = truths_without_mtd(comparison_); !toxic.empty())
            text += fmt::format("{}Under {} all levels are too toxic.", text.empty() ? "" : " ", listed(toxic));
        return text;
    }

    std::string caption() const
    {
        auto text = comparison_.several_truths() ? of_several_truths() : of_one_truth(comparison_.truths().front());
        std::vector<std::string> counts;
        for (auto const& level : record_)
            counts.push_back(level.text() + (level.late > 0 ? fmt::format(" ({})", level.text_with_late()) : "") + " at " +
                             dose(level.level));
        return counts.empty() ? text : text + " On record: " + listed(counts) + ".";
    }

    std::set<double> different_targets() const
    {
        std::set<double> all;
        for (auto const& truth : comparison_.truths())
            all.insert(truth.toxicity->target);
        return all;
    }

    Json place(DoseLevel level) const
    {
        return {{"dose", theme::dose_label(comparison_.ladder(), level)}, {"dose_value", comparison_.ladder().dose(level)}};
    }

    Json truths() const
    {
        Json rows = Json::array();
        for (auto const& truth : comparison_.truths())
            for (DoseLevel level{0}; comparison_.ladder().has(level); level = level.above()) {
                Json row{{"truth", truth.name}};
                row.update(place(level));
                row["dlt_percent"] = percent_of * p_dlt(truth, level);
                row["true_mtd"] = level == truth.toxicity->mtd;
                rows.push_back(std::move(row));
            }
        return rows;
    }

    Json record() const
    {
        Json rows = Json::array();
        auto const add = [&](OnRecord const& level, int dlts, std::string const& label, bool late) {
            auto row = place(level.level);
            row["patients"] = level.patients;
            row["dlts"] = dlts;
            row["dlt_percent"] = percent_of * dlts / level.patients;
            row["label"] = label;
            row["late"] = late;
            row["room_at_right"] = room_at_right(level, label);
            rows.push_back(std::move(row));
        };
        for (auto const& level : record_) {
            add(level, level.dlts, level.text(), false);
            if (level.late > 0)
                add(level, level.dlts + level.late, level.text_with_late(), true);
        }
        return rows;
    }

    Json targets() const
    {
        Json rows = Json::array();
        for (double const target : different_targets()) {
            auto const label = "target " + whole_percent(target);
            rows.push_back({{"target_percent", percent_of * target},
                            {"label", label},
                            {"label_at_left", free_side(target, label) == Side::left}});
        }
        return rows;
    }

    Json y(std::string_view field) const { return theme::value_y(field, scale_, "P(DLT)", suffix); }

    Json layer(std::string_view name, std::string_view data, Json mark, Json encoding, std::string_view filter = {}) const
    {
        Json layer{{"name", name}, {"data", {{"name", data}}}};
        auto transform = data == "truths" ? series_.shown() : Json::array();
        if (!filter.empty())
            transform.push_back({{"filter", filter}});
        if (!transform.empty())
            layer["transform"] = std::move(transform);
        layer["mark"] = std::move(mark);
        layer["encoding"] = std::move(encoding);
        return layer;
    }

    Json text_mark(double size, int weight, std::string_view colour) const
    {
        return {{"type", "text"}, {"fontSize", size}, {"fontWeight", weight}, {"color", colour}};
    }

    /// A text and, below it, its halo: a wider white copy.
    void add_text(Json& list, std::string const& name, std::string_view data, Json mark, Json const& encoding,
                  std::string_view filter = {}) const
    {
        constexpr double halo_px = 3;
        auto halo = mark;
        halo["color"] = "white";
        halo["stroke"] = "white";
        halo["strokeWidth"] = halo_px;
        halo["strokeJoin"] = "round";
        list.push_back(layer(name + "_halo", data, halo, encoding, filter));
        list.push_back(layer(name, data, std::move(mark), encoding, filter));
    }

    void add_target(Json& list) const
    {
        if (interval_) {
            Json const band{{"values", {{{"from", percent_of * interval_->from}, {"to", percent_of * interval_->to}}}}};
            list.push_back({{"name", "target_interval"},
                            {"data", band},
                            {"mark", {{"type", "rect"}, {"color", colours_.mtd_band}}},
                            {"encoding", {{"y", y("from")}, {"y2", {{"field", "to"}}}}}});
        }
        list.push_back(layer("target", "targets",
                             {{"type", "rule"}, {"color", colours_.mtd}, {"strokeWidth", 1.4}, {"strokeDash", {5, 4}}},
                             {{"y", y("target_percent")}}));
    }

    void add_target_labels(Json& list) const
    {
        auto const at_end = [&](std::string const& name, Json const& place, std::string_view filter) {
            auto mark = text_mark(theme::text_px, theme::semibold_weight, colours_.mtd_text);
            mark.update({{"baseline", "bottom"}, {"dy", -4}});
            mark.update(place);
            add_text(list, name, "targets", mark,
                     {{"y", y("target_percent")}, {"text", {{"field", "label"}, {"type", "nominal"}}}}, filter);
        };
        at_end("target_labels", {{"x", 4}, {"align", "left"}}, "datum.label_at_left");
        at_end("target_labels_at_right", {{"x", "width"}, {"align", "right"}, {"dx", -4}}, "!datum.label_at_left");
    }

    Json tooltip(std::vector<std::array<std::string_view, 4>> const& fields) const
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

    void add_truths(Json& list) const
    {
        auto const dose_title = fmt::format("Dose ({})", theme::dose_unit(comparison_.ladder()));
        Json const told = tooltip({{"truth", "nominal", "Truth", ""},
                                   {"dose", "nominal", dose_title, ""},
                                   {"dlt_percent", "quantitative", "P(DLT) (%)", ".1f"}});
        for (std::size_t i = 0; i < series_.names().size(); ++i)
            list.push_back(
                {{"name", fmt::format("curve_{}", i + 1)},
                 {"data", {{"name", "truths"}}},
                 {"transform", series_.shown(i)},
                 {"mark", {{"type", "line"}, {"strokeWidth", 1.8}, {"strokeJoin", "round"}, {"strokeDash", series_.dash(i)}}},
                 {"encoding", {{"x", doses_.x()}, {"y", y("dlt_percent")}, {"stroke", series_.colour()}}}});
        list.push_back(layer("levels", "truths", {{"type", "point"}, {"filled", true}, {"size", 46}, {"opacity", 1}},
                             {{"x", doses_.x()},
                              {"y", y("dlt_percent")},
                              {"fill", series_.colour()},
                              {"shape", series_.shape()},
                              {"tooltip", told}}));
        list.push_back(layer(
            "true_mtd", "truths",
            {{"type", "point"}, {"shape", "circle"}, {"filled", false}, {"size", 210}, {"strokeWidth", 1.6}, {"opacity", 1}},
            {{"x", doses_.x()}, {"y", y("dlt_percent")}, {"stroke", series_.colour()}, {"tooltip", told}}, "datum.true_mtd"));
    }

    /// Below the point and to its right, where a rising curve leaves room; to its left at the end of the ladder.
    void add_mtd_label(Json& list) const
    {
        auto const& truth = comparison_.truths().front();
        if (comparison_.several_truths() || !truth.toxicity->mtd)
            return;
        bool const last = *truth.toxicity->mtd == comparison_.ladder().top();
        auto mark = text_mark(theme::text_px, theme::semibold_weight, colours_.ink);
        mark.update({{"text", "true MTD"}, {"align", last ? "right" : "left"}, {"dx", last ? 8 : 11}, {"dy", last ? 19 : 9}});
        add_text(list, "true_mtd_label", "truths", mark, {{"x", doses_.x()}, {"y", y("dlt_percent")}}, "datum.true_mtd");
    }

    void add_record(Json& list) const
    {
        if (record_.empty())
            return;
        constexpr double area_a_patient = 26;
        constexpr double largest_area = 620;
        int const most = std::ranges::max(record_, {}, &OnRecord::patients).patients;
        Json const size{{"field", "patients"},
                        {"type", "quantitative"},
                        {"scale", {{"domain", {0, most}}, {"range", {0, std::min(largest_area, area_a_patient * most)}}}},
                        {"legend", nullptr}};
        auto const dose_title = fmt::format("Dose ({})", theme::dose_unit(comparison_.ladder()));
        auto const points = [&](std::string_view name, std::string_view shape, std::string_view filter) {
            list.push_back(layer(name, "record",
                                 {{"type", "point"},
                                  {"shape", shape},
                                  {"filled", true},
                                  {"fill", record_colour()},
                                  {"stroke", "white"},
                                  {"strokeWidth", 1.2},
                                  {"opacity", 1}},
                                 {{"x", doses_.x()},
                                  {"y", y("dlt_percent")},
                                  {"size", size},
                                  {"tooltip", tooltip({{"dose", "nominal", dose_title, ""},
                                                       {"label", "nominal", "DLTs / patients on record", ""},
                                                       {"dlt_percent", "quantitative", "DLTs (%)", ".1f"}})}},
                                 filter));
        };
        points("record", "circle", "!datum.late");
        points("record_with_late", "M0,-1A1,1,0,0,1,0,1A1,1,0,0,1,0,-1M0,-0.7L0,0.7", "datum.late");
        auto const words = [&](std::string const& name, std::string_view filter, Json const& shift) {
            auto mark = text_mark(theme::small_text_px, theme::semibold_weight, record_text_colour());
            mark.update(shift);
            add_text(list, name, "record", std::move(mark),
                     {{"x", doses_.x()}, {"y", y("dlt_percent")}, {"text", {{"field", "label"}, {"type", "nominal"}}}}, filter);
        };
        Json const below{{"dy", 14}};
        words("counts", "!datum.late", below);
        words("counts_with_late", "datum.late && datum.room_at_right", {{"align", "left"}, {"dx", 11}});
        words("counts_with_late_below", "datum.late && !datum.room_at_right", below);
    }

    /// Whether a label fits between its point and the end of the plot.
    bool room_at_right(OnRecord const& level, std::string const& label) const
    {
        constexpr double point_px = 14;
        double const room = doses_.width_px() - doses_.px(comparison_.ladder().dose(level.level));
        return theme::text_width(label, theme::small_text_px, theme::Weight::semibold) + point_px <= room;
    }

    /// Pixels from the top of the plot.
    double y_px(double percent) const { return height_px() * (scale_.top - percent) / (scale_.top - scale_.bottom); }

    /// P(DLT) between levels, along the straight line that is drawn.
    double percent_at(TruthPanel const& truth, double x_px) const
    {
        auto const doses = comparison_.ladder().doses();
        for (std::size_t i = 0; i + 1 < doses.size(); ++i)
            if (double const from = doses_.px(doses[i]), to = doses_.px(doses[i + 1]); x_px >= from && x_px <= to)
                return percent_of * std::lerp(truth.toxicity->dlt_probability[i], truth.toxicity->dlt_probability[i + 1],
                                              (x_px - from) / (to - from));
        return std::numeric_limits<double>::lowest(); // no curve there
    }

    enum class Side { left, right };

    /// The end of the target line above which fewer curves would run through a label.
    Side free_side(double target, std::string const& label) const
    {
        double const width = theme::text_width(label, theme::text_px, theme::Weight::semibold);
        double const bottom = y_px(percent_of * target);
        constexpr double height = 18;
        auto const hits = [&](double from) {
            int count = 0;
            for (auto const& truth : comparison_.truths())
                for (double x = from; x <= from + width; x += 2)
                    if (double const y = y_px(percent_at(truth, x)); y <= bottom + 2 && y >= bottom - height)
                        ++count;
            return count;
        };
        return hits(0) <= hits(doses_.width_px() - width) ? Side::left : Side::right;
    }

    std::string_view record_colour() const { return style_.look == Look::print ? "#5a5a5a" : colours_.dlt; }
    std::string_view record_text_colour() const { return style_.look == Look::print ? colours_.ink : "#a84300"; }

    Json layers() const
    {
        Json list = Json::array();
        add_target(list);
        add_truths(list);
        add_record(list);
        add_target_labels(list);
        add_mtd_label(list);
        return list;
    }

    RunResult const& run_;
    Comparison comparison_;
    FigureStyle const& style_;
    theme::Palette const& colours_;
    std::optional<TargetInterval> interval_;
    std::vector<OnRecord> record_;
    theme::Series series_;
    theme::ValueScale scale_;
    theme::DoseScale doses_;
};

} // namespace

Figure curve_figure(RunResult const& run, FigureStyle const& style, std::optional<TargetInterval> interval)
{
    return CurveDrawing{run, style, interval}.figure();
}

} // namespace escalon
