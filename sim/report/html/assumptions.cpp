#include "sim/report/html/assumptions.hpp"

#include "sim/report/html/evidence_count.hpp"
#include "sim/report/numbers.hpp"
#include "sim/scenario/echo.hpp"

#include <algorithm>

namespace escalon::html {
namespace {

constexpr std::size_t longest_value = 160; // characters; the resolved scenario has it whole

std::string_view meaning(EvidenceLabel label)
{
    switch (label) {
    case EvidenceLabel::seed: return "on record in the trial's own announcements";
    case EvidenceLabel::source: return "published elsewhere";
    case EvidenceLabel::inference: return "follows from what is on record, by the reasoning given";
    case EvidenceLabel::assumption: return "chosen, because nothing on record decides it";
    case EvidenceLabel::unknown: return "not on record";
    }
    return "";
}

std::string word(EvidenceLabel label) { return std::string{name_of(label)}; }

Markup badge(EvidenceLabel label) { return element("span", {{"class", "badge " + word(label)}}, word(label)); }

Markup legend(Scenario const& scenario)
{
    auto const count = count_evidence(scenario);
    Markup items;
    for (auto const& [label, key] : enum_names(EvidenceLabel{}))
        items += element("div", element("dt", badge(label) + " " +
                                                  element("span", {{"class", "count"}}, counted(count.of(label), "figure"))) +
                                    element("dd", meaning(label)));
    return element("dl", {{"class", "labels"}}, items);
}

/// "pk" of "pk.CL", "documented" of "documented.cohorts[1].dlts".
std::string_view block_of(std::string_view path) { return path.substr(0, path.find_first_of(".[")); }

/// A path may break after its dots, and nowhere else.
Markup path_markup(std::string_view path)
{
    Markup markup;
    while (!path.empty()) {
        auto const dot = path.find('.');
        auto const part = path.substr(0, dot == std::string_view::npos ? dot : dot + 1);
        markup += Markup{part};
        if (dot != std::string_view::npos)
            markup += void_element("wbr");
        path.remove_prefix(part.size());
    }
    return element("code", markup);
}

Markup row(std::string const& path, EvidenceEntry const& entry, Node const& resolved)
{
    Markup grounds;
    if (entry.source)
        grounds += element("p", {{"class", "source"}}, with_links(*entry.source));
    if (entry.why)
        grounds += element("p", with_links(*entry.why));
    if (grounds.empty())
        grounds = element("p", {{"class", "nothing"}}, "no source or reason given");
    return element("tr", element("th", {{"scope", "row"}},
                                 path_markup(path) +
                                     element("span", {{"class", "value"}}, short_name(value_at(resolved, path), longest_value))) +
                             element("td", badge(entry.label)) + element("td", grounds));
}

Markup entries_table(Scenario const& scenario)
{
    auto const resolved = resolved_tree(scenario);
    auto const& entries = scenario.evidence.entries;
    Markup bodies;
    for (std::size_t from = 0; from < entries.size();) { // neighbours of one block stand together
        auto const block = block_of(entries[from].first);
        Markup rows;
        for (; from < entries.size() && block_of(entries[from].first) == block; ++from)
            rows += row(entries[from].first, entries[from].second, resolved);
        bodies += element("tbody", rows);
    }
    auto const heads = element("tr", element("th", {{"scope", "col"}}, "Figure") + element("th", {{"scope", "col"}}, "Evidence") +
                                         element("th", {{"scope", "col"}}, "Source and reasoning"));
    return element("table", {{"class", "evidence"}, {"id", "evidence"}},
                   element("caption", "Figures that the scenario accounts for") + element("thead", heads) + bodies);
}

Markup without_entry(Scenario const& scenario)
{
    auto const figures = figures_without_evidence(scenario);
    if (figures.empty())
        return element("p", "Every figure of the scenario has an entry, itself or as a part of another.");
    Markup items;
    for (auto const& [path, value] : figures)
        items += element("li", path_markup(path) + " " + element("span", {{"class", "value"}}, short_name(value, longest_value)));
    return element("h3", phrase("{} without an entry", {counted(static_cast<long long>(figures.size()), "figure")})) +
           element("p", "The scenario does not say where these come from. Some are defaults of Escalon.") +
           element("ul", {{"class", "without"}}, items);
}

} // namespace

Markup assumptions(Scenario const& scenario)
{
    if (scenario.evidence.entries.empty())
        return element("p", "The scenario has no evidence block: it does not say where its figures come from.") +
               without_entry(scenario);
    return element("p", "Every result above holds as far as these figures do. Each carries a label for the kind of evidence it "
                        "rests on.") +
           legend(scenario) + entries_table(scenario) + without_entry(scenario);
}

} // namespace escalon::html
