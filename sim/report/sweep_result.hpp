// What a sweep found: the run of every cell.
#pragma once

#include "sim/report/run_result.hpp"
#include "sim/scenario/sweep.hpp"

#include <vector>

namespace escalon {

struct SweepCell {
    SweepPoint point;
    RunResult run;
};

struct SweepResult {
    Scenario scenario; ///< as written, with the command line's overrides: what the axes vary
    SweepMode mode = SweepMode::grid;
    std::vector<SweepAxis> axes;
    std::vector<SweepCell> cells; ///< in the order of the sweep
    bool complete = true;         ///< false when the user ended it before every cell was done
};

} // namespace escalon
