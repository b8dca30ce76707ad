// The operating characteristics as a protocol prints them: designs against truths, and what happens at each dose.
#pragma once

#include "sim/report/html/markup.hpp"
#include "sim/report/run_result.hpp"

namespace escalon::html {

/// One row a design and truth: where its recommendations fall, patients and DLTs.
Markup overview_table(RunResult const& run);

/// One block a truth, doses across; the rows of a design below the true probabilities.
Markup dose_table(RunResult const& run);

/// What the columns and marks of both tables mean.
Markup table_notes(RunResult const& run);

} // namespace escalon::html
