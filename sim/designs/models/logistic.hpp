// The logistic function, its inverse and its integral, without overflow.
#pragma once

#include <cmath>

namespace escalon {

inline double logistic(double x) { return x > 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }

inline double logit(double p) { return std::log(p) - std::log1p(-p); }

/// log(1 + exp(x)).
inline double softplus(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

} // namespace escalon
