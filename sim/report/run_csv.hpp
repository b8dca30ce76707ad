// The tables of a run's result folder.
#pragma once

#include "sim/report/run_result.hpp"

#include <string>

namespace escalon {

/// One row a design and level; the row of level 0 is "no level recommended".
std::string operating_characteristics_csv(RunResult const& run);

/// One row a simulated trial of a design. Trials are conducted again, one by one: each is what the run saw.
std::string trials_csv(RunResult const& run, Nature const& nature);

/// One row a patient of each simulated trial.
std::string patients_csv(RunResult const& run, Nature const& nature);

} // namespace escalon
