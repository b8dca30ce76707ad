// What designs are timed against, each in the same run: a hash table, scattered multiply-adds, random numbers.
#pragma once

#include "bench/timing.hpp"
#include "sim/random/stream.hpp"
#include "sim/runner/exact.hpp"
#include "sim/trial/cohort_batch.hpp"
#include "sim/trial/design_graph.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace escalon {

/// A design's graph beside a std::unordered_map that is asked for as many keys as the graph has edges, and learns as many as it
/// has states.
void graph_against_hash_table(benchmark::State& state, Decider auto const& design, DoseLadder const& ladder)
{
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

/// A further truth beside one scattered multiply-add an edge. Many truths at a time, for the clock is coarse.
inline void further_truth_against_edges(benchmark::State& state, DesignGraph const& graph, std::vector<double> truth)
{
    constexpr int truths = 100;
    constexpr int overdose_from = 4;
    ExactPass const pass{graph};
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

/// The random numbers of trials of 36 patients, as many together as the machine can.
inline void draw_outcomes(std::uint64_t seed, std::uint64_t trials)
{
    constexpr int cohort = 3;
    constexpr std::uint64_t cohorts = 12;
    CohortBatch batch;
    batch.patients.fill(cohort);
    batch.threshold.fill(threshold52(0.3));
    for (std::uint64_t i = 0; i < trials * cohorts / CohortBatch::lanes; ++i) {
        batch.trial.fill(i);
        count_dlts(batch, seed, cohort);
        benchmark::DoNotOptimize(batch.dlts);
    }
}

} // namespace escalon
