// What the clock of a trial brought to light, as a section: sentences, and what happens at each dose.
#pragma once

#include "sim/report/html/markup.hpp"
#include "sim/report/run_result.hpp"

#include <string_view>

namespace escalon::html {

/// Whether some design of the run was conducted by a clock.
bool has_clock(RunResult const& run);

/// "Late toxicity" where something can come late, else "Time".
std::string_view clock_title(RunResult const& run);

/// A block a design and truth.
Markup clock_section(RunResult const& run);

} // namespace escalon::html
