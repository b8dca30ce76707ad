// Drugs, times and courses that the tests of kinetics share.
#pragma once

#include "pk_models/catalog.hpp"
#include "pk_models/solution.hpp"
#include "tests/support/tolerances.hpp"

#include <vector>

namespace escalon::test {

inline constexpr double stepper_tolerance = 1e-8; ///< relative, of what is integrated beside a closed form

inline Time days(double d) { return d * unit::d; }

inline SizedClearance clearance(double L_per_d) { return sized(L_per_d * unit::L_per_d); }
inline SizedVolume volume(double L) { return sized(L * unit::L); }

/// 168 mg/m2 in the reference patient, as a drug of two and of three compartments.
inline constexpr pk::Rates rates_of_two{
    .V1_L = 3.132, .k10_per_d = 0.219, .k12_per_d = 0.287, .k21_per_d = 0.75, .k20_per_d = 0.058};
inline constexpr pk::Rates rates_of_three{.V1_L = 3.132,
                                          .k10_per_d = 0.219,
                                          .k12_per_d = 0.287,
                                          .k21_per_d = 0.75,
                                          .k20_per_d = 0.058,
                                          .k13_per_d = 0.064,
                                          .k31_per_d = 0.08,
                                          .k30_per_d = 0.01};

/// The one patient of a course who is like the typical values and gets its amounts.
inline pk::Solution solved(pk::Model const& model, pk::CoursePlan const& plan)
{
    return pk::solve(model, std::vector<pk::Dosed>(1), plan).front();
}

} // namespace escalon::test
