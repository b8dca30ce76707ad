// How a report words what a run found: doses, shares and the sides of the true MTD, the same in summary and tables.
#pragma once

#include "sim/report/html/markup.hpp"
#include "sim/report/run_result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace escalon::html {

/// "168 mg/m²", "50.5 %": a figure that is not parted from its unit at the end of a line.
Markup figure(std::string_view text);

/// "168 mg/m²"
std::string dose_text(DoseLadder const& ladder, DoseLevel level);

/// "three"; digits from ten.
std::string number_word(std::size_t number);

/// P(a level below the true MTD is recommended); nothing where there is none.
double below_share(OperatingCharacteristics const& oc, TrueToxicity const& truth);

/// "12 to 24": what eight in ten trials lie between.
std::string usual_range(CountDistribution const& counts);

/// Half a 95 % interval, in standard errors.
inline constexpr double normal_95 = 1.96;

bool sampled(DesignRun const& design);
bool any_sampled(RunResult const& run);

/// The labels of the designs, in the order of the scenario.
std::vector<std::string> design_labels(RunResult const& run);

/// What was found for a design under a truth; nothing where the run was interrupted before.
DesignRun const* find(RunResult const& run, std::string_view label, std::size_t truth);

/// How many pairs of design and truth a whole run has.
std::size_t pairs_wanted(RunResult const& run);

} // namespace escalon::html
