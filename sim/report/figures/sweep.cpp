#include "sim/report/figures/sweep.hpp"

#include "sim/report/figures/heat.hpp"
#include "sim/report/figures/sweep_view.hpp"
#include "sim/report/figures/tornado.hpp"
#include "sim/report/figures/trend.hpp"

#include <algorithm>

namespace escalon {
namespace {

constexpr std::size_t most_panels = 8;

/// The measures that some cell has.
std::vector<SweepMeasure> known_measures(SweepView const& view)
{
    auto measures = view.measures();
    std::erase_if(measures, [&](SweepMeasure const& measure) {
        return std::ranges::none_of(view.entries(), [&](SweepEntry const& entry) {
            return measure.of(entry.cell->run, *entry.design).has_value();
        });
    });
    return measures;
}

} // namespace

std::vector<Figure> figures_of(SweepResult const& sweep, FigureStyle const& style)
{
    auto const axes = SweepView::figure_axes(sweep);
    std::vector<Figure> figures;
    if (sweep.cells.empty() || axes == 0)
        return figures;
    if (sweep.mode == SweepMode::one_at_a_time) {
        SweepView const view{sweep, axes};
        if (view.panels().size() <= most_panels)
            for (auto const& measure : known_measures(view))
                if (measure.what != SweepMeasure::What::patients_above)
                    figures.push_back(tornado_figure(view, measure, style));
    } else if (sweep.mode == SweepMode::grid && axes >= 2) {
        SweepView const view{sweep, 2};
        if (view.panels().size() <= most_panels)
            for (auto const& measure : known_measures(view))
                figures.push_back(heat_figure(view, measure, style));
    } else {
        SweepView const view{sweep, sweep.mode == SweepMode::zip ? axes : 1};
        if (view.panels().size() <= most_panels)
            figures.push_back(trend_figure(view, style));
    }
    return figures;
}

} // namespace escalon
