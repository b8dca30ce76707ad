// At what rates and distances simulation and exact results are held to agree.
#pragma once

#include <cstdint>

namespace escalon::test {

inline constexpr double false_alarm_rate = 1e-6;    ///< of a family of counts
inline constexpr double agreed_standard_errors = 6; ///< 2e-9 two-sided for a normal mean
inline constexpr std::uint64_t fixed_seed = 1;

} // namespace escalon::test
