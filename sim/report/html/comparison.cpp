#include "sim/report/html/comparison.hpp"

#include "sim/report/comparison_text.hpp"
#include "sim/report/html/tables.hpp"
#include "sim/report/html/words.hpp"
#include "sim/report/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace escalon::html {
namespace {

/// A figure with its standard error below; none where it is exact.
Markup with_error(std::string const& shown, std::string const& error)
{
    auto content = figure(shown);
    if (!error.empty())
        content += element("small", {{"class", "error"}}, figure("± " + error));
    return content;
}

struct MeasureRow {
    std::string words;
    std::function<Markup(DesignRun const&)> cell;
};

using ShareOf = std::function<double(Measures const&)>;

MeasureRow share_row(std::string words, ShareOf const& of)
{
    return {std::move(words), [of](DesignRun const& design) {
                auto const& oc = design.result.characteristics;
                return with_error(percent(of(oc.mean)),
                                  sampled(design) ? fmt::format("{:.1f}", 100 * of(oc.standard_error)) : std::string{});
            }};
}

MeasureRow index_row(std::string words, std::function<std::optional<double>(Measures const&)> const& of)
{
    return {std::move(words), [of](DesignRun const& design) {
                auto const& oc = design.result.characteristics;
                auto const index = of(oc.mean);
                if (!index)
                    return Markup{"–"};
                return with_error(fmt::format("{:.3f}", *index),
                                  sampled(design) ? fmt::format("{:.3f}", of(oc.standard_error).value_or(0)) : std::string{});
            }};
}

std::vector<MeasureRow> const& measure_rows()
{
    static std::vector<MeasureRow> const rows{
        share_row("Patients below the true MTD", [](auto const& m) { return m.share_below; }),
        share_row("Patients at the true MTD", [](auto const& m) { return m.share_at; }),
        share_row("Patients above the true MTD", [](auto const& m) { return m.share_above; }),
        share_row("Trials with more than 60 % of their patients above it", [](auto const& m) { return m.overdosing[0]; }),
        share_row("with more than 80 % above it", [](auto const& m) { return m.overdosing[1]; }),
        share_row("with more than 60 % below it", [](auto const& m) { return m.underdosing[0]; }),
        share_row("with more than 80 % below it", [](auto const& m) { return m.underdosing[1]; }),
        share_row("DLTs per patient", [](auto const& m) { return m.dlt_rate; }),
        index_row("Accuracy index of selection", [](auto const& m) { return m.accuracy_selection; }),
        index_row("Accuracy index of allocation", [](auto const& m) { return m.accuracy_allocation; })};
    return rows;
}

Markup design_heads(Markup const& first, std::vector<std::string> const& labels)
{
    auto heads = head(first);
    for (auto const& label : labels)
        heads += head(short_name(label));
    return element("thead", element("tr", heads));
}

Markup truth_row(RunResult const& run, std::size_t truth, std::size_t columns)
{
    if (run.truths.size() == 1)
        return {};
    return element("tr", {{"class", "group"}},
                   element("th", {{"scope", "rowgroup"}, {"colspan", std::to_string(columns)}},
                           element("span", truth_heading(run, truth))));
}

std::vector<std::string> compared_labels(ComparisonRun const& comparison)
{
    std::vector<std::string> labels;
    for (auto const& one : comparison.differences)
        if (std::ranges::find(labels, one.label) == labels.end())
            labels.push_back(one.label);
    return labels;
}

Markup difference_cell(Compared figure, Difference const& difference)
{
    auto const i = static_cast<std::size_t>(figure);
    auto content = with_error(difference_text(figure, difference.mean[i]),
                              difference.pairing == Pairing::exact ? std::string{}
                                                                   : error_text(figure, difference.standard_error[i]));
    if (difference.pairing == Pairing::paired)
        content += element("small", {{"class", "range"}},
                           phrase("unpaired {}", {html::figure(error_text(figure, difference.unpaired_error[i]))}));
    return cell(content);
}

Markup over_curves_cell(std::string const& shown, std::string const& error, OverCurves const& figure)
{
    return figure.curves > 0 ? cell(with_error(shown, error)) : cell("–", "nothing");
}

} // namespace

Markup measures_table(RunResult const& run)
{
    auto const labels = design_labels(run);
    Markup bodies;
    for (std::size_t truth = 0; truth < run.truths.size(); ++truth) {
        if (std::ranges::none_of(run.designs, [&](auto const& design) { return design.truth == truth; }))
            continue;
        auto rows = truth_row(run, truth, labels.size() + 1);
        for (auto const& row : measure_rows()) {
            auto cells = row_head(row.words);
            for (auto const& label : labels) {
                auto const* design = find(run, label, truth);
                cells += design ? cell(row.cell(*design)) : cell("–", "nothing");
            }
            rows += element("tr", cells);
        }
        bodies += element("tbody", rows);
    }
    return scrolling_table("measures", "Where patients are treated, risks, and accuracy",
                           design_heads("Measure", labels) + bodies);
}

