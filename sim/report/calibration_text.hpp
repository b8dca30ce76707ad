// The prior of a model-based design in words: what it says of each level, how much it weighs, and what a CRM's skeleton promises.
#pragma once

#include "sim/designs/models/dose_toxicity.hpp"
#include "sim/designs/models/skeleton.hpp"
#include "sim/runner/prior_calibration.hpp"
#include "sim/scenario/scenario.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace escalon {

/// What is known of a CRM before the first patient.
struct SkeletonAids {
    std::vector<double> skeleton;
    bool one_parameter = true; ///< what follows is known only then
    std::vector<LevelSensitivity> sensitivity;
    struct Needed {
        double accuracy = 0; ///< average probability of selecting the MTD
        SampleSize size;
    };
    std::vector<Needed> sample_sizes;
    std::vector<int> incoherent_after; ///< patients of the initial stage
    bool two_stage = false;
};

struct CalibrationResult {
    Scenario scenario;
    std::string label;
    DoseToxicityPosterior prior;
    std::optional<SkeletonAids> skeleton;            ///< of a CRM
    std::optional<HalfWidthCalibration> half_widths; ///< likewise, where it was asked for
    double odds_ratio = 2;
};

std::string calibration_text(CalibrationResult const& result);

/// One row a level.
std::string calibration_csv(CalibrationResult const& result);

nlohmann::ordered_json calibration_json(CalibrationResult const& result);

} // namespace escalon
