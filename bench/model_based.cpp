// Model-based designs at protocol size: the graph, a further truth, and one fit.
//
// Each figure stands beside a yardstick of the same run: the graph beside a standard hash table that learns as many states, a further
// truth beside one scattered multiply-add an edge, a fit beside as many exponentials as it has nodes.
//
// Packages of R on a machine of the same kind, one core, in milliseconds a trial: CRM by dfcrm 8.3, by escalation 36, by crmPack 440, by
// escalation with Stan 1,640; BLRM by crmPack 1,700, by escalation with Stan 1,940; EWOC by ewoc 860; a design on observed AUC by
// dfpk 2,400 to 5,800. A single fit by OncoBayes2 takes 1.2 s.
#include "bench/yardsticks.hpp"
#include "sim/designs/catalog.hpp"
#include "sim/runner/exact.hpp"
#include "sim/runner/monte_carlo.hpp"

#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

namespace {

using namespace escalon;

constexpr int overdose_from = 4;
std::vector<double> const standard_scenario{0.05, 0.10, 0.20, 0.30, 0.45, 0.60};

DoseLadder six_levels() { return {DoseUnit::mg_per_m2, {10, 20, 30, 40, 50, 60}}; }

/// 36 patients in cohorts of three, target 0.25, dfcrm's getprior(0.06, 0.25, 4, 6).
Crm crm()
{
    Crm design{.half_width = 0.06, .prior_mtd = 4};
    design.common.target = 0.25;
    return design;
}

void crm_graph(benchmark::State& state) { graph_against_hash_table(state, crm().on(six_levels()), six_levels()); }
BENCHMARK(crm_graph)->UseManualTime()->Unit(benchmark::kMillisecond);

void crm_further_truth(benchmark::State& state)
{
    further_truth_against_edges(state, DesignGraph::compile(crm().on(six_levels()), six_levels()), standard_scenario);
}
BENCHMARK(crm_further_truth)->UseManualTime()->Unit(benchmark::kMillisecond);

/// Fits of one trial's course at a time: five levels have patients at its end.
void crm_fit(benchmark::State& state)
{
    constexpr int rounds = 10'000;
    auto const ladder = six_levels();
    OneParameterFits const fits{crm().curves(ladder.size()), Crm::usual_prior_sd, 36, {.target = 0.25}};
    std::vector<Observed> course{Observed{ladder}};
    for (int const number : {1, 2, 3, 4, 5, 5, 4, 4, 4, 3, 4, 4}) {
        course.push_back(course.back());
        course.back().record({DoseLevel::from_number(number), 3, number > 3 ? 1 : 0});
    }
    std::vector<double> nodes(fits.nodes(), -0.5);
    against(
        state,
        [&] {
            for (int round = 0; round < rounds; ++round)
                for (auto const& observed : course)
                    benchmark::DoNotOptimize(fits.answer(observed));
        },
        [&] {
            for (std::size_t fit = 0; fit < rounds * course.size(); ++fit)
                for (double& node : nodes) {
                    double power = std::exp(node);
                    benchmark::DoNotOptimize(power);
                }
        });
    state.counters["nodes"] = static_cast<double>(fits.nodes());
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * rounds * static_cast<std::int64_t>(course.size()));
}
BENCHMARK(crm_fit)->UseManualTime()->Unit(benchmark::kMillisecond);

/// Without a graph at hand: each state is fitted when a trial is the first to reach it, and that time is included. Beside the
/// random numbers that the trials need.
void trials_with_fits(benchmark::State& state, AnyDesign const& options, std::uint64_t trials)
{
    auto const ladder = six_levels();
    auto const design = decider(options, ladder);
    KnownToxicity const truth{standard_scenario};
    std::uint64_t seed = 1;
    against(
        state,
        [&] { benchmark::DoNotOptimize(simulate(design, ladder, truth, seed++, {.trials = trials}, overdose_from, Workers{1})); },
        [&] { draw_outcomes(seed, trials); });
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(trials));
}
void crm_trials(benchmark::State& state) { trials_with_fits(state, crm(), 100'000); }
BENCHMARK(crm_trials)->UseManualTime()->Unit(benchmark::kMillisecond);
void blrm_trials(benchmark::State& state) { trials_with_fits(state, Blrm{}, 10'000); }
BENCHMARK(blrm_trials)->UseManualTime()->Unit(benchmark::kMillisecond);
void ewoc_trials(benchmark::State& state) { trials_with_fits(state, Ewoc{}, 10'000); }
BENCHMARK(ewoc_trials)->UseManualTime()->Unit(benchmark::kMillisecond);

} // namespace
