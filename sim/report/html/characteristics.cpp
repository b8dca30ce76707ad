#include "sim/report/html/characteristics.hpp"

#include "sim/report/figures/theme.hpp"
#include "sim/report/html/tables.hpp"
#include "sim/report/html/words.hpp"
#include "sim/report/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace escalon::html {
namespace {

/// "50.5 %", with its standard error below where it was sampled.
Markup with_error(std::string const& shown, bool is_sampled, std::string const& error)
{
    if (!is_sampled)
        return figure(shown);
    return figure(shown) + element("small", {{"class", "error"}}, figure("± " + error));
}

Markup share_cell(DesignRun const& design, double share, double error, std::string const& kind = {})
{
    return cell(with_error(percent(share), sampled(design), fmt::format("{:.1f}", 100 * error)), kind);
}

Markup mean_cell(DesignRun const& design, double mean, double error, std::string const& kind = {})
{
    return cell(with_error(mean_count(mean), sampled(design), mean_count(error)), kind);
}

Markup rounded_cell(DesignRun const& design, double mean, double error, std::string const& range = {})
{
    auto content = with_error(fmt::format("{:.1f}", mean), sampled(design), mean_count(error));
    if (!range.empty())
        content += element("small", {{"class", "range"}}, figure(range));
    return cell(content);
}

/// A strip as wide as the shares are; the figures stand beside it, so that a screen reader passes it by.
Markup strip(DesignRun const& design, TrueToxicity const& truth)
{
    auto const& oc = design.result.characteristics;
    constexpr double width = 100;
    struct Part {
        double share;
        char const* kind;
    };
    Markup parts;
    double from = 0;
    for (auto const& [share, kind] : {Part{oc.mean.none, "none"}, Part{below_share(oc, truth), "below"},
                                      Part{oc.mean.correct, "right"}, Part{oc.mean.overdose, "above"}}) {
        if (share <= 0)
            continue;
        parts += element("rect",
                         {{"class", kind},
                          {"x", fmt::format("{:.2f}", from * width)},
                          {"y", "0"},
                          {"width", fmt::format("{:.2f}", share * width)},
                          {"height", "10"}},
                         {});
        from += share;
    }
    return element("svg",
                   {{"class", "strip"},
                    {"viewBox", "0 0 100 10"},
                    {"preserveAspectRatio", "none"},
                    {"aria-hidden", "true"},
                    {"focusable", "false"}},
                   parts);
}

bool was_met(RunResult const& run, std::size_t truth)
{
    return std::ranges::any_of(run.designs, [&](auto const& design) { return design.truth == truth; });
}

/// Trials are independent, so that the error of a share of them is binomial.
Markup below_cell(DesignRun const& design, TrueToxicity const& truth)
{
    auto const& oc = design.result.characteristics;
    double const share = below_share(oc, truth);
    double const trials = static_cast<double>(oc.trials.value_or(1));
    return share_cell(design, share, std::sqrt(std::max(0.0, share * (1 - share)) / trials));
}

Markup overview_row(RunResult const& run, DesignRun const& design)
{
    auto const& oc = design.result.characteristics;
    auto const& truth = run.truth_of(design).toxicity;
    auto const& error = oc.standard_error;
    auto const nothing = cell("–", "nothing");
    return element("tr", row_head(short_name(design.label)) + cell(strip(design, truth), "drawn") +
                             share_cell(design, oc.mean.none, error.none) +
                             (truth.mtd ? below_cell(design, truth) + share_cell(design, oc.mean.correct, error.correct, "mtd")
                                        : nothing + nothing) +
                             share_cell(design, oc.mean.overdose, error.overdose) +
                             rounded_cell(design, oc.mean.total_patients, error.total_patients, usual_range(oc.total_patients)) +
                             rounded_cell(design, oc.mean.patients_above, error.patients_above) +
                             rounded_cell(design, oc.mean.total_dlts, error.total_dlts, usual_range(oc.total_dlts)));
}

constexpr int overview_columns = 9;

/// A row of figures under the doses of the ladder.
struct DoseRow {
    Markup head;
    Markup measure;
    Markup none;
    Markup doses;
    Markup all;
};

Markup written(DoseRow const& row, std::string const& kind)
{
    auto const cells = row.head + row.measure + row.none + row.doses + row.all;
    return kind.empty() ? element("tr", cells) : element("tr", {{"class", kind}}, cells);
}

template <class Cell>
Markup over_levels(RunResult const& run, TrueToxicity const& truth, Cell const& one)
{
    Markup cells;
    auto const ladder = run.scenario.ladder();
    for (DoseLevel level{0}; ladder.has(level); level = level.above())
        cells += one(static_cast<std::size_t>(level.index()), level == truth.mtd ? "mtd" : "");
    return cells;
}

Markup truth_row(RunResult const& run, TrueToxicity const& truth)
{
    auto const probabilities = over_levels(run, truth, [&](std::size_t i, std::string const& kind) {
        auto content = figure(percent(truth.dlt_probability[i]));
        if (!kind.empty())
            content += element("small", {{"class", "flag"}}, "true MTD");
        return cell(content, kind);
    });
    return written({row_head("Assumed truth"), row_head("P(DLT)", {{"class", "measure"}}), cell(""), probabilities, cell("")},
                   "truth");
}

Markup design_rows(RunResult const& run, DesignRun const& design)
{
    auto const& oc = design.result.characteristics;
    auto const& error = oc.standard_error;
    auto const& truth = run.truth_of(design).toxicity;
    auto const measure = [](char const* word) { return row_head(word, {{"class", "measure"}}); };
    return written({row_head(short_name(design.label), {{"rowspan", "3"}}), measure("Selected"),
                    share_cell(design, oc.mean.none, error.none),
                    over_levels(run, truth,
                                [&](std::size_t i, std::string const& kind) {
                                    return share_cell(design, oc.mean.selection[i], error.selection[i], kind);
                                }),
                    cell("")},
                   "first") +
           written({{},
                    measure("Patients"),
                    cell(""),
                    over_levels(run, truth,
                                [&](std::size_t i, std::string const& kind) {
                                    return mean_cell(design, oc.mean.patients[i], error.patients[i], kind);
                                }),
                    mean_cell(design, oc.mean.total_patients, error.total_patients)},
                   "") +
           written({{},
                    measure("DLTs"),
                    cell(""),
                    over_levels(run, truth,
                                [&](std::size_t i, std::string const& kind) {
                                    return mean_cell(design, oc.mean.dlts[i], error.dlts[i], kind);
                                }),
                    mean_cell(design, oc.mean.total_dlts, error.total_dlts)},
                   "");
}

} // namespace

