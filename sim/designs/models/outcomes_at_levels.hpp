// Outcomes as a likelihood reads them: patients and DLTs of the levels that were tried.
#pragma once

#include "sim/vocabulary/observed.hpp"

#include <vector>

namespace escalon {

/// Counts, or sums of weights where patients count in part.
struct OutcomesAtLevel {
    DoseLevel level;
    double patients = 0;
    double dlts = 0;
};

inline std::vector<OutcomesAtLevel> outcomes_at_levels(Observed const& observed)
{
    std::vector<OutcomesAtLevel> outcomes;
    for (DoseLevel level{0}; observed.ladder().has(level); level = level.above())
        if (auto const& tally = observed.tally(level); tally.patients > 0)
            outcomes.push_back({level, static_cast<double>(tally.patients), static_cast<double>(tally.dlts)});
    return outcomes;
}

} // namespace escalon
