// What a run found: every design of a scenario under every truth.
#pragma once

#include "sim/report/version.hpp"
#include "sim/runner/run.hpp"
#include "sim/scenario/scenario.hpp"

#include <string>
#include <vector>

namespace escalon {

struct TruthRun {
    std::string name;
    TrueToxicity toxicity;
};

/// One design under one truth.
struct DesignRun {
    std::string name;
    std::string label;
    std::size_t truth = 0; ///< index into the truths of the run
    DesignResult result;
};

struct RunResult {
    Scenario scenario;
    std::vector<TruthRun> truths;            ///< in the order of the scenario
    std::vector<DesignRun> designs;          ///< truth by truth, the designs in the order of the scenario
    bool complete = true;                    ///< false when the user ended the run before every design was done
    std::string version{escalon::version()}; ///< of the program that found it

    TruthRun const& truth_of(DesignRun const& run) const { return truths[run.truth]; }
};

} // namespace escalon
