#include "sim/report/figures/selection.hpp"

#include "sim/report/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace escalon {
namespace {

double none_of(DesignRun const& run) { return selection_shares(run).none; }
double below_of(DesignRun const& run) { return selection_shares(run).below; }
double correct_of(DesignRun const& run) { return selection_shares(run).correct; }
double above_of(DesignRun const& run) { return selection_shares(run).above; }

bool met_by_all(TruthPanel const& truth)
{
    return std::ranges::all_of(truth.runs, [](auto const* run) { return run != nullptr; });
}

/// The other places a recommendation may fall, in the order of a ladder; those that the ladder does not have are left out.
std::string elsewhere_of_one(Comparison const& comparison, TruthPanel const& truth, DesignRun const& run)
{
    auto const shares = selection_shares(run);
    auto const mtd = *truth.toxicity->mtd;
    std::vector<std::string> parts;
    if (mtd.index() > 0)
        parts.push_back("stops below it in " + whole_percent(shares.below));
    if (mtd < comparison.ladder().top())
        parts.push_back("goes above it in " + whole_percent(shares.above));
    parts.push_back("recommends none in " + whole_percent(shares.none));
    return listed(parts);
}

std::string of_one_design(Comparison const& comparison, TruthPanel const& truth)
{
    auto const& design = comparison.designs().front();
    auto const& run = *truth.runs.front();
    auto const shares = selection_shares(run);
    if (!truth.toxicity->mtd)
        return fmt::format("{} {} recommends none in {} of trials, and some level in {}.", no_mtd_sentence(truth), design,
                           whole_percent(shares.none), whole_percent(shares.above));
    return fmt::format("{} recommends the true MTD of {} in {} of trials; it {}.", design, comparison.dose(*truth.toxicity->mtd),
                       whole_percent(shares.correct), elsewhere_of_one(comparison, truth, run));
}

std::string of_several_designs(Comparison const& comparison, TruthPanel const& truth)
{
    std::vector<std::string> designs;
    for (std::size_t d = 0; d < comparison.designs().size(); ++d)
        if (truth.runs[d])
            designs.push_back(comparison.designs()[d]);
    auto const said = [&](Measured const& measure) {
        return by_design(designs, figures_of_designs(truth, measure, whole_percent));
    };
    if (!truth.toxicity->mtd)
        return fmt::format("{} None is recommended in {}.", no_mtd_sentence(truth), said(none_of));
    auto text = fmt::format("The true MTD of {} is recommended in {}", comparison.dose(*truth.toxicity->mtd), said(correct_of));
    if (truth.toxicity->mtd->index() > 0)
        text += fmt::format("; a lower dose in {}", said(below_of));
    if (*truth.toxicity->mtd < comparison.ladder().top())
        text += fmt::format("; a higher dose in {}", said(above_of));
    return text + fmt::format("; none in {} of trials.", said(none_of));
}

std::string over_truths(Comparison const& comparison)
{
    std::string text;
    for (std::size_t d = 0; d < comparison.designs().size(); ++d)
        if (auto const range = range_over_truths(comparison, d, correct_of, whole_percent); !range.empty())
            text += fmt::format("{}{} recommends the true MTD in {} of trials.", text.empty() ? "" : " ", comparison.designs()[d],
                                range);
    for (auto const& truth : comparison.truths())
        if (!truth.toxicity->mtd && met_by_all(truth))
            text += fmt::format("{}Under {}, where all levels are too toxic, none is recommended in {}.", text.empty() ? "" : " ",
                                truth.name, by_design(comparison.designs(), figures_of_designs(truth, none_of, whole_percent)));
    return text;
}

} // namespace

SelectionShares selection_shares(DesignRun const& run)
{
    auto const& mean = run.result.characteristics.mean;
    return {.none = mean.none,
            .below = std::max(0.0, 1 - mean.none - mean.correct - mean.overdose),
            .correct = mean.correct,
            .above = mean.overdose};
}

std::vector<std::string> figures_of_designs(TruthPanel const& truth, Measured const& measure, std::string (*shown)(double))
{
    std::vector<std::string> figures;
    for (auto const* run : truth.runs)
        if (run)
            figures.push_back(shown(measure(*run)));
    return figures;
}

std::string range_over_truths(Comparison const& comparison, std::size_t design, Measured const& measure,
                              std::string (*shown)(double))
{
    TruthPanel const* least = nullptr;
    TruthPanel const* most = nullptr;
    for (auto const& truth : comparison.truths()) {
        auto const* run = truth.runs[design];
        if (!run || !truth.toxicity->mtd)
            continue;
        if (!least || measure(*run) < measure(*least->runs[design]))
            least = &truth;
        if (!most || measure(*run) > measure(*most->runs[design]))
            most = &truth;
    }
    if (!least)
        return "";
    auto const from = shown(measure(*least->runs[design]));
    auto const to = shown(measure(*most->runs[design]));
    if (from == to)
        return from;
    return fmt::format("{} ({}) to {} ({})", from, least->name, to, most->name);
}

std::vector<std::string> truths_without_mtd(Comparison const& comparison)
{
    std::vector<std::string> names;
    for (auto const& truth : comparison.truths())
        if (!truth.toxicity->mtd)
            names.push_back(truth.name);
    return names;
}

std::string no_mtd_sentence(TruthPanel const& truth)
{
    return fmt::format("No level is a true MTD: at each, P(DLT) exceeds the target of {} by more than 10 points.",
                       whole_percent(truth.toxicity->target));
}

std::string error_sentence(Comparison const& comparison)
{
    if (!comparison.sampled())
        return "";
    double largest = 0;
    for (auto const& truth : comparison.truths())
        for (auto const* run : truth.runs)
            if (run) {
                auto const& error = run->result.characteristics.standard_error;
                largest = std::max({largest, error.none, error.correct, error.overdose});
                for (double const level : error.selection)
                    largest = std::max(largest, level);
            }
    constexpr double points = 100;
    return fmt::format(" Monte Carlo error: at most ±{} points (95 %).", one_decimal(points * z_95 * largest));
}

std::string selection_caption(Comparison const& comparison)
{
    auto const& truths = comparison.truths();
    auto const text = comparison.several_truths()    ? over_truths(comparison)
                      : comparison.several_designs() ? of_several_designs(comparison, truths.front())
                                                     : of_one_design(comparison, truths.front());
    return text + error_sentence(comparison);
}

} // namespace escalon
