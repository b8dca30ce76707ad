// One simulated trial that runs by a clock: cohort by cohort, each patient with the days that matter, and how it ended.
#pragma once

#include "sim/report/figures/swimmer.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/trial/clocked_record.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace escalon {

struct ClockedTrial {
    Scenario scenario;
    std::string label; ///< of the design
    ClockedRecord record;
};

/// Conducts a trial of a scenario that has a clock.
/// @param trial counted from 0
ClockedTrial clocked_trial(Scenario const& scenario, DesignEntry const& entry, std::uint64_t trial);

std::string explain_text(ClockedTrial const& trial);

nlohmann::ordered_json explain_json(ClockedTrial const& trial);

/// What the figure of the trial shows.
SwimmerFigure swimmer_of(ClockedTrial const& trial);

} // namespace escalon
