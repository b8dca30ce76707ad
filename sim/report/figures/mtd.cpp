#include "sim/report/figures/mtd.hpp"

#include "pk_models/fields.hpp"
#include "sim/report/figures/dose_bars.hpp"
#include "sim/report/figures/selection.hpp"
#include "sim/report/numbers.hpp"

#include <nlohmann/json.hpp>

#include <tuple>

namespace escalon {
namespace {

DoseBar selection_bar(DesignRun const& run, std::optional<DoseLevel> place)
{
    auto const& [mean, error] = std::tie(run.result.characteristics.mean, run.result.characteristics.standard_error);
    auto const level = place ? static_cast<std::size_t>(place->index()) : 0;
    double const share = place ? mean.selection[level] : mean.none;
    double const se = place ? error.selection[level] : error.none;
    return {.value = percent_of * share, .standard_error = percent_of * se, .label = whole_percent(share)};
}

} // namespace

Figure mtd_figure(RunResult const& run, FigureStyle const& style)
{
    Comparison const comparison{run};
    return dose_bars_figure(comparison,
                            {.name = "mtd",
                             .title = "Dose recommended as the MTD",
                             .subtitle = (comparison.several_truths() ? "Shaded: the true MTD. " : "") + comparison.provenance(),
                             .caption = selection_caption(comparison),
                             .with = theme::DoseBands::With::none_and_levels,
                             .dose_title = "Recommended dose",
                             .value_field = "selected_percent",
                             .value_title = "Share of trials",
                             .value_tooltip = "Recommended in (% of trials)",
                             .value_format = ".1f",
                             .suffix = " %",
                             .limit = percent_of,
                             .bar = selection_bar},
                            style);
}

} // namespace escalon
