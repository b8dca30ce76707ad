// `explain`: one simulated trial of a result, patient by patient.
#include "sim/cli/commands.hpp"

#include "sim/report/clocked_trial_text.hpp"
#include "sim/report/explain_text.hpp"
#include "sim/scenario/cells.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace escalon::cli {

Exit execute(ExplainArguments const& arguments, Console const& console)
{
    std::error_code unreadable; // then reading says so
    bool const folder = std::filesystem::is_directory(arguments.input.scenario, unreadable);
    auto input = arguments.input;
    if (folder)
        input.scenario /= "scenario.resolved.yaml";
    auto const scenario = read(input);
    auto const& entry = design_of(scenario, arguments.design);
    if (folder && arguments.trial > static_cast<std::uint64_t>(scenario.runner.trials))
        console.note(fmt::format("note: trial {} is beyond the {} of the run; it is what that trial would have been",
                                 arguments.trial, scenario.runner.trials));
    auto const explain = [&](auto const& trial) {
        print(arguments.output, {.text = [&] { return explain_text(trial); }, .json = [&] { return explain_json(trial); }},
              console);
        return Exit::done;
    };
    if (scenario.trial.clock)
        return explain(clocked_trial(scenario, entry, arguments.trial - 1));
    auto const record = record_trial(entry.design, scenario.ladder(), nature(scenario), scenario.runner.seed,
                                     arguments.trial - 1);
    return explain(ExplainedTrial{scenario, entry.label, record});
}

} // namespace escalon::cli
