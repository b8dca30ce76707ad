#include "sim/report/run_text.hpp"

#include "pk_models/units.hpp"
#include "sim/report/clock_text.hpp"
#include "sim/report/comparison_text.hpp"
#include "sim/report/late_story.hpp"
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
    case StopCause::enough_at_level: return "a level had enough patients";
    case StopCause::precise_enough: return "the MTD was known well enough";
    }
    return "";
}

std::string table(RunResult const& run, DesignRun const& design)
{
    auto const& oc = design.result.characteristics;
    auto const& truth = run.truth_of(design).toxicity;
    auto const ladder = run.scenario.ladder();
    bool const sampled = oc.engine == Engine::monte_carlo;
    std::vector<TextTable::Column> columns{{"dose " + std::string{symbol(ladder.unit())}}, {"P(DLT)"}, {"selected"}};
    if (sampled)
        columns.push_back({"± SE"});
    columns.insert(columns.end(), {{"", Align::left}, {"patients"}, {"DLTs"}, {"", Align::left}});
    TextTable table{columns};
    auto const add = [&](std::string dose, std::string p_dlt, std::string selected, std::string error, double share,
                         std::string patients, std::string dlts, std::string mark) {
        std::vector<std::string> cells{std::move(dose), std::move(p_dlt), std::move(selected)};
        if (sampled)
            cells.push_back(std::move(error));
        cells.insert(cells.end(), {bar(share), std::move(patients), std::move(dlts), std::move(mark)});
        table.row(std::move(cells));
    };
    add("none", "", percent(oc.mean.none), percent(oc.standard_error.none), oc.mean.none, "", "", "");
    for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
        auto const i = static_cast<std::size_t>(level.index());
        add(shortest(ladder.dose(level)), percent(truth.dlt_probability[i]), percent(oc.mean.selection[i]),
            percent(oc.standard_error.selection[i]), oc.mean.selection[i], mean_count(oc.mean.patients[i]),
            mean_count(oc.mean.dlts[i]), level == truth.mtd ? "← true MTD" : "");
    }
    add("all", "", "100 %", "", 0, mean_count(oc.mean.total_patients), mean_count(oc.mean.total_dlts), "");
    return table.text();
}

/// What becomes of patients who are followed beyond their first course.
std::string courses_in_words(CourseMeasures const& measures, TrueToxicity const& truth, DoseLadder const& ladder)
{
    std::vector<std::string> levels;
    for (DoseLevel level{0}; ladder.has(level); level = level.above())
        levels.push_back(fmt::format("{} at {}", mean_count(measures.courses[static_cast<std::size_t>(level.index())]),
                                     shortest(ladder.dose(level))));
    auto const patients = [&](Grade grade) { return measures.worst_grade[static_cast<std::size_t>(grade)]; };
    double const severe = patients(Grade::severe);
    double const worse = patients(Grade::life_threatening);
    auto const dlts = truth.grades.grade_4.empty() ? fmt::format("a DLT in {:.1f}", severe + worse)
                                                   : fmt::format("grade 3 in {:.1f}, grade 4 in {:.1f}", severe, worse);
    return fmt::format(
        "  Over all their courses the worst toxicity is grade 0 or 1 in {:.1f} patients a trial, grade 2 in {:.1f}, {}.\n"
        "  Courses a trial: {} {}.\n",
        patients(Grade::mild), patients(Grade::moderate), dlts, fmt::join(levels, ", "), symbol(ladder.unit()));
}

std::string accuracy_text(std::optional<double> index) { return index ? fmt::format("{:.2f}", *index) : "none"; }

/// Where patients are treated, the risks that follow, and the accuracy indices.
std::string published_measures(TrueToxicity const& truth, OperatingCharacteristics const& oc)
{
    auto const& mean = oc.mean;
    auto text = fmt::format("  DLTs in {} of patients", percent(mean.dlt_rate));
    if (truth.mtd)
        text += fmt::format("; {} of them are treated at the true MTD, {} above it", percent(mean.share_at),
                            percent(mean.share_above));
    text += fmt::format(". Accuracy index {} for selection, {} for allocation.\n", accuracy_text(mean.accuracy_selection),
                        accuracy_text(mean.accuracy_allocation));
    if (truth.mtd)
        text += fmt::format("  More than 60 % (80 %) of a trial's patients are treated above the true MTD in {} ({}) of trials, "
                            "below it in {} ({}).\n",
                            percent(mean.overdosing[0]), percent(mean.overdosing[1]), percent(mean.underdosing[0]),
                            percent(mean.underdosing[1]));
    return text;
}

