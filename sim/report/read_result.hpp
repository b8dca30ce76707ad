// Results read back from their files: what `plot`, `report` and later sweeps work on.
#pragma once

#include "sim/report/result_file.hpp"
#include "sim/report/run_result.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace escalon {

/// The scenario that a result resolved, from its JSON form.
/// @throws NotAResult
Scenario read_resolved(ResultPart const& resolved);

/// The truths and designs of a run of this scenario, as `runs_json` writes them.
/// @throws NotAResult
RunResult read_runs(ResultPart const& part, Scenario scenario);

/// The text of a `result.json`.
/// @param file how faults call it
/// @throws NotAResult
RunResult parse_result(std::string_view text, std::string const& file);

/// A result folder, or its `result.json`.
/// @throws MissingFile; NotAResult
RunResult read_result(std::filesystem::path const& result);

} // namespace escalon
