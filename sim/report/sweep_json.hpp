// A sweep in files: each finished cell by itself, so that it is never run again, and `sweep.json` of them all.
#pragma once

#include "sim/report/sweep_result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace escalon {

/// What the file of a cell is called: a hash of what its result follows from.
std::string cell_file(Scenario const& scenario);

/// The file of a finished cell: what it follows from, and what was found.
std::string cell_text(RunResult const& run);

/// A finished cell of this scenario; nothing where the file is absent, damaged, or of another scenario or version.
std::optional<RunResult> read_cell(std::filesystem::path const& file, Scenario const& scenario);

/// Everything that a sweep found, in full precision.
nlohmann::ordered_json sweep_json(SweepResult const& sweep);

/// A result folder of a sweep, or its `sweep.json`.
/// @throws MissingFile; NotAResult
SweepResult read_sweep(std::filesystem::path const& result);

} // namespace escalon
