#include "sim/report/replay_text.hpp"

#include "pk_models/units.hpp"
#include "sim/report/csv.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/text_table.hpp"
#include "sim/report/version.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

std::string_view key(Agreement agreement)
{
    switch (agreement) {
    case Agreement::agrees: return "agrees";
    case Agreement::other_number: return "other_number";
    case Agreement::other_level: return "other_level";
    case Agreement::after_stop: return "after_stop";
    case Agreement::unknown: return "unknown";
    }
    return "";
}

std::string_view mark(Agreement agreement)
{
    switch (agreement) {
    case Agreement::agrees: return "agrees";
    case Agreement::other_number: return "differs in number";
    case Agreement::other_level:
    case Agreement::after_stop: return "PARTS";
    case Agreement::unknown: return "cannot tell";
    }
    return "";
}

std::string heading(Reading const& reading)
{
    return reading.counting == Counting::in_window ? "As seen in the DLT window" : "With the late toxicities counted";
}

/// "the rule would treat 3 patients at 297 mg/m2"
std::string would(Decision const& rule, DoseLadder const& ladder) { return "the rule would " + describe(rule, ladder); }

std::string treated(RecordedCohort const& cohort, DoseLadder const& ladder)
{
    auto const who = cohort.patients ? counted(*cohort.patients, "patient") : std::string{"an unknown number of patients"};
    return fmt::format("the record treats {} at {}", who, ladder.text(cohort.level));
}

/// "3 at 168 mg/m2", "stop, MTD 168 mg/m2".
std::string short_text(Decision const& rule, DoseLadder const& ladder)
{
    if (auto const* treat = std::get_if<Treat>(&rule.action))
        return fmt::format("{} at {}", treat->patients, ladder.text(treat->level));
    return describe(rule, ladder);
}

/// Where a second reading first says something else than the one before.
std::size_t first_difference(Reading const& reading, Reading const* before)
{
    std::size_t i = 0;
    while (before && i < reading.steps.size() && reading.steps[i].rule == before->steps[i].rule &&
           reading.steps[i].agreement == before->steps[i].agreement)
        ++i;
    return i;
}

std::string steps_table(Reading const& reading, std::size_t first, DoseLadder const& ladder)
{
    TextTable table{{{"cohort"},
                     {"dose"},
                     {"DLTs", Align::left},
                     {"the rule asks for", Align::left},
                     {"because", Align::left},
                     {"the record", Align::left}}};
    for (std::size_t i = first; i < reading.steps.size(); ++i) {
        auto const& step = reading.steps[i];
        table.row({std::to_string(i + 1), ladder.text(step.recorded.level), outcome_text(step.recorded),
                   step.rule ? short_text(*step.rule, ladder) : "", step.rule ? step.rule->reason : "",
                   std::string{mark(step.agreement)}});
    }
    return table.text();
}

std::string partings(Reading const& reading, std::size_t first, DoseLadder const& ladder)
{
    std::string text;
    for (std::size_t i = first; i < reading.steps.size(); ++i) {
        auto const& step = reading.steps[i];
        if (!step.rule || step.agreement == Agreement::agrees)
            continue;
        text += fmt::format("  Cohort {}: {} ({}), but {}.\n", i + 1, would(*step.rule, ladder), step.rule->reason,
                            treated(step.recorded, ladder));
        if (!step.recorded.note.empty())
            text += fmt::format("    Note: {}.\n", step.recorded.note);
    }
    if (text.empty())
        return reading.unknown_from ? "  As far as it is known, the record follows the rule.\n"
                                    : "  The record follows the rule throughout.\n";
    return text;
}

std::string range_text(Possibility const& possibility)
{
    if (possibility.fewest == possibility.most)
        return std::to_string(possibility.fewest);
    return fmt::format("{} to {}", possibility.fewest, possibility.most);
}

std::string after_the_record(Reading const& reading, DoseLadder const& ladder)
{
    if (reading.last)
        return fmt::format("  After the record {}: {}.\n", would(*reading.last, ladder), reading.last->reason);
    auto const& cohort = reading.steps[*reading.unknown_from].recorded;
    auto const number = *reading.unknown_from + 1;
    if (reading.possibilities.empty())
        return fmt::format("  What happened in cohort {} at {} is not on record: from there on nothing can be reconstructed.\n",
                           number, ladder.text(cohort.level));
    auto text = fmt::format("  The DLTs of cohort {}, {} at {}, are not on record. If they were\n", number,
                            counted(*cohort.patients, "patient"), ladder.text(cohort.level));
    for (auto const& possibility : reading.possibilities)
        text += fmt::format("    {}, {}: {}\n", range_text(possibility), would(possibility.rule, ladder),
                            possibility.rule.reason);
    return text;
}

