#include "pk_models/saturable_decay.hpp"

#include <boost/math/quadrature/gauss.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace escalon::pk {
namespace {

/// ln(1 + z)/z
double log1p_over(double z) { return z > 0 ? std::log1p(z) / z : 1; }

} // namespace

double SaturableDecay::days_between(double C0, double log_C) const
{
    double const C = std::exp(log_C);
    double const z = k_ * (C0 - C) / (k_ * C + a_);
    return KM_ / a_ * (std::log(C0) - log_C) + VMAX_ / a_ * (C0 - C) / (k_ * C + a_) * log1p_over(z);
}

double SaturableDecay::after(double C0, double days) const
{
    if (!(C0 > 0) || !(a_ > 0) || !(days > 0))
        return C0;
    // time falls with ln C, ever less steeply: Newton's steps from the right never pass the root
    double log_C = std::log(C0);
    constexpr int enough = 100;
    for (int k = 0; k < enough; ++k) {
        double const C = std::exp(log_C);
        double const slope = -KM_ / a_ - VMAX_ / a_ * C / (k_ * C + a_);
        double const step = (days - days_between(C0, log_C)) / slope;
        log_C += step;
        if (std::abs(step) <= 4 * std::numeric_limits<double>::epsilon() * std::max(1.0, std::abs(log_C)))
            break;
    }
    return std::exp(log_C);
}

double SaturableDecay::auc(double from, double to) const
{
    if (!(from > to))
        return 0;
    if (!(a_ > 0))
        return std::numeric_limits<double>::infinity();
    // dt = dC (KM + C)/(C (a + k C))
    constexpr double digits_remain = 0.1;
    if (k_ * from > digits_remain * a_)
        return (from - to) / k_ - VMAX_ / (k_ * k_) * std::log1p(k_ * (from - to) / (a_ + k_ * to));
    return boost::math::quadrature::gauss<double, 15>::integrate([this](double C) { return (KM_ + C) / (a_ + k_ * C); }, to,
                                                                 from);
}

} // namespace escalon::pk
