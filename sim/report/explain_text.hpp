// One simulated trial, patient by patient and decision by decision, each with its reason.
#pragma once

#include "sim/runner/replay.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/trial/record.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace escalon {

struct ExplainedTrial {
    Scenario scenario;
    std::string label; ///< of the design
    TrialRecord record;
};

std::string explain_text(ExplainedTrial const& trial);

nlohmann::ordered_json explain_json(ExplainedTrial const& trial);

/// The trial's cohorts as a replay figure takes them.
std::vector<RecordedCohort> recorded_cohorts(TrialRecord const& record);

} // namespace escalon
