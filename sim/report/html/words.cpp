#include "sim/report/html/words.hpp"

#include "pk_models/units.hpp"
#include "sim/report/figures/theme.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace escalon::html {

Markup figure(std::string_view text)
{
    constexpr std::string_view no_break_space = "\xc2\xa0";
    std::string kept;
    for (char const c : text)
        kept += c == ' ' ? no_break_space : std::string_view{&c, 1};
    return kept;
}

std::string dose_text(DoseLadder const& ladder, DoseLevel level)
{
    return shortest(ladder.dose(level)) + " " + theme::pretty_unit(symbol(ladder.unit()));
}

std::string number_word(std::size_t number)
{
    constexpr std::array words{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"};
    return number < words.size() ? words[number] : std::to_string(number);
}

double below_share(OperatingCharacteristics const& oc, TrueToxicity const& truth)
{
    double share = 0;
    for (int level = 0; truth.mtd && level < truth.mtd->index(); ++level)
        share += oc.mean.selection[static_cast<std::size_t>(level)];
    return share;
}

std::string usual_range(CountDistribution const& counts)
{
    constexpr double low = 0.1;
    constexpr double high = 0.9;
    return fmt::format("{} to {}", quantile(counts, low), quantile(counts, high));
}

bool sampled(DesignRun const& design) { return design.result.characteristics.engine == Engine::monte_carlo; }

bool any_sampled(RunResult const& run) { return std::ranges::any_of(run.designs, sampled); }

std::vector<std::string> design_labels(RunResult const& run)
{
    std::vector<std::string> labels;
    for (auto const& design : run.designs)
        if (std::ranges::find(labels, design.label) == labels.end())
            labels.push_back(design.label);
    return labels;
}

DesignRun const* find(RunResult const& run, std::string_view label, std::size_t truth)
{
    auto const at = std::ranges::find_if(run.designs, [&](auto const& one) { return one.label == label && one.truth == truth; });
    return at == run.designs.end() ? nullptr : &*at;
}

std::size_t pairs_wanted(RunResult const& run)
{
    return run.scenario.designs.size() * std::max<std::size_t>(1, run.scenario.truths.size());
}

} // namespace escalon::html
