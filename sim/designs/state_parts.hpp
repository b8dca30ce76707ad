// What several designs read of a trial's state, and put into its summary.
#pragma once

#include "sim/designs/decision_table.hpp"
#include "sim/vocabulary/decision.hpp"
#include "sim/vocabulary/summary.hpp"

namespace escalon {

/// The verdict of a record that strayed beyond the sample size: the trial is over, and nothing else is read. Its last bit tells
/// such summaries from others.
inline Summary summary_of_the_end(Stop const& verdict, int levels, int level_bits)
{
    return Summary{}
        .append_bits(static_cast<std::uint32_t>(verdict.mtd ? verdict.mtd->index() : levels), level_bits)
        .append(static_cast<std::uint32_t>(verdict.cause), stop_causes)
        .append_bits(1, 1);
}

/// The highest level at which somebody was treated, pending or not; the lowest where nobody was.
inline DoseLevel highest_tried(Observed const& observed)
{
    auto level = observed.ladder().top();
    while (level.index() > 0 && observed.tally(level).patients == 0 && observed.pending_at(level) == 0)
        level = level.below();
    return level;
}

/// The tallies up to the highest level tried.
/// @return one above that level
inline DoseLevel append_tried(Summary& summary, Observed const& observed, int tally_bits)
{
    auto const tried = observed.empty() ? DoseLevel{0} : highest_tried(observed).above();
    for (DoseLevel level{0}; level < tried; level = level.above())
        summary.append_bits(static_cast<std::uint32_t>(triangular_place(observed.tally(level))), tally_bits);
    return tried;
}

} // namespace escalon
