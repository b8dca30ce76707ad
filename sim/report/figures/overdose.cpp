#include "sim/report/figures/overdose.hpp"

#include "pk_models/fields.hpp"
#include "sim/report/figures/axes.hpp"
#include "sim/report/figures/legend.hpp"
#include "sim/report/figures/panels.hpp"
#include "sim/report/figures/selection.hpp"
#include "sim/report/figures/series.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"
#include "sim/report/numbers.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

constexpr int design_row_px = 25;
constexpr int part_gap_px = 26; // between the two plots, and between the words of a row and its bar
constexpr int row_label_gap_px = 10;

double treated(DesignRun const& run) { return run.result.characteristics.mean.total_patients; }
double treated_above(DesignRun const& run) { return run.result.characteristics.mean.patients_above; }
double selects_above(DesignRun const& run) { return selection_shares(run).above; }
double selects_any(DesignRun const& run) { return 1 - selection_shares(run).none; }

/// Where a recommendation falls, from the left of a bar to its right.
struct SelectionOutcome {
    std::string_view words;
    double SelectionShares::*share;
    std::string_view light;
    std::string_view print;
    bool dark_in_light;
    bool dark_in_print;
    bool needs_mtd; ///< occurs only where there is a true MTD
};

constexpr std::array selection_outcomes{
    SelectionOutcome{"none", &SelectionShares::none, "#d3d9df", "#ffffff", false, false, false},
    SelectionOutcome{"below the true MTD", &SelectionShares::below, "#8ec7ee", "#cfcfcf", false, false, true},
    SelectionOutcome{"the true MTD", &SelectionShares::correct, "#007a5a", "#000000", true, true, true},
    SelectionOutcome{"above the true MTD", &SelectionShares::above, "#D55E00", "#7d7d7d", true, true, false},
};

/// One line of the figure: the heading of a truth, or the bar of a design.
struct Row {
    std::string key;
    std::string label;
    TruthPanel const* truth = nullptr;
    DesignRun const* run = nullptr; ///< none in a heading
    std::string design;
};

std::string no_room_above(Comparison const& comparison, TruthPanel const& truth)
{
    return fmt::format("The true MTD of {} is the highest level: nobody can be treated above it.",
                       comparison.dose(*truth.toxicity->mtd));
}

std::string shares_under_one_truth(Comparison const& comparison, TruthPanel const& truth)
{
    auto const said = [&](Measured const& measure, Shown shown, std::string_view noun) {
        return among_designs(comparison, truth, measure, shown, noun);
    };
    if (!truth.toxicity->mtd)
        return fmt::format("{} Some level is all the same recommended in {}, after {} on average.", no_mtd_sentence(truth),
                           said(selects_any, whole_percent, "of trials"), said(treated, one_decimal, "patients"));
    if (*truth.toxicity->mtd == comparison.ladder().top())
        return no_room_above(comparison, truth);
    auto const mtd = comparison.dose(*truth.toxicity->mtd);
    if (comparison.several_designs())
        return fmt::format("Above the true MTD of {} a trial treats {} on average; a dose above it is recommended in {}.", mtd,
                           said(treated_above, one_decimal, "patients"), said(selects_above, whole_percent, "of trials"));
    auto const& run = *truth.runs.front();
    return fmt::format(
        "{} treats {} of its {} patients ({}) above the true MTD of {}, and recommends a dose above it in {} of trials.",
        comparison.designs().front(), one_decimal(treated_above(run)), one_decimal(treated(run)),
        whole_percent(treated(run) > 0 ? treated_above(run) / treated(run) : 0), mtd, whole_percent(selects_above(run)));
}

std::string shares_under_several_truths(Comparison const& comparison)
{
    std::vector<std::string> sentences;
    for (std::size_t d = 0; d < comparison.designs().size(); ++d)
        if (auto const patients = over_truths(comparison, d, treated_above, one_decimal); !patients.empty())
            sentences.push_back(
                fmt::format("{} treats {} patients a trial above the true MTD, and recommends a dose above it in {} "
                            "of trials.",
                            comparison.designs()[d], patients, over_truths(comparison, d, selects_above, whole_percent)));
    for (auto const& truth : comparison.truths())
        if (!truth.toxicity->mtd)
            sentences.push_back(fmt::format("Under {}, where all levels are too toxic, some level is recommended in {}.",
                                            truth.name,
                                            among_designs(comparison, truth, selects_any, whole_percent, "of trials")));
    return fmt::format("{}", fmt::join(sentences, " "));
}

