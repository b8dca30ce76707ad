#include "sim/report/figures/all.hpp"

#include "sim/report/clocked_trial_text.hpp"
#include "sim/report/figures/allocation.hpp"
#include "sim/report/figures/curve.hpp"
#include "sim/report/figures/difference.hpp"
#include "sim/report/figures/late.hpp"
#include "sim/report/figures/model.hpp"
#include "sim/report/figures/mtd.hpp"
#include "sim/report/figures/overdose.hpp"
#include "sim/report/figures/pk.hpp"
#include "sim/report/replay_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace escalon {

std::vector<Figure> figures_of(RunResult const& run, FigureStyle const& style)
{
    std::vector<Figure> figures;
    if (run.scenario.documented && !run.scenario.documented->cohorts.empty())
        figures.push_back(replay_figure(documented_figure(run.scenario), style));
    figures.push_back(curve_figure(run, style));
    figures.push_back(mtd_figure(run, style));
    figures.push_back(allocation_figure(run, style));
    figures.push_back(overdose_figure(run, style));
    if (auto late = late_figure(run, style))
        figures.push_back(std::move(*late));
    if (run.scenario.trial.clock) {
        auto const reference = std::ranges::find(run.scenario.designs, reference_label(run.scenario), &DesignEntry::label);
        figures.push_back(swimmer_figure(swimmer_of(clocked_trial(run.scenario, *reference, 0)), style));
    }
    if (run.comparison && !run.comparison->differences.empty())
        figures.push_back(difference_figure(run, style));
    if (run.random_truths)
        figures.push_back(random_truths_figure(run, style));
    std::ranges::move(model_figures(run.scenario, style), std::back_inserter(figures));
    std::ranges::move(pk_figures(run.scenario, style), std::back_inserter(figures));
    return figures;
}

} // namespace escalon
