// `run` and `exact`: operating characteristics, and a result folder.
#include "sim/cli/commands.hpp"
#include "sim/cli/runs.hpp"

#include "sim/report/comparison_csv.hpp"
#include "sim/report/figure_files.hpp"
#include "sim/report/figures/all.hpp"
#include "sim/report/files.hpp"
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
    return log.dump(json_indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

void fill(ResultFolder& folder, RunArguments const& arguments, RunResult const& run, std::vector<NamedNature> const& truths,
          int jobs, Clock::time_point start, std::filesystem::path const& place, Console const& console)
{
    folder.add("result.json", run_json(run).dump(json_indent) + "\n");
    folder.add("operating_characteristics.csv", operating_characteristics_csv(run));
    folder.add("measures.csv", measures_csv(run));
    if (run.comparison)
        folder.add("comparison.csv", comparison_csv(*run.comparison, run));
    if (run.random_truths) {
        folder.add("random_truths.csv", random_truths_csv(*run.random_truths));
        folder.add("random_curves.csv", random_curves_csv(*run.random_truths, run.scenario.ladder()));
    }
    folder.add("scenario.resolved.yaml", resolved_yaml(run.scenario));
    folder.add("run.log.json", log_json(arguments, jobs, start));
    if (arguments.write_trials)
        folder.add("trials.csv", trials_csv(run, truths));
    if (arguments.write_patients)
        folder.add("patients.csv", patients_csv(run, truths));
    if (arguments.figures)
        add_figures(folder, figures_of(run), run.scenario.name, place, console);
}

void add_random_truths(RunResult& run, EngineChoice engine, SharedParts& shared, Workers const& workers, Console const& console)
{
    ProgressBar bar{console, "random truths", "curves"};
    try {
        run.random_truths = run_random_truths(run.scenario, engine, shared, workers, [&](std::uint64_t done, std::uint64_t of) {
            bar.show(static_cast<double>(done), static_cast<double>(of));
        });
    } catch (Interrupted const&) {
        run.complete = false;
    }
}

/// Where the result goes, if anywhere.
std::optional<std::filesystem::path> result_place(RunArguments const& arguments)
{
    if (arguments.out)
        return arguments.out;
    if (arguments.output == Output::text && !arguments.exact_only)
        return std::filesystem::path{"results"} / arguments.input.scenario.stem();
    if (arguments.write_trials || arguments.write_patients)
        throw UsageError("--write-trials and --write-patients add to a result folder: name one with --out");
    return std::nullopt;
}

} // namespace

Exit execute(RunArguments const& arguments, Console const& console)
{
    auto const start = Clock::now();
    auto scenario = read(arguments.input);
    design_of(scenario, {}); // there must be one
    auto const truths = natures(scenario);
    auto const place = result_place(arguments);
    std::optional<ResultFolder> folder;
    if (place)
        folder.emplace(*place); // before any work: a place that cannot be written is told at once
    int const jobs = arguments.jobs > 0 ? arguments.jobs : Workers::all_processors();
    Workers const workers{jobs, &user_interrupt()};
    watch_for_interrupt();
    SharedParts shared;
    bool const several = truths.size() > 1;
    auto const engine = arguments.exact_only ? EngineChoice::exact : scenario.runner.engine;
    auto run = run_scenario(
        std::move(scenario), engine, shared, workers, [&](DesignEntry const& design, std::string const& truth) -> Progress {
            auto const what = several ? design.label + " under " + truth : design.label;
            auto const bar = std::make_shared<ProgressBar>(console, what);
            return [bar](std::uint64_t done, std::uint64_t of) { bar->show(static_cast<double>(done), static_cast<double>(of)); };
        });
    if (run.designs.empty()) {
        console.error("interrupted before any design was done; nothing was written");
        return Exit::interrupted;
    }
    if (run.scenario.random_truths && run.complete)
        add_random_truths(run, engine, shared, workers, console);
    if (folder) { // first, so that nobody who stops reading loses it
        fill(*folder, arguments, run, truths, jobs, start, *place, console);
        folder->publish();
    }
    print(arguments.output,
          {.text = [&] { return run_text(run); },
           .json = [&] { return run_json(run); },
           .csv = [&] { return operating_characteristics_csv(run); }},
          console);
    if (folder)
        console.note("result: " + place->string());
    return run.complete && !user_interrupt() ? Exit::done : Exit::interrupted;
}

} // namespace escalon::cli
