#include "sim/runner/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace escalon {
namespace {

using WholeFigures = std::array<std::int64_t, compared_figures>;

/// In the order of `Compared`.
WholeFigures compared(TrialOutcome const& trial, TrueToxicity const& truth)
{
    bool const correct = truth.mtd && trial.selected == truth.mtd->index();
    bool const overdose = trial.selected != TrialOutcome::none && trial.selected >= truth.overdose_from();
    return {correct ? 1 : 0, overdose ? 1 : 0, trial.patients, trial.patients_above, trial.dlts};
}

/// Sums over trials, in whole numbers.
struct TrialSums {
    WholeFigures figures{};
    WholeFigures squares{};

    void add(WholeFigures const& trial)
    {
        for (std::size_t i = 0; i < compared_figures; ++i) {
            figures[i] += trial[i];
            squares[i] += trial[i] * trial[i];
        }
    }

    double mean(std::size_t i, double trials) const { return static_cast<double>(figures[i]) / trials; }

    /// Standard error of the mean.
    double error(std::size_t i, double trials) const
    {
        double const average = mean(i, trials);
        double const variance = std::max(0.0, static_cast<double>(squares[i]) / trials - average * average);
        return trials > 1 ? std::sqrt(variance / (trials - 1)) : 0;
    }
};

Difference paired(std::span<TrialOutcome const> design, std::span<TrialOutcome const> reference, TrueToxicity const& truth)
{
    auto const trials = std::min(design.size(), reference.size());
    TrialSums differences;
    TrialSums of_design;
    TrialSums of_reference;
    for (std::size_t trial = 0; trial < trials; ++trial) {
        auto const a = compared(design[trial], truth);
        auto const b = compared(reference[trial], truth);
        WholeFigures off{};
        std::ranges::transform(a, b, off.begin(), std::minus<>{});
        of_design.add(a);
        of_reference.add(b);
        differences.add(off);
    }
    Difference found{.pairing = Pairing::paired, .trials = trials};
    auto const n = static_cast<double>(trials);
    for (std::size_t i = 0; i < compared_figures; ++i) {
        found.mean[i] = differences.mean(i, n);
        found.standard_error[i] = differences.error(i, n);
        found.unpaired_error[i] = std::hypot(of_design.error(i, n), of_reference.error(i, n));
    }
    return found;
}

} // namespace

ComparedFigures compared(Measures const& measures)
{
    return {measures.correct, measures.overdose, measures.total_patients, measures.patients_above, measures.total_dlts};
}

Difference difference(DesignResult const& design, DesignResult const& reference, TrueToxicity const& truth)
{
    auto const& a = design.characteristics;
    auto const& b = reference.characteristics;
    if (!design.outcomes.empty() && !reference.outcomes.empty())
        return paired(design.outcomes, reference.outcomes, truth);
    bool const exact = a.engine == Engine::exact && b.engine == Engine::exact;
    Difference found{.pairing = exact ? Pairing::exact : Pairing::unpaired,
                     .numerical_error = a.numerical_error + b.numerical_error};
    auto const of_design = compared(a.mean);
    auto const of_reference = compared(b.mean);
    std::ranges::transform(of_design, of_reference, found.mean.begin(), std::minus<>{});
    auto const design_error = compared(a.standard_error);
    auto const reference_error = compared(b.standard_error);
    std::ranges::transform(design_error, reference_error, found.unpaired_error.begin(),
                           [](double x, double y) { return std::hypot(x, y); });
    found.standard_error = found.unpaired_error;
    return found;
}

} // namespace escalon
