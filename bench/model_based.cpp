// Model-based designs at protocol size: the graph, a further truth, and one fit.
//
// Each figure stands beside a yardstick of the same run: the graph beside a standard hash table that learns as many states, a further
// truth beside one scattered multiply-add an edge, a fit beside as many exponentials as it has nodes.
#include "bench/draws.hpp"
#include "bench/timing.hpp"
#include "sim/designs/catalog.hpp"
#include "sim/runner/exact.hpp"
#include "sim/runner/monte_carlo.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <vector>

namespace {

using namespace escalon;

constexpr int overdose_from = 4;

DoseLadder six_levels() { return {DoseUnit::mg_per_m2, {10, 20, 30, 40, 50, 60}}; }

/// 36 patients in cohorts of three, target 0.25, dfcrm's getprior(0.06, 0.25, 4, 6).
Crm crm()
{
    Crm design{.half_width = 0.06, .prior_mtd = 4};
    design.common.target = 0.25;
    return design;
}

/// Beside a std::unordered_map that is asked for as many keys as the graph has edges, and learns as many as it has states.
void crm_graph(benchmark::State& state)
{
    auto const ladder = six_levels();
    auto const design = crm().on(ladder);
    auto const graph = DesignGraph::compile(design, ladder);
    std::size_t edges = 0;
    for (auto const& node : graph.nodes())
        edges += graph.successors(node).size();
    against(
        state, [&] { benchmark::DoNotOptimize(DesignGraph::compile(design, ladder)); },
        [&] {
            std::unordered_map<std::uint64_t, std::uint32_t> known;
            for (std::uint64_t edge = 0; edge < edges; ++edge)
                known.try_emplace((edge * 0x9E3779B97F4A7C15) % graph.nodes().size(), 0);
            benchmark::DoNotOptimize(known);
        });
    state.counters["states"] = static_cast<double>(graph.nodes().size());
    state.counters["edges"] = static_cast<double>(edges);
}
BENCHMARK(crm_graph)->UseManualTime()->Unit(benchmark::kMillisecond);

/// Many truths at a time, for the clock is coarse; the figure is per truth.
void crm_further_truth(benchmark::State& state)
{
    constexpr int truths = 100;
    auto const ladder = six_levels();
    auto const graph = DesignGraph::compile(crm().on(ladder), ladder);
    ExactPass const pass{graph};
    std::vector<double> truth{0.05, 0.10, 0.20, 0.30, 0.45, 0.60};
    std::vector<double> mass(graph.nodes().size());
    against(
        state,
        [&] {
            for (int i = 0; i < truths; ++i) {
                truth[2] = truth[2] > 0.25 ? 0.20 : truth[2] + 1e-4;
                benchmark::DoNotOptimize(pass(truth, overdose_from));
            }
        },
        [&] {
            for (int i = 0; i < truths; ++i) {
                std::ranges::fill(mass, 0.0);
                mass[DesignGraph::start] = 1;
                for (std::size_t at = 0; at < mass.size(); ++at)
                    for (auto const next : graph.successors(graph.nodes()[at]))
                        mass[next] += mass[at] * 0.25;
                benchmark::DoNotOptimize(mass.data());
            }
        });
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * truths);
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
    KnownToxicity const truth{{0.05, 0.10, 0.20, 0.30, 0.45, 0.60}};
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
