// Runs with given figures, without conducting a trial.
#pragma once

#include "sim/report/run_result.hpp"

#include <string>
#include <utility>
#include <vector>

namespace escalon::test {

struct GivenDesign {
    std::string label = "3+3";
    std::vector<double> selection; ///< of each level; the rest is none
    std::optional<std::uint64_t> trials = {};
    double error = 0; ///< of every share
};

/// Doses 10, 20, ...; each truth is its P(DLT), each list of designs meets the truth in its place.
inline RunResult given_run(std::vector<std::vector<double>> const& truths, std::vector<std::vector<GivenDesign>> const& designs)
{
    constexpr double target = 0.3;
    RunResult run;
    run.scenario.name = "given";
    for (std::size_t i = 0; i < truths.at(0).size(); ++i)
        run.scenario.doses.levels.push_back(10.0 * static_cast<double>(i + 1));
    run.scenario.designs.resize(designs.at(0).size());
    for (std::size_t t = 0; t < truths.size(); ++t) {
        std::string const name = truths.size() > 1 ? "truth " + std::to_string(t + 1) : "default";
        run.truths.push_back({name, {truths[t], std::vector<double>(truths[t].size()), target, true_mtd(truths[t], target)}});
        if (truths.size() > 1)
            run.scenario.truths.push_back({.name = name, .probability = {}, .toxicity = {}, .set = {}});
    }
    for (std::size_t t = 0; t < designs.size(); ++t)
        for (auto const& given : designs[t]) {
            OperatingCharacteristics oc;
            oc.engine = given.trials ? Engine::monte_carlo : Engine::exact;
            oc.trials = given.trials;
            auto const& truth = run.truths[t].toxicity;
            auto& mean = oc.mean;
            mean.selection = given.selection;
            mean.none = 1;
            for (std::size_t i = 0; i < given.selection.size(); ++i) {
                mean.none -= given.selection[i];
                if (static_cast<int>(i) >= truth.overdose_from())
                    mean.overdose += given.selection[i];
                else if (truth.mtd == DoseLevel{static_cast<int>(i)})
                    mean.correct = given.selection[i];
            }
            mean.none = mean.none < 1e-12 ? 0 : mean.none; // of rounding
            mean.patients.assign(given.selection.size(), 3);
            mean.dlts.assign(given.selection.size(), 0.5);
            mean.total_patients = 12;
            mean.patients_above = truth.mtd ? 1.5 : 12;
            mean.total_dlts = 2;
            oc.standard_error.selection.assign(given.selection.size(), given.error);
            oc.standard_error.patients.assign(given.selection.size(), given.error);
            oc.standard_error.dlts.assign(given.selection.size(), given.error);
            oc.standard_error.none = oc.standard_error.correct = oc.standard_error.overdose = given.error;
            oc.total_patients = CountDistribution(16, 1.0 / 16);
            oc.total_dlts = CountDistribution(4, 0.25);
            run.designs.push_back({"three_plus_three", given.label, t, {oc, "Given."}});
        }
    return run;
}

} // namespace escalon::test
