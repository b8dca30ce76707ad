#include "sim/report/figures/difference.hpp"

#include "pk_models/fields.hpp"
#include "sim/report/comparison_text.hpp"
#include "sim/report/figures/comparison.hpp"
#include "sim/report/figures/dot_rows.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"
#include "sim/report/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace escalon {
namespace {

/// Labels of a run, as its figures shorten them.
class Names {
public:
    explicit Names(RunResult const& run) : short_{Comparison{run}.designs()}
    {
        for (auto const& design : run.designs)
            if (std::ranges::find(full_, design.label) == full_.end())
                full_.push_back(design.label);
    }

    std::vector<std::string> const& all() const { return short_; }
    std::size_t index(std::string const& label) const
    {
        return static_cast<std::size_t>(std::ranges::find(full_, label) - full_.begin());
    }
    std::string const& of(std::string const& label) const { return short_.at(index(label)); }

private:
    std::vector<std::string> short_;
    std::vector<std::string> full_;
};

std::string with_error(Compared figure, double difference, double error)
{
    auto const text = difference_text(figure, difference);
    return error > 0 ? fmt::format("{} ± {}", text, error_text(figure, error)) : text;
}

/// With the minus sign that the ticks of an axis have.
std::string with_minus(std::string text) { return text.starts_with('-') ? "−" + text.substr(1) : text; }

Dot dot(Compared figure, std::size_t design, double difference, double error)
{
    double const unit = is_share(figure) ? percent_of : 1;
    return {design, unit * difference, unit * z_95 * error, with_minus(difference_text(figure, difference)),
            error > 0 ? " ± " + error_text(figure, error) : std::string{}};
}

DotPlot differences_plot(RunResult const& run, Names const& names, bool shares)
{
    bool const several_truths = run.truths.size() > 1;
    DotPlot plot{.name = shares ? "selection" : "patients",
                 .title = shares ? "Difference, percentage points of trials" : "Difference, in a trial",
                 .suffix = "",
                 .axis = DotPlot::Axis::about_zero,
                 .rows = {}};
    for (auto const& [figure, key] : enum_names(Compared{})) {
        if (is_share(figure) != shares)
            continue;
        std::string const what{words(figure)};
        if (several_truths)
            plot.rows.push_back({what, true, {}});
        for (std::size_t truth = 0; truth < run.truths.size(); ++truth) {
            constexpr std::size_t longest_name = 80;
            DotRow row{several_truths ? theme::cut(run.truths[truth].name, longest_name) : what, false, {}};
            for (auto const& one : run.comparison->differences)
                if (one.truth == truth) {
                    auto const i = static_cast<std::size_t>(figure);
                    row.dots.push_back(
                        dot(figure, names.index(one.label), one.difference.mean[i], one.difference.standard_error[i]));
                }
            if (!row.dots.empty())
                plot.rows.push_back(std::move(row));
        }
    }
    return plot;
}

/// "true MTD selected +1.7 pp", or from the least to the most over the truths.
std::string said(RunResult const& run, std::string const& label, Compared figure)
{
    auto const i = static_cast<std::size_t>(figure);
    auto const& all = run.comparison->differences;
    DifferenceRun const* least = nullptr;
    DifferenceRun const* most = nullptr;
    for (auto const& one : all)
        if (one.label == label) {
            least = least && least->difference.mean[i] <= one.difference.mean[i] ? least : &one;
            most = most && most->difference.mean[i] >= one.difference.mean[i] ? most : &one;
        }
    auto const text = [&](DifferenceRun const& one) { return difference_text(figure, one.difference.mean[i]); };
    if (text(*least) == text(*most))
        return fmt::format("{} {}", words(figure), text(*least));
    return fmt::format("{} {} ({}) to {} ({})", words(figure), text(*least),
                       theme::cut(run.truths[least->truth].name, theme::longest_described), text(*most),
                       theme::cut(run.truths[most->truth].name, theme::longest_described));
}

std::string differences_caption(RunResult const& run, Names const& names)
{
    std::vector<std::string> sentences;
    std::vector<std::string> labels;
    for (auto const& one : run.comparison->differences) {
        if (std::ranges::find(labels, one.label) != labels.end())
            continue;
        labels.push_back(one.label);
        std::vector<std::string> parts;
        for (auto const& [figure, key] : enum_names(Compared{}))
            parts.push_back(said(run, one.label, figure));
        sentences.push_back(
            fmt::format("{} against {}: {}.", names.of(one.label), names.of(run.comparison->against), fmt::join(parts, ", ")));
    }
    return fmt::format("{} {}", fmt::join(sentences, " "), pairing_sentence(*run.comparison));
}

std::string subtitle(RunResult const& run, Comparison const& comparison)
{
    if (std::ranges::all_of(run.comparison->differences,
                            [](auto const& one) { return one.difference.pairing == Pairing::exact; }))
        return comparison.provenance();
    constexpr std::size_t longest_name = 120;
    return fmt::format("{}. Intervals: 95 % of the mean difference, trial by trial where both were simulated; ± one standard "
                       "error.{}",
                       theme::cut(run.scenario.name, longest_name), run.complete ? "" : " Interrupted: what was finished.");
}

DotRow correct_row(std::string label, RandomTruthsResult const& random, Names const& names, auto const& figure_of)
{
    DotRow row{std::move(label), false, {}};
    for (auto const& design : random.designs)
        if (OverCurves const& figure = figure_of(design); figure.curves > 0)
            row.dots.push_back({names.index(design.label),
                                percent_of * figure.mean,
                                percent_of * z_95 * figure.standard_error,
                                percent(figure.mean),
                                {}});
    return row;
}

std::string random_caption(RandomTruthsResult const& random, Names const& names)
{
    std::vector<std::string> shares;
    for (auto const& design : random.designs)
        shares.push_back(fmt::format("{} in {}", names.of(design.label), percent(design.of(Averaged::correct_selection).mean)));
    auto text = fmt::format("Over {} {} the true MTD is recommended by {} of trials.",
                            grouped(static_cast<unsigned long long>(random.options.curves)), words(random.options.generator),
                            listed(shares));
    constexpr auto correct = static_cast<std::size_t>(Compared::correct_selection);
    for (auto const& one : random.differences)
        text += fmt::format(" {} against {}, curve by curve: {}.", names.of(one.label), names.of(random.against),
                            with_error(Compared::correct_selection, one.figures[correct].mean,
                                       one.figures[correct].standard_error));
    return text;
}

} // namespace

