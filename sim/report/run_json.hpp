// result.json: everything that a run found, in full precision, without anything that differs between machines.
#pragma once

#include "sim/report/run_result.hpp"

#include <nlohmann/json_fwd.hpp>

namespace escalon {

nlohmann::ordered_json run_json(RunResult const& run);

} // namespace escalon
