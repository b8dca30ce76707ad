// What a run found, in sentences made from its numbers: which dose, at what risk, how sure.
#pragma once

#include "sim/report/html/markup.hpp"
#include "sim/report/run_result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace escalon::html {

/// One of the questions a reader has, with its answers.
struct Answer {
    std::string question;
    std::vector<Markup> sentences;
};

struct Summary {
    std::optional<Markup> warning; ///< where the run is not whole
    Markup lead;                   ///< the one sentence to remember
    std::vector<Answer> answers;
};

/// @param run with at least one design done
Summary summary(RunResult const& run);

/// "in 50.5 % of trials", "never", "in no simulated trial".
Markup in_trials(double share, Engine engine);

} // namespace escalon::html
