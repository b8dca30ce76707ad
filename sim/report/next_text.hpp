// The recommendation for a running trial in words: what next, why, the tallies, what may follow, where the trial departed,
// and what the model of a design that has one believes.
#pragma once

#include "sim/runner/next_step.hpp"
#include "sim/scenario/scenario.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace escalon {

struct NextOfDesign {
    std::string label;
    NextStep step;
};

struct NextResult {
    Scenario scenario;
    std::vector<NextOfDesign> designs;
    std::vector<std::string> notes; ///< of the data
};

/// Confidence of the intervals of observed DLT rates.
inline constexpr double rate_confidence = 0.90;

std::string next_text(NextResult const& result);
std::string next_markdown(NextResult const& result);

/// One row a design and level: the tallies, the recommendation, and what a model believes.
std::string next_csv(NextResult const& result);

nlohmann::ordered_json next_json(NextResult const& result);

} // namespace escalon
