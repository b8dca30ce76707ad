#include "sim/report/next_text.hpp"

#include "pk_models/units.hpp"
#include "sim/report/csv.hpp"
#include "sim/report/decision_words.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/paths_text.hpp"
#include "sim/report/posterior_text.hpp"
#include "sim/report/text_table.hpp"
#include "sim/report/version.hpp"
#include "sim/runner/binomial_interval.hpp"
#include "sim/vocabulary/notation.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

constexpr std::string_view disclaimer =
    "This is a computation from the design's rule and the data given. It is not a clinical decision: that is made by the\n"
    "people responsible for the trial, who know more of the patients than a table of DLTs says.";

std::string in_one_line(std::string_view text)
{
    std::string line{text};
    for (auto& c : line)
        c = c == '\n' ? ' ' : c;
    return line;
}

std::vector<Tally> const& tallies(NextResult const& result) { return result.designs.front().step.tallies; }

std::vector<Cohort> const& cohorts(NextResult const& result) { return result.designs.front().step.cohorts; }

/// Some design reads more of the patients than their DLTs.
bool graded(NextResult const& result)
{
    return std::ranges::any_of(result.designs,
                               [](NextOfDesign const& design) { return design.step.ahead.outcomes != Outcomes::dlt; });
}

std::vector<std::string> tally_heads(NextResult const& result)
{
    std::vector<std::string> heads{fmt::format("dose {}", symbol(result.scenario.ladder().unit())), "patients", "DLTs"};
    if (graded(result))
        heads.insert(heads.end(), {"of grade 4", "grade 2"});
    heads.insert(heads.end(), {"rate", "90 % interval"});
    return heads;
}

Rows tally_rows(NextResult const& result)
{
    auto const ladder = result.scenario.ladder();
    Rows rows;
    for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
        auto const tally = tallies(result)[static_cast<std::size_t>(level.index())];
        auto const patients = tally.patients;
        auto const dlts = tally.dlts;
        auto& row = rows.emplace_back(std::vector{shortest(ladder.dose(level)), std::to_string(patients)});
        if (patients > 0) {
            auto const interval = clopper_pearson(dlts, patients, rate_confidence);
            row.push_back(std::to_string(dlts));
            if (graded(result))
                row.insert(row.end(), {std::to_string(tally.grade_4), std::to_string(tally.grade_2)});
            row.push_back(percent(static_cast<double>(dlts) / patients));
            row.push_back(fmt::format("{} to {}", percent(interval.low), percent(interval.high)));
        }
        row.resize(tally_heads(result).size());
    }
    return rows;
}

std::string data_line(NextResult const& result)
{
    if (cohorts(result).empty())
        return "No patient has been treated yet.";
    int patients = 0;
    int dlts = 0;
    for (auto const& cohort : cohorts(result)) {
        patients += cohort.patients;
        dlts += cohort.dlts;
    }
    return fmt::format("So far {}: {} in {}, {}.", fractions(cohorts(result), result.scenario.ladder()),
                       counted(patients, "patient"), counted(static_cast<long long>(cohorts(result).size()), "cohort"),
                       counted(dlts, "DLT"));
}

/// "treat 3 patients at 40 mg/m2"
std::string recommendation(NextStep const& step, DoseLadder const& ladder) { return describe(step.decision(), ladder); }

/// "the design asked for 3 at 40 mg/m2, the data have 3 at 50 mg/m2"
std::string departure_words(Departure const& departure, DoseLadder const& ladder)
{
    auto const seen = fmt::format("{} at {}", departure.seen.patients, ladder.text(departure.seen.level));
    if (departure.how == Agreement::after_stop)
        return fmt::format("cohort {}: the design had ended the trial ({}), the data have {}", departure.cohort + 1,
                           decision_words(departure.asked.action, ladder), seen);
    return fmt::format("cohort {}: the design asked for {}, the data have {}", departure.cohort + 1,
                       decision_words(departure.asked.action, ladder), seen);
}

std::vector<std::string> departure_lines(NextStep const& step, DoseLadder const& ladder)
{
    if (step.cohorts.empty())
        return {};
    if (step.departures.empty())
        return {"The data follow the design throughout."};
    std::vector<std::string> lines{"The data depart from the design; the recommendation takes them as they are:"};
    for (auto const& departure : step.departures)
        lines.push_back("  " + departure_words(departure, ladder));
    return lines;
}

/// Each treatment that may come next with the outcomes that it may have. A choice by chance has one a branch.
struct Outlook {
    Treat treat;
    std::vector<OutcomeGroup> groups;
    PathNode const* node;
};

std::vector<Outlook> outlooks(NextStep const& step)
{
    std::vector<Outlook> found;
    auto const add = [&](PathNode const& node) {
        if (auto const* treat = std::get_if<Treat>(&node.action))
            found.push_back({*treat, grouped_outcomes(node), &node});
    };
    auto const& first = step.ahead.first();
    if (std::holds_alternative<Randomise>(first.action))
        for (auto const& branch : first.steps)
            add(step.ahead.node(branch.to));
    else
        add(first);
    return found;
}

