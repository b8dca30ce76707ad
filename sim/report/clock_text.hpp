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

/// @param truth that the design met, an index into the truths of the run
nlohmann::ordered_json clock_json(RunResult const& run, std::size_t truth, ClockMeasures const& clock);

/// The names of the kinds of toxicity that one truth of the scenario tells apart; none where toxicity is no function of time.
/// @param truth counted from 0, in the order of the scenario
std::vector<std::string> kind_names(Scenario const& scenario, std::size_t truth = 0);

/// Whether some truth of the scenario tells kinds apart.
bool has_kinds(Scenario const& scenario);

} // namespace escalon
