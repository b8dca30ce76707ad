#include "sim/report/html/report.hpp"

#include "sim/report/figures/theme.hpp"
#include "sim/report/html/assumptions.hpp"
#include "sim/report/html/characteristics.hpp"
#include "sim/report/html/clock.hpp"
#include "sim/report/html/comparison.hpp"
#include "sim/report/html/reproduce.hpp"
#include "sim/report/html/summary.hpp"
#include "sim/report/html/words.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/version.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace escalon::html {
namespace {

constexpr std::size_t most_labels = 6; // in the line under the title

std::string ladder_text(DoseLadder const& ladder)
{
    if (ladder.size() == 1)
        return "one dose, " + dose_text(ladder, ladder.top());
    return fmt::format("{} doses from {} to {}", ladder.size(), shortest(ladder.dose(DoseLevel{0})),
                       dose_text(ladder, ladder.top()));
}

std::string engine_text(RunResult const& run)
{
    bool const all_exact = std::ranges::none_of(run.designs, sampled);
    if (all_exact)
        return "exact";
    if (!std::ranges::all_of(run.designs, sampled))
        return "partly exact, partly simulated";
    std::uint64_t const trials = run.designs.front().result.characteristics.trials.value_or(0);
    bool const alike = std::ranges::all_of(run.designs,
                                           [&](auto const& one) { return one.result.characteristics.trials == trials; });
    return alike ? grouped(trials) + " simulated trials" + (run.designs.size() > 1 ? " each" : "") : "simulated trials";
}

/// What was run, in one line.
Markup lead(RunResult const& run)
{
    std::vector<Markup> labels;
    for (auto const& label : design_labels(run))
        labels.push_back(short_name(label, 40));
    if (labels.size() > most_labels) {
        auto const more = labels.size() - most_labels;
        labels.resize(most_labels);
        labels.push_back(fmt::format("{} more", more));
    }
    auto text = in_a_row(labels);
    if (run.scenario.compound)
        text = short_name(*run.scenario.compound) + " · " + text;
    text += " · " + Markup{ladder_text(run.scenario.ladder())};
    if (run.truths.size() > 1)
        text += fmt::format(" · {} truths", run.truths.size());
    return text + " · " + engine_text(run);
}

/// The figures that a committee asks for first, of the one design under the one truth.
Markup tiles(RunResult const& run)
{
    auto const& design = run.designs.front();
    auto const& oc = design.result.characteristics;
    auto const& truth = run.truth_of(design).toxicity;
    auto const tile = [](Markup const& value, Markup const& meaning) {
        return element("div", element("dt", meaning) + element("dd", value));
    };
    auto tiles = truth.mtd ? tile(figure(percent(oc.mean.correct)),
                                  phrase("recommend the true MTD, {}", {figure(dose_text(run.scenario.ladder(), *truth.mtd))})) +
                                 tile(figure(percent(oc.mean.overdose)), "recommend a higher dose")
                           : tile(figure(percent(oc.mean.none)), "recommend no dose, the right answer") +
                                 tile(figure(percent(oc.mean.overdose)), "recommend a dose that is too toxic");
    tiles += tile(fmt::format("{:.1f}", oc.mean.total_patients),
                  phrase("patients a trial, {} of them above the true MTD", {fmt::format("{:.1f}", oc.mean.patients_above)})) +
             tile(fmt::format("{:.1f}", oc.mean.total_dlts), "DLTs a trial");
    return element("dl", {{"class", "tiles"}}, tiles);
}

Markup summary_section(RunResult const& run)
{
    auto const said = summary(run);
    Markup section;
    if (said.warning)
        section += element("p", {{"class", "note warning"}, {"role", "note"}}, *said.warning);
    section += element("p", {{"class", "answer"}}, said.lead);
    if (run.designs.size() == 1)
        section += tiles(run);
    for (auto const& [question, sentences] : said.answers) {
        Markup items;
        for (auto const& sentence : sentences)
            items += element(sentences.size() > 1 ? Tag{"li"} : Tag{"p"}, sentence);
        section += element("h3", question) + (sentences.size() > 1 ? element("ul", {{"class", "sentences"}}, items) : items);
    }
    return section;
}

} // namespace

std::string run_report(RunResult const& run, PageFigures const& figures, PageAssets const& assets)
{
    Page page{.title = run.scenario.name,
              .lead = lead(run),
              .sections = {{"summary", "Summary", summary_section(run)},
                           {"characteristics", "Operating characteristics",
                            overview_table(run) + table_notes(run) + dose_table(run) + measures_table(run)}},
              .footer = element("p", phrase("Made by Escalon {}. This file is complete: it loads nothing and sends nothing.",
                                            {std::string{version()}}))};
    if (has_clock(run))
        page.sections.push_back({"clock", std::string{clock_title(run)}, clock_section(run)});
    if (run.comparison && !run.comparison->differences.empty())
        page.sections.push_back({"comparison", "Comparison", differences_table(run)});
    if (run.random_truths)
        page.sections.push_back(
            {"random-truths-section", "Random truths", random_truths_tables(*run.random_truths, run.scenario.ladder())});
    if (!figures.figures.empty())
        page.sections.push_back({"figures", "Figures", figures_section(figures)});
    page.sections.push_back({"assumptions", "Assumptions and evidence", assumptions(run.scenario)});
    page.sections.push_back({"scenario", "Scenario", resolved_scenario(run.scenario)});
    page.sections.push_back({"reproduce", "How to reproduce", how_to_reproduce(run)});
    return page_html(page, assets);
}

} // namespace escalon::html
