// The tables of a run's result folder.
#pragma once

#include "sim/report/run_result.hpp"
#include "sim/scenario/cells.hpp"

#include <span>
#include <string>
#include <vector>

namespace escalon {

/// The columns of a table of levels, and its rows for a run of one design; the row of level 0 is "no level recommended".
std::vector<std::string> level_columns(DoseUnit unit);
std::vector<std::vector<std::string>> level_rows(RunResult const& run, DesignRun const& design);

/// One row a design, truth and level; the row of level 0 is "no level recommended".
std::string operating_characteristics_csv(RunResult const& run);

/// One row a simulated trial of a design under a truth. Trials are conducted again, one by one: each is what the run saw.
/// @param truths of the run, in their order
std::string trials_csv(RunResult const& run, std::span<NamedNature const> truths);

/// One row a patient of each simulated trial.
std::string patients_csv(RunResult const& run, std::span<NamedNature const> truths);

} // namespace escalon
