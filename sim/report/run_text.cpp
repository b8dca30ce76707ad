#include "sim/report/run_text.hpp"

#include "pk_models/units.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace escalon {
namespace {

constexpr double low_quantile = 0.1;
constexpr double high_quantile = 0.9;
constexpr int bar_cells = 20;

std::string bar(double share)
{
    constexpr std::string_view full = "█";
    std::string text;
    for (int i = 0; i < static_cast<int>(std::lround(share * bar_cells)); ++i)
        text += full;
    return text;
}

std::string words(StopCause cause)
{
    switch (cause) {
    case StopCause::mtd_determined: return "the MTD was determined";
    case StopCause::top_not_exceeded: return "the top level was tolerable";
    case StopCause::lowest_too_toxic: return "the lowest level tried was too toxic";
    case StopCause::max_patients: return "the sample size was used up";
    }
    return "";
}

std::string table(RunResult const& run, OperatingCharacteristics const& oc)
{
    auto const ladder = run.scenario.ladder();
    bool const sampled = oc.engine == Engine::monte_carlo;
    std::vector<TextTable::Column> columns{{"dose " + std::string{symbol(ladder.unit())}}, {"P(DLT)"}, {"selected"}};
    if (sampled)
        columns.push_back({"± SE"});
    columns.insert(columns.end(), {{"", Align::left}, {"patients"}, {"DLTs"}, {"", Align::left}});
    TextTable table{columns};
    auto const add = [&](std::string dose, std::string truth, std::string selected, std::string error, double share,
                         std::string patients, std::string dlts, std::string mark) {
        std::vector<std::string> cells{std::move(dose), std::move(truth), std::move(selected)};
        if (sampled)
            cells.push_back(std::move(error));
        cells.insert(cells.end(), {bar(share), std::move(patients), std::move(dlts), std::move(mark)});
        table.row(std::move(cells));
    };
    add("none", "", percent(oc.mean.none), percent(oc.standard_error.none), oc.mean.none, "", "", "");
    for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
        auto const i = static_cast<std::size_t>(level.index());
        add(shortest(ladder.dose(level)), percent(run.truth.dlt_probability[i]), percent(oc.mean.selection[i]),
            percent(oc.standard_error.selection[i]), oc.mean.selection[i], mean_count(oc.mean.patients[i]),
            mean_count(oc.mean.dlts[i]), level == run.truth.mtd ? "← true MTD" : "");
    }
    add("all", "", "100 %", "", 0, mean_count(oc.mean.total_patients), mean_count(oc.mean.total_dlts), "");
    return table.text();
}

std::string in_words(RunResult const& run, OperatingCharacteristics const& oc)
{
    auto const ladder = run.scenario.ladder();
    auto const& mean = oc.mean;
    std::string text;
    if (run.truth.mtd)
        text +=
            fmt::format("  Recommends the true MTD, {}, in {} of trials, a higher level in {}, a lower one in {}, none in {}.\n",
                        ladder.text(*run.truth.mtd), percent(mean.correct), percent(mean.overdose),
                        percent(std::max(0.0, 1 - mean.correct - mean.overdose - mean.none)), percent(mean.none));
    else
        text += fmt::format("  No level is a true MTD: all exceed the target of {} by more than 10 points. "
                            "Some level is recommended in {} of trials.\n",
                            percent(run.truth.target), percent(mean.overdose));
    text += fmt::format("  {:.1f} patients a trial (80 % of trials: {} to {}), {:.1f} of them above the true MTD; "
                        "{:.1f} DLTs (80 %: {} to {}).\n",
                        mean.total_patients, quantile(oc.total_patients, low_quantile),
                        quantile(oc.total_patients, high_quantile), mean.patients_above, mean.total_dlts,
                        quantile(oc.total_dlts, low_quantile), quantile(oc.total_dlts, high_quantile));
    text += "  Trials end because ";
    std::vector<std::string> causes;
    for (auto const& [cause, key] : enum_names(StopCause{}))
        if (auto const share = mean.stopped[static_cast<std::size_t>(cause)]; share > 0)
            causes.push_back(fmt::format("{} ({})", words(cause), percent(share)));
    return text + fmt::format("{}.\n", fmt::join(causes, ", "));
}

std::string engine_line(RunResult const& run, DesignResult const& design)
{
    auto const& oc = design.characteristics;
    if (oc.engine == Engine::monte_carlo)
        return fmt::format("  {} simulated trials, seed {} ({}).\n", *oc.trials, run.scenario.runner.seed, design.engine_reason);
    auto text = "  " + design.engine_reason;
    if (oc.numerical_error > 0)
        text += fmt::format("; selection probabilities to within {}, three standard errors of that integration",
                            error_bound(oc.numerical_error));
    return text + ".\n";
}

} // namespace

std::string run_text(RunResult const& run)
{
    auto text = run.scenario.name + "\n";
    for (auto const& design : run.designs) {
        auto const& oc = design.result.characteristics;
        text += "\n" + design.label + "\n" + engine_line(run, design.result) + "\n" + table(run, oc) + "\n" + in_words(run, oc);
    }
    if (!run.complete)
        text += "\nInterrupted: this is what was finished.\n";
    return text;
}

} // namespace escalon
