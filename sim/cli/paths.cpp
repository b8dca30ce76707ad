// `paths`: dose transition pathways.
#include "sim/cli/commands.hpp"

#include "sim/report/figures/paths.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/paths_text.hpp"
#include "sim/runner/run.hpp"
#include "sim/scenario/cells.hpp"
#include "sim/scenario/trial_data.hpp"
#include "sim/trial/design_graph.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace escalon::cli {
namespace {

/// None where the scenario says nothing of toxicity: pathways then have no probabilities.
std::vector<PathTruth> truths_of(Scenario const& scenario)
{
    if (!scenario.toxicity && scenario.truths.empty())
        return {};
    Workers const workers{Workers::all_processors(), &user_interrupt()};
    std::vector<PathTruth> truths;
    for (auto const& truth : natures(scenario)) {
        auto toxicity = true_toxicity(truth.nature, truth.target, workers, nullptr, truth.until);
        truths.push_back({truth.name, std::move(toxicity.dlt_probability), std::move(toxicity.grades)});
    }
    return truths;
}

/// As deep as was asked for, or as deep as can be shown.
enum class Depth { asked, shown };

} // namespace

Exit execute(PathsArguments const& arguments, Console const& console)
{
    auto scenario = read(arguments.input);
    auto const& entry = design_of(scenario, arguments.design);
    auto const ladder = scenario.ladder();
    auto const from = read_trial_data(arguments.from, "--from", ladder).cohorts;
    Observed observed{ladder};
    for (auto const& cohort : from)
        observed.record(cohort);
    auto const design = decider(entry.design, ladder);
    watch_for_interrupt();
    bool const follows = design.follows_patients();
    auto const truths = follows ? std::vector<PathTruth>{} : truths_of(scenario);
    if (follows)
        console.note("note: " + entry.label + " follows patients: its paths are those of first courses, without probabilities");
    auto const result = [&](Depth depth) {
        try {
            auto tree = depth == Depth::asked ? pathways(asking(design), observed, arguments.cohorts)
                                              : pathways_within(asking(design), observed, arguments.cohorts, most_path_lines);
            return PathsResult{scenario, entry.label, from, arguments.cohorts, std::move(tree), truths};
        } catch (NotEnumerable const& too_many) {
            throw UsageError(fmt::format("--cohorts {}: {}; ask for fewer", arguments.cohorts, too_many.what()));
        }
    };
    auto const every_path = [&] {
        auto const whole = result(Depth::asked);
        if (whole.tree.paths() > most_path_rows)
            throw UsageError(
                fmt::format("--cohorts {} has {} paths, and --csv a row for each: ask for fewer cohorts, or take --json",
                            arguments.cohorts, three_digits(whole.tree.paths())));
        return paths_csv(whole);
    };
    print(arguments.output,
          {.text = [&] { return paths_text(result(Depth::shown)); },
           .json = [&] { return paths_json(result(Depth::asked)); },
           .csv = every_path},
          console);
    if (arguments.figure.wanted())
        draw_figure(paths_figure(result(Depth::shown), arguments.figure.style), scenario.name, arguments.figure, console);
    return Exit::done;
}

} // namespace escalon::cli
