#include "sim/runner/random_truths.hpp"

#include <atomic>
#include <cmath>

namespace escalon {
namespace {

using Figures = std::array<std::optional<double>, averaged_figures>;

/// In the order of `Averaged`.
Figures averaged(Measures const& m)
{
    return {m.correct,
            m.overdose,
            m.none,
            m.total_patients,
            m.patients_at,
            m.patients_above,
            m.share_at,
            m.share_above,
            m.total_dlts,
            m.dlt_rate,
            m.overdosing[0],
            m.overdosing[1],
            m.underdosing[0],
            m.underdosing[1],
            m.accuracy_selection,
            m.accuracy_allocation};
}

/// What one design did under one curve.
struct CurveRun {
    Figures figures{};
    ComparedFigures compared{};
    std::vector<double> selection{};
    Engine engine = Engine::exact;
    std::optional<std::uint64_t> trials;
};

/// Mean and its standard error of what `figure(i)` gives for each of so many curves, added in their order.
OverCurves over_curves(std::size_t curves, auto const& figure)
{
    OverCurves result;
    double sum = 0;
    for (std::size_t i = 0; i < curves; ++i)
        if (std::optional<double> const here = figure(i)) {
            sum += *here;
            ++result.curves;
        }
    if (result.curves == 0)
        return result;
    auto const n = static_cast<double>(result.curves);
    result.mean = sum / n;
    double squares = 0;
    for (std::size_t i = 0; i < curves; ++i)
        if (std::optional<double> const here = figure(i))
            squares += (*here - result.mean) * (*here - result.mean);
    result.standard_error = result.curves > 1 ? std::sqrt(squares / (n * (n - 1))) : 0;
    return result;
}

DesignOverCurves summarised(std::string label, std::span<CurveRun const> runs, std::span<RandomCurve const> curves)
{
    DesignOverCurves design{.label = std::move(label), .engine = runs.front().engine, .trials = runs.front().trials};
    for (std::size_t figure = 0; figure < averaged_figures; ++figure)
        design.figures[figure] = over_curves(runs.size(), [&](std::size_t i) { return runs[i].figures[figure]; });
    constexpr auto correct = static_cast<std::size_t>(Averaged::correct_selection);
    for (std::size_t level = 0; level < curves.front().dlt_probability.size(); ++level) {
        design.correct_by_mtd.push_back(over_curves(runs.size(), [&](std::size_t i) {
            return curves[i].mtd == DoseLevel{static_cast<int>(level)} ? runs[i].figures[correct] : std::nullopt;
        }));
        design.selection.push_back(
            over_curves(runs.size(), [&](std::size_t i) { return std::optional{runs[i].selection[level]}; }));
    }
    return design;
}

} // namespace

RandomTruthsResult over_random_truths(RandomTruths const& options, std::vector<RandomCurve> curves,
                                      std::span<NamedDesign const> designs, std::size_t reference, RunRequest const& request,
                                      Workers const& workers, Progress const& progress)
{
    RandomTruthsResult result{
        .options = options, .target = options.target.value(), .seed = options.seed.value(), .curves = std::move(curves)};
    auto const count = result.curves.size();
    std::vector<std::vector<CurveRun>> runs(designs.size(), std::vector<CurveRun>(count));
    std::atomic<std::uint64_t> done{0};
    workers.for_each(count, [&](std::size_t i) {
        auto const& curve = result.curves[i];
        TrueToxicity const truth{curve.dlt_probability, std::vector<double>(curve.dlt_probability.size()), result.target,
                                 curve.mtd};
        auto mine = request;
        mine.seed = TrialStream{request.seed, i}.bits52(0, Purpose::curve_trials);
        for (std::size_t d = 0; d < designs.size(); ++d) {
            auto const found = designs[d].design->run(KnownToxicity{curve.dlt_probability}, truth, mine, Workers{1});
            auto const& oc = found.characteristics;
            runs[d][i] = {averaged(oc.mean), compared(oc.mean), oc.mean.selection, oc.engine, oc.trials};
        }
        if (progress)
            progress(++done, count);
    });

    for (std::size_t d = 0; d < designs.size(); ++d)
        result.designs.push_back(summarised(designs[d].label, runs[d], result.curves));
    if (designs.size() < 2)
        return result;
    result.against = designs[reference].label;
    for (std::size_t d = 0; d < designs.size(); ++d) {
        if (d == reference)
            continue;
        DifferenceOverCurves difference{.label = designs[d].label};
        for (std::size_t figure = 0; figure < compared_figures; ++figure)
            difference.figures[figure] = over_curves(count, [&](std::size_t i) {
                return std::optional{runs[d][i].compared[figure] - runs[reference][i].compared[figure]};
            });
        result.differences.push_back(std::move(difference));
    }
    return result;
}

} // namespace escalon
