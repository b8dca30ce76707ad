#include "sim/random/normal.hpp"

#include <boost/math/special_functions/erf.hpp>

#include <cmath>
#include <numbers>

namespace escalon {
namespace {

/// long double would cost time and give other bits on other machines
using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;

} // namespace

double normal_probability(double z) { return 0.5 * boost::math::erfc(-z / std::numbers::sqrt2, Policy{}); }

double normal_quantile(double p) { return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * p, Policy{}); }

} // namespace escalon
