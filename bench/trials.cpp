// Trials a second beside the cost of their random numbers alone, and the exact engine.
//
// The yardstick is one Philox4x32-10 block a patient by Random123's own scalar code: no simulation that gives every patient
// a block of their own can be cheaper on a scalar machine. Run with --benchmark_repetitions=5 for medians.
#include "bench/timing.hpp"
#include "sim/designs/three_plus_three.hpp"
#include "sim/runner/exact.hpp"
#include "sim/runner/monte_carlo.hpp"
#include "sim/trial/cohort_batch.hpp"

#include <benchmark/benchmark.h>

#include <vector>

namespace {

using namespace escalon;

constexpr std::uint64_t seed = 1;
constexpr std::uint64_t block_trials = 1 << 17;
constexpr int overdose_from = 4;
std::vector<double> const standard_scenario{0.05, 0.10, 0.20, 0.30, 0.45, 0.60};

DoseLadder six_levels() { return {DoseUnit::mg_per_m2, {10, 20, 30, 40, 50, 60}}; }

DesignGraph three_plus_three_graph() { return DesignGraph::compile(ThreePlusThree{}, six_levels()); }

/// 168 mg/m2 of an antibody in two compartments with three etas and body surface.
Biology antibody()
{
    pk::TwoCompartment const model{.CL = sized(0.6 * unit::L_per_d),
                                   .V1 = sized_per_m2<dimension::volume>(1.74 * unit::L_per_m2),
                                   .Q = sized_per_m2<dimension::clearance>(0.30 * unit::L_per_d_m2),
                                   .V2 = sized_per_m2<dimension::volume>(0.90 * unit::L_per_m2)};
    Population population;
    population.omega.variances = {{"CL", 0.09}, {"V1", 0.04}, {"V2", 0.09}};
    return Biology{{DoseUnit::mg_per_m2, {60, 90, 126, 168, 223, 297}},
                   model,
                   pk::Regimen{.cycles = 6, .infusion = 1.5 * unit::h},
                   population,
                   ByExposure{.tolerance = {.median = 600 * unit::mg_d_per_L, .sd_log = 0.35}}};
}
/// Tolerance and body surface share a block; the three etas lie in two more.
constexpr std::uint32_t antibody_blocks_a_patient = 3;

std::uint64_t patients_of(Tallies const& tallies)
{
    std::uint64_t sum = 0;
    for (std::size_t count = 0; count < tallies.total_patients.size(); ++count)
        sum += tallies.total_patients[count] * count;
    return sum;
}

/// Blocks as a stream of trials would ask for them, each used.
void draw_blocks(std::uint64_t patients, std::uint32_t blocks_a_patient)
{
    r123::Philox4x32::key_type const key{{static_cast<std::uint32_t>(seed), 0}};
    std::uint32_t all = 0;
    for (std::uint64_t patient = 0; patient < patients; ++patient)
        for (std::uint32_t block = 0; block < blocks_a_patient; ++block) {
            auto const words = r123::Philox4x32{}(
                {{static_cast<std::uint32_t>(patient >> 4), 0, static_cast<std::uint32_t>(patient & 15), block}}, key);
            all ^= words.v[0] ^ words.v[1] ^ words.v[2] ^ words.v[3];
        }
    benchmark::DoNotOptimize(all);
}

void count_items(benchmark::State& state, std::uint64_t each)
{
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(each));
}

/// Alternates trials and the blocks that they need, so that both meet the same machine; the counter `ratio` is the median of
/// the quotients of their times, and the items are trials.
void against_their_blocks(benchmark::State& state, Nature const& nature, std::uint64_t trials, std::uint32_t blocks_a_patient)
{
    auto const graph = three_plus_three_graph();
    std::uint64_t next_seed = seed;
    auto const run = [&] { return simulate(graph, nature, next_seed++, {.trials = trials}, overdose_from, Workers{1}); };
    auto const patients = patients_of(run());
    std::vector<double> ratios;
    for (auto _ : state) {
        double const of_trials = seconds([&] { benchmark::DoNotOptimize(run()); });
        ratios.push_back(of_trials / seconds([&] { draw_blocks(patients, blocks_a_patient); }));
        state.SetIterationTime(of_trials);
    }
    count_items(state, trials);
    state.counters["ratio"] = median(ratios);
    state.counters["patients_per_trial"] = static_cast<double>(patients) / static_cast<double>(trials);
    state.SetLabel(count_dlts_kernel());
}

void three_plus_three_trials(benchmark::State& state)
{
    against_their_blocks(state, KnownToxicity{standard_scenario}, block_trials, 1);
}
BENCHMARK(three_plus_three_trials)->UseManualTime();

void biology_trials(benchmark::State& state)
{
    constexpr std::uint64_t fewer = 4096;
    against_their_blocks(state, antibody(), fewer, antibody_blocks_a_patient);
}
BENCHMARK(biology_trials)->UseManualTime();

/// Items are patients, one block each.
void philox_blocks_scalar(benchmark::State& state)
{
    constexpr std::uint64_t patients = 1 << 20;
    for (auto _ : state)
        draw_blocks(patients, 1);
    count_items(state, patients);
}
BENCHMARK(philox_blocks_scalar);

/// The outcomes of a full batch without any trial around them; items are patients.
void count_dlts_of_full_batches(benchmark::State& state)
{
    constexpr int cohort = 3;
    CohortBatch batch;
    batch.patients.fill(cohort);
    batch.threshold.fill(threshold52(0.3));
    std::uint64_t trial = 0;
    for (auto _ : state) {
        for (auto& number : batch.trial)
            number = trial++;
        count_dlts(batch, seed, cohort);
        benchmark::DoNotOptimize(batch.dlts);
    }
    count_items(state, cohort * CohortBatch::lanes);
    state.SetLabel(count_dlts_kernel());
}
BENCHMARK(count_dlts_of_full_batches);

/// From the design to operating characteristics; at most a millisecond.
void exact_three_plus_three(benchmark::State& state)
{
    for (auto _ : state) {
        auto const graph = three_plus_three_graph();
        benchmark::DoNotOptimize(ExactPass{graph}(standard_scenario, overdose_from));
    }
    state.counters["states"] = static_cast<double>(three_plus_three_graph().nodes().size());
}
BENCHMARK(exact_three_plus_three)->Unit(benchmark::kMicrosecond);

/// A further truth on the graph that is there; at most a tenth of a millisecond.
void exact_three_plus_three_further_truth(benchmark::State& state)
{
    auto const graph = three_plus_three_graph();
    ExactPass const pass{graph};
    auto truth = standard_scenario;
    for (auto _ : state) {
        truth[2] = truth[2] > 0.25 ? 0.20 : truth[2] + 1e-4;
        benchmark::DoNotOptimize(pass(truth, overdose_from));
    }
}
BENCHMARK(exact_three_plus_three_further_truth)->Unit(benchmark::kMicrosecond);

} // namespace
