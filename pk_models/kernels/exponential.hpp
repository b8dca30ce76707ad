// The exponential in packs: the same bits in every instruction set, which a library's would not be.
//
// e^x = 2^k e^r with |r| <= ln(2)/2; e^r - 1 by its series to the thirteenth power, which is off by less than a unit in the last place.
#pragma once

#include "pk_models/kernels/pack.hpp"

namespace escalon::pk::kernels {
inline namespace ESCALON_PACK_ISA {

/// What decays leave behind.
template <class V>
struct Decayed {
    V kept;      ///< e^-x
    V lost;      ///< 1 - e^-x, to its last digits
    V mean_kept; ///< (1 - e^-x)/x: mean of e^-s over s from 0 to x
    V mean_loss; ///< (x - 1 + e^-x)/x^2
};

/// 2^k for whole k from -1022 to 0.
template <class V>
ESCALON_INLINE V power_of_two(V const& k)
{
    constexpr double unit = 0x1p40; // of the bits of a double, over 2^12
    constexpr double bias = 1023;
    return number_as_bits((k + V::of(bias)) * V::of(unit));
}

/// e^r - 1 for |r| <= ln(2)/2.
template <class V>
ESCALON_INLINE V small_expm1(V const& r)
{
    constexpr double factorials[]{
        1.0,         1.0 / 2,      1.0 / 6,       1.0 / 24,       1.0 / 120,       1.0 / 720,       1.0 / 5040,
        1.0 / 40320, 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800};
    constexpr int terms = sizeof factorials / sizeof *factorials;
    V tail = V::of(factorials[terms - 1]);
#pragma GCC unroll 16
    for (int k = 2; k <= terms - 1; ++k)
        tail = fma(tail, r, V::of(factorials[terms - k]));
    // r + r^2 tail keeps the digits of a small r
    return fma(r * r, tail, r);
}

/// Of x >= 0; beyond 700 as at 700, where nothing is left.
template <class V>
ESCALON_INLINE Decayed<V> decayed(V const& x)
{
    constexpr double over_ln2 = 1.4426950408889634;
    // ln 2 in two parts, the first of which has so few digits that k times it is exact
    constexpr double ln2_high = 0x1.62e42fefa0000p-1;
    constexpr double ln2_low = 0x1.cf79abc9e3b3ap-40;
    constexpr double largest = 700;
    constexpr double to_whole = 0x1.8p52; // adding and taking off rounds to a whole number
    V const y = V::of(0) - min(x, V::of(largest));
    V const k = (y * V::of(over_ln2) + V::of(to_whole)) - V::of(to_whole);
    V const r = fnma(k, V::of(ln2_low), fnma(k, V::of(ln2_high), y));
    V const scale = power_of_two(k);
    V const above_one = small_expm1(r);
    Decayed<V> found;
    found.kept = fma(scale, above_one, scale);
    found.lost = V::of(0) - fma(scale, above_one, scale - V::of(1));

    constexpr double series_below = 0.25; // where twelve terms are exact to rounding
    constexpr double over[]{1.0 / 2, 1.0 / 3, 1.0 / 4, 1.0 / 5, 1.0 / 6, 1.0 / 7, 1.0 / 8, 1.0 / 9, 1.0 / 10, 1.0 / 11, 1.0 / 12};
    constexpr int terms = sizeof over / sizeof *over;
    V series = V::of(over[terms - 1]);
#pragma GCC unroll 16
    for (int term = 2; term <= terms; ++term)
        series = fnma(x, series, V::of(1)) * V::of(over[terms - term]);
    auto const is_small = x < V::of(series_below);
    V const safe = select(is_small, V::of(1), x);
    V const over_x = V::of(1) / safe;
    V const mean = found.lost * over_x;
    found.mean_loss = select(is_small, series, (V::of(1) - mean) * over_x);
    found.mean_kept = select(is_small, fnma(x, series, V::of(1)), mean);
    return found;
}

} // namespace ESCALON_PACK_ISA
} // namespace escalon::pk::kernels
