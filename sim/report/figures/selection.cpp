#include "sim/report/figures/selection.hpp"

#include "sim/report/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace escalon {
namespace {

double none_of(DesignRun const& run) { return selection_shares(run).none; }
double below_of(DesignRun const& run) { return selection_shares(run).below; }
double correct_of(DesignRun const& run) { return selection_shares(run).correct; }
double selected_above(DesignRun const& run) { return selection_shares(run).above; }

/// The smallest and the largest of some figures, each with its name.
std::string range(std::vector<std::string> const& names, std::vector<double> const& figures, Shown shown)
{
    auto const [least, most] = std::ranges::minmax_element(figures);
    auto const named = [&](auto at) {
        return fmt::format("{} ({})", shown(*at), names[static_cast<std::size_t>(at - figures.begin())]);
    };
    return named(least) + " to " + named(most);
}

bool all_alike(std::vector<double> const& figures, Shown shown)
{
    return std::ranges::all_of(figures, [&](double figure) { return shown(figure) == shown(figures.front()); });
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
    constexpr auto noun = "of trials";
    auto const said = [&](Measured const& measure) { return among_designs(comparison, truth, measure, whole_percent); };
    if (!truth.toxicity->mtd)
        return fmt::format("{} None is recommended in {}.", no_mtd_sentence(truth),
                           among_designs(comparison, truth, none_of, whole_percent, noun));
    auto text = fmt::format("The true MTD of {} is recommended in {}", comparison.dose(*truth.toxicity->mtd),
                            among_designs(comparison, truth, correct_of, whole_percent, noun));
    if (truth.toxicity->mtd->index() > 0)
        text += fmt::format("; a lower dose in {}", said(below_of));
    if (*truth.toxicity->mtd < comparison.ladder().top())
        text += fmt::format("; a higher dose in {}", said(selected_above));
    return text + fmt::format("; none in {}.", said(none_of));
}

std::string of_several_truths(Comparison const& comparison)
{
    std::vector<std::string> sentences;
    for (std::size_t d = 0; d < comparison.designs().size(); ++d)
        if (auto const range = over_truths(comparison, d, correct_of, whole_percent); !range.empty())
            sentences.push_back(fmt::format("{} recommends the true MTD in {} of trials.", comparison.designs()[d], range));
    for (auto const& truth : comparison.truths())
        if (!truth.toxicity->mtd)
            sentences.push_back(fmt::format("Under {}, where all levels are too toxic, none is recommended in {}.", truth.name,
                                            among_designs(comparison, truth, none_of, whole_percent, "of trials")));
    return fmt::format("{}", fmt::join(sentences, " "));
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

std::string among_designs(Comparison const& comparison, TruthPanel const& truth, Measured const& measure, Shown shown,
                          std::string_view noun)
{
    auto const names = comparison.met_by(truth);
    std::vector<double> figures;
    for (auto const* run : truth.runs)
        if (run)
            figures.push_back(measure(*run));
    auto const counted_noun = noun.empty() ? std::string{} : " " + std::string{noun};
    auto const first = shown(figures.front()) + counted_noun;
    if (names.size() == 1)
        return comparison.several_designs() ? first + " by " + names.front() : first;
    if (all_alike(figures, shown))
        return first + (names.size() == 2 ? " by both designs" : " by all designs");
    if (names.size() == 2)
        return fmt::format("{} by {} and {} by {}", first, names[0], shown(figures[1]), names[1]);
    return range(names, figures, shown) + counted_noun;
}

std::string over_truths(Comparison const& comparison, std::size_t design, Measured const& measure, Shown shown)
{
    std::vector<std::string> names;
    std::vector<double> figures;
    for (auto const& truth : comparison.truths())
        if (auto const* run = truth.runs[design]; run && truth.toxicity->mtd) {
            names.push_back(truth.name);
            figures.push_back(measure(*run));
        }
    if (figures.empty())
        return "";
    return all_alike(figures, shown) ? shown(figures.front()) : range(names, figures, shown);
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
    auto const text = comparison.several_truths()    ? of_several_truths(comparison)
                      : comparison.several_designs() ? of_several_designs(comparison, truths.front())
                                                     : of_one_design(comparison, truths.front());
    return text + error_sentence(comparison);
}

} // namespace escalon
