#include "sim/scenario/cells.hpp"

namespace escalon {
namespace {

Nature nature_of(Scenario const&, ByDose const& toxicity)
{
    return KnownToxicity{{toxicity.probability.begin(), toxicity.probability.end()}};
}

Nature nature_of(Scenario const& scenario, ByExposure const& toxicity)
{
    // reading demands both where toxicity follows exposure
    return Biology{scenario.ladder(), scenario.pk.value(), scenario.regimen.value(), scenario.population, toxicity};
}

Nature one_nature(Scenario const& scenario)
{
    if (!scenario.toxicity)
        throw ScenarioIncomplete("'" + scenario.name +
                                 "' has no toxicity, so there is no truth to simulate: add "
                                 "toxicity: { model: by_dose, probability: [0.05, 0.10, ...] }");
    return std::visit([&](auto const& toxicity) { return nature_of(scenario, toxicity); }, *scenario.toxicity);
}

} // namespace

std::vector<NamedNature> natures(Scenario const& scenario)
{
    if (scenario.truths.empty())
        return {{std::string{default_truth}, one_nature(scenario), scenario.target()}};
    std::vector<NamedNature> all;
    for (auto const& truth : scenario.truths) {
        auto const there = under(truth, scenario);
        all.push_back({truth.name, one_nature(there), there.target()});
    }
    return all;
}

Nature nature(Scenario const& scenario) { return std::move(natures(scenario).front().nature); }

} // namespace escalon
