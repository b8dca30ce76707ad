// A replay in words: step by step, the places where record and rule part, and the MTD.
#pragma once

#include "sim/report/figures/replay.hpp"
#include "sim/runner/replay.hpp"
#include "sim/scenario/scenario.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace escalon {

/// The scenario's record held against one of its designs.
struct ReplayResult {
    Scenario scenario;
    std::string label; ///< of the design
    Replay replay;
};

/// The documented cohorts as a replay takes them; empty where nothing is documented.
std::vector<RecordedCohort> recorded_cohorts(Scenario const& scenario);

/// The figure of the documented trial.
ReplayFigure documented_figure(Scenario const& scenario);

/// "2/6", "0/3 + 2 late", "13 treated, DLTs unknown".
std::string outcome_text(RecordedCohort const& cohort);

/// Ends with the line of the MTD.
std::string replay_text(ReplayResult const& result);

/// One row a cohort and reading.
std::string replay_csv(ReplayResult const& result);

nlohmann::ordered_json replay_json(ReplayResult const& result);

} // namespace escalon
