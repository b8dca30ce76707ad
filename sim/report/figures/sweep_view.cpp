#include "sim/report/figures/sweep_view.hpp"

#include "pk_models/fields.hpp"
#include "pk_models/units.hpp"
#include "sim/report/figures/axes.hpp"
#include "sim/report/figures/series.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"
#include "sim/report/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace escalon {
namespace {

constexpr std::string_view designs_axis = "designs";
constexpr std::size_t longest_label = 24;
constexpr std::size_t longest_name = 80;

std::optional<DoseLevel> documented_mtd(RunResult const& run)
{
    auto const& documented = run.scenario.documented;
    return documented && documented->mtd ? level_of(run.scenario.doses, *documented->mtd) : std::nullopt;
}

/// What tells the panel of an entry from the others.
std::string panel_of(SweepResult const& sweep, SweepCell const& cell, DesignRun const& design,
                     std::vector<std::size_t> const& behind)
{
    auto name = theme::cut(design.label, longest_label);
    if (cell.run.truths.size() > 1)
        name += " under " + theme::cut(cell.run.truth_of(design).name, longest_label);
    for (auto const axis : behind)
        if (auto const at = cell.point.at[axis])
            name += fmt::format(", {} {}", sweep.axes[axis].path, theme::cut(sweep.axes[axis].values[*at], longest_label));
    return name;
}

} // namespace

std::optional<SweepMeasure::Figure> SweepMeasure::of(RunResult const& run, DesignRun const& design) const
{
    auto const& mean = design.result.characteristics.mean;
    auto const& error = design.result.characteristics.standard_error;
    switch (what) {
    case What::correct:
        if (!run.truth_of(design).toxicity.mtd)
            return std::nullopt;
        return Figure{percent_of * mean.correct, percent_of * error.correct};
    case What::overdose: return Figure{percent_of * mean.overdose, percent_of * error.overdose};
    case What::documented:
        if (auto const level = documented_mtd(run)) {
            auto const i = static_cast<std::size_t>(level->index());
            return Figure{percent_of * mean.selection[i], percent_of * error.selection[i]};
        }
        return std::nullopt;
    case What::patients_above: break;
    }
    return Figure{mean.patients_above, error.patients_above};
}

std::string SweepMeasure::text(double value) const
{
    return share ? whole_percent(value / percent_of) : fmt::format("{:.1f}", value);
}

SweepView::SweepView(SweepResult const& sweep, std::size_t shown) : sweep_{sweep}
{
    std::vector<std::size_t> behind;
    for (std::size_t i = 0; i < sweep.axes.size(); ++i)
        if (sweep.axes[i].path != designs_axis)
            (axes_.size() < shown ? axes_ : behind).push_back(i);
    for (auto const& cell : sweep.cells)
        for (auto const& design : cell.run.designs) {
            auto const name = panel_of(sweep, cell, design, behind);
            auto const known = std::ranges::find(panels_, name);
            entries_.push_back({&cell, &design, static_cast<std::size_t>(known - panels_.begin())});
            if (known == panels_.end())
                panels_.push_back(name);
            sampled_ = sampled_ || design.result.characteristics.engine == Engine::monte_carlo;
        }
}

std::size_t SweepView::figure_axes(SweepResult const& sweep)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(sweep.axes, [](auto const& axis) { return axis.path != designs_axis; }));
}

std::vector<SweepMeasure> SweepView::measures() const
{
    std::vector<SweepMeasure> all{{.name = "correct",
                                   .title = "Trials that recommend the true MTD",
                                   .words = "recommends the true MTD",
                                   .axis = "Recommend the true MTD",
                                   .tooltip = "Recommend the true MTD (% of trials)",
                                   .what = SweepMeasure::What::correct},
                                  {.name = "overdose",
                                   .title = "Trials that recommend a dose above the true MTD",
                                   .words = "recommends a dose above the true MTD",
                                   .axis = "Recommend above it",
                                   .tooltip = "Recommend a dose above the true MTD (% of trials)",
                                   .what = SweepMeasure::What::overdose}};
    auto const documented = [](SweepEntry const& entry) { return documented_mtd(entry.cell->run).has_value(); };
    if (!entries_.empty() && std::ranges::all_of(entries_, documented)) {
        auto const& run = entries_.front().cell->run;
        auto const dose = theme::dose_text(run.scenario.ladder(), *documented_mtd(run));
        all.push_back({.name = "documented",
                       .title = "Trials that recommend " + dose + ", the documented MTD",
                       .words = "recommends " + dose + ", the documented MTD,",
                       .axis = "Recommend " + dose,
                       .tooltip = "Recommend " + dose + " (% of trials)",
                       .what = SweepMeasure::What::documented});
    }
    all.push_back({.name = "patients_above",
                   .title = "Patients treated above the true MTD",
                   .words = "treats patients above the true MTD",
                   .axis = "Patients above it",
                   .tooltip = "Patients above the true MTD, mean of a trial",
                   .share = false,
                   .what = SweepMeasure::What::patients_above});
    return all;
}

std::string SweepView::provenance() const
{
    return fmt::format("{}. {}", theme::cut(sweep_.scenario.name, longest_name),
                       sampled_ ? "Simulated: 95 % Monte Carlo errors are in the tables." : "Exact, no sampling error.");
}

std::string SweepView::true_mtd(SweepEntry const& entry) const
{
    auto const& mtd = entry.cell->run.truth_of(*entry.design).toxicity.mtd;
    return mtd ? theme::dose_text(entry.cell->run.scenario.ladder(), *mtd) : "none";
}

std::string SweepView::true_mtd_dose(SweepEntry const& entry) const
{
    auto const& mtd = entry.cell->run.truth_of(*entry.design).toxicity.mtd;
    return mtd ? theme::dose_label(entry.cell->run.scenario.ladder(), *mtd) : "no MTD";
}

std::string axis_title(SweepAxis const& axis)
{
    return axis.unit.empty() ? axis.path : fmt::format("{} ({})", axis.path, theme::pretty_unit(axis.unit));
}

std::vector<std::string> axis_labels(SweepAxis const& axis)
{
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < axis.values.size(); ++i)
        labels.push_back(axis.numbers.empty() ? axis.values[i] : shortest(axis.numbers[i]));
    return theme::short_names(labels, longest_label);
}

} // namespace escalon
