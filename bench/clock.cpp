// Trials by the clock: huC242-DM4 with toxicity over six cycles, linear kinetics and shed antigen, beside the same trial without a clock.
#include "sim/runner/monte_carlo.hpp"
#include "sim/scenario/cells.hpp"
#include "sim/scenario/scenario.hpp"

#include <benchmark/benchmark.h>

#include <filesystem>

namespace {

using namespace escalon;

constexpr std::uint64_t block = 512;

Scenario over_time(bool with_antigen)
{
    auto scenario = read_scenario(std::filesystem::path{ESCALON_SCENARIOS} / "huc242_dm4_over_time.yaml");
    scenario.trial.clock->expansion.reset();
    if (with_antigen)
        return scenario;
    auto const& antigen = std::get<pk::ConjugateAntigen>(scenario.pk.value());
    pk::Conjugate linear;
    linear.CL = antigen.CL;
    linear.V1 = antigen.V1;
    linear.Q = antigen.Q;
    linear.V2 = antigen.V2;
    linear.KDC = antigen.KDC;
    scenario.pk = linear;
    return scenario;
}

void trials_by_the_clock(benchmark::State& state, bool with_antigen)
{
    auto const scenario = over_time(with_antigen);
    auto const truth = natures(scenario).front().nature;
    auto const ready = decider(scenario.designs.front().design, scenario.ladder());
    TrialClock const clock{scenario.trial.clock.value(), scenario.dlt_window().value()};
    Workers const alone{1};
    std::uint64_t seed = 0;
    for (auto _ : state) {
        auto const tallies = simulate(ready, scenario.ladder(), truth, clock, ++seed, {.trials = block}, scenario.ladder().size(),
                                      alone);
        benchmark::DoNotOptimize(tallies.trials);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(block) * state.iterations());
}

void linear_kinetics(benchmark::State& state) { trials_by_the_clock(state, false); }
void with_antigen(benchmark::State& state) { trials_by_the_clock(state, true); }

/// The same trial and population, outcomes by one cycle's exposure and without a clock.
void without_a_clock(benchmark::State& state)
{
    auto const scenario = read_scenario(std::filesystem::path{ESCALON_SCENARIOS} / "huc242_dm4.yaml");
    auto const truth = natures(scenario).front().nature;
    auto const ready = decider(scenario.designs.front().design, scenario.ladder());
    Workers const alone{1};
    std::uint64_t seed = 0;
    for (auto _ : state) {
        auto const tallies = simulate(ready, scenario.ladder(), truth, ++seed, {.trials = block}, scenario.ladder().size(),
                                      alone);
        benchmark::DoNotOptimize(tallies.trials);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(block) * state.iterations());
}

BENCHMARK(linear_kinetics)->Name("clock/linear")->Unit(benchmark::kMillisecond);
BENCHMARK(with_antigen)->Name("clock/antigen")->Unit(benchmark::kMillisecond);
BENCHMARK(without_a_clock)->Name("clock/none, antigen")->Unit(benchmark::kMillisecond);

} // namespace
