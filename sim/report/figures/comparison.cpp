#include "sim/report/figures/comparison.hpp"

#include "sim/report/figures/axes.hpp"
#include "sim/report/figures/series.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"
#include "sim/report/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace escalon {
namespace {

std::vector<std::string> labels_of(RunResult const& run)
{
    std::vector<std::string> labels;
    for (auto const& design : run.designs)
        if (std::ranges::find(labels, design.label) == labels.end())
            labels.push_back(design.label);
    return labels;
}

} // namespace

Comparison::Comparison(RunResult const& run) : run_{run}, ladder_{run.scenario.ladder()}
{
    auto const labels = labels_of(run);
    designs_ = theme::short_names(labels);
    std::vector<std::string> names;
    for (auto const& truth : run.truths)
        names.push_back(truth.name);
    auto const short_truths = theme::short_names(names);
    for (std::size_t t = 0; t < run.truths.size(); ++t) {
        TruthPanel panel{short_truths[t], &run.truths[t].toxicity, std::vector<DesignRun const*>(labels.size())};
        bool met = false;
        for (auto const& design : run.designs)
            if (design.truth == t) {
                panel.runs[static_cast<std::size_t>(std::ranges::find(labels, design.label) - labels.begin())] = &design;
                met = true;
            }
        if (met)
            truths_.push_back(std::move(panel));
    }
    sampled_ = std::ranges::any_of(run.designs, [](auto const& design) {
        return design.result.characteristics.engine == Engine::monte_carlo;
    });
}

std::string Comparison::dose(DoseLevel level) const { return theme::dose_text(ladder_, level); }

std::string Comparison::mtd_words(TruthPanel const& truth) const
{
    return truth.toxicity->mtd ? "true MTD " + dose(*truth.toxicity->mtd) : "no true MTD, all levels too toxic";
}

std::string Comparison::engine_words() const
{
    std::set<std::uint64_t> trials;
    bool exact = false;
    for (auto const& design : run_.designs)
        if (auto const& oc = design.result.characteristics; oc.engine == Engine::monte_carlo)
            trials.insert(oc.trials.value_or(0));
        else
            exact = true;
    if (trials.empty())
        return "Exact, no sampling error.";
    auto const number = trials.size() == 1
                            ? grouped(*trials.begin()) + " simulated trials"
                            : fmt::format("{} to {} simulated trials", grouped(*trials.begin()), grouped(*trials.rbegin()));
    auto const whiskers = "whiskers: 95 % Monte Carlo intervals";
    return exact ? fmt::format("Exact where there are no whiskers, else {}; {}.", number, whiskers)
                 : fmt::format("{}; {}.", number, whiskers);
}

std::string Comparison::provenance() const
{
    constexpr std::size_t longest_name = 120;
    return fmt::format("{}. {}{}", theme::cut(run_.scenario.name, longest_name), engine_words(),
                       run_.complete ? "" : " Interrupted: what was finished.");
}

std::string Comparison::full_names() const
{
    std::string text;
    auto const add = [&](std::string const& shown, std::string const& full) {
        if (shown != full)
            text += fmt::format(" \"{}\" is {}.", shown, theme::cut(full, theme::longest_described));
    };
    auto const labels = labels_of(run_);
    for (std::size_t i = 0; i < labels.size(); ++i)
        add(designs_[i], labels[i]);
    for (auto const& truth : truths_)
        for (auto const& named : run_.truths)
            if (&named.toxicity == truth.toxicity)
                add(truth.name, named.name);
    return text;
}

std::vector<std::string> Comparison::met_by(TruthPanel const& truth) const
{
    std::vector<std::string> names;
    for (std::size_t d = 0; d < designs_.size(); ++d)
        if (truth.runs[d])
            names.push_back(designs_[d]);
    return names;
}

} // namespace escalon
