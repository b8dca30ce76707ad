// Designs over random dose-toxicity curves: every design meets every curve, and the measures are averaged over the curves. Where the
// curves are draws of a drug's uncertain parameters, the averages are operating characteristics under that uncertainty.
#pragma once

#include "sim/runner/comparison.hpp"
#include "sim/runner/random_curves.hpp"
#include "sim/runner/run.hpp"

#include <array>
#include <span>
#include <string>
#include <vector>

namespace escalon {

/// What is averaged over curves.
enum class Averaged {
    correct_selection,
    overdose_selection,
    none,
    total_patients,
    patients_at_mtd,
    patients_above_mtd,
    share_at_mtd,
    share_above_mtd,
    total_dlts,
    dlt_rate,
    overdosing_60,
    overdosing_80,
    underdosing_60,
    underdosing_80,
    accuracy_selection,
    accuracy_allocation,
};

constexpr auto enum_names(Averaged)
{
    using enum Averaged;
    return std::array{EnumName<Averaged>{correct_selection, "correct_selection"},
                      EnumName<Averaged>{overdose_selection, "overdose_selection"},
                      EnumName<Averaged>{none, "none"},
                      EnumName<Averaged>{total_patients, "total_patients"},
                      EnumName<Averaged>{patients_at_mtd, "patients_at_mtd"},
                      EnumName<Averaged>{patients_above_mtd, "patients_above_mtd"},
                      EnumName<Averaged>{share_at_mtd, "share_at_mtd"},
                      EnumName<Averaged>{share_above_mtd, "share_above_mtd"},
                      EnumName<Averaged>{total_dlts, "total_dlts"},
                      EnumName<Averaged>{dlt_rate, "dlt_rate"},
                      EnumName<Averaged>{overdosing_60, "risk_of_overdosing_60"},
                      EnumName<Averaged>{overdosing_80, "risk_of_overdosing_80"},
                      EnumName<Averaged>{underdosing_60, "risk_of_underdosing_60"},
                      EnumName<Averaged>{underdosing_80, "risk_of_underdosing_80"},
                      EnumName<Averaged>{accuracy_selection, "accuracy_selection"},
                      EnumName<Averaged>{accuracy_allocation, "accuracy_allocation"}};
}

inline constexpr std::size_t averaged_figures = enum_names(Averaged{}).size();

/// A mean over curves, with its standard error between them.
struct OverCurves {
    std::uint64_t curves = 0; ///< in which the figure exists
    double mean = 0;
    double standard_error = 0;
};

/// One design over all curves.
struct DesignOverCurves {
    std::string label;
    Engine engine = Engine::exact;
    std::optional<std::uint64_t> trials; ///< of Monte Carlo, for each curve
    std::array<OverCurves, averaged_figures> figures{};
    std::vector<OverCurves> correct_by_mtd; ///< correct selection where the MTD is each level
    std::vector<OverCurves> selection;      ///< P(the level is recommended)

    OverCurves const& of(Averaged figure) const { return figures[static_cast<std::size_t>(figure)]; }
};

/// A design minus its reference, curve by curve.
struct DifferenceOverCurves {
    std::string label;
    std::array<OverCurves, compared_figures> figures{};
};

struct RandomTruthsResult {
    RandomTruths options;
    double target = 0;
    std::uint64_t seed = 0;
    std::vector<RandomCurve> curves;
    std::vector<DesignOverCurves> designs;
    std::string against; ///< label of the reference; empty where there is one design
    std::vector<DifferenceOverCurves> differences;
};

/// A design that meets the curves.
struct NamedDesign {
    std::string label;
    PreparedDesign const* design = nullptr;
};

/// @param options with its target and seed
/// @param curves of the options, one or more
/// @param reference index of the design that the others are held against
/// @param request of each curve; trials of different curves are independent, those of different designs meet the same patients
/// @param progress told of curves
/// @throws EngineDoesNotHold; Interrupted
RandomTruthsResult over_random_truths(RandomTruths const& options, std::vector<RandomCurve> curves,
                                      std::span<NamedDesign const> designs, std::size_t reference, RunRequest const& request,
                                      Workers const& workers, Progress const& progress = {});

} // namespace escalon