class OverdoseDrawing {
public:
    OverdoseDrawing(RunResult const& run, FigureStyle const& style)
        : comparison_{run},
          style_{style},
          colours_{theme::palette(style.look)},
          series_{"design", "Design", comparison_.designs(), style},
          rows_{rows()},
          label_px_{label_px()}
    {}

    Figure figure() const
    {
        auto spec = theme::heading(title, subtitle(), caption() + comparison_.full_names(), style_);
        spec["datasets"] = {
            {"rows", row_data()}, {"shares", share_data()}, {"borders", border_data()}, {"patients", patient_data()}};
        spec["spacing"] = style_.narrow() ? part_gap_px + 38 : part_gap_px;
        spec["bounds"] = "flush";
        spec[style_.narrow() ? "vconcat" : "hconcat"] = Json::array({shares_plot(), patients_plot()});
        series_.declare(spec);
        if (series_.several()) // rows, not colours, tell the designs apart here
            for (auto& entry : spec["usermeta"]["escalon"]["series"]["entries"])
                entry.update({{"colour", colours_.ink}, {"dash", Json::array()}, {"shape", "square"}});
        return finished({.name = "overdose", .title = title, .caption = caption(), .specification = std::move(spec)});
    }

private:
    static constexpr auto title = "Recommendations against the true MTD";

    std::string caption() const
    {
        auto const text = comparison_.several_truths() ? shares_under_several_truths(comparison_)
                                                       : shares_under_one_truth(comparison_, comparison_.truths().front());
        return text + error_sentence(comparison_);
    }

    std::string subtitle() const
    {
        auto const& first = comparison_.truths().front();
        auto const mtd = comparison_.several_truths() ? std::string{} : capitalised(comparison_.mtd_words(first)) + ". ";
        return mtd + comparison_.provenance();
    }

    static std::string capitalised(std::string text)
    {
        if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
            text[0] = static_cast<char>(text[0] - 'a' + 'A');
        return text;
    }

    /// A truth heads the rows of its designs; where there is one design, the rows are the truths.
    std::vector<Row> rows() const
    {
        bool const headed = comparison_.several_truths() && comparison_.several_designs();
        std::vector<Row> all;
        auto const add = [&](std::string label, TruthPanel const& truth, DesignRun const* run, std::string design) {
            all.push_back({fmt::format("row {}", all.size() + 1), std::move(label), &truth, run, std::move(design)});
        };
        for (auto const& truth : comparison_.truths()) {
            if (headed)
                add(truth.name + ": " + comparison_.mtd_words(truth), truth, nullptr, "");
            for (std::size_t d = 0; d < truth.runs.size(); ++d)
                if (truth.runs[d]) {
                    auto const mtd = truth.toxicity->mtd;
                    auto const of_truth = truth.name + " (" + (mtd ? comparison_.dose(*mtd) : "no MTD") + ")";
                    add(comparison_.several_truths() && !headed ? of_truth : comparison_.designs()[d], truth, truth.runs[d],
                        comparison_.designs()[d]);
                }
        }
        return all;
    }

    double label_px() const
    {
        constexpr double share_of_width = 0.34;
        double widest = 0;
        for (auto const& row : rows_)
            if (row.run)
                widest = std::max(widest, theme::text_width(row.label, theme::text_px));
        return std::ceil(std::min(widest, share_of_width * theme::inner_width(style_)));
    }

    int height_px() const { return static_cast<int>(rows_.size()) * design_row_px; }

    double room_px() const
    {
        double const last_grid_line = style_.narrow() ? 1 : 0; // half of it lies beyond the plot, which then ends the figure
        return theme::inner_width(style_) - label_px_ - row_label_gap_px - last_grid_line;
    }

    double shares_px() const
    {
        constexpr double part = 0.62;
        return style_.narrow() ? room_px() : std::floor(part * (room_px() - part_gap_px));
    }

    double patients_px() const { return style_.narrow() ? room_px() : room_px() - part_gap_px - shares_px(); }

    bool any_mtd() const
    {
        return std::ranges::any_of(comparison_.truths(), [](auto const& truth) { return truth.toxicity->mtd.has_value(); });
    }

    bool print() const { return style_.look == Look::print; }