Markup differences_table(RunResult const& run)
{
    auto const& comparison = run.comparison.value();
    auto const labels = compared_labels(comparison);
    Markup bodies;
    for (std::size_t truth = 0; truth < run.truths.size(); ++truth) {
        if (std::ranges::none_of(comparison.differences, [&](auto const& one) { return one.truth == truth; }))
            continue;
        auto rows = truth_row(run, truth, labels.size() + 1);
        for (auto const& [figure, key] : enum_names(Compared{})) {
            auto cells = row_head(words(figure));
            for (auto const& label : labels) {
                auto const one = std::ranges::find_if(comparison.differences, [&](auto const& candidate) {
                    return candidate.truth == truth && candidate.label == label;
                });
                cells += one == comparison.differences.end() ? cell("–", "nothing") : difference_cell(figure, one->difference);
            }
            rows += element("tr", cells);
        }
        bodies += element("tbody", rows);
    }
    return scrolling_table("differences", phrase("Differences from {}", {short_name(comparison.against)}),
                           design_heads("Difference", labels) + bodies) +
           element("p", {{"class", "notes"}}, pairing_sentence(comparison));
}

Markup random_truths_tables(RandomTruthsResult const& random, DoseLadder const& ladder)
{
    std::vector<std::string> labels;
    for (auto const& design : random.designs)
        labels.push_back(design.label);
    Markup rows;
    for (auto const& [figure, key] : enum_names(Averaged{})) {
        auto cells = row_head(words(figure));
        for (auto const& design : random.designs)
            cells += over_curves_cell(value_text(figure, design.of(figure)), value_error_text(figure, design.of(figure)),
                                      design.of(figure));
        rows += element("tr", cells);
    }
    auto const caption = phrase("Means over {} {}, target {}",
                                {grouped(static_cast<unsigned long long>(random.options.curves)), words(random.options.generator),
                                 html::figure(percent(random.target))});
    auto tables = scrolling_table("random-truths", caption, design_heads("Measure", labels) + element("tbody", rows));

    auto const by_level = [&](std::vector<OverCurves> DesignOverCurves::*shares, auto const& head) {
        Markup rows_of_levels;
        for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
            auto const i = static_cast<std::size_t>(level.index());
            auto cells = row_head(head(level));
            for (auto const& design : random.designs) {
                auto const& share = (design.*shares)[i];
                cells += over_curves_cell(value_text(Averaged::correct_selection, share),
                                          value_error_text(Averaged::correct_selection, share), share);
            }
            rows_of_levels += element("tr", cells);
        }
        return element("tbody", rows_of_levels);
    };
    auto const dose = [&](DoseLevel level) { return html::figure(dose_text(ladder, level)); };
    auto const dose_and_curves = [&](DoseLevel level) {
        auto const i = static_cast<std::size_t>(level.index());
        auto const curves = static_cast<long long>(random.designs.front().correct_by_mtd[i].curves);
        return phrase("{}, {}", {dose(level), counted(curves, "curve")});
    };
    tables += scrolling_table("random-levels", "How often the true MTD is recommended where it is",
                              design_heads("True MTD", labels) + by_level(&DesignOverCurves::correct_by_mtd, dose_and_curves));
    tables += scrolling_table("random-recommended", "How often each level is recommended, over all curves",
                              design_heads("Level", labels) + by_level(&DesignOverCurves::selection, dose));
    if (!random.differences.empty()) {
        std::vector<std::string> others;
        for (auto const& one : random.differences)
            others.push_back(one.label);
        Markup differences;
        for (auto const& [figure, key] : enum_names(Compared{})) {
            auto cells = row_head(words(figure));
            for (auto const& one : random.differences) {
                auto const& over = one.figures[static_cast<std::size_t>(figure)];
                cells += over_curves_cell(difference_text(figure, over.mean), error_text(figure, over.standard_error), over);
            }
            differences += element("tr", cells);
        }
        tables += scrolling_table("random-differences",
                                  phrase("Differences from {}, curve by curve", {short_name(random.against)}),
                                  design_heads("Difference", others) + element("tbody", differences));
    }
    return tables + element("p", {{"class", "notes"}}, "After ±: the standard error between curves.");
}

} // namespace escalon::html
