// The swimmer figure: each patient of a trial with a clock as a bar against the calendar, with DLTs in the window and after it.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/trial/clocked_record.hpp"

#include <string>
#include <vector>

namespace escalon {

/// What the figure shows.
struct SwimmerFigure {
    std::string title;
    std::string subtitle; ///< which trial it is, as sentences
    DoseLadder ladder;
    ClockedRecord record;
    std::vector<std::string> kinds; ///< of toxicity; empty where the truth knows none
    double planned_treatment_d = 0; ///< of a patient whom nothing stops
    double follow_up_d = 0;
    bool late_look = false;
};

/// One bar a patient in order of entry: treatment in the colour of the dose, the DLT window heavier, follow-up as a line; those of the
/// expansion below the others.
Figure swimmer_figure(SwimmerFigure const& figure, FigureStyle const& style = {});

} // namespace escalon
