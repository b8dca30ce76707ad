#include "sim/scenario/cells.hpp"

#include "sim/population/parameter_draw.hpp"
#include "sim/runner/marginal.hpp"
#include "sim/runner/operating_characteristics.hpp"
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

Nature nature_of(Scenario const& scenario, OverTime const& toxicity)
{
    return BiologyOverTime{scenario.ladder(),
                           scenario.pk.value(),
                           scenario.regimen.value(),
                           scenario.population,
                           toxicity,
                           scenario.follow_up().value(),
                           scenario.trial.after_dlt,
                           scenario.trial.dose_modification.value_or(DoseModification{})};
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
    if (scenario.pk && !pk::is_linear(*scenario.pk))
        part.doses.levels = scenario.doses.levels; // exposure is not proportional to dose
    part.regimen = scenario.regimen;
    part.pk = scenario.pk;
    part.population = scenario.population;
    auto toxicity = std::get<ByExposure>(*scenario.toxicity);
    toxicity.tolerance = {};
    toxicity.grade_ratio.reset();
    part.toxicity = toxicity;
    return resolved_yaml(part);
}

std::optional<Tumours> tumours_of(Scenario const& scenario)
{
    if (!scenario.activity)
        return std::nullopt;
    auto const& activity = *scenario.activity;
    auto const& regimen = scenario.regimen.value(); // reading demands it, and a clock
    auto const follow_up = scenario.follow_up().value();
    if (!activity.follows_exposure())
        return Tumours{activity, regimen, follow_up};
    return Tumours{activity, regimen, follow_up, scenario.ladder(), scenario.pk.value(), scenario.population};
}

NamedNature named_nature(std::string_view name, Scenario const& scenario)
{
    return {std::string{name},      one_nature(scenario),
            scenario.target(),      scenario.truth.until.value_or(scenario.dlt_window().value_or(Time{})),
            exposures_of(scenario), tumours_of(scenario)};
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

std::vector<RandomCurve> random_curves(Scenario const& scenario, Workers const& workers)
{
    auto const& options = scenario.random_truths.value();
    double const target = options.target.value();
    auto const seed = options.seed.value();
    auto const levels = static_cast<int>(scenario.doses.levels.size());
    auto drawn = scenario.truths.empty() ? scenario : under(scenario.truths.front(), scenario); // reading allows one
    auto const estimated = drawn.pk;
    auto const of_a_draw = [&](std::uint64_t k) -> RandomCurve {
        constexpr double error_of_a_draw = 1e-3;                              // far below what the draws differ by
        drawn.pk = drawn_model(drawn.population, estimated.value(), seed, k); // reading demands it
        auto found = marginal_toxicity(std::get<Biology>(one_nature(drawn)), workers,
                                       IntegrationEffort{.wanted_error = error_of_a_draw});
        auto const mtd = true_mtd(found.dlt_probability, target);
        return {std::move(found.dlt_probability), mtd};
    };
    bool const of_the_drug = options.generator == CurveGenerator::parameter_uncertainty;
    std::vector<RandomCurve> curves;
    for (std::uint64_t k = 0; k < static_cast<std::uint64_t>(options.curves); ++k)
        curves.push_back(of_the_drug ? of_a_draw(k) : random_curve(options, target, levels, seed, k));
    return curves;
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
    part.designs.front().dlt_window.reset(); // what is prepared knows no time
    return resolved_yaml(part);
}

Nature nature(Scenario const& scenario) { return std::move(natures(scenario).front().nature); }

} // namespace escalon
