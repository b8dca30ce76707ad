// What a polynomial drives over a step: M' = r(t) - k M, exactly, however large k is against the step.
//
// Where k t is small, M is the power series m_(j+1) = (r_j - k m_j)/(j + 1). Elsewhere M = q(t) + (M_0 - q(0)) e^(-k t) with the
// polynomial q = r/k - r'/k^2 + ..., q_n = r_n/k and q_j = (r_j - (j + 1) q_(j+1))/k. No state that changes at k limits the steps of
// what drives it.
#pragma once

#include "pk_models/kernels/exponential.hpp"
#include "pk_models/kernels/pack.hpp"

#include <array>
#include <cstddef>

namespace escalon::pk::kernels {
inline namespace ESCALON_PACK_ISA {

template <class V, std::size_t order>
class DrivenDecay {
public:
    using Coefficients = std::array<double, order + 1>;

    /// @param inflow coefficients of r, a day and onwards
    /// @param loss   k, a day
    DrivenDecay(Coefficients const& inflow, double loss, double at_start) : r_{inflow}, loss_{loss}, at_start_{at_start}
    {
        double above = 0;
        for (std::size_t j = order + 1; j-- > 0;)
            above = q_[j] = (r_[j] - static_cast<double>(j + 1) * above) / loss_;
    }

    double value(double t) const
    {
        double const z = loss_ * t;
        return z < series_below ? series(t, z).value : polynomial(q_, t) + (at_start_ - q_[0]) * kept(z);
    }

    /// The integral of M from the start.
    double area(double t) const
    {
        double const z = loss_ * t;
        if (z < series_below)
            return series(t, z).area;
        double flowed = 0;
        for (std::size_t j = order + 1; j-- > 0;)
            flowed = flowed * t + r_[j] / static_cast<double>(j + 1);
        return (flowed * t + at_start_ - value(t)) / loss_;
    }

    double slope(double t) const { return polynomial(r_, t) - loss_ * value(t); }

private:
    struct Sum {
        double value;
        double area;
    };

    static constexpr double series_below = 1;

    Sum series(double t, double z) const
    {
        constexpr std::size_t terms = order + 12; // 1/24!: beyond any digit
        double term = at_start_;
        double power = t;
        Sum sum{term, term};
        for (std::size_t j = 0; j < terms; ++j) {
            double const inflow = j <= order ? r_[j] * power : 0;
            power *= t;
            term = (inflow - z * term) / static_cast<double>(j + 1);
            sum.value += term;
            sum.area += term / static_cast<double>(j + 2);
        }
        sum.area *= t;
        return sum;
    }

    static double polynomial(Coefficients const& c, double t)
    {
        double sum = c[order];
        for (std::size_t j = order; j-- > 0;)
            sum = sum * t + c[j];
        return sum;
    }

    /// e^-z, as the packs have it: a library's would not be the same on every machine.
    static double kept(double z)
    {
        alignas(64) double all[V::width];
        decayed(V::of(z)).kept.store(all);
        return all[0];
    }

    Coefficients r_;
    Coefficients q_{};
    double loss_;
    double at_start_;
};

} // namespace ESCALON_PACK_ISA
} // namespace escalon::pk::kernels
