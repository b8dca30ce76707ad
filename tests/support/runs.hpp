// Runs of small scenarios, for tests of what is made from results.
#pragma once

#include "sim/report/run_result.hpp"
#include "sim/scenario/cells.hpp"

#include <deque>
#include <string>

namespace escalon::test {

inline RunResult run_of(std::string const& scenario)
{
    RunResult run{.scenario = parse_scenario(scenario, "test")};
    Workers const workers{1};
    for (auto const& truth : natures(run.scenario)) {
        run.truths.push_back({truth.name, true_toxicity(truth.nature, truth.target, workers)});
        for (auto const& entry : run.scenario.designs)
            run.designs.push_back({std::string{entry.name()}, entry.label, run.truths.size() - 1,
                                   PreparedDesign{entry.design, run.scenario.ladder()}.run(
                                       truth.nature, run.truths.back().toxicity,
                                       {.engine = run.scenario.runner.engine,
                                        .effort = {.trials = static_cast<std::uint64_t>(run.scenario.runner.trials),
                                                   .precision = {},
                                                   .keep = most_compared_trials},
                                        .seed = run.scenario.runner.seed},
                                       workers)});
    }
    run.comparison = comparison_of(run);
    if (run.scenario.random_truths) {
        std::deque<PreparedDesign> prepared;
        std::vector<NamedDesign> designs;
        for (auto const& entry : run.scenario.designs)
            designs.push_back({entry.label, &prepared.emplace_back(entry.design, run.scenario.ladder())});
        run.random_truths = over_random_truths(*run.scenario.random_truths, random_curves(run.scenario, Workers{1}), designs, 0,
                                               {.engine = run.scenario.runner.engine,
                                                .effort = {.trials = static_cast<std::uint64_t>(run.scenario.runner.trials)},
                                                .seed = run.scenario.runner.seed},
                                               workers);
    }
    return run;
}

/// Levels and the rest of a scenario of known probabilities.
struct RunText {
    std::string name = "small";
    std::string levels = "[10, 20, 100]";
    std::string truth = "toxicity: { model: by_dose, probability: [0.10, 0.30, 0.60] }";
    std::string designs = "[{ name: three_plus_three, label: 3+3 }]";
    std::string runner = "{ engine: exact }";
    std::string more = "";

    std::string text() const
    {
        return "schema: 1\nname: " + name + "\ndoses: { unit: mg/m2, levels: " + levels + " }\n" + truth +
               "\ndesigns: " + designs + "\nrunner: " + runner + "\n" + more;
    }
};

inline std::string const two_designs =
    "[{ name: three_plus_three, label: 3+3 }, { name: three_plus_three, label: once, deescalate: "
    "false, six_at_mtd: false }]";
inline std::string const three_truths = "truths:\n"
                                        "  - { name: mild, probability: [0.01, 0.10, 0.30] }\n"
                                        "  - { name: harsh, probability: [0.30, 0.60, 0.80] }\n"
                                        "  - { name: hopeless, probability: [0.50, 0.60, 0.80] }";
inline std::string const twenty_curves = "random_truths: { generator: pseudo_uniform, curves: 20 }";
inline std::string const sampled = "{ engine: monte_carlo, trials: 500 }";

} // namespace escalon::test
