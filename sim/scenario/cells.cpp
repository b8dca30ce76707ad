#include "sim/scenario/cells.hpp"

#include "sim/scenario/echo.hpp"

namespace escalon {
namespace {

Nature nature_of(Scenario const&, ByDose const& toxicity)
{
    return KnownToxicity{{toxicity.probability.begin(), toxicity.probability.end()}, toxicity.grades()};
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

/// What exposures follow from, as text.
std::string exposures_of(Scenario const& scenario)
{
    if (!scenario.toxicity || !std::holds_alternative<ByExposure>(*scenario.toxicity))
        return {};
    Scenario part;
    part.doses.unit = scenario.doses.unit;
    part.regimen = scenario.regimen;
    part.pk = scenario.pk;
    part.population = scenario.population;
    auto toxicity = std::get<ByExposure>(*scenario.toxicity);
    toxicity.tolerance = {};
    toxicity.grade_ratio.reset();
    part.toxicity = toxicity;
    return resolved_yaml(part);
}

NamedNature named_nature(std::string_view name, Scenario const& scenario)
{
    return {std::string{name}, one_nature(scenario), scenario.target(), exposures_of(scenario)};
}

} // namespace

std::vector<NamedNature> natures(Scenario const& scenario)
{
    if (scenario.truths.empty())
        return {named_nature(default_truth, scenario)};
    std::vector<NamedNature> all;
    for (auto const& truth : scenario.truths)
        all.push_back(named_nature(truth.name, under(truth, scenario)));
    return all;
}

std::string identity(Scenario const& scenario)
{
    auto part = scenario;
    part.name.clear();
    part.compound.reset();
    part.documented.reset();
    part.sweep.reset();
    part.evidence.entries.clear();
    return resolved_yaml(part);
}

std::string identity(DesignEntry const& design, Scenario const& scenario)
{
    Scenario part;
    part.doses = scenario.doses;
    part.designs = {design};
    part.designs.front().label.clear();
    return resolved_yaml(part);
}

Nature nature(Scenario const& scenario) { return std::move(natures(scenario).front().nature); }

} // namespace escalon
