// How a comparison of results is shown: for people, as JSON, as CSV.
#include "sim/report/csv.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/result_diff.hpp"
#include "sim/report/text_table.hpp"

#include "pk_models/units.hpp"
#include "sim/scenario/diagnostic.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t widest_setting = 48;

struct FigureWords {
    std::string_view figure;
    std::string_view shown;
};

constexpr std::array figure_words{FigureWords{"correct_selection", "true MTD selected"},
                                  FigureWords{"overdose_selection", "higher level selected"},
                                  FigureWords{"selection.none", "no level selected"},
                                  FigureWords{"total_patients", "patients"},
                                  FigureWords{"patients_at_mtd", "at the true MTD"},
                                  FigureWords{"patients_above_mtd", "above the true MTD"},
                                  FigureWords{"risk_of_overdosing.60", "overdosing >60 %"},
                                  FigureWords{"risk_of_overdosing.80", "overdosing >80 %"},
                                  FigureWords{"risk_of_underdosing.60", "underdosing >60 %"},
                                  FigureWords{"risk_of_underdosing.80", "underdosing >80 %"},
                                  FigureWords{"total_dlts", "DLTs"},
                                  FigureWords{"duration_d", "duration, d"},
                                  FigureWords{"selection", "selected"},
                                  FigureWords{"patients", "patients at"},
                                  FigureWords{"dlts", "DLTs at"},
                                  FigureWords{"target", "target"},
                                  FigureWords{"dlt_probability", "P(DLT)"}};

std::string in_words(std::string const& figure)
{
    auto const found = std::ranges::find(figure_words, figure, &FigureWords::figure);
    return found == figure_words.end() ? figure : std::string{found->shown};
}

/// Safe for a terminal, and short enough for a table.
std::string shown(std::optional<std::string> const& value)
{
    if (!value)
        return "-";
    std::string text;
    std::size_t characters = 0;
    for (char const c : *value) {
        auto const byte = static_cast<unsigned char>(c);
        bool const begins = (byte & 0xC0U) != 0x80U;
        if (begins && ++characters > widest_setting)
            return text + "…";
        text += byte < 0x20 || byte == 0x7F ? ' ' : c;
    }
    auto const quoted = in_quotes(text); // it knows every character that a terminal would obey
    return quoted.substr(1, quoted.size() - 2);
}

std::string value_text(FigureDiff const& figure, std::optional<double> value)
{
    if (!value)
        return "-";
    return figure.kind == FigureDiff::Kind::share ? percent(*value) : mean_count(*value);
}

/// "+1.8 pp": percentage points of shares.
std::string difference_text(FigureDiff const& figure)
{
    if (!figure.comparable())
        return "";
    return figure.kind == FigureDiff::Kind::share ? points(figure.difference()) : count_change(figure.difference());
}

std::string error_text(FigureDiff const& figure)
{
    if (!figure.comparable() || figure.standard_error == 0)
        return "";
    return figure.kind == FigureDiff::Kind::share ? points_error(figure.standard_error) : count_error(figure.standard_error);
}

bool differs(FigureDiff const& figure) { return figure.a != figure.b; }

std::ptrdiff_t count_beyond(std::vector<FigureDiff> const& figures)
{
    return std::ranges::count_if(figures, [](FigureDiff const& figure) { return figure.beyond_error(); });
}

std::string figure_table(std::vector<FigureDiff> const& figures, std::string const& unit)
{
    bool const sampled = std::ranges::any_of(figures, [](FigureDiff const& figure) { return figure.standard_error > 0; });
    std::vector<TextTable::Column> columns{{"", Align::left}, {unit.empty() ? "" : unit}, {"A"}, {"B"}, {"B - A"}};
    if (sampled)
        columns.push_back({"± SE"});
    columns.push_back({"", Align::left});
    TextTable table{columns};
    std::string last;
    for (auto const& figure : figures) {
        auto const name = in_words(figure.figure);
        std::vector<std::string> cells{name == last ? "" : name, figure.dose ? shortest(*figure.dose) : "",
                                       value_text(figure, figure.a), value_text(figure, figure.b), difference_text(figure)};
        if (sampled)
            cells.push_back(error_text(figure));
        cells.emplace_back(figure.beyond_error() ? "*" : "");
        table.row(std::move(cells));
        last = name;
    }
    return table.text();
}

std::string list_of(std::vector<double> const& doses)
{
    std::string text;
    for (double const dose : doses)
        text += (text.empty() ? "" : ", ") + shortest(dose);
    return text;
}

class DiffText {
public:
    explicit DiffText(ResultDiff const& diff) : diff_{diff} {}

