// The resolved scenario, and how to get the same result again.
#pragma once

#include "sim/report/html/markup.hpp"
#include "sim/report/run_result.hpp"

namespace escalon::html {

Markup resolved_scenario(Scenario const& scenario);

Markup how_to_reproduce(RunResult const& run);

} // namespace escalon::html
