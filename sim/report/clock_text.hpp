// What the clock of a trial brings to light of one design: how long trials take, how far they go, what comes late. What late toxicity
// does to all designs is told by late_story.hpp.
#pragma once

#include "sim/report/run_result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace escalon {

/// How long a trial takes, and where there is no story of late toxicity how far it goes; none without a clock.
std::vector<std::string> clock_in_words(RunResult const& run, DesignRun const& design);

/// By level: how often it is visited, what comes late there, what is recommended after the late look; a table as text.
std::string clock_text(RunResult const& run, DesignRun const& design);

nlohmann::ordered_json clock_json(RunResult const& run, ClockMeasures const& clock);

/// The names of the kinds of toxicity that the truth tells apart.
std::vector<std::string> kind_names(Scenario const& scenario);

} // namespace escalon
