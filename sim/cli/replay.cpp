// `replay`: the documented trial, or simulated trial N, cohort by cohort.
#include "sim/cli/commands.hpp"

#include "sim/report/clocked_trial_text.hpp"
#include "sim/report/explain_text.hpp"
#include "sim/report/figures/replay.hpp"
#include "sim/report/replay_text.hpp"
#include "sim/scenario/cells.hpp"
#include "sim/vocabulary/notation.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace escalon::cli {
namespace {

void draw(Figure const& figure, ReplayArguments const& arguments, Console const& console)
{
    draw_figure(figure.specification.dump(json_indent) + "\n", *arguments.figure, *arguments.figure, console);
    console.note("figure: " + arguments.figure->string());
}

/// A simulated trial that runs by a clock, with its patients along the calendar.
Exit replay_by_clock(Scenario const& scenario, DesignEntry const& entry, ReplayArguments const& arguments, Console const& console)
{
    auto const trial = clocked_trial(scenario, entry, *arguments.trial - 1);
    print(arguments.output, {.text = [&] { return explain_text(trial); }, .json = [&] { return explain_json(trial); }}, console);
    if (arguments.figure)
        draw(swimmer_figure(swimmer_of(trial)), arguments, console);
    return Exit::done;
}

Exit replay_simulated(Scenario const& scenario, ReplayArguments const& arguments, Console const& console)
{
    if (arguments.output == Output::csv)
        throw UsageError("--csv is of a record; with --trial take --json, or run --write-trials");
    auto const& entry = design_of(scenario, arguments.design);
    if (scenario.trial.clock)
        return replay_by_clock(scenario, entry, arguments, console);
    auto const record = record_trial(entry.design, scenario.ladder(), nature(scenario), scenario.runner.seed,
                                     *arguments.trial - 1);
    ExplainedTrial const trial{scenario, entry.label, record};
    print(arguments.output, {.text = [&] { return explain_text(trial); }, .json = [&] { return explain_json(trial); }}, console);
    if (arguments.figure)
        draw(replay_figure({.title = scenario.name,
                            .subtitle = fmt::format(
                                "Simulated trial {} of {}, seed {}. Below each cohort: patients with a DLT / patients treated.",
                                *arguments.trial, entry.label, scenario.runner.seed),
                            .ladder = scenario.ladder(),
                            .cohorts = recorded_cohorts(record),
                            .mtd = record.verdict.mtd,
                            .mtd_word = "Selected",
                            .dlt_word = "DLT"}),
             arguments, console);
    return Exit::done;
}

/// The outcomes that were typed, in place of the documented trial.
Documented typed_record(std::string const& data, Scenario const& scenario)
{
    auto const ladder = scenario.ladder();
    try {
        Documented record;
        for (auto const& cohort : parse_outcomes(data, ladder)) {
            auto& documented = record.cohorts.emplace_back();
            documented.level = {ladder.dose(cohort.level), ladder.unit()};
            documented.patients.known = cohort.patients;
            documented.dlts.known = cohort.dlts;
            if (cohort.grade_2 > 0)
                documented.grade_2 = cohort.grade_2;
            if (cohort.grade_4 > 0)
                documented.grade_4 = cohort.grade_4;
        }
        return record;
    } catch (NotationError const& fault) {
        Diagnostic diagnostic;
        diagnostic.file = "--data";
        diagnostic.column = diagnostic.caret = static_cast<int>(fault.position) + 1;
        diagnostic.message = fault.what();
        diagnostic.excerpt = data;
        throw ScenarioError({diagnostic});
    }
}

} // namespace

Exit execute(ReplayArguments const& arguments, Console const& console)
{
    auto scenario = read(arguments.input);
    if (!arguments.data.empty())
        scenario.documented = typed_record(arguments.data, scenario);
    if (arguments.trial)
        return replay_simulated(scenario, arguments, console);
    auto const record = recorded_cohorts(scenario);
    if (record.empty())
        throw ScenarioIncomplete("'" + scenario.name +
                                 "' documents no cohorts to replay: add documented: { cohorts: [...] }, give outcomes with "
                                 "--data '1NNN 2NNT', or replay a "
                                 "simulated trial with --trial 1");
    auto const& entry = design_of(scenario, arguments.design);
    ReplayResult const result{scenario, entry.label, replay(entry.design, scenario.ladder(), record)};
    print(arguments.output,
          {.text = [&] { return replay_text(result); },
           .json = [&] { return replay_json(result); },
           .csv = [&] { return replay_csv(result); }},
          console);
    if (arguments.figure)
        draw(replay_figure(documented_figure(scenario)), arguments, console);
    return Exit::done;
}

} // namespace escalon::cli
