#include "sim/report/figures/allocation.hpp"

#include "sim/report/figures/dose_bars.hpp"
#include "sim/report/figures/selection.hpp"
#include "sim/report/numbers.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tuple>

namespace escalon {
namespace {

DoseBar patients_bar(DesignRun const& run, std::optional<DoseLevel> level)
{
    auto const& [mean, error] = std::tie(run.result.characteristics.mean, run.result.characteristics.standard_error);
    auto const i = static_cast<std::size_t>(level.value().index());
    return {.value = mean.patients[i],
            .standard_error = error.patients[i],
            .dark_part = mean.dlts[i],
            .label = one_decimal(mean.patients[i])};
}

double patients_of(DesignRun const& run) { return run.result.characteristics.mean.total_patients; }
double dlts_of(DesignRun const& run) { return run.result.characteristics.mean.total_dlts; }
double above_of(DesignRun const& run) { return run.result.characteristics.mean.patients_above; }

std::string under_one_truth(Comparison const& comparison, TruthPanel const& truth)
{
    std::vector<std::string> designs;
    for (std::size_t d = 0; d < truth.runs.size(); ++d)
        if (truth.runs[d])
            designs.push_back(comparison.designs()[d]);
    auto const said = [&](Measured const& measure) {
        return by_design(designs, figures_of_designs(truth, measure, one_decimal));
    };
    auto const text = fmt::format("A trial treats {} patients on average", said(patients_of));
    auto const dlts = fmt::format("; {} have a DLT.", said(dlts_of));
    if (!truth.toxicity->mtd)
        return text + dlts + " " + no_mtd_sentence(truth);
    auto const mtd = *truth.toxicity->mtd;
    auto const at_mtd = [mtd](DesignRun const& run) {
        return run.result.characteristics.mean.patients[static_cast<std::size_t>(mtd.index())];
    };
    return text + fmt::format(", at the true MTD of {} {}", comparison.dose(mtd), said(at_mtd)) +
           (mtd < comparison.ladder().top() ? fmt::format(", above it {}", said(above_of)) : "") + dlts;
}

std::string over_truths(Comparison const& comparison)
{
    std::string text;
    for (std::size_t d = 0; d < comparison.designs().size(); ++d)
        if (auto const patients = range_over_truths(comparison, d, patients_of, one_decimal); !patients.empty())
            text += fmt::format("{}{} treats {} patients a trial, {} of them above the true MTD; {} have a DLT.",
                                text.empty() ? "" : " ", comparison.designs()[d], patients,
                                range_over_truths(comparison, d, above_of, one_decimal),
                                range_over_truths(comparison, d, dlts_of, one_decimal));
    if (auto const toxic = truths_without_mtd(comparison); !toxic.empty())
        text += fmt::format("{}All levels are too toxic under {}.", text.empty() ? "" : " ", listed(toxic));
    return text;
}

std::string allocation_caption(Comparison const& comparison)
{
    return comparison.several_truths() ? over_truths(comparison) : under_one_truth(comparison, comparison.truths().front());
}

} // namespace

Figure allocation_figure(RunResult const& run, FigureStyle const& style)
{
    Comparison const comparison{run};
    return dose_bars_figure(comparison,
                            {.name = "allocation",
                             .title = "Patients treated at each dose",
                             .subtitle = "Mean of a trial; dark: patients with a DLT. " + comparison.provenance() +
                                         " Shaded: the true MTD.",
                             .caption = allocation_caption(comparison),
                             .with = theme::DoseBands::With::levels,
                             .dose_title = "Dose",
                             .value_field = "patients",
                             .value_title = "Mean patients",
                             .value_tooltip = "Patients (mean of a trial)",
                             .value_format = ".2f",
                             .suffix = "",
                             .dark_field = "dlts",
                             .dark_tooltip = "of them with a DLT",
                             .bar = patients_bar},
                            style);
}

} // namespace escalon