    Json row_data() const
    {
        Json list = Json::array();
        for (auto const& row : rows_)
            list.push_back({{"row", row.key},
                            {"design", row.design},
                            {"heading", row.run == nullptr},
                            {"label", row.run ? theme::cut_to_width(row.label, label_px_, theme::text_px)
                                              : theme::cut_to_width(row.label, theme::inner_width(style_), theme::text_px,
                                                                    theme::Weight::semibold)}});
        return list;
    }

    Json of_row(Row const& row) const { return {{"row", row.key}, {"truth", row.truth->name}, {"design", row.design}}; }

    Json share_data() const
    {
        constexpr double air_px = 6;
        Json list = Json::array();
        for (auto const& row : rows_) {
            if (!row.run)
                continue;
            auto const shares = selection_shares(*row.run);
            double from = 0;
            for (auto const& outcome : selection_outcomes) {
                if (outcome.needs_mtd && !row.truth->toxicity->mtd)
                    continue;
                double const share = shares.*outcome.share;
                auto const label = whole_percent(share);
                auto item = of_row(row);
                item["recommended"] = outcome.words;
                item["share_percent"] = percent_of * share;
                item["from"] = percent_of * from;
                item["to"] = std::min(percent_of, percent_of * (from + share));
                item["label"] = label;
                item["labelled"] = theme::text_width(label, theme::small_text_px) + air_px + whisker_px(*row.run) <=
                                   share * shares_px();
                list.push_back(std::move(item));
                from += share;
            }
        }
        return list;
    }

    /// The widest that a whisker of a bar may be.
    double whisker_px(DesignRun const& run) const
    {
        auto const trials = run.result.characteristics.trials;
        return trials ? z_95 / std::sqrt(static_cast<double>(*trials)) * shares_px() : 0;
    }

    /// The borders between two parts of a bar, with their errors: each is a share of trials of its own.
    Json border_data() const
    {
        Json list = Json::array();
        for (auto const& row : rows_) {
            if (!row.run || !row.run->result.characteristics.trials)
                continue;
            auto const n = static_cast<double>(*row.run->result.characteristics.trials);
            auto const shares = selection_shares(*row.run);
            double border = 0;
            for (auto const& outcome : selection_outcomes) {
                if (&outcome == &selection_outcomes.back() || (outcome.needs_mtd && !row.truth->toxicity->mtd))
                    continue;
                border += shares.*outcome.share;
                double const error = z_95 * std::sqrt(std::max(0.0, border * (1 - border)) / n);
                if (error == 0)
                    continue;
                auto item = of_row(row);
                item["low"] = percent_of * std::max(0.0, border - error);
                item["high"] = percent_of * std::min(1.0, border + error);
                list.push_back(std::move(item));
            }
        }
        return list;
    }

    Json patient_data() const
    {
        Json list = Json::array();
        for (auto const& row : rows_) {
            if (!row.run)
                continue;
            double const error = z_95 * row.run->result.characteristics.standard_error.patients_above;
            auto item = of_row(row);
            item["patients_above"] = treated_above(*row.run);
            item["patients"] = treated(*row.run);
            item["error"] = error;
            item["low"] = std::max(0.0, treated_above(*row.run) - error);
            item["high"] = treated_above(*row.run) + error;
            item["label"] = patients_label(*row.run);
            list.push_back(std::move(item));
        }
        return list;
    }

    static std::string patients_label(DesignRun const& run)
    {
        return fmt::format("{} of {}", one_decimal(treated_above(run)), one_decimal(treated(run)));
    }

    Json y() const
    {
        Json order = Json::array();
        for (auto const& row : rows_)
            order.push_back(row.key);
        return {{"field", "row"},
                {"type", "nominal"},
                {"scale", {{"type", "band"}, {"domain", order}, {"paddingInner", 0.28}, {"paddingOuter", 0.14}}},
                {"axis", nullptr}};
    }

    Json layer(std::string_view name, std::string_view data, Json mark, Json encoding, std::string_view filter = {}) const
    {
        auto transform = series_.several() ? Json::array({{{"filter", "datum.heading || indexof(hidden, datum.design) < 0"}}})
                                           : Json::array();
        if (data != "rows")
            transform = series_.shown();
        if (!filter.empty())
            transform.push_back({{"filter", filter}});
        Json layer{{"name", name}, {"data", {{"name", data}}}};
        if (!transform.empty())
            layer["transform"] = std::move(transform);
        layer["mark"] = std::move(mark);
        layer["encoding"] = std::move(encoding);
        return layer;
    }

