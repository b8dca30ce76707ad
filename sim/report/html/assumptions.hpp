// Where the scenario's figures come from: every entry of `evidence`, and the figures that have none.
#pragma once

#include "sim/report/html/markup.hpp"
#include "sim/scenario/scenario.hpp"

namespace escalon::html {

Markup assumptions(Scenario const& scenario);

} // namespace escalon::html
