#include "sim/report/html/clock.hpp"

#include "pk_models/units.hpp"
#include "sim/report/activity_text.hpp"
#include "sim/report/clock_text.hpp"
#include "sim/report/figures/late.hpp"
#include "sim/report/figures/theme.hpp"
#include "sim/report/html/tables.hpp"
#include "sim/report/html/words.hpp"
#include "sim/report/late_story.hpp"
#include "sim/report/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace escalon::html {
namespace {

using DatedFigure = ClockMeasures::Figure;

Markup dated_cell(std::string const& value, std::string const& error)
{
    return cell(html::figure(value) + element("small", {{"class", "error"}}, html::figure("± " + error)));
}

Markup share_dated_cell(double mean, double standard_error)
{
    return dated_cell(percent(mean), fmt::format("{:.1f}", percent_of * standard_error));
}

Markup count_dated_cell(DatedFigure const& count)
{
    return dated_cell(mean_count(count.mean), fmt::format("{:.2f}", count.standard_error));
}

Markup clock_table(RunResult const& run, DesignRun const& design, std::string const& id)
{
    auto const& oc = design.result.characteristics;
    auto const& clock = *oc.clock;
    auto const ladder = run.scenario.ladder();
    bool const late = !kind_names(run.scenario, design.truth).empty();
    bool const looked = run.scenario.trial.clock->late_look;
    Markup heads = head(phrase("Dose, {}", {theme::pretty_unit(symbol(ladder.unit()))})) + head("somebody is treated there") +
                   head("declared the MTD");
    if (late)
        heads += head("late DLTs a trial");
    if (looked)
        heads += head("recommended after the late look");
    Markup rows;
    auto const add = [&](Markup const& dose, Markup const& visited, Markup const& declared, Markup const& after_window,
                         DatedFigure const& stands) {
        auto cells = row_head(dose) + visited + declared;
        if (late)
            cells += after_window;
        if (looked)
            cells += share_dated_cell(stands.mean, stands.standard_error);
        rows += element("tr", cells);
    };
    add("none", cell(""), share_dated_cell(oc.mean.none, oc.standard_error.none), cell(""), clock.none_after_look);
    for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
        auto const i = static_cast<std::size_t>(level.index());
        add(shortest(ladder.dose(level)), share_dated_cell(clock.visited[i].mean, clock.visited[i].standard_error),
            share_dated_cell(oc.mean.selection[i], oc.standard_error.selection[i]), count_dated_cell(clock.late[i]),
            clock.after_look[i]);
    }
    auto const* const caption = late ? "Each dose: how far the trials go, what comes late there, and what is recommended"
                                     : "Each dose: how far the trials go, and what is recommended";
    return scrolling_table(id, caption, element("thead", element("tr", heads)) + element("tbody", rows));
}

/// One paragraph for a reader who has never seen an operating characteristic, and a sentence for each design beside.
Markup story_of(RunResult const& run, std::size_t truth)
{
    auto const story = late_story(run, truth);
    if (!story)
        return {};
    auto const pretty = [&](std::string const& text) { return Markup{with_pretty_units(run.scenario, text)}; };
    Markup told;
    if (run.truths.size() > 1)
        told += element("h3", phrase("What happens under {}", {short_name(run.truths[truth].name)}));
    Markup paragraph;
    for (auto const& [head, sentences] : story->paragraph)
        paragraph += Markup{paragraph.empty() ? "" : " "} + strong(head + ".") + " " + pretty(sentences);
    told += element("p", {{"class", "story"}}, paragraph);
    if (story->others.empty())
        return told;
    Markup others;
    for (auto const& sentence : story->others)
        others += element("li", pretty(sentence));
    return told + element("p", "The other designs, with the same patients:") + element("ul", {{"class", "sentences"}}, others);
}

Markup activity_table(RunResult const& run, ActivityMeasures const& activity, std::string const& id)
{
    auto const ladder = run.scenario.ladder();
    auto const columns = std::min(cycle_columns, activity.all.cycles.size());
    Markup heads = head(phrase("Dose, {}", {theme::pretty_unit(symbol(ladder.unit()))})) + head("patients a trial") +
                   head("evaluable for response") + head("responses") + head("response rate");
    for (std::size_t k = 0; k < columns; ++k)
        heads += head(fmt::format("{} cycles or more", number_word(k + 2)));
    Markup rows;
    auto const add = [&](Markup const& dose, ActivityMeasures::Group const& group) {
        auto const share = [](DatedFigure const& figure, DatedFigure const& of) {
            return of.mean > 0 ? share_dated_cell(figure.mean, figure.standard_error) : cell("");
        };
        auto cells = row_head(dose) + count_dated_cell(group.patients) + count_dated_cell(group.evaluable) +
                     count_dated_cell(group.responses) + share(group.response_rate, group.evaluable);
        for (std::size_t k = 0; k < columns; ++k)
            cells += share(group.cycles[k], group.patients);
        rows += element("tr", cells);
    };
    for (DoseLevel level{0}; ladder.has(level); level = level.above())
        add(shortest(ladder.dose(level)), activity.levels[static_cast<std::size_t>(level.index())]);
    add("at the declared MTD", activity.at_mtd);
    add("all", activity.all);
    return scrolling_table(id, "Activity at each dose, the expansion included: who responds, and how long treatment goes on",
                           element("thead", element("tr", heads)) + element("tbody", rows));
}

} // namespace

bool has_clock(RunResult const& run)
{
    return std::ranges::any_of(run.designs, [](auto const& one) { return one.result.characteristics.clock.has_value(); });
}

std::string_view clock_title(RunResult const& run) { return tells_late_story(run) ? "Late toxicity" : "Time"; }

Markup clock_section(RunResult const& run)
{
    Markup section;
    for (std::size_t truth = 0; truth < run.truths.size(); ++truth)
        section += story_of(run, truth);
    int number = 0;
    for (auto const& design : run.designs) {
        if (!design.result.characteristics.clock)
            continue;
        if (run.designs.size() > 1)
            section += element("h3", run.truths.size() > 1 ? phrase("{} under {}", {short_name(design.label),
                                                                                    short_name(run.truth_of(design).name)})
                                                           : short_name(design.label));
        auto const sentences = clock_sentences(run, design);
        Markup items;
        for (auto const& sentence : sentences)
            items += element(sentences.size() > 1 ? Tag{"li"} : Tag{"p"}, sentence);
        section += sentences.size() > 1 ? element("ul", {{"class", "sentences"}}, items) : items;
        section += clock_table(run, design, fmt::format("clock-{}", ++number));
        if (auto const& activity = design.result.characteristics.clock->activity) {
            Markup told;
            for (auto const& sentence : activity_in_words(design))
                told += element("li", sentence);
            section += element("ul", {{"class", "sentences"}}, told);
            section += activity_table(run, *activity, fmt::format("activity-{}", number));
        }
    }
    return section +
           element(
               "p", {{"class", "notes"}},
               "After ± and SE: the Monte Carlo standard error, in percentage points or in patients. A late DLT is a toxicity "
               "after the DLT window that would have limited the dose, as a patient's first.");
}

} // namespace escalon::html