    /// The words at the left of the rows.
    void add_labels(Json& list, std::string const& plot) const
    {
        double const left = -(label_px_ + row_label_gap_px);
        auto const words = [&](std::string const& name, int weight, std::string_view filter) {
            list.push_back(layer(plot + name, "rows",
                                 {{"type", "text"},
                                  {"x", left},
                                  {"align", "left"},
                                  {"baseline", "middle"},
                                  {"fontSize", theme::text_px},
                                  {"fontWeight", weight},
                                  {"color", colours_.ink}},
                                 {{"y", y()}, {"text", {{"field", "label"}, {"type", "nominal"}}}}, filter));
        };
        words("_designs", 400, "!datum.heading");
        words("_truths", theme::semibold_weight, "datum.heading");
    }

    Json percent_x(std::string_view field) const
    {
        Json const ticks = style_.narrow() ? Json::array({0, 50, 100}) : Json::array({0, 25, 50, 75, 100});
        return {{"field", field},
                {"type", "quantitative"},
                {"stack", nullptr},
                {"scale", {{"domain", {0, percent_of}}, {"nice", false}}},
                {"axis",
                 {{"title", "Recommended, share of trials"},
                  {"values", ticks},
                  {"labelExpr", "datum.label + ' %'"},
                  {"labelFlush", true},
                  {"domain", false},
                  {"ticks", false},
                  {"grid", true}}}};
    }

    /// A scale over the outcomes that can occur.
    Json by_outcome(auto const& value_of, bool with_legend) const
    {
        std::vector<std::string> domain;
        Json range = Json::array();
        for (auto const& outcome : selection_outcomes)
            if (any_mtd() || !outcome.needs_mtd) {
                domain.emplace_back(outcome.words);
                range.push_back(value_of(outcome));
            }
        auto legend = theme::legend(domain, style_, label_px_ + row_label_gap_px);
        legend["symbolType"] = "square";
        return {{"field", "recommended"},
                {"type", "nominal"},
                {"scale", {{"domain", domain}, {"range", range}}},
                {"legend", with_legend ? legend : Json(nullptr)}};
    }

    Json shares_plot() const
    {
        Json list = Json::array();
        add_labels(list, "shares");
        list.push_back(
            layer("shares", "shares",
                  {{"type", "bar"}, {"stroke", print() ? colours_.ink : std::string_view{"white"}}, {"strokeWidth", 0.8}},
                  {{"y", y()},
                   {"x", percent_x("from")},
                   {"x2", {{"field", "to"}}},
                   {"fill", by_outcome([&](auto const& o) { return print() ? o.print : o.light; }, true)},
                   {"tooltip", share_tooltip()}},
                  "datum.share_percent > 0"));
        for (auto const& [name, colour, width] :
             {std::tuple{"border_halos", std::string_view{"white"}, 4.2}, std::tuple{"borders", colours_.ink, 1.3}})
            if (comparison_.sampled())
                list.push_back(layer(name, "borders",
                                     {{"type", "rule"}, {"color", colour}, {"strokeWidth", width}, {"clip", true}},
                                     {{"y", y()}, {"x", percent_x("low")}, {"x2", {{"field", "high"}}}}));
        auto const labels = [&](std::string_view name, bool dark, std::string_view colour) {
            std::string which;
            for (auto const& outcome : selection_outcomes)
                if ((print() ? outcome.dark_in_print : outcome.dark_in_light) == dark)
                    which += (which.empty() ? "" : ", ") + Json(outcome.words).dump();
            list.push_back(layer(name, "shares",
                                 {{"type", "text"},
                                  {"fontSize", theme::small_text_px},
                                  {"fontWeight", theme::semibold_weight},
                                  {"baseline", "middle"},
                                  {"color", colour}},
                                 {{"y", y()}, {"x", percent_x("middle")}, {"text", {{"field", "label"}, {"type", "nominal"}}}},
                                 fmt::format("datum.labelled && indexof([{}], datum.recommended) >= 0", which)));
            list.back()["transform"].push_back({{"calculate", "(datum.from + datum.to) / 2"}, {"as", "middle"}});
        };
        labels("labels_on_light", false, colours_.ink);
        labels("labels_on_dark", true, "white");
        return {{"width", shares_px()}, {"height", height_px()}, {"layer", list}};
    }