Figure difference_figure(RunResult const& run, FigureStyle const& style)
{
    Comparison const comparison{run};
    Names const names{run};
    auto const against = names.of(run.comparison->against);
    return dot_rows_figure({.name = "difference",
                            .title = fmt::format("Differences from {}", against),
                            .subtitle = subtitle(run, comparison),
                            .description = comparison.full_names(),
                            .caption = differences_caption(run, names),
                            .designs = names.all(),
                            .plots = {differences_plot(run, names, true), differences_plot(run, names, false)}},
                           style);
}

Figure random_truths_figure(RunResult const& run, FigureStyle const& style)
{
    Comparison const comparison{run};
    Names const names{run};
    auto const& random = *run.random_truths;
    auto const ladder = run.scenario.ladder();
    DotPlot plot{.name = "correct",
                 .title = "True MTD recommended, share of trials",
                 .suffix = " %",
                 .axis = DotPlot::Axis::from_zero,
                 .rows = {correct_row(
                     fmt::format("all {} curves", grouped(static_cast<unsigned long long>(random.options.curves))), random, names,
                     [](auto const& design) -> OverCurves const& { return design.of(Averaged::correct_selection); })}};
    plot.rows.push_back({"Curves by their true MTD", true, {}});
    for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
        auto const i = static_cast<std::size_t>(level.index());
        auto const curves = random.designs.front().correct_by_mtd[i].curves;
        if (curves > 0)
            plot.rows.push_back(
                correct_row(fmt::format("{} ({})", comparison.dose(level), counted(static_cast<long long>(curves), "curve")),
                            random, names, [i](auto const& design) -> OverCurves const& { return design.correct_by_mtd[i]; }));
    }
    return dot_rows_figure({.name = "random_truths",
                            .title = "Designs over random truths",
                            .subtitle = fmt::format("{} {}, target {}, seed {}. Intervals: 95 %, between curves.",
                                                    grouped(static_cast<unsigned long long>(random.options.curves)),
                                                    words(random.options.generator), percent(random.target), random.seed),
                            .description = comparison.full_names(),
                            .caption = random_caption(random, names),
                            .designs = names.all(),
                            .plots = {plot}},
                           style);
}

} // namespace escalon
