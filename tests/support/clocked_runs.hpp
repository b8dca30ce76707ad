// Runs of scenarios that have a clock, for tests of what is made from their results.
#pragma once

#include "sim/report/run_result.hpp"
#include "sim/scenario/cells.hpp"

#include <string>

namespace escalon::test {

/// @param trials of each design
inline RunResult clocked_run(std::string const& text, std::uint64_t trials = 200)
{
    RunResult run{.scenario = parse_scenario(text, "test")};
    Workers const workers{1};
    for (auto const& truth : natures(run.scenario)) {
        run.truths.push_back({truth.name, true_toxicity(truth.nature, truth.target, workers, nullptr, truth.until)});
        for (auto const& entry : run.scenario.designs)
            run.designs.push_back({std::string{entry.name()}, entry.label, run.truths.size() - 1,
                                   PreparedDesign{entry.design, run.scenario.ladder()}.run(
                                       truth.nature, run.truths.back().toxicity,
                                       {.effort = {.trials = trials},
                                        .seed = run.scenario.runner.seed,
                                        .clock = TrialClock{*run.scenario.trial.clock, *run.scenario.dlt_window(entry)}},
                                       workers)});
    }
    return run;
}

} // namespace escalon::test