/// "at most 2 of the 13 patients", "2 to 3 of the 3 patients"
std::string of_patients(Possibility const& possibility, int patients)
{
    auto const who = possibility.fewest == 0 ? fmt::format("at most {}", possibility.most) : range_text(possibility);
    return fmt::format("{} of the {}", who, counted(patients, "patient"));
}

std::string named_text(Reading const& reading, std::optional<DoseLevel> documented, DoseLadder const& ladder)
{
    if (!documented)
        return "";
    auto const how = reading.counting == Counting::in_window ? "In the DLT window" : "With the late toxicities counted";
    if (reading.last)
        return fmt::format("  {} the rule {} {} after this record.\n", how,
                           named_by(*reading.last) == documented ? "names" : "does not name", ladder.text(*documented));
    if (reading.possibilities.empty() || !reading.ends_with_the_unknown())
        return fmt::format("  {} the record does not let the rule be followed to an MTD.\n", how);
    auto const number = *reading.unknown_from + 1;
    int const patients = *reading.steps.back().recorded.patients;
    std::vector<std::string> conditions;
    for (auto const& possibility : reading.possibilities)
        if (named_by(possibility.rule) == documented)
            conditions.push_back(of_patients(possibility, patients));
    if (conditions.empty())
        return fmt::format("  {} the rule never names {}, whatever the unknown DLTs were.\n", how, ladder.text(*documented));
    return fmt::format("  {} the rule names {} if {} in cohort {} had a DLT.\n", how, ladder.text(*documented),
                       fmt::join(conditions, " or "), number);
}

std::string source_of_mtd(Scenario const& scenario)
{
    for (auto const& [path, entry] : scenario.evidence.entries)
        if (path == "documented.mtd" && entry.source)
            return ", " + *entry.source;
    return "";
}

std::optional<DoseLevel> documented_mtd(Scenario const& scenario)
{
    if (!scenario.documented || !scenario.documented->mtd)
        return std::nullopt;
    return level_of(scenario.doses, *scenario.documented->mtd);
}

std::string last_line(ReplayResult const& result)
{
    auto const ladder = result.scenario.ladder();
    if (auto const mtd = documented_mtd(result.scenario))
        return fmt::format("MTD {} (documented{})\n", ladder.text(*mtd), source_of_mtd(result.scenario));
    auto const& reading = result.replay.with_late ? *result.replay.with_late : result.replay.in_window;
    if (auto const named = reading.named())
        return fmt::format("MTD {} (by the rule; none is documented)\n", ladder.text(*named));
    return "MTD none: neither documented nor named by the rule\n";
}

Json count_json(std::optional<int> const& count) { return count ? Json(*count) : Json("unknown"); }

Json decision_json(Decision const& decision, DoseLadder const& ladder)
{
    return {{"decision", describe(decision, ladder)}, {"reason", decision.reason}};
}

Json reading_json(Reading const& reading, DoseLadder const& ladder)
{
    Json object{{"counting", reading.counting == Counting::in_window ? "in_window" : "with_late"}, {"steps", Json::array()}};
    for (auto const& step : reading.steps) {
        auto const& cohort = step.recorded;
        Json row{{"level", cohort.level.number()},
                 {"dose", ladder.text(cohort.level)},
                 {"patients", count_json(cohort.patients)},
                 {"dlts", count_json(cohort.dlts)},
                 {"late_dlts", count_json(cohort.late_dlts)},
                 {"rule", step.rule ? decision_json(*step.rule, ladder) : Json(nullptr)},
                 {"agreement", key(step.agreement)}};
        if (!cohort.note.empty())
            row["note"] = cohort.note;
        object["steps"].push_back(row);
    }
    object["after_record"] = reading.last ? decision_json(*reading.last, ladder) : Json(nullptr);
    object["unknown_from_cohort"] = reading.unknown_from ? Json(*reading.unknown_from + 1) : Json(nullptr);
    object["possibilities"] = Json::array();
    for (auto const& possibility : reading.possibilities) {
        Json row{{"fewest_dlts", possibility.fewest}, {"most_dlts", possibility.most}};
        row.update(decision_json(possibility.rule, ladder));
        auto const mtd = named_by(possibility.rule);
        row["mtd"] = mtd ? Json(ladder.text(*mtd)) : Json(nullptr);
        object["possibilities"].push_back(row);
    }
    auto const named = reading.named();
    object["mtd_by_rule"] = named ? Json(ladder.text(*named)) : Json(nullptr);
    return object;
}

} // namespace

