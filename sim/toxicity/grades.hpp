// Graded toxicity: how likely an outcome at least so bad is.
//
// One latent tolerance decides all grades, so that more exposure never lowers a patient's grade; so the ordinal toxicity of
// the R package precautionary; Norris (2020), arXiv:2012.05301.
#pragma once

#include "sim/vocabulary/grade.hpp"

#include <vector>

namespace escalon {

/// Probabilities of a toxicity at least so bad; none is larger than the one before. A truth without grades has DLTs that are
/// severe, and no moderate toxicity.
struct ToxicityTails {
    double moderate = 0;
    double severe = 0; ///< P(DLT)
    double life_threatening = 0;
};

/// The worst toxicity of a patient with this rank among all tolerances.
constexpr Grade grade_of(double tolerance_uniform, ToxicityTails const& tails)
{
    if (tolerance_uniform < tails.life_threatening)
        return Grade::life_threatening;
    if (tolerance_uniform < tails.severe)
        return Grade::severe;
    return tolerance_uniform < tails.moderate ? Grade::moderate : Grade::mild;
}

/// By level: P(grade 2), which is no DLT, and P(grade 4 or worse), which is one. Empty where the truth does not state them.
struct GradeProbabilities {
    std::vector<double> grade_2;
    std::vector<double> grade_4;
};

} // namespace escalon
