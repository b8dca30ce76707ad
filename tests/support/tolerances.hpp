// Tolerances that several files hold figures to.
#pragma once

namespace escalon::test {

inline constexpr double a_few_roundings = 1e-12; ///< relative, of some exponentials and sums

} // namespace escalon::test