Rows outlook_rows(NextStep const& step, Outlook const& outlook, DoseLadder const& ladder)
{
    Rows rows;
    for (auto const& group : outlook.groups)
        rows.push_back(
            {outcome_words(*outlook.node, group), decision_words(step.ahead.node(group.to).action, ladder), group.reason});
    return rows;
}

/// What the lines of the outlook need to be understood.
std::vector<std::string> outlook_notes(NextStep const& step)
{
    std::vector<std::string> notes;
    auto const all = outlooks(step);
    if (all.empty())
        return notes;
    if (auto const key = grade_key(step.ahead.outcomes); !key.empty())
        notes.push_back(key);
    if (std::ranges::any_of(all, [](Outlook const& outlook) {
            return std::ranges::any_of(outlook.groups, &OutcomeGroup::reason_of_first);
        }))
        notes.emplace_back("Where a line has several outcomes whose reasons differ, it gives that of the first.");
    return notes;
}

std::string indented(Rows const& rows, std::vector<TextTable::Column> columns)
{
    TextTable table{std::move(columns)};
    for (auto const& row : rows)
        table.row(row);
    return table.text("    ");
}

std::string piped(std::vector<std::string> const& head, Rows const& rows, std::string_view rule)
{
    auto text = fmt::format("| {} |\n{}\n", fmt::join(head, " | "), rule);
    for (auto const& row : rows)
        text += fmt::format("| {} |\n", fmt::join(row, " | "));
    return text;
}

/// "The model after these data":
std::string_view model_heading(NextStep const& step)
{
    return step.cohorts.empty() ? "The model before any data: P(DLT) at each level"
                                : "The model after these data: P(DLT) at each level";
}

std::string posterior_text(NextStep const& step, DoseLadder const& ladder)
{
    if (!step.posterior)
        return {};
    auto const table = posterior_table(*step.posterior, ladder, step.tallies, step.decision());
    std::vector<TextTable::Column> columns;
    for (auto const& head : table.heads)
        columns.push_back({head});
    columns.back().align = Align::left;
    auto text = fmt::format("\n  {}:\n{}", model_heading(step), indented(table.rows, columns));
    for (auto const& line : posterior_lines(*step.posterior))
        text += "    " + line + "\n";
    return text;
}

std::string posterior_markdown(NextStep const& step, DoseLadder const& ladder)
{
    if (!step.posterior)
        return {};
    auto table = posterior_table(*step.posterior, ladder, step.tallies, step.decision());
    std::string rule = "|";
    for (std::size_t column = 0; column + 1 < table.heads.size(); ++column)
        rule += "---:|";
    for (auto& row : table.rows)
        row.back() = in_markdown(row.back());
    auto text = fmt::format("\n{}:\n\n{}", model_heading(step), piped(table.heads, table.rows, rule + ":---|"));
    for (auto const& line : posterior_lines(*step.posterior))
        text += fmt::format("\n{}.\n", in_markdown(line));
    return text;
}

/// The names of the intervals of all models.
std::vector<std::string> interval_names(NextResult const& result)
{
    std::vector<std::string> names;
    for (auto const& design : result.designs)
        if (design.step.posterior)
            for (auto const& interval : design.step.posterior->intervals)
                if (std::ranges::find(names, interval.name) == names.end())
                    names.push_back(interval.name);
    return names;
}

} // namespace

std::string next_text(NextResult const& result)
{
    auto const ladder = result.scenario.ladder();
    auto text = fmt::format("{}\n{}\n\n", result.scenario.name, data_line(result));
    std::vector<TextTable::Column> columns;
    for (auto const& head : tally_heads(result))
        columns.push_back({head});
    text += indented(tally_rows(result), columns);
    for (auto const& [label, step] : result.designs) {
        text += fmt::format("\n{}\n  Next: {}\n  because {}\n", label, recommendation(step, ladder), step.decision().reason);
        for (auto const& line : departure_lines(step, ladder))
            text += "  " + line + "\n";
        text += posterior_text(step, ladder);
        for (auto const& outlook : outlooks(step)) {
            text += fmt::format("\n  After the next cohort of {} at {}:\n", outlook.treat.patients,
                                ladder.text(outlook.treat.level));
            text += indented(outlook_rows(step, outlook, ladder), {{"DLTs"}, {"then", Align::left}, {"because", Align::left}});
        }
        for (auto const& line : outlook_notes(step))
            text += "  " + line + "\n";
    }
    for (auto const& note : result.notes)
        text += "\nNote: " + note + ".\n";
    return text + fmt::format("\n{}\n", disclaimer);
}

