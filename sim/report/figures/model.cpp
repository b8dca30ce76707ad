#include "sim/report/figures/model.hpp"

#include "sim/report/numbers.hpp"
#include "sim/report/replay_text.hpp"

#include <fmt/format.h>

namespace escalon {
namespace {

Observed observed_on_record(Scenario const& scenario)
{
    Observed observed{scenario.ladder()};
    for (auto const& cohort : recorded_cohorts(scenario))
        if (cohort.patients && *cohort.patients > 0 && cohort.dlts)
            observed.record({cohort.level, *cohort.patients, *cohort.dlts, cohort.grade_2, cohort.grade_4});
    return observed;
}

} // namespace

std::optional<PosteriorFigure> model_figure(Scenario const& scenario, DesignEntry const& entry, Observed const& observed)
{
    auto const design = decider(entry.design, observed.ladder());
    auto const posterior = design.posterior(observed);
    if (!posterior)
        return std::nullopt;
    auto const decision = design.decide(observed);
    auto const patients = observed.total().patients;
    PosteriorFigure figure{.title = fmt::format("{}: P(DLT) by the model of {} {}", scenario.name, entry.label,
                                                patients > 0 ? "after " + counted(patients, "patient")
                                                             : "before the first patient"),
                           .finding = fmt::format("Next by {}: {}, because {}.", entry.label,
                                                  describe(decision, observed.ladder()), decision.reason),
                           .ladder = observed.ladder(),
                           .posterior = *posterior,
                           .target = common_options(entry.design).aim()};
    if (patients > 0)
        figure.tallies.assign(observed.tallies().begin(), observed.tallies().end());
    if (auto const* treat = std::get_if<Treat>(&decision.action))
        figure.recommended = treat->level;
    if (auto const* stop = std::get_if<Stop>(&decision.action)) {
        figure.recommended = stop->mtd;
        figure.recommended_word = "MTD";
    }
    return figure;
}

std::vector<Figure> model_figures(Scenario const& scenario, FigureStyle const& style)
{
    std::vector<PosteriorFigure> shown;
    for (auto const& entry : scenario.designs)
        if (auto figure = model_figure(scenario, entry, observed_on_record(scenario)))
            shown.push_back(std::move(*figure));
    std::vector<Figure> figures;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        if (shown.size() > 1)
            shown[i].name = fmt::format("posterior_{}", i + 1);
        figures.push_back(posterior_figure(shown[i], style));
    }
    return figures;
}

} // namespace escalon
