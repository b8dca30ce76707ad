// Initial designs of a two-stage CRM: levels patient by patient until the first DLT, then the model.
//
// Cheung (2005), Biometrika 92:863: coherence. Cheung (2011), Dose Finding by the Continual Reassessment Method, chapter 8.
#pragma once

#include "sim/designs/models/one_parameter.hpp"

namespace escalon {

/// The model that takes over, and how it names a level.
struct TwoStageCrm {
    OneParameterCurves curves;
    double prior_sd = 1;
    LevelQuestion question;
};

/// Numbers of patients after which a first DLT would be answered by an escalation: the initial design is too slow for the model.
/// None: the two-stage design is coherent.
/// @param levels of the patients, from 0, not decreasing; the sample size is their number
/// @throws std::invalid_argument when a level is off the ladder, or the highest is never given
std::vector<int> incoherent_after(TwoStageCrm const& design, std::span<std::size_t const> levels);

/// A slow initial design that is still coherent: dfcrm's getinit. The search starts from one patient at the highest level but one
/// and all others at the highest, and gives lower levels one patient more in turn.
/// @param at_top patients that the highest level keeps at least
/// @return levels of the patients, from 0
/// @throws std::invalid_argument when there are fewer than three levels, or too few patients
std::vector<std::size_t> coherent_initial_design(TwoStageCrm const& design, int patients, int at_top);

} // namespace escalon