std::vector<RecordedCohort> recorded_cohorts(Scenario const& scenario)
{
    std::vector<RecordedCohort> record;
    if (!scenario.documented)
        return record;
    for (auto const& cohort : scenario.documented->cohorts)
        record.push_back({.level = level_of(scenario.doses, cohort.level).value(),
                          .patients = cohort.patients.known,
                          .dlts = cohort.dlts.known,
                          .late_dlts = cohort.late_dlts.known,
                          .grade_2 = cohort.grade_2.value_or(0),
                          .grade_4 = cohort.grade_4.value_or(0),
                          .note = cohort.note.value_or("")});
    return record;
}

ReplayFigure documented_figure(Scenario const& scenario)
{
    auto cohorts = recorded_cohorts(scenario);
    bool const sizes_known = std::ranges::all_of(cohorts, [](auto const& cohort) { return cohort.patients.has_value(); });
    return {.title = scenario.name + ": as documented",
            .subtitle =
                sizes_known
                    ? "Each symbol is one patient. Below each cohort: patients with a DLT in the window / patients treated."
                    : "How many patients some levels had, and how many of them a DLT, is not on record.",
            .ladder = scenario.ladder(),
            .cohorts = std::move(cohorts),
            .mtd = documented_mtd(scenario)};
}

std::string outcome_text(RecordedCohort const& cohort)
{
    if (!cohort.patients)
        return cohort.dlts ? fmt::format("{}/unknown", *cohort.dlts) : "unknown";
    auto text = cohort.dlts ? fmt::format("{}/{}", *cohort.dlts, *cohort.patients) : fmt::format("unknown/{}", *cohort.patients);
    if (!cohort.late_dlts)
        text += " + unknown late";
    else if (*cohort.late_dlts > 0)
        text += fmt::format(" + {} late", *cohort.late_dlts);
    return text;
}

std::string replay_text(ReplayResult const& result)
{
    auto const ladder = result.scenario.ladder();
    auto text = fmt::format("{}\nThe record against {}\n", result.scenario.name, result.label);
    auto const& replay = result.replay;
    auto const show = [&](Reading const& reading, Reading const* before) {
        auto const first = first_difference(reading, before);
        text += "\n" + heading(reading) + "\n\n";
        if (first > 0)
            text += fmt::format("  Cohorts 1 to {}: as above.\n", first);
        if (first < reading.steps.size())
            text += steps_table(reading, first, ladder);
        text += "\n" + partings(reading, first, ladder) + after_the_record(reading, ladder);
    };
    show(replay.in_window, nullptr);
    if (replay.with_late)
        show(*replay.with_late, &replay.in_window);
    auto const mtd = documented_mtd(result.scenario);
    text += "\n" + named_text(replay.in_window, mtd, ladder);
    if (replay.with_late)
        text += named_text(*replay.with_late, mtd, ladder);
    return text + last_line(result);
}

std::string replay_csv(ReplayResult const& result)
{
    auto const ladder = result.scenario.ladder();
    Csv table{{"counting", "cohort", "level", "dose_" + column_unit(symbol(ladder.unit())), "patients", "dlts", "late_dlts",
               "agreement", "rule", "reason"}};
    auto const count = [](std::optional<int> const& number) { return number ? std::to_string(*number) : std::string{}; };
    auto const add = [&](Reading const& reading) {
        for (std::size_t i = 0; i < reading.steps.size(); ++i) {
            auto const& step = reading.steps[i];
            auto const& cohort = step.recorded;
            table.row({reading.counting == Counting::in_window ? "in_window" : "with_late", std::to_string(i + 1),
                       std::to_string(cohort.level.number()), shortest(ladder.dose(cohort.level)), count(cohort.patients),
                       count(cohort.dlts), count(cohort.late_dlts), std::string{key(step.agreement)},
                       step.rule ? describe(*step.rule, ladder) : "", step.rule ? step.rule->reason : ""});
        }
    };
    add(result.replay.in_window);
    if (result.replay.with_late)
        add(*result.replay.with_late);
    return table.text();
}

nlohmann::ordered_json replay_json(ReplayResult const& result)
{
    auto const ladder = result.scenario.ladder();
    auto const mtd = documented_mtd(result.scenario);
    Json object{{"scenario", result.scenario.name},
                {"version", version()},
                {"design", result.label},
                {"readings", Json::array({reading_json(result.replay.in_window, ladder)})}};
    if (result.replay.with_late)
        object["readings"].push_back(reading_json(*result.replay.with_late, ladder));
    object["mtd"] = mtd ? Json(ladder.text(*mtd)) : Json(nullptr);
    return object;
}

} // namespace escalon
