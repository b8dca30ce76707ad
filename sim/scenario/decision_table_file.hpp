// A protocol's decision table from a CSV file.
#pragma once

#include "sim/designs/table_design.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace escalon {

/// Reads either form, by the header:
///  - `patients,dlts,decision` with a row a cell, in any order; other columns are left aside, and where there is a column `rung`, as
///    `escalon table --csv` writes it, only its rows `between` are read;
///  - `dlts,3,6,9,...`, a column for each number of patients and a row for each number of DLTs; cells that cannot be are empty or `-`.
/// @param name how diagnostics call the text
/// @throws ScenarioError with every fault of the text
std::vector<TableRow> read_decision_table(std::string_view text, std::string const& name);

} // namespace escalon
