// The report's section on how designs compare: published measures, paired differences, and random truths.
#pragma once

#include "sim/report/html/markup.hpp"
#include "sim/report/run_result.hpp"

namespace escalon::html {

/// A row a measure, a column a design, truth by truth: where patients are treated, risks and accuracy.
Markup measures_table(RunResult const& run);

/// Every design against the reference.
Markup differences_table(RunResult const& run);

/// Measures over the random truths, and where the true MTD is found.
Markup random_truths_tables(RandomTruthsResult const& random, DoseLadder const& ladder);

} // namespace escalon::html
