// The standard normal distribution: probability and quantile.
#pragma once

namespace escalon {

/// P(Z <= z).
double normal_probability(double z);

/// The z with P(Z <= z) = p, for p in (0, 1).
double normal_quantile(double p);

} // namespace escalon
