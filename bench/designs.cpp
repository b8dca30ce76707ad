// Model-assisted designs at protocol size: the graph, a further truth, and trials by the table and on the graph.
//
// Each figure stands beside a yardstick of the same run: the graph beside a standard hash table that learns as many states, a
// further truth beside one scattered multiply-add an edge, trials beside the random numbers that they need.
#include "bench/draws.hpp"
#include "bench/timing.hpp"
#include "sim/designs/catalog.hpp"
#include "sim/runner/exact.hpp"
#include "sim/runner/monte_carlo.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <unordered_map>
#include <vector>

namespace {

using namespace escalon;

std::vector<double> const standard_scenario{0.05, 0.10, 0.20, 0.30, 0.45, 0.60};
constexpr int overdose_from = 4;
constexpr std::uint64_t seed = 1;
constexpr std::uint64_t block_trials = 1 << 16;

DoseLadder six_levels() { return {DoseUnit::mg_per_m2, {10, 20, 30, 40, 50, 60}}; }

/// 36 patients in cohorts of three, target 0.30.
AnyDecider boin() { return decider(Boin{}, six_levels()); }

/// Beside a std::unordered_map that is asked for as many keys as the graph has edges, and learns as many as it has states.
void boin_graph(benchmark::State& state)
{
    auto const ladder = six_levels();
    auto const design = boin();
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
BENCHMARK(boin_graph)->UseManualTime()->Unit(benchmark::kMillisecond);

/// Many truths at a time, for the clock is coarse; the figure is per truth.
void boin_further_truth(benchmark::State& state)
{
    constexpr int truths = 100;
    auto const graph = DesignGraph::compile(boin(), six_levels());
    ExactPass const pass{graph};
    auto truth = standard_scenario;
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
BENCHMARK(boin_further_truth)->UseManualTime()->Unit(benchmark::kMillisecond);

/// A sweep over many truths from its beginning: the graph, and a pass for each of them. Beside the graph alone.
void boin_thousand_truths(benchmark::State& state)
{
    constexpr int truths = 1000;
    auto const ladder = six_levels();
    auto const design = boin();
    against(
        state,
        [&] {
            auto const graph = DesignGraph::compile(design, ladder);
            ExactPass const pass{graph};
            auto truth = standard_scenario;
            for (int i = 0; i < truths; ++i) {
                truth[2] += (truth[3] - truth[2]) / truths;
                benchmark::DoNotOptimize(pass(truth, overdose_from));
            }
        },
        [&] { benchmark::DoNotOptimize(DesignGraph::compile(design, ladder)); });
}
BENCHMARK(boin_thousand_truths)->UseManualTime()->Unit(benchmark::kMillisecond);

void boin_trials_on_graph(benchmark::State& state)
{
    auto const graph = DesignGraph::compile(boin(), six_levels());
    std::uint64_t next_seed = seed;
    against(
        state,
        [&] {
            benchmark::DoNotOptimize(simulate(graph, KnownToxicity{standard_scenario}, next_seed++, {.trials = block_trials},
                                              overdose_from, Workers{1}));
        },
        [] { draw_outcomes(seed, block_trials); });
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(block_trials));
}
BENCHMARK(boin_trials_on_graph)->UseManualTime()->Unit(benchmark::kMillisecond);

/// Without a graph at hand: the table is asked in each state that a trial is the first to reach.
void boin_trials_by_table(benchmark::State& state)
{
    auto const ladder = six_levels();
    auto const design = boin();
    std::uint64_t next_seed = seed;
    against(
        state,
        [&] {
            benchmark::DoNotOptimize(simulate(design, ladder, KnownToxicity{standard_scenario}, next_seed++,
                                              {.trials = block_trials}, overdose_from, Workers{1}));
        },
        [] { draw_outcomes(seed, block_trials); });
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(block_trials));
}
BENCHMARK(boin_trials_by_table)->UseManualTime()->Unit(benchmark::kMillisecond);

} // namespace
