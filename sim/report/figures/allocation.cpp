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

/// Patients at the true MTD, and above it where a level lies above it: each as `said` has it.
std::string around_mtd(Comparison const& comparison, TruthPanel const& truth, auto const& said, std::string_view of_them)
{
    auto const mtd = *truth.toxicity->mtd;
    auto const at_mtd = [mtd](DesignRun const& run) {
        return run.result.characteristics.mean.patients[static_cast<std::size_t>(mtd.index())];
    };
    auto text = fmt::format("{}{} at the true MTD of {}", said(at_mtd), of_them, comparison.dose(mtd));
    if (mtd < comparison.ladder().top())
        text += fmt::format(" and {} above it", said(above_of));
    return text;
}

std::string under_one_truth(Comparison const& comparison, TruthPanel const& truth)
{
    auto const said = [&](Measured const& measure) { return among_designs(comparison, truth, measure, one_decimal); };
    auto const patients = among_designs(comparison, truth, patients_of, one_decimal, "patients");
    auto const subject = comparison.several_designs() ? "A trial" : comparison.designs().front();
    auto const dlts = comparison.several_designs() ? "DLTs: " + said(dlts_of) + "."
                                                   : fmt::format("In {} a DLT occurs.", said(dlts_of));
    if (!truth.toxicity->mtd)
        return fmt::format("{} treats {} on average. {} {}", subject, patients, dlts, no_mtd_sentence(truth));
    if (comparison.several_designs())
        return fmt::format("A trial treats {} on average; {}. {}", patients, around_mtd(comparison, truth, said, ""), dlts);
    return fmt::format("{} treats {} a trial on average, {}. {}", subject, patients,
                       around_mtd(comparison, truth, said, " of them"), dlts);
}

std::string under_several_truths(Comparison const& comparison)
{
    std::vector<std::string> sentences;
    for (std::size_t d = 0; d < comparison.designs().size(); ++d)
        if (auto const patients = over_truths(comparison, d, patients_of, one_decimal); !patients.empty())
            sentences.push_back(fmt::format("{} treats {} patients a trial on average, {} of them above the true MTD.",
                                            comparison.designs()[d], patients,
                                            over_truths(comparison, d, above_of, one_decimal)));
    for (auto const& truth : comparison.truths())
        if (!truth.toxicity->mtd)
            sentences.push_back(fmt::format("Under {}, where all levels are too toxic, a trial treats {}.", truth.name,
                                            among_designs(comparison, truth, patients_of, one_decimal, "patients")));
    return fmt::format("{}", fmt::join(sentences, " "));
}

std::string allocation_caption(Comparison const& comparison)
{
    return comparison.several_truths() ? under_several_truths(comparison)
                                       : under_one_truth(comparison, comparison.truths().front());
}

} // namespace

Figure allocation_figure(RunResult const& run, FigureStyle const& style)
{
    Comparison const comparison{run};
    return dose_bars_figure(comparison,
                            {.name = "allocation",
                             .title = "Patients treated at each dose",
                             .subtitle = std::string{"Mean of a trial; dark: patients with a DLT"} +
                                         (comparison.several_truths() ? "; shaded: the true MTD. " : ". ") +
                                         comparison.provenance(),
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