std::string next_markdown(NextResult const& result)
{
    auto const ladder = result.scenario.ladder();
    auto text = fmt::format("**{}**\n\n{}\n\n", in_markdown(result.scenario.name), data_line(result));
    std::string rule = "|";
    for (std::size_t i = 0; i < tally_heads(result).size(); ++i)
        rule += "---:|";
    text += piped(tally_heads(result), tally_rows(result), rule);
    for (auto const& [label, step] : result.designs) {
        text += fmt::format("\n**{}: {}**, because {}.\n", in_markdown(label), recommendation(step, ladder),
                            step.decision().reason);
        for (auto const& line : departure_lines(step, ladder))
            text += (line.starts_with("  ") ? "- " + line.substr(2) : "\n" + line) + "\n";
        text += posterior_markdown(step, ladder);
        for (auto const& outlook : outlooks(step)) {
            text += fmt::format("\nAfter the next cohort of {} at {}:\n\n", outlook.treat.patients,
                                ladder.text(outlook.treat.level));
            text += piped({"DLTs", "then", "because"}, outlook_rows(step, outlook, ladder), "|---:|:---|:---|");
        }
        for (auto const& line : outlook_notes(step))
            text += "\n" + line + "\n";
    }
    for (auto const& note : result.notes)
        text += "\nNote: " + in_markdown(note) + ".\n";
    return text + fmt::format("\n{}\n", in_one_line(disclaimer));
}

std::string next_csv(NextResult const& result)
{
    auto const ladder = result.scenario.ladder();
    auto const intervals = interval_names(result);
    std::vector<std::string> columns{"design",      "level",        "dose_" + column_unit(symbol(ladder.unit())),
                                     "patients",    "dlts",         "rate",
                                     "rate_low_90", "rate_high_90", "next_patients",
                                     "decision",    "reason",       "departures"};
    std::ranges::copy(posterior_columns(intervals), std::back_inserter(columns));
    Csv table{columns};
    auto const number = [](double value) { return fmt::format("{}", value); };
    for (auto const& [label, step] : result.designs) {
        auto const decision = step.decision();
        for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
            auto const tally = tallies(result)[static_cast<std::size_t>(level.index())];
            auto const patients = tally.patients;
            auto const dlts = tally.dlts;
            std::vector<std::string> row{label, std::to_string(level.number()), number(ladder.dose(level)),
                                         std::to_string(patients), std::to_string(dlts)};
            if (patients > 0) {
                auto const interval = clopper_pearson(dlts, patients, rate_confidence);
                row.insert(row.end(),
                           {number(static_cast<double>(dlts) / patients), number(interval.low), number(interval.high)});
            } else {
                row.insert(row.end(), {"", "", ""});
            }
            auto const* treat = std::get_if<Treat>(&decision.action);
            row.push_back(treat && treat->level == level ? std::to_string(treat->patients) : "0");
            row.insert(row.end(), {recommendation(step, ladder), decision.reason, std::to_string(step.departures.size())});
            std::ranges::copy(posterior_cells(step.posterior, level, intervals), std::back_inserter(row));
            table.row(row);
        }
    }
    return table.text();
}

nlohmann::ordered_json next_json(NextResult const& result)
{
    auto const ladder = result.scenario.ladder();
    Json object{{"scenario", result.scenario.name},
                {"version", version()},
                {"unit", symbol(ladder.unit())},
                {"data", fractions(cohorts(result), ladder)},
                {"levels", Json::array()},
                {"designs", Json::array()},
                {"notes", result.notes},
                {"not_a_clinical_decision", in_one_line(disclaimer)}};
    for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
        auto const tally = tallies(result)[static_cast<std::size_t>(level.index())];
        auto const patients = tally.patients;
        auto const dlts = tally.dlts;
        Json row{{"level", level.number()}, {"dose", ladder.dose(level)}, {"patients", patients}, {"dlts", dlts}};
        if (patients > 0) {
            auto const interval = clopper_pearson(dlts, patients, rate_confidence);
            row["rate"] = static_cast<double>(dlts) / patients;
            row["rate_interval_90"] = {interval.low, interval.high};
        }
        object["levels"].push_back(row);
    }
    for (auto const& [label, step] : result.designs) {
        auto const decision = step.decision();
        Json design{{"design", label}, {"decision", recommendation(step, ladder)}, {"reason", decision.reason}};
        design["recommendation"] = decision_json(decision.action, ladder);
        design["follows_design"] = step.departures.empty();
        design["departures"] = Json::array();
        for (auto const& departure : step.departures)
            design["departures"].push_back({{"cohort", departure.cohort + 1},
                                            {"asked", describe(departure.asked, ladder)},
                                            {"reason", departure.asked.reason},
                                            {"level", departure.seen.level.number()},
                                            {"patients", departure.seen.patients},
                                            {"words", departure_words(departure, ladder)}});
        design["posterior"] = step.posterior ? posterior_json(*step.posterior, ladder) : Json(nullptr);
        design["after_next_cohort"] = Json::array();
        for (auto const& outlook : outlooks(step))
            for (auto const& after : outlook.node->steps) {
                Json row{{"level", outlook.treat.level.number()},
                         {"patients", outlook.treat.patients},
                         {"dlts", after.outcome.dlts},
                         {"grade_2", after.outcome.grade_2},
                         {"grade_4", after.outcome.grade_4}};
                auto const& action = step.ahead.node(after.to).action;
                row["decision"] = describe(Decision{action, {}}, ladder);
                row["reason"] = after.reason;
                row["recommendation"] = decision_json(action, ladder);
                design["after_next_cohort"].push_back(row);
            }
        object["designs"].push_back(design);
    }
    return object;
}

} // namespace escalon
