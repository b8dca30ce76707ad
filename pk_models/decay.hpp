// Averages of an exponential decay, safe where the rate or the time is tiny.
#pragma once

#include <array>
#include <cmath>

namespace escalon::pk {

/// (1 - e^-x)/x: the mean of e^-s over s from 0 to x. Share of an infusion that is still there when it ends.
inline double mean_decay(double x) { return x > 0 ? -std::expm1(-x) / x : 1; }

/// (x - 1 + e^-x)/x^2: what `mean_decay` leaves of 1, over x.
inline double mean_loss(double x)
{
    constexpr double series_below = 0.1; // where eight terms are exact to rounding
    if (x > series_below)
        return (1 - mean_decay(x)) / x;
    // sum of (-x)^k/(k + 2)!
    constexpr std::array<double, 8> divisors{2, 3, 4, 5, 6, 7, 8, 9};
    double sum = 0;
    for (std::size_t k = divisors.size(); k-- > 0;)
        sum = (1 - x * sum) / divisors[k];
    return sum;
}

} // namespace escalon::pk