    std::string take()
    {
        if (diff_.equal())
            return fmt::format("Equal: {} and {} hold the same {} of {}{}.\n", diff_.place.a, diff_.place.b,
                               counted(static_cast<long long>(diff_.designs.size()), "design"), diff_.scenario.a,
                               diff_.version.a == diff_.version.b
                                   ? ""
                                   : fmt::format(", made by versions {} and {}", diff_.version.a, diff_.version.b));
        text_ = fmt::format("A  {}: {}\nB  {}: {}\n", diff_.place.a, diff_.scenario.a, diff_.place.b, diff_.scenario.b);
        settings();
        truths();
        designs();
        notes();
        return std::move(text_);
    }

private:
    void settings()
    {
        auto const is_evidence = [](SettingDiff const& setting) { return setting.path.starts_with("evidence."); };
        auto const evidence = std::ranges::count_if(diff_.settings, is_evidence);
        auto const figures = static_cast<std::ptrdiff_t>(diff_.settings.size()) - evidence;
        if (figures == 0) {
            text_ += "\nThe scenarios have the same figures.\n";
        } else {
            TextTable table{{{"", Align::left}, {"A", Align::left}, {"B", Align::left}}};
            std::string last;
            for (auto const& setting : diff_.settings) {
                if (is_evidence(setting) || (setting.block != setting.path && setting.block == last))
                    continue;
                last = setting.block;
                if (setting.block == setting.path)
                    table.row({shown(setting.path), shown(setting.a), shown(setting.b)});
                else
                    table.row(
                        {shown(setting.block), setting.a ? inside(setting.block) : "-", setting.b ? inside(setting.block) : "-"});
            }
            text_ += fmt::format("\nThe scenarios differ in {}\n{}", counted(figures, "figure"), table.text());
        }
        if (evidence > 0)
            notes_.push_back(fmt::format("Under `evidence` {} more: labels and sources, listed by --json.",
                                         evidence == 1 ? "1 line differs" : fmt::format("{} lines differ", evidence)));
    }

    /// "9 figures"
    std::string inside(std::string const& block) const
    {
        return counted(std::ranges::count(diff_.settings, block, &SettingDiff::block), "figure");
    }

    void truths()
    {
        for (auto const& truth : diff_.truths) {
            if (truth.in != In::both) {
                only_in(fmt::format("the truth {}", truth.name), truth.in);
                continue;
            }
            if (truth.mtd.a != truth.mtd.b)
                notes_.insert(notes_.begin(),
                              fmt::format("The true MTD{} is {} in A and {} in B: \"true MTD selected\" and \"higher level\" "
                                          "count against different doses.",
                                          of_truth(truth.name), truth.mtd.a, truth.mtd.b));
            if (std::ranges::any_of(truth.figures, differs))
                text_ += fmt::format("\nThe truth{} differs\n{}", diff_.truths.size() > 1 ? " " + truth.name : "",
                                     figure_table(truth.figures, diff_.unit));
        }
    }

    void designs()
    {
        auto order = diff_.designs; // what differs most stands first
        std::ranges::stable_sort(order, std::greater{}, [](DesignDiff const& design) { return count_beyond(design.figures); });
        for (auto const& design : order) {
            auto const name = design.label + of_truth(design.truth);
            if (design.in != In::both) {
                only_in(name, design.in);
                continue;
            }
            auto const figures = static_cast<long long>(design.figures.size());
            bool const same = std::ranges::none_of(design.figures, differs);
            auto const beyond = count_beyond(design.figures);
            text_ += fmt::format("\n{}: {}\n", name,
                                 same ? fmt::format("all {} are the same", counted(figures, "figure"))
                                 : beyond == 0
                                     ? fmt::format("none of {} differs beyond its error", counted(figures, "figure"))
                                     : fmt::format("{} of {} beyond their error *", beyond, counted(figures, "figure")));
            text_ += design.engine.a == design.engine.b ? fmt::format("  A and B: {}\n", design.engine.a)
                                                        : fmt::format("  A: {}; B: {}\n", design.engine.a, design.engine.b);
            if (!same)
                text_ += "\n" + figure_table(design.figures, diff_.unit);
            any_shown_ = any_shown_ || !same;
            any_sampled_ = any_sampled_ || (!same && design.sampled);
            any_integrated_ = any_integrated_ || (!same && std::ranges::any_of(design.figures, [](FigureDiff const& figure) {
                                  return figure.numerical_error > 0;
                              }));
            any_common_ = any_common_ || (!same && design.common_random_numbers);
            any_independent_ = any_independent_ || (!same && design.independent);
        }
    }

    void notes()
    {
        if (any_shown_)
            note(legend());
        if (any_common_)
            note("Both were simulated with the same seed, so the same patients came: chance then moves A and B together, as a "
                 "rule, and ± SE, which takes them for independent, is an upper bound.");
        if (any_independent_)
            note("The seeds differ, so A and B are independent, which ± SE assumes.");
        if (diff_.unit.empty())
            note("The ladders have different units, so that no dose stands on both: figures by dose are not compared.");
        for (auto const& [doses, side] : {std::pair{&diff_.doses_only_a, "A"}, std::pair{&diff_.doses_only_b, "B"}})
            if (!doses->empty())
                note(fmt::format("Only on the ladder of {}: {} {}.", side, list_of(*doses), diff_.unit));
        if (!diff_.complete_a || !diff_.complete_b)
            note(fmt::format("{} interrupted: what was finished is compared.", !diff_.complete_a && !diff_.complete_b
                                                                                   ? "Both runs were"
                                                                               : diff_.complete_a ? "The run of B was"
                                                                                                  : "The run of A was"));
        if (diff_.version.a != diff_.version.b)
            note(fmt::format("A was made by version {}, B by {}.", diff_.version.a, diff_.version.b));
        for (auto const& line : notes_)
            note(line);
    }

