// Averages of an exponential decay, and of one decay that feeds another, safe where a rate or the time is tiny or two rates are
// alike.
//
// All are divided differences of e^-x with positive sign: mean_decay over {0, x}, mean_loss over {0, 0, x}, and below over
// {x, y}, {0, x, y}, {x, y, z} and {0, x, y, z}. De Boor (2005), Surveys in Approximation Theory 1:46.
#pragma once

#include <algorithm>
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

/// (e^-x - e^-y)/(y - x): what is in the second of two compartments of rates x and y, over what was given to the first and the
/// first's rate. No digits are lost where x and y are alike.
inline double chained(double x, double y) { return std::exp(-std::min(x, y)) * mean_decay(std::abs(x - y)); }

namespace detail {

/// sum over m of (-1)^m h_m(x, y, z)/(m + order)!, h_m the sum of all products of m factors: the differences below, for small
/// rates.
inline double chain_series(double x, double y, double z, int order)
{
    constexpr int terms = 34; // 2^34 times the 35 36/2 products over 36! is far below rounding
    double factor = 1;
    for (int k = 2; k <= order; ++k)
        factor /= k;
    double of_z = 1;   // powers of -z
    double of_yz = 1;  // products of -y and -z
    double of_xyz = 1; // and of -x
    double sum = 0;
    for (int m = 0; m < terms; ++m) {
        sum += factor * of_xyz;
        of_z *= -z;
        of_yz = -y * of_yz + of_z;
        of_xyz = -x * of_xyz + of_yz;
        factor /= m + 1 + order;
    }
    return sum;
}

inline constexpr double chain_series_below = 2; // of the larger rate; from there on the quotients below lose no digit to speak of

} // namespace detail

/// (mean_decay(x) - mean_decay(y))/(y - x): the integral of `chained` over time from 0 to 1. By the symmetric form
/// (1 - e^-x (1 + x mean_decay(y - x)))/(x y), x the smaller, which has no difference of alike rates.
inline double chained_uptake(double x, double y)
{
    double const low = std::min(x, y);
    double const high = std::max(x, y);
    if (high < detail::chain_series_below)
        return detail::chain_series(0, low, high, 2);
    if (low < 1)
        return (mean_decay(low) - mean_decay(high)) / (high - low);
    return (1 - std::exp(-low) * (1 + low * mean_decay(high - low))) / low / high;
}

/// (chained(x, y) - chained(y, z))/(z - x): what is in the last of three compartments of these rates, over what was given to the
/// first and the rates of the first two.
inline double chained(double x, double y, double z)
{
    double const low = std::min({x, y, z});
    double const high = std::max({x, y, z});
    double const middle = std::max(std::min(x, y), std::min(std::max(x, y), z));
    return std::exp(-low) * chained_uptake(middle - low, high - low);
}

/// The integral of `chained(x s, y s, z s)` s^2 over time s from 0 to 1; over {0, x, y, z}.
inline double chained_uptake(double x, double y, double z)
{
    double const low = std::min({x, y, z});
    double const high = std::max({x, y, z});
    double const middle = std::max(std::min(x, y), std::min(std::max(x, y), z));
    if (high < detail::chain_series_below)
        return detail::chain_series(low, middle, high, 3);
    return (chained_uptake(low, middle) - chained(low, middle, high)) / high;
}

/// (mean_loss(x) - mean_loss(y))/(y - x): the integral of `chained_uptake(x s, y s)` s^2 over time s from 0 to 1.
inline double chained_loss(double x, double y) { return chained_uptake(0, x, y); }

} // namespace escalon::pk