std::string in_words(RunResult const& run, DesignRun const& design)
{
    auto const& oc = design.result.characteristics;
    auto const& truth = run.truth_of(design).toxicity;
    auto const ladder = run.scenario.ladder();
    auto const& mean = oc.mean;
    std::string text;
    if (truth.mtd)
        text +=
            fmt::format("  Recommends the true MTD, {}, in {} of trials, a higher level in {}, a lower one in {}, none in {}.\n",
                        ladder.text(*truth.mtd), percent(mean.correct), percent(mean.overdose),
                        percent(std::max(0.0, 1 - mean.correct - mean.overdose - mean.none)), percent(mean.none));
    else
        text += fmt::format("  No level is a true MTD: all exceed the target of {} by more than 10 points. "
                            "Some level is recommended in {} of trials.\n",
                            percent(truth.target), percent(mean.overdose));
    text += fmt::format("  {:.1f} patients a trial (80 % of trials: {} to {}), {:.1f} of them above the true MTD; "
                        "{:.1f} DLTs (80 %: {} to {}).\n",
                        mean.total_patients, quantile(oc.total_patients, low_quantile),
                        quantile(oc.total_patients, high_quantile), mean.patients_above, mean.total_dlts,
                        quantile(oc.total_dlts, low_quantile), quantile(oc.total_dlts, high_quantile));
    if (oc.courses)
        text += courses_in_words(*oc.courses, truth, ladder);
    text += "  Trials end because ";
    std::vector<std::string> causes;
    for (auto const& [cause, key] : enum_names(StopCause{}))
        if (auto const share = mean.stopped[static_cast<std::size_t>(cause)]; share > 0)
            causes.push_back(fmt::format("{} ({})", words(cause), percent(share)));
    text += fmt::format("{}.\n", fmt::join(causes, ", "));
    return text + published_measures(truth, oc);
}

/// Patients whose kinetics could not be integrated; empty where there are none.
std::string unsolved_note(TrueToxicity const& truth)
{
    if (!(truth.unsolved_share > 0))
        return {};
    return fmt::format("  The kinetics of {} of patients could not be integrated: they count as without a DLT.\n",
                       percent(truth.unsolved_share));
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

/// The table a protocol prints: a block a truth, doses across, a pair of rows a design.
std::string protocol_table(RunResult const& run, std::size_t truth)
{
    auto const ladder = run.scenario.ladder();
    auto const& toxicity = run.truths[truth].toxicity;
    std::vector<TextTable::Column> columns{{"dose " + std::string{symbol(ladder.unit())}, Align::left},
                                           {"", Align::left},
                                           {"none"}};
    for (DoseLevel level{0}; ladder.has(level); level = level.above())
        columns.push_back({shortest(ladder.dose(level)) + (level == toxicity.mtd ? "*" : "")});
    columns.push_back({"all"});
    TextTable table{columns};
    auto const row = [&](std::string design, std::string what, std::string none, std::vector<double> const& figures,
                         auto const& shown, std::string all) {
        std::vector<std::string> cells{std::move(design), std::move(what), std::move(none)};
        for (double const figure : figures)
            cells.push_back(shown(figure));
        cells.push_back(std::move(all));
        table.row(std::move(cells));
    };
    row("true", "P(DLT)", "", toxicity.dlt_probability, percent, "");
    for (auto const& design : run.designs) {
        if (design.truth != truth)
            continue;
        auto const& mean = design.result.characteristics.mean;
        row(design.label, "selected", percent(mean.none), mean.selection, percent, "");
        row("", "patients", "", mean.patients, mean_count, mean_count(mean.total_patients));
        row("", "DLTs", "", mean.dlts, mean_count, mean_count(mean.total_dlts));
    }
    return table.text();
}

std::string mtd_line(RunResult const& run, TrueToxicity const& truth)
{
    if (!truth.mtd)
        return fmt::format("every level exceeds the target of {} by more than 10 points", percent(truth.target));
    return fmt::format("true MTD {}, P(DLT) {} against a target of {}", run.scenario.ladder().text(*truth.mtd),
                       percent(truth.dlt_probability[static_cast<std::size_t>(truth.mtd->index())]), percent(truth.target));
}

std::string several_truths_text(RunResult const& run)
{
    std::string text;
    for (std::size_t truth = 0; truth < run.truths.size(); ++truth) {
        if (std::ranges::none_of(run.designs, [&](auto const& design) { return design.truth == truth; }))
            continue;
        text += fmt::format("\nTruth {}: {}\n\n{}\n", run.truths[truth].name, mtd_line(run, run.truths[truth].toxicity),
                            protocol_table(run, truth));
        text += unsolved_note(run.truths[truth].toxicity);
        for (auto const& design : run.designs)
            if (design.truth == truth)
                text += design.label + "\n" + in_words(run, design) + clock_text(run, design);
    }
    text += "\n* the true MTD. How each design's figures were found, under every truth alike where none is named:\n";
    for (auto const& design : run.designs) {
        auto const line = engine_line(run, design.result);
        auto const alike = [&](auto const& other) {
            return other.label != design.label || engine_line(run, other.result) == line;
        };
        bool const everywhere = std::ranges::all_of(run.designs, alike);
        if (design.truth == 0 || !everywhere)
            text += fmt::format("  {}{}:{}", design.label, everywhere ? "" : " under " + run.truth_of(design).name,
                                line.substr(1));
    }
    return text;
}

} // namespace

std::string run_text(RunResult const& run)
{
    auto text = run.scenario.name + "\n";
    if (run.truths.size() > 1)
        text += several_truths_text(run);
    else {
        for (auto const& truth : run.truths)
            text += unsolved_note(truth.toxicity);
        for (auto const& design : run.designs)
            text += "\n" + design.label + "\n" + engine_line(run, design.result) + "\n" + table(run, design) + "\n" +
                    in_words(run, design) + clock_text(run, design);
    }
    if (run.comparison)
        text += comparison_text(*run.comparison, run);
    if (run.random_truths)
        text += random_truths_text(*run.random_truths, run.scenario.ladder());
    for (std::size_t truth = 0; truth < run.truths.size(); ++truth)
        text += late_story_text(run, truth);
    if (!run.complete)
        text += "\nInterrupted: this is what was finished.\n";
    return text;
}

} // namespace escalon
