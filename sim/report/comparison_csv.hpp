// Tables of measures and of comparisons, a row a figure.
#pragma once

#include "sim/report/run_result.hpp"

#include <string>

namespace escalon {

/// Every measure of every design under every truth, with its standard error and, of counts, the 10, 50 and 90 % quantiles.
std::string measures_csv(RunResult const& run);

/// Every design against the reference.
std::string comparison_csv(ComparisonRun const& comparison, RunResult const& run);

/// The measures of every design over the random truths, and its differences from the reference.
std::string random_truths_csv(RandomTruthsResult const& random);

/// The random truths themselves: a row a curve and level.
std::string random_curves_csv(RandomTruthsResult const& random, DoseLadder const& ladder);

} // namespace escalon
