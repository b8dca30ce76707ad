// The truth that a simulated trial meets: known DLT probabilities, or a biology.
#pragma once

#include "sim/random/stream.hpp"
#include "sim/toxicity/biology.hpp"
#include "sim/toxicity/biology_over_time.hpp"
#include "sim/vocabulary/outcomes.hpp"

#include <optional>
#include <variant>
#include <vector>

namespace escalon {

/// P(DLT) of each level, the same for every patient up to the latent tolerance.
struct KnownToxicity {
    std::vector<double> dlt_probability;
    GradeProbabilities grades{};

    ToxicityTails tails(DoseLevel level) const;
};

using Nature = std::variant<KnownToxicity, Biology, BiologyOverTime>;

/// How far the truth tells outcomes apart. A design may read as much, and less.
Outcomes outcomes_told(Nature const& nature);

/// What became of one patient, with everything needed to explain it.
struct PatientOutcome {
    std::uint32_t patient = 0; ///< in order of entry, from 0
    bool dlt = false;
    Grade grade = Grade::mild;            ///< severe for every DLT where the truth knows no grades
    double tolerance_uniform = 0;         ///< a DLT exactly when it lies below `dlt_probability`
    double dlt_probability = 0;           ///< given everything of the patient but the tolerance
    ToxicityTails tails;                  ///< likewise, by grade
    std::optional<VirtualPatient> person; ///< where a biology was simulated
    std::optional<pk::Exposure> exposure; ///< none also where the kinetics could not be integrated
};

/// Treats one patient of a trial at a level, whichever course of the patient it is: tolerance does not change between courses.
PatientOutcome treat(Nature const& nature, TrialStream const& stream, std::uint32_t patient, DoseLevel level);

} // namespace escalon
