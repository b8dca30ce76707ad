// What a run found: every design of a scenario under its truth.
#pragma once

#include "sim/runner/run.hpp"
#include "sim/scenario/scenario.hpp"

#include <string>
#include <vector>

namespace escalon {

struct DesignRun {
    std::string name;
    std::string label;
    DesignResult result;
};

struct RunResult {
    Scenario scenario;
    TrueToxicity truth;
    std::vector<DesignRun> designs;
    bool complete = true; ///< false when the user ended the run before every design was done
};

/// The one truth of a scenario that does not name several.
inline constexpr std::string_view default_truth = "default";

} // namespace escalon
