#include "sim/cli/runs.hpp"

#include <algorithm>

namespace escalon::cli {
namespace {

RunRequest request_of(Scenario const& scenario, EngineChoice engine)
{
    auto const& options = scenario.runner;
    return {.engine = engine,
            .effort = {.trials = static_cast<std::uint64_t>(options.trials),
                       .precision = options.precision ? std::optional<double>{*options.precision} : std::nullopt},
            .seed = options.seed};
}

/// Each design counts DLTs in a window of its own, or in the trial's; what the drug does for patients is a matter of the truth.
RunRequest by_the_clock_of(DesignEntry const& design, NamedNature const& truth, Scenario const& scenario, RunRequest request)
{
    if (scenario.trial.clock) // reading demands a window
        request.clock = TrialClock{*scenario.trial.clock, scenario.dlt_window(design).value(), truth.tumours};
    return request;
}

} // namespace

std::shared_ptr<SampledExposures> SharedParts::exposures(NamedNature const& truth)
{
    auto const* biology = std::get_if<Biology>(&truth.nature);
    if (!biology)
        return nullptr;
    return exposures_.get(truth.exposures, [&] { return std::make_shared<SampledExposures>(*biology); });
}

std::shared_ptr<PreparedDesign const> SharedParts::design(DesignEntry const& entry, Scenario const& scenario)
{
    return designs_.get(identity(entry, scenario),
                        [&] { return std::make_shared<PreparedDesign const>(entry.design, scenario.ladder()); });
}

RunResult run_scenario(Scenario scenario, EngineChoice engine, SharedParts& shared, Workers const& workers,
                       ProgressOf const& progress_of)
{
    auto request = request_of(scenario, engine);
    if (scenario.designs.size() > 1)
        request.effort.keep = std::min(request.effort.trials, most_compared_trials);
    auto const truths = natures(scenario);
    RunResult run{.scenario = std::move(scenario)};
    auto const& entries = run.scenario.designs;
    auto const add = [&](DesignEntry const& entry, DesignResult result) {
        run.designs.push_back({std::string{entry.name()}, entry.label, run.truths.size() - 1, std::move(result)});
    };
    try {
        std::vector<std::shared_ptr<PreparedDesign const>> designs;
        for (auto const& entry : entries)
            designs.push_back(shared.design(entry, run.scenario));
        for (auto const& truth : truths) {
            run.truths.push_back(
                {truth.name, true_toxicity(truth.nature, truth.target, workers, shared.exposures(truth).get(), truth.until)});
            for (std::size_t d = 0; d < entries.size(); ++d)
                add(entries[d], designs[d]->run(truth.nature, run.truths.back().toxicity,
                                                by_the_clock_of(entries[d], truth, run.scenario, request), workers,
                                                progress_of ? progress_of(entries[d], truth.name) : Progress{}));
        }
    } catch (InterruptedDesign const& interrupted) {
        add(entries[run.designs.size() % entries.size()], interrupted.finished);
        run.complete = false;
    } catch (Interrupted const&) {
        run.complete = false;
    }
    run.comparison = comparison_of(run);
    for (auto& design : run.designs)
        design.result.outcomes = {}; // compared: their room is given back
    return run;
}

RandomTruthsResult run_random_truths(Scenario const& scenario, EngineChoice engine, SharedParts& shared, Workers const& workers,
                                     Progress const& progress)
{
    std::vector<std::shared_ptr<PreparedDesign const>> prepared;
    std::vector<NamedDesign> designs;
    std::size_t reference = 0;
    for (auto const& entry : scenario.designs) {
        if (entry.label == reference_label(scenario))
            reference = designs.size();
        prepared.push_back(shared.design(entry, scenario));
        designs.push_back({entry.label, prepared.back().get()});
    }
    return over_random_truths(scenario.random_truths.value(), random_curves(scenario, workers), designs, reference,
                              request_of(scenario, engine), workers, progress);
}

} // namespace escalon::cli
