// `run` and `exact`: operating characteristics, and a result folder.
#include "sim/cli/commands.hpp"

#include "sim/report/files.hpp"
#include "sim/report/replay_figure.hpp"
#include "sim/report/replay_text.hpp"
#include "sim/report/run_csv.hpp"
#include "sim/report/run_json.hpp"
#include "sim/report/run_text.hpp"
#include "sim/report/version.hpp"
#include "sim/scenario/cells.hpp"
#include "sim/scenario/echo.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <unistd.h>

namespace escalon::cli {
namespace {

using Clock = std::chrono::system_clock;

/// What differs between machines and moments, and so has no place in result.json.
std::string log_json(RunArguments const& arguments, int jobs, Clock::time_point start)
{
    constexpr std::size_t longest_host = 256;
    std::string host(longest_host, '\0');
    host = ::gethostname(host.data(), host.size()) == 0 ? std::string{host.c_str()} : "unknown";
    std::vector<std::string> overrides;
    for (auto const& override : arguments.input.overrides)
        overrides.push_back(override.text());
    nlohmann::ordered_json const log{{"scenario_file", arguments.input.scenario.string()},
                                     {"set", overrides},
                                     {"started", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(Clock::to_time_t(start)))},
                                     {"seconds", std::chrono::duration<double>(Clock::now() - start).count()},
                                     {"threads", jobs},
                                     {"host", host},
                                     {"version", version()}};
    return log.dump(json_indent) + "\n";
}

void write_folder(RunArguments const& arguments, RunResult const& run, Nature const& nature, int jobs, Clock::time_point start,
                  Console const& console)
{
    auto const place = arguments.out.value_or(std::filesystem::path{"results"} / arguments.input.scenario.stem());
    ResultFolder folder{place};
    folder.add("result.json", run_json(run).dump(json_indent) + "\n");
    folder.add("operating_characteristics.csv", operating_characteristics_csv(run));
    folder.add("scenario.resolved.yaml", resolved_yaml(run.scenario));
    folder.add("run.log.json", log_json(arguments, jobs, start));
    if (arguments.write_trials)
        folder.add("trials.csv", trials_csv(run, nature));
    if (arguments.write_patients)
        folder.add("patients.csv", patients_csv(run, nature));
    std::filesystem::path const figure = std::filesystem::path{"figures"} / "replay.svg";
    if (run.scenario.documented && !run.scenario.documented->cohorts.empty())
        draw_figure(replay_figure(documented_figure(run.scenario)).dump(json_indent) + "\n", folder.draft() / figure,
                    place / figure, console);
    folder.publish();
    console.note("result: " + place.string());
}

} // namespace

Exit execute(RunArguments const& arguments, Console const& console)
{
    auto const start = Clock::now();
    auto scenario = read(arguments.input);
    design_of(scenario, {}); // there must be one
    auto const truth_of_trials = nature(scenario);
    int const jobs = arguments.jobs > 0 ? arguments.jobs : Workers::all_processors();
    Workers const workers{jobs, &user_interrupt()};
    RunRequest const request{.engine = arguments.exact_only ? EngineChoice::exact : scenario.runner.engine,
                             .effort = {.trials = static_cast<std::uint64_t>(scenario.runner.trials),
                                        .precision = scenario.runner.precision ? std::optional<double>{*scenario.runner.precision}
                                                                               : std::nullopt},
                             .seed = scenario.runner.seed};

    watch_for_interrupt();
    RunResult run{.scenario = std::move(scenario)};
    try {
        run.truth = true_toxicity(truth_of_trials, run.scenario.target(), workers);
        for (auto const& entry : run.scenario.designs) {
            ProgressBar bar{console, entry.label};
            run.designs.push_back({std::string{entry.name()}, entry.label,
                                   run_design(entry.design, run.scenario.ladder(), truth_of_trials, run.truth, request, workers,
                                              [&](auto done, auto of) { bar.show(done, of); })});
        }
    } catch (Interrupted const&) {
        run.complete = false;
    }
    if (run.designs.empty()) {
        console.error("interrupted before any design was done; nothing was written");
        return Exit::interrupted;
    }
    switch (arguments.output) {
    case Output::json: console.print(run_json(run).dump(json_indent) + "\n"); break;
    case Output::csv: console.print(operating_characteristics_csv(run)); break;
    case Output::text: console.print(run_text(run)); break;
    }
    bool const by_default = !arguments.exact_only && arguments.output == Output::text;
    if (arguments.out || by_default)
        write_folder(arguments, run, truth_of_trials, jobs, start, console);
    return run.complete ? Exit::done : Exit::interrupted;
}

} // namespace escalon::cli
