// Model-assisted designs at protocol size: the graph, a further truth, and trials by the table and on the graph.
//
// Each figure stands beside a yardstick of the same run: the graph beside a standard hash table that learns as many states, a
// further truth beside one scattered multiply-add an edge, trials beside the random numbers that they need.
#include "bench/yardsticks.hpp"
#include "sim/designs/catalog.hpp"
#include "sim/runner/exact.hpp"
#include "sim/runner/monte_carlo.hpp"

#include <benchmark/benchmark.h>

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

void boin_graph(benchmark::State& state) { graph_against_hash_table(state, boin(), six_levels()); }
BENCHMARK(boin_graph)->UseManualTime()->Unit(benchmark::kMillisecond);

void boin_further_truth(benchmark::State& state)
{
    further_truth_against_edges(state, DesignGraph::compile(boin(), six_levels()), standard_scenario);
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
