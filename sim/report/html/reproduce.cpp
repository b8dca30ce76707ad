#include "sim/report/html/reproduce.hpp"

#include "sim/report/html/words.hpp"
#include "sim/scenario/echo.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace escalon::html {
namespace {

Markup code_block(std::string const& id, std::string const& label, std::string_view text)
{
    return element("div", {{"class", "code"}},
                   element("pre", {{"id", id}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", label}},
                           element("code", verbatim(text))));
}

Markup fact(char const* term, Markup const& definition)
{
    return element("div", element("dt", term) + element("dd", definition));
}

/// How each design was computed; said once where it is the same under every truth.
Markup engines(RunResult const& run)
{
    std::vector<std::pair<std::string, std::string>> lines; // label, reason
    for (auto const& design : run.designs) {
        std::pair const line{design.label, design.result.engine_reason};
        if (std::ranges::find(lines, line) == lines.end())
            lines.push_back(line);
    }
    bool const one = std::ranges::all_of(lines, [&](auto const& line) { return line.second == lines.front().second; });
    if (one)
        return lines.front().second;
    Markup items;
    for (auto const& [label, reason] : lines)
        items += element("li", phrase("{}: ", {short_name(label)}) + reason);
    return element("ul", items);
}

} // namespace

Markup resolved_scenario(Scenario const& scenario)
{
    return element("p", "The scenario as Escalon understood it, with every default spelled out. Saved as a file, it gives this "
                        "result again.") +
           element("details", {{"class", "fold"}},
                   element("summary", "Show the scenario (YAML)") +
                       code_block("scenario-text", "Resolved scenario", resolved_yaml(scenario)));
}

Markup how_to_reproduce(RunResult const& run)
{
    auto facts = fact("Version", phrase("Escalon {}", {run.version})) + fact("Seed", std::to_string(run.scenario.runner.seed)) +
                 fact("Computed", engines(run));
    return element("dl", {{"class", "facts"}}, facts) + element("p", "In the folder of this result:") +
           code_block("commands", "Commands",
                      "escalon run scenario.resolved.yaml --out again\n"
                      "escalon report again\n") +
           element("p", run.complete
                            ? "Both runs then hold the same bytes in result.json, on any number of threads, and the same report."
                            : "That run goes to its end; this one was interrupted, and its figures are the beginning of that.");
}

} // namespace escalon::html
