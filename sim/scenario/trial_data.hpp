// The data of a running trial: outcomes in either notation, or a CSV table with a row a patient.
#pragma once

#include "sim/runner/next_step.hpp"
#include "sim/vocabulary/observed.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace escalon {

struct TrialData {
    std::vector<Cohort> cohorts;       ///< in order of entry
    std::vector<Measurement> measured; ///< exposures
    std::vector<std::string> notes;    ///< what was left aside, as sentences
};

/// The column of a table that holds this exposure: "auc_mg_d_per_l".
std::string_view exposure_column(ExposureMetric metric);

/// Reads `patient,cohort,level|dose,dlt[,grade][,auc_mg_d_per_l]...` with a header, in any order of columns; others are left aside
/// with a note. Rows of a cohort are taken together, cohorts in the order in which they first appear. A text without a header is
/// outcomes in notation: "1NNN 2NNT" or "18:0/3 36:1/3", over any number of lines.
/// @param name how diagnostics call the text
/// @throws ScenarioError with every fault of the text
TrialData read_trial_data(std::string_view text, std::string const& name, DoseLadder const& ladder);

} // namespace escalon
