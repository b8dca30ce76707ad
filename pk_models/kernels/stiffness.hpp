// Which stepper is the faster one for a patient: Taylor series, or RODAS where fast processes would hold Taylor's steps back long after
// they have settled.
//
// Taylor series of order 12 cannot step further than about 6 over the fastest rate, so their steps grow with that rate's integral over
// the course, measured at 0.05 to 0.19 steps for each unit. RODAS takes steps by the slow processes: 20 to 60 for a stretch at tolerance
// 1e-5, and more as the fourth root of the tolerance falls. A step costs both about the same.
//
// Measured with AVX-512, both at the same tolerance, as integrals of the fastest rate at which times are equal, for six infusions of
// 1 h q3w (12 stretches):
//
//   tolerance   binding in full, R0 1 / 10 / 100 nM   quasi-steady state, k21 raised   Michaelis-Menten, k21 raised
//   1e-5        1100 / 2500 / 10000                   1800                             1300
//   1e-7        4500 / 14000 / above 13000            6500                             4500
//   1e-10       50000 / 200000 / above 130000         above 22000                      above 22000
//
// One infusion (2 stretches) 550 and twelve weekly ones (24) 1700 at 1e-5, binding in full, 10 nM. The rule, 150 a stretch at 1e-5,
// lies among them: where it errs, the stepper chosen takes up to 5 times as long as the other (17 times at 1e-10 with much antigen),
// while far from it, at binding of 1e5 /M/s, RODAS is 50 to 500 times as fast.
#pragma once

#include "pk_models/kernels/job.hpp"
#include "pk_models/kernels/systems.hpp"

#include <algorithm>
#include <cmath>

namespace escalon::pk::kernels {
inline namespace ESCALON_PACK_ISA {

/// Whether the fastest rate grows with the drug's concentration.
template <class System>
inline constexpr bool binds = requires(double const* p)
{
    System::fastest_by_concentration(p);
};

/// About the integral of the fastest rate over a course: what a dose adds to the concentration counts until elimination alone would
/// have halved it and more, 1/k10.
template <class System>
double fast_rate_integral(Job const& job)
{
    double left_d = 0;
    if constexpr (binds<System>)
        for (std::size_t i = 0; i < job.stretch_count; ++i)
            left_d += job.stretches[i].length_d;
    double integral = 0;
    for (std::size_t i = 0; i < job.stretch_count; ++i) {
        auto const& stretch = job.stretches[i];
        double const* const p = job.parameters + stretch.occasion * System::parameters;
        integral += System::fastest(p) * stretch.length_d;
        if constexpr (binds<System>) {
            double const dose_mg = stretch.bolus_mg + stretch.infusion_mg_per_d * stretch.length_d;
            double const concentration = dose_mg * job.amount * p[System::per_mg];
            double const stays_d = p[System::k10] * left_d > 1 ? 1 / p[System::k10] : left_d;
            integral += System::fastest_by_concentration(p) * concentration * stays_d;
            left_d -= stretch.length_d;
        }
    }
    return integral;
}

/// Whether a patient is for RosenbrockLanes rather than TaylorLanes.
template <class System>
bool stiff(Job const& job, Effort const& effort = {})
{
    constexpr double of_a_stretch = 150; // see above
    constexpr double at_tolerance = 1e-5;
    double const finer = std::sqrt(std::sqrt(at_tolerance / effort.tolerance));
    return fast_rate_integral<System>(job) > of_a_stretch * finer * static_cast<double>(job.stretch_count);
}

} // namespace ESCALON_PACK_ISA
} // namespace escalon::pk::kernels
