// result.json: everything that a run found, in full precision, without anything that differs between machines.
#pragma once

#include "sim/report/run_result.hpp"

#include <nlohmann/json_fwd.hpp>

namespace escalon {

/// The truths and designs of a run, under these two keys: what `result.json` and each cell of a sweep hold.
nlohmann::ordered_json runs_json(RunResult const& run);

nlohmann::ordered_json run_json(RunResult const& run);

} // namespace escalon