Markup overview_table(RunResult const& run)
{
    auto const group = [](char const* text, char const* columns) {
        return element("th", {{"scope", "colgroup"}, {"colspan", columns}}, text);
    };
    auto const heads = element("tr", element("th", {{"scope", "col"}, {"rowspan", "2"}}, "Design") +
                                         group("Share of trials that recommend", "5") + group("Patients a trial", "2") +
                                         head("DLTs a trial", {{"rowspan", "2"}})) +
                       element("tr", head(element("span", {{"class", "unseen"}}, "as a strip"), {{"class", "drawn"}}) +
                                         head(Markup{"no "} + "dose") + head("a lower dose") + head("the true MTD") +
                                         head("a higher dose") + head("in all") + head("above MTD"));
    Markup bodies;
    for (std::size_t truth = 0; truth < run.truths.size(); ++truth) {
        if (!was_met(run, truth))
            continue;
        Markup rows;
        if (run.truths.size() > 1)
            rows += element("tr", {{"class", "group"}},
                            element("th", {{"scope", "rowgroup"}, {"colspan", std::to_string(overview_columns)}},
                                    element("span", truth_heading(run, truth))));
        for (auto const& design : run.designs)
            if (design.truth == truth)
                rows += overview_row(run, design);
        bodies += element("tbody", rows);
    }
    auto const caption = run.truths.size() > 1 ? Markup{"Designs under each truth"}
                                               : phrase("What the trials recommend ({})", {truth_heading(run, 0)});
    return scrolling_table("overview", caption, element("thead", heads) + bodies);
}

Markup dose_table(RunResult const& run)
{
    auto const ladder = run.scenario.ladder();
    auto const unit = theme::pretty_unit(symbol(ladder.unit()));
    Markup heads = element("th", {{"scope", "col"}, {"colspan", "2"}}, phrase("Dose, {}", {unit})) + head("none");
    for (DoseLevel level{0}; ladder.has(level); level = level.above())
        heads += head(shortest(ladder.dose(level)));
    heads += head("all");
    Markup bodies;
    for (std::size_t truth = 0; truth < run.truths.size(); ++truth) {
        if (!was_met(run, truth))
            continue;
        Markup rows;
        if (run.truths.size() > 1)
            rows += element("tr", {{"class", "group"}},
                            element("th", {{"scope", "rowgroup"}, {"colspan", std::to_string(ladder.size() + 4)}},
                                    element("span", truth_heading(run, truth))));
        rows += truth_row(run, run.truths[truth].toxicity);
        for (auto const& design : run.designs)
            if (design.truth == truth)
                rows += design_rows(run, design);
        bodies += element("tbody", rows);
    }
    return scrolling_table("doses", "Each dose: how often it is recommended, and mean patients and DLTs in a trial",
                           element("thead", element("tr", heads)) + bodies);
}

Markup table_notes(RunResult const& run)
{
    Markup key;
    for (auto const& [kind, words] :
         {std::pair{"none", "no dose"}, {"below", "a lower dose"}, {"right", "the true MTD"}, {"above", "a higher dose"}})
        key += element(
            "li", element("svg", {{"class", "swatch"}, {"viewBox", "0 0 10 10"}, {"aria-hidden", "true"}, {"focusable", "false"}},
                          element("rect", {{"class", kind}, {"width", "10"}, {"height", "10"}}, {})) +
                      words);
    auto notes = element("ul", {{"class", "key"}, {"aria-label", "Colours of the strips"}}, key);
    Markup text = "Below the means of patients and DLTs: the range of eight trials in ten.";
    if (any_sampled(run))
        text += " After ±: the Monte Carlo standard error, in percentage points or in patients.";
    return notes + element("p", {{"class", "notes"}}, text);
}

} // namespace escalon::html
