// `next`: the recommendation for a trial that is running.
#include "sim/cli/commands.hpp"

#include "sim/report/figures/model.hpp"
#include "sim/report/figures/replay.hpp"
#include "sim/report/next_text.hpp"
#include "sim/report/numbers.hpp"
#include "sim/scenario/trial_data.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

namespace escalon::cli {
namespace {

TrialData data_of(NextArguments const& arguments, DoseLadder const& ladder)
{
    if (arguments.data.empty())
        return read_trial_data(arguments.outcomes, "--outcomes", ladder);
    return read_trial_data(text_of(arguments.data), arguments.data == "-" ? "standard input" : arguments.data, ladder);
}

/// The trial so far with the cohort that the design asks for, its outcome open.
ReplayFigure figure_of(Scenario const& scenario, NextOfDesign const& next)
{
    auto const ladder = scenario.ladder();
    std::vector<RecordedCohort> cohorts;
    for (auto const& cohort : next.step.cohorts)
        cohorts.push_back({.level = cohort.level, .patients = cohort.patients, .dlts = cohort.dlts});
    auto const decision = next.step.decision();
    if (auto const* treat = std::get_if<Treat>(&decision.action))
        cohorts.push_back({.level = treat->level, .patients = treat->patients, .dlts = std::nullopt, .late_dlts = 0});
    auto const* stop = std::get_if<Stop>(&decision.action);
    return {.title = scenario.name + ": the trial so far and what comes next",
            .subtitle = fmt::format("Next by {}: {}, because {}.", next.label, describe(decision, ladder), decision.reason),
            .ladder = ladder,
            .cohorts = std::move(cohorts),
            .mtd = stop ? stop->mtd : std::nullopt,
            .dlt_word = "DLT",
            .last_is_next = std::holds_alternative<Treat>(decision.action)};
}

/// The first of the designs whose model tells what it believes; none where none has a model.
NextOfDesign const* first_with_model(NextResult const& result)
{
    auto const at = std::ranges::find_if(result.designs, [](auto const& design) { return design.step.posterior.has_value(); });
    return at == result.designs.end() ? nullptr : &*at;
}

[[noreturn]] void refuse_without_model(NextResult const& result)
{
    std::vector<std::string> labels;
    for (auto const& design : result.designs)
        labels.push_back(design.label);
    throw UsageError(
        fmt::format("--posterior: {} {} no model of the dose-toxicity curve, so there is no posterior to draw; leave the "
                    "option out, or ask a design that has one, such as crm",
                    listed(labels), labels.size() == 1 ? "has" : "have"));
}

/// Of each design that reads exposures, of how many patients it had one.
std::vector<std::string> exposure_notes(NextResult const& result, Scenario const& scenario, TrialData const& data)
{
    std::vector<std::string> notes;
    bool read = false;
    for (auto const& [label, step] : result.designs) {
        auto const metric = exposure_read(design_of(scenario, label).design);
        if (!metric)
            continue;
        read = true;
        auto const patients = std::accumulate(step.cohorts.begin(), step.cohorts.end(), 0,
                                              [](int sum, Cohort const& cohort) { return sum + cohort.patients; });
        auto const measured = static_cast<int>(step.exposures.size());
        if (measured < patients)
            notes.push_back(
                fmt::format("{} reads the {} of each patient and has it of {} of {}: the others count by its forecast; "
                            "column {} of the data tells it",
                            label, name_of(*metric), measured, patients, exposure_column(*metric)));
    }
    if (!read && !data.measured.empty())
        notes.emplace_back("no design here reads exposures: they were left aside");
    return notes;
}

} // namespace

Exit execute(NextArguments const& arguments, Console const& console)
{
    auto scenario = read(arguments.input);
    design_of(scenario, arguments.design); // there must be one
    auto const ladder = scenario.ladder();
    auto const data = data_of(arguments, ladder);
    NextResult result{.scenario = scenario, .notes = data.notes};
    for (auto const& entry : scenario.designs)
        if (arguments.design.empty() || entry.label == arguments.design) {
            auto const design = decider(entry.design, ladder);
            result.designs.push_back({entry.label, next_step(asking(design), ladder, data.cohorts, data.measured)});
        }
    std::ranges::move(exposure_notes(result, scenario, data), std::back_inserter(result.notes));
    auto const* modelled = first_with_model(result);
    if (arguments.posterior && !modelled)
        refuse_without_model(result);
    print(arguments.output,
          {.text = [&] { return next_text(result); },
           .json = [&] { return next_json(result); },
           .csv = [&] { return next_csv(result); },
           .markdown = [&] { return next_markdown(result); }},
          console);
    if (arguments.output != Output::text)
        for (auto const& note : result.notes)
            console.note("note: " + note);
    if (arguments.figure.wanted())
        draw_figure(replay_figure(figure_of(scenario, result.designs.front()), arguments.figure.style), scenario.name,
                    arguments.figure, console);
    auto posterior = arguments.figure;
    posterior.file = arguments.posterior;
    if (modelled && posterior.wanted())
        draw_figure(posterior_figure(*model_figure(scenario, design_of(scenario, modelled->label),
                                                   observed_before(modelled->step, ladder)),
                                     posterior.style),
                    scenario.name, posterior, console);
    return Exit::done;
}

} // namespace escalon::cli
