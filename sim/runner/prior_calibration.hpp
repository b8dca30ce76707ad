// What a model-based design believes before the first patient, and what that makes of its trials.
//
// Lee & Cheung (2009), Clin Trials 6:227: the half-width of a CRM's indifference interval is the one with which it is right most
// often over truths in which each level in turn is the MTD. They simulate; here each trial is enumerated.
#pragma once

#include "sim/designs/catalog.hpp"
#include "sim/designs/models/dose_toxicity.hpp"
#include "sim/runner/workers.hpp"

#include <optional>
#include <span>
#include <vector>

namespace escalon {

/// The prior as if it were patients: those whose beta posterior has the mean and standard deviation of P(DLT) at the level.
/// Infinite where P(DLT) is certain.
double effective_patients(LevelPosterior const& prior);

/// Truths in which the level is the MTD: its P(DLT) is the target, and the odds change by this ratio from level to level.
/// Cheung (2013), Clin Trials 10:852.
std::vector<double> truth_around(double target, int levels, int mtd, double odds_ratio);

/// How a CRM with one half-width does.
struct HalfWidthResult {
    double half_width = 0;
    std::vector<double> skeleton;
    std::vector<double> correct; ///< P(the MTD is selected), where it is the first level, the second, ...
    double average = 0;
    double worst = 0;
};

struct HalfWidthCalibration {
    double odds_ratio = 2;
    std::vector<HalfWidthResult> results; ///< by rising half-width
    std::size_t best = 0;                 ///< with the highest average
};

/// Half-widths from 0.01 by 0.01 that leave target - half_width and target + half_width in (0, 1), up to 0.6 of the target.
std::vector<double> usual_half_widths(double target);

/// Exact for each half-width, in place of the design's own skeleton or half-width.
/// @throws NotEnumerable where the design has too many states
HalfWidthCalibration calibrate_half_width(Crm const& design, DoseLadder const& ladder, double odds_ratio,
                                          std::span<double const> half_widths, Workers const& workers);

} // namespace escalon
