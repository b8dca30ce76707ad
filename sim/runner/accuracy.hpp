// The accuracy index of Cheung (2011), Dose Finding by the Continual Reassessment Method: how near a distribution over the levels
// lies to the target.
//
//     A = 1 - K sum_k pi_k |p_k - target| / sum_k |p_k - target|
//
// over K levels with DLT probabilities p_k. It is 1 where all weight lies on levels at the target, 0 where the levels are chosen
// at random, and negative beyond.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace escalon {

/// Distance of each level from the target, K |p_k - target| / sum |p_k - target|: the weights that an accuracy index sums.
/// @return empty where every level is at the target
std::vector<double> accuracy_weights(std::span<double const> dlt_probability, double target);

/// The index of a distribution over the levels.
/// @param weight of each level, in any scale: P(selected) or mean patients
/// @return none where no level has weight, or every level is at the target
std::optional<double> accuracy_index(std::span<double const> weight, std::span<double const> accuracy_weights);

} // namespace escalon
