// What the follow-up of a pending patient weighs in the likelihood: a patient without a DLT so far adds log(1 - weight p).
//
// Cheung & Chappell (2000), Biometrics 56:1177, as dfcrm 0.2-2.1 has it.
#pragma once

#include "sim/vocabulary/observed.hpp"

#include <array>

namespace escalon {

enum class FollowUpWeights {
    uniform,  ///< the share of the DLT window
    adaptive, ///< by the times at which DLTs came: the share of them, and of the interval between two of them
};

constexpr auto enum_names(FollowUpWeights)
{
    return std::array{EnumName<FollowUpWeights>{FollowUpWeights::uniform, "uniform"},
                      EnumName<FollowUpWeights>{FollowUpWeights::adaptive, "adaptive"}};
}

/// Of a patient who was followed for this share of the DLT window.
double follow_up_weight(FollowUpWeights weights, Observed const& observed, double followed);

} // namespace escalon
