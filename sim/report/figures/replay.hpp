// The replay figure: patient by patient, dose level against order of entry, DLTs filled, cohort bands, the MTD.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/runner/replay.hpp"

#include <optional>
#include <string>
#include <vector>

namespace escalon {

/// What the figure shows.
struct ReplayFigure {
    std::string title;
    std::string subtitle;
    DoseLadder ladder;
    std::vector<RecordedCohort> cohorts;
    std::optional<DoseLevel> mtd;
    std::string mtd_word = "MTD";               ///< "MTD" of a record, "Selected" of a simulated trial
    std::string dlt_word = "DLT in the window"; ///< "DLT" where none comes late
    bool last_is_next = false;                  ///< the last cohort has not been treated: it is the one that comes next
};

/// Cohorts of unknown size stand as one symbol, and no path then joins them.
Figure replay_figure(ReplayFigure const& figure, FigureStyle const& style = {});

} // namespace escalon
