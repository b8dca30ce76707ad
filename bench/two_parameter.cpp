// Fits of the two-parameter logistic model at protocol size, each beside a yardstick of the same run: one exponential of the standard
// library for each node of a grid of 64 by 64.
#include "bench/timing.hpp"
#include "sim/designs/blrm.hpp"
#include "sim/designs/ewoc.hpp"
#include "sim/designs/models/two_parameter_fits.hpp"
#include "sim/trial/design_graph.hpp"
#include "sim/vocabulary/notation.hpp"

#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

namespace {

using namespace escalon;

constexpr int batch = 1000;
constexpr int grid_nodes = 64 * 64;

DoseLadder six_levels() { return {DoseUnit::mg_per_m2, {10, 20, 30, 40, 50, 60}}; }

/// Trials in progress, early and late.
std::vector<Observed> trials()
{
    std::vector<Observed> made;
    for (auto const* outcomes : {"1NNN", "1NNN 2NNN 3NNT", "1NNN 2NNN 3NNT 3NNN 4NTT 3NNN", "1NNN 2NNT 2NNN 3NTT 2NNT 2NNN 2NNN",
                                 "1NNN 2NNN 3NNN 4NNN 5NTT 4NNT 4NNN 4NNT 4NNN 4NNT 4NNN 4NNN"}) {
        made.emplace_back(six_levels());
        for (auto const& cohort : parse_outcomes(outcomes, made.back().ladder()))
            made.back().record(cohort);
    }
    return made;
}

void exponentials_of_a_grid()
{
    double sum = 0;
    for (int i = 0; i < grid_nodes; ++i)
        sum += std::exp(-1e-3 * i);
    benchmark::DoNotOptimize(sum);
}

/// The counter `us` is the time of one piece of work, `ratio` the median of its quotients by the yardstick.
template <class Work>
void against_a_grid(benchmark::State& state, Work const& work)
{
    std::vector<double> ratios;
    std::vector<double> times;
    auto const seen = trials();
    for (auto _ : state) {
        double const time = seconds([&] {
                                for (int i = 0; i < batch; ++i)
                                    work(seen[static_cast<std::size_t>(i) % seen.size()]);
                            }) /
                            batch;
        double const yardstick = seconds([] {
                                     for (int i = 0; i < batch; ++i)
                                         exponentials_of_a_grid();
                                 }) /
                                 batch;
        times.push_back(time);
        ratios.push_back(time / yardstick);
        state.SetIterationTime(time * batch);
    }
    constexpr double us = 1e6;
    state.counters["us"] = median(times) * us;
    state.counters["ratio"] = median(ratios);
}

/// All interval probabilities of six levels.
void blrm_fit(benchmark::State& state)
{
    auto const kernels = two_parameter_kernels();
    auto const& kernel = kernels[std::min(static_cast<std::size_t>(state.range(0)), kernels.size() - 1)];
    state.SetLabel(kernel.name);
    TwoParameterFits const fits{Blrm{}.model(six_levels()), {0.20, 0.35, 0.60}, 36};
    against_a_grid(state, [&](Observed const& observed) {
        auto fit = fits.fit(observed, kernel);
        double sum = 0;
        for (DoseLevel level{0}; level.index() < 6; level = level.above())
            for (std::size_t cut = 0; cut < 3; ++cut)
                sum += fit.below(level, cut);
        benchmark::DoNotOptimize(sum);
    });
}
BENCHMARK(blrm_fit)->Arg(0)->Arg(1)->Arg(2)->UseManualTime()->Unit(benchmark::kMillisecond);

void blrm_decision(benchmark::State& state)
{
    auto const decider = Blrm{}.on(six_levels());
    against_a_grid(state, [&](Observed const& observed) { benchmark::DoNotOptimize(decider.decide(observed, Wording::none)); });
}
BENCHMARK(blrm_decision)->UseManualTime()->Unit(benchmark::kMillisecond);

void ewoc_decision(benchmark::State& state)
{
    auto const decider = Ewoc{}.on(six_levels());
    against_a_grid(state, [&](Observed const& observed) { benchmark::DoNotOptimize(decider.decide(observed, Wording::none)); });
}
BENCHMARK(ewoc_decision)->UseManualTime()->Unit(benchmark::kMillisecond);

/// The quadrature that settles itself: what quick fits are held against.
void careful_fit(benchmark::State& state)
{
    auto const seen = trials();
    auto const model = Blrm{}.model(six_levels());
    for (auto _ : state)
        benchmark::DoNotOptimize(TwoParameterPosterior{model, seen[2]});
}
BENCHMARK(careful_fit)->Unit(benchmark::kMillisecond);

void blrm_graph(benchmark::State& state)
{
    auto const decider = Blrm{}.on(six_levels());
    std::size_t states = 0;
    for (auto _ : state)
        states = DesignGraph::compile(decider, six_levels()).nodes().size();
    state.counters["states"] = static_cast<double>(states);
}
BENCHMARK(blrm_graph)->Unit(benchmark::kMillisecond);

} // namespace
