// What treatment did for patients, in words and as JSON: responses, cycles on treatment, and why treatment ended.
#pragma once

#include "sim/report/run_result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace escalon {

/// The numbers of cycles that tables have a column for: at least 2, at least 3.
inline constexpr std::size_t cycle_columns = 2;

/// "progression"; "what was planned".
std::string ending_words(TreatmentEnd end);

/// Sentences a clinician can follow; none where no activity was simulated.
std::vector<std::string> activity_in_words(DesignRun const& design);

/// By level, at the declared MTD and in all: a table as text, and the sentences.
std::string activity_text(RunResult const& run, DesignRun const& design);

/// Means or standard errors, as `part` has it of each figure.
nlohmann::ordered_json activity_json(ActivityMeasures const& activity, double ClockMeasures::Figure::*part);

} // namespace escalon