    /// What the mark means. Of equal figures 0.27 % lie beyond three standard errors of a normal distribution.
    std::string legend() const
    {
        std::string const errors = any_sampled_ && any_integrated_
                                       ? "three standard errors and the error of the integrated P(DLT)"
                                   : any_sampled_    ? "three standard errors"
                                   : any_integrated_ ? "the error of the integrated P(DLT)"
                                                     : "rounding";
        return "* differs by more than " + errors + (any_sampled_ ? ", as 1 in 370 does by chance alone" : "") +
               "; pp: percentage points.";
    }

    void note(std::string const& line)
    {
        text_ += (first_note_ ? "\n" : "") + line + "\n";
        first_note_ = false;
    }

    void only_in(std::string const& what, In in)
    {
        notes_.push_back(fmt::format("Only in {}: {}.", in == In::a ? "A" : "B", what));
    }

    /// Named only where there is something to tell apart.
    std::string of_truth(std::string const& truth) const { return diff_.truths.size() > 1 ? " under " + truth : ""; }

    ResultDiff const& diff_;
    std::string text_;
    std::vector<std::string> notes_;
    bool first_note_ = true;
    bool any_shown_ = false;
    bool any_sampled_ = false;
    bool any_integrated_ = false;
    bool any_common_ = false;
    bool any_independent_ = false;
};

Json number(std::optional<double> value) { return value ? Json(*value) : Json(nullptr); }
Json text(std::optional<std::string> const& value) { return value ? Json(*value) : Json(nullptr); }
Json sides(Sides const& both) { return {{"a", both.a}, {"b", both.b}}; }

std::string_view name(In in) { return in == In::both ? "both" : in == In::a ? "a" : "b"; }

Json figures_json(std::vector<FigureDiff> const& figures)
{
    Json list = Json::array();
    for (auto const& figure : figures)
        list.push_back({{"figure", figure.figure},
                        {"dose", number(figure.dose)},
                        {"a", number(figure.a)},
                        {"b", number(figure.b)},
                        {"difference", figure.comparable() ? Json(figure.difference()) : Json(nullptr)},
                        {"standard_error", figure.standard_error},
                        {"numerical_error", figure.numerical_error},
                        {"beyond_error", figure.comparable() ? Json(figure.beyond_error()) : Json(nullptr)}});
    return list;
}

} // namespace

std::string diff_text(ResultDiff const& diff) { return DiffText{diff}.take(); }

nlohmann::ordered_json diff_json(ResultDiff const& diff)
{
    Json object{{"equal", diff.equal()},
                {"scenario", sides(diff.scenario)},
                {"version", sides(diff.version)},
                {"complete", {{"a", diff.complete_a}, {"b", diff.complete_b}}},
                {"dose_unit", diff.unit.empty() ? Json(nullptr) : Json(diff.unit)},
                {"scenario_differences", Json::array()},
                {"truths", Json::array()},
                {"designs", Json::array()}};
    for (auto const& setting : diff.settings)
        object["scenario_differences"].push_back({{"path", setting.path}, {"a", text(setting.a)}, {"b", text(setting.b)}});
    for (auto const& truth : diff.truths) {
        Json entry{{"name", truth.name}, {"in", name(truth.in)}};
        if (truth.in == In::both)
            entry.update({{"true_mtd", sides(truth.mtd)}, {"figures", figures_json(truth.figures)}});
        object["truths"].push_back(entry);
    }
    for (auto const& design : diff.designs) {
        Json entry{{"label", design.label}, {"truth", design.truth}, {"in", name(design.in)}};
        if (design.in == In::both)
            entry.update({{"engine", sides(design.engine)},
                          {"common_random_numbers", design.common_random_numbers},
                          {"figures", figures_json(design.figures)}});
        object["designs"].push_back(entry);
    }
    return object;
}

std::string diff_csv(ResultDiff const& diff)
{
    Csv csv{{"design", "truth", "figure", "dose", "unit", "a", "b", "difference", "standard_error", "numerical_error",
             "beyond_error"}};
    auto const cell = [](std::optional<double> value) { return value ? shortest(*value) : std::string{}; };
    auto const add = [&](std::string const& label, std::string const& truth, std::vector<FigureDiff> const& figures) {
        for (auto const& figure : figures)
            csv.row({label, truth, figure.figure, cell(figure.dose), figure.dose ? diff.unit : "", cell(figure.a), cell(figure.b),
                     figure.comparable() ? shortest(figure.difference()) : "", shortest(figure.standard_error),
                     shortest(figure.numerical_error),
                     !figure.comparable()    ? ""
                     : figure.beyond_error() ? "1"
                                             : "0"});
    };
    for (auto const& truth : diff.truths)
        add("", truth.name, truth.figures);
    for (auto const& design : diff.designs)
        add(design.label, design.truth, design.figures);
    return csv.text();
}

} // namespace escalon
