// `calibrate-prior`: what a model-based design believes before the first patient, and the half-width that serves a CRM best.
#include "sim/cli/commands.hpp"

#include "sim/designs/models/two_stage.hpp"
#include "sim/report/calibration_text.hpp"
#include "sim/report/figures/model.hpp"
#include "sim/scenario/cells.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace escalon::cli {
namespace {

/// Averages that are asked of protocols.
constexpr std::array accuracies{0.5, 0.6, 0.7};

/// The patients of the initial stage, one after the other; what it leaves of the sample size is treated at the highest level.
std::vector<std::size_t> levels_of_patients(Crm const& crm, DoseLadder const& ladder)
{
    auto const size = static_cast<std::size_t>(crm.initial_cohort_size.value_or(crm.common.cohort()));
    std::vector<std::size_t> levels;
    for (int const number : crm.initial)
        levels.insert(levels.end(), size, static_cast<std::size_t>(number - 1));
    auto const patients = static_cast<std::size_t>(crm.common.sample_size());
    levels.resize(std::max(patients, levels.size() + 1), static_cast<std::size_t>(ladder.top().index()));
    return levels;
}

SkeletonAids aids_of(Crm const& crm, DoseLadder const& ladder, double odds_ratio)
{
    SkeletonAids aids{.skeleton = crm.foreseen(ladder.size())};
    if (crm.has_two_parameters()) {
        aids.one_parameter = false;
        return aids;
    }
    auto const curves = crm.curves(ladder.size());
    double const target = crm.common.aim();
    aids.two_stage = !crm.initial.empty();
    if (ladder.size() > 1) {
        aids.sensitivity = model_sensitivity(curves, target);
        for (double const accuracy : accuracies) {
            SampleSizeQuestion const question{
                .accuracy = accuracy, .target = target, .levels = ladder.size(), .odds_ratio = odds_ratio};
            if (question.faults().empty())
                aids.sample_sizes.push_back({accuracy, sample_size_for(question)});
        }
    }
    if (aids.two_stage)
        aids.incoherent_after = incoherent_after({curves, crm.prior_sd, {.target = target, .estimate = crm.estimated()}},
                                                 levels_of_patients(crm, ladder));
    return aids;
}

/// The CRM whose skeleton is looked at, if there is one.
std::optional<Crm> crm_of(AnyDesign const& design)
{
    if (auto const* crm = std::get_if<Crm>(&design))
        return *crm;
    if (auto const* tite = std::get_if<TiteCrm>(&design))
        return tite->complete();
    return std::nullopt;
}

} // namespace

Exit execute(CalibratePriorArguments const& arguments, Console const& console)
{
    auto scenario = read(arguments.input);
    auto const& entry = design_of(scenario, arguments.design);
    auto const ladder = scenario.ladder();
    auto const prior = decider(entry.design, ladder).posterior(Observed{ladder});
    if (!prior)
        throw ScenarioIncomplete(fmt::format("{} has no model, and so no prior of the DLT rates", entry.label));
    CalibrationResult result{.scenario = scenario, .label = entry.label, .prior = *prior, .odds_ratio = arguments.odds_ratio};
    auto const crm = crm_of(entry.design);
    if (crm) {
        result.skeleton = aids_of(*crm, ladder, arguments.odds_ratio);
        if (arguments.half_widths) {
            watch_for_interrupt();
            Workers const workers{arguments.jobs > 0 ? arguments.jobs : Workers::all_processors(), &user_interrupt()};
            result.half_widths = calibrate_half_width(*crm, ladder, arguments.odds_ratio, usual_half_widths(crm->common.aim()),
                                                      workers);
        }
    } else if (arguments.half_widths) {
        throw UsageError(fmt::format("{} is no crm: only its skeleton has a half-width", entry.label));
    }
    print(arguments.output,
          {.text = [&] { return calibration_text(result); },
           .json = [&] { return calibration_json(result); },
           .csv = [&] { return calibration_csv(result); }},
          console);
    if (arguments.figure.wanted()) {
        auto figure = *model_figure(scenario, entry, Observed{ladder});
        figure.name = "prior";
        draw_figure(posterior_figure(figure, arguments.figure.style), scenario.name, arguments.figure, console);
    }
    return Exit::done;
}

} // namespace escalon::cli