    /// What every tooltip begins with.
    Json row_tooltip() const
    {
        Json list = Json::array();
        if (comparison_.several_truths())
            list.push_back({{"field", "truth"}, {"type", "nominal"}, {"title", "Truth"}});
        list.push_back({{"field", "design"}, {"type", "nominal"}, {"title", "Design"}});
        return list;
    }

    Json share_tooltip() const
    {
        auto list = row_tooltip();
        list.push_back({{"field", "recommended"}, {"type", "nominal"}, {"title", "Recommended"}});
        list.push_back(
            {{"field", "share_percent"}, {"type", "quantitative"}, {"title", "Share of trials (%)"}, {"format", ".1f"}});
        return list;
    }

    Json patients_tooltip() const
    {
        auto list = row_tooltip();
        auto const add = [&](std::string_view field, std::string_view words) {
            list.push_back({{"field", field}, {"type", "quantitative"}, {"title", words}, {"format", ".2f"}});
        };
        add("patients_above", "Patients above the true MTD (mean)");
        if (comparison_.sampled())
            add("error", "± 95 %");
        add("patients", "of patients in all (mean)");
        return list;
    }

    double most_patients() const
    {
        double most = 0;
        for (auto const& row : rows_)
            if (row.run)
                most = std::max(most, treated(*row.run));
        return most > 0 ? most : 1;
    }

    Json patients_x(std::string_view field) const
    {
        double widest = 0;
        for (auto const& row : rows_)
            if (row.run)
                widest = std::max(widest,
                                  theme::text_width(patients_label(*row.run), theme::small_text_px, theme::Weight::semibold));
        constexpr double air_px = 8;
        double const top = most_patients() * patients_px() / (patients_px() - widest - air_px);
        auto ticks = theme::value_scale(most_patients(), patients_px() / 2, most_patients()).ticks;
        return {{"field", field},
                {"type", "quantitative"},
                {"stack", nullptr},
                {"scale", {{"domain", {0, top}}, {"nice", false}}},
                {"axis",
                 {{"title", theme::wrapped("Patients above the true MTD, mean of a trial", patients_px(), theme::text_px, 3,
                                           theme::Weight::semibold)},
                  {"values", ticks},
                  {"domain", false},
                  {"ticks", false},
                  {"grid", false}}}};
    }

    Json patients_plot() const
    {
        auto const told = patients_tooltip();
        auto const& above = selection_outcomes.back();
        Json list = Json::array();
        if (style_.narrow())
            add_labels(list, "patients");
        auto const bar = [&](std::string_view name, std::string_view field, std::string_view colour, double height) {
            list.push_back(layer(name, "patients", {{"type", "bar"}, {"color", colour}, {"height", {{"band", height}}}},
                                 {{"y", y()}, {"x", patients_x(field)}, {"x2", {{"datum", 0}}}, {"tooltip", told}}));
        };
        bar("patients", "patients", print() ? "#dedede" : "#e4e8ec", 1);
        bar("patients_above", "patients_above", print() ? above.print : above.light, 1);
        for (auto const& [name, colour, width] :
             {std::tuple{"patients_halos", std::string_view{"white"}, 4.2}, std::tuple{"patients_errors", colours_.ink, 1.3}})
            if (comparison_.sampled())
                list.push_back(layer(name, "patients", {{"type", "rule"}, {"color", colour}, {"strokeWidth", width}},
                                     {{"y", y()}, {"x", patients_x("low")}, {"x2", {{"field", "high"}}}}, "datum.error > 0"));
        list.push_back(layer("patients_labels", "patients",
                             {{"type", "text"},
                              {"align", "left"},
                              {"baseline", "middle"},
                              {"dx", 5},
                              {"fontSize", theme::small_text_px},
                              {"color", colours_.ink}},
                             {{"y", y()}, {"x", patients_x("patients")}, {"text", {{"field", "label"}, {"type", "nominal"}}}}));
        return {{"width", patients_px()}, {"height", height_px()}, {"layer", list}};
    }

    Comparison comparison_;
    FigureStyle const& style_;
    theme::Palette const& colours_;
    theme::Series series_;
    std::vector<Row> rows_;
    double label_px_;
};

} // namespace

Figure overdose_figure(RunResult const& run, FigureStyle const& style) { return OverdoseDrawing{run, style}.figure(); }

} // namespace escalon
