// Operating characteristics as a terminal shows them: a table a design, and what it says in words.
#pragma once

#include "sim/report/run_result.hpp"

namespace escalon {

std::string run_text(RunResult const& run);

} // namespace escalon
