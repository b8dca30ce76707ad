// One design held against another under the same truth, trial by trial where both were simulated.
//
// Patient i of trial t is the same person whatever the design, so that differences are taken within trials: what both designs owe
// to the same patients cancels, and the standard error of the mean difference is that of the differences themselves.
#pragma once

#include "sim/runner/run.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace escalon {

/// What designs are compared in, a figure of every trial each.
enum class Compared { correct_selection, overdose_selection, total_patients, patients_above_mtd, total_dlts };

constexpr auto enum_names(Compared)
{
    return std::array{EnumName<Compared>{Compared::correct_selection, "correct_selection"},
                      EnumName<Compared>{Compared::overdose_selection, "overdose_selection"},
                      EnumName<Compared>{Compared::total_patients, "total_patients"},
                      EnumName<Compared>{Compared::patients_above_mtd, "patients_above_mtd"},
                      EnumName<Compared>{Compared::total_dlts, "total_dlts"}};
}

inline constexpr std::size_t compared_figures = enum_names(Compared{}).size();
using ComparedFigures = std::array<double, compared_figures>;

/// Whether it is a share of trials, and not a mean of counts.
constexpr bool is_share(Compared figure)
{
    return figure == Compared::correct_selection || figure == Compared::overdose_selection;
}

/// How a difference was found.
enum class Pairing {
    exact,    ///< both are exact
    paired,   ///< both were simulated, the same patients in the same trials
    unpaired, ///< one is exact and one was simulated
};

constexpr auto enum_names(Pairing)
{
    return std::array{EnumName<Pairing>{Pairing::exact, "exact"}, EnumName<Pairing>{Pairing::paired, "paired"},
                      EnumName<Pairing>{Pairing::unpaired, "unpaired"}};
}

/// A design minus its reference.
struct Difference {
    Pairing pairing = Pairing::exact;
    std::optional<std::uint64_t> trials; ///< that both conducted, where paired
    ComparedFigures mean{};
    ComparedFigures standard_error{};
    ComparedFigures unpaired_error{}; ///< what it would be with other patients for each design
    double numerical_error = 0;       ///< bound on what a selection probability inherits from integrated DLT probabilities
};

/// Trials of a run of which outcomes are kept to be compared, at most: 32 MB a design.
inline constexpr std::uint64_t most_compared_trials = std::uint64_t{1} << 22;

/// @param design, reference under this truth, from the same seed where both were simulated
Difference difference(DesignResult const& design, DesignResult const& reference, TrueToxicity const& truth);

/// The figures of one result.
ComparedFigures compared(Measures const& measures);

} // namespace escalon
