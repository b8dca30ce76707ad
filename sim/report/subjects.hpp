// Patients without a trial: the virtual patients that `pk --subjects N` shows, and percentiles over them.
#pragma once

#include "sim/scenario/scenario.hpp"

#include <optional>
#include <vector>

namespace escalon {

/// The first patients of the population, by the scenario's seed: those of trial 1.
/// @throws std::bad_optional_access without pk or regimen
std::vector<VirtualPatient> subjects(Scenario const& scenario, int number);

/// Linear interpolation between order statistics (R's type 7).
/// @param sorted rising
std::optional<double> percentile(std::vector<double> const& sorted, double share);

inline constexpr double low_percentile = 0.05;
inline constexpr double high_percentile = 0.95;

/// What nine in ten patients lie between, and their median.
struct Spread {
    double low = 0;    ///< 5th percentile
    double median = 0;
    double high = 0;   ///< 95th percentile

    friend bool operator==(Spread const&, Spread const&) = default;
};

/// @param values at least one
Spread spread_of(std::vector<double> values);

} // namespace escalon
