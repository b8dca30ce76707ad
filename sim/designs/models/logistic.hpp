// The logistic function and its inverse, without overflow.
#pragma once

#include <cmath>

namespace escalon {

inline double logistic(double x) { return x > 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }

inline double logit(double p) { return std::log(p) - std::log1p(-p); }

} // namespace escalon
