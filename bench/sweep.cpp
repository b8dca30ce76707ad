// What a further tolerance costs in a sweep when its exposures are shared, beside computing them anew.
#include "sim/runner/marginal.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace escalon;

Biology antibody(double median_mg_d_per_l)
{
    Population population{.antigen = {.median = 100 * unit::U_per_mL, .sd_log = 1.6}};
    population.omega.variances = {{"CL", 0.09}, {"V1", 0.04}, {"KDC", 0.1225}};
    pk::Conjugate const drug{.CL = sized_per_m2<dimension::clearance>(0.236 * unit::L_per_d_m2),
                             .V1 = sized_per_m2<dimension::volume>(1.74 * unit::L_per_m2),
                             .Q = sized_per_m2<dimension::clearance>(0.30 * unit::L_per_d_m2),
                             .V2 = sized_per_m2<dimension::volume>(0.90 * unit::L_per_m2),
                             .KDC = 0.058 * unit::per_d,
                             .antigen_clearance = pk::Emax{.SMAX = 21.5, .A50 = 142600 * unit::U_per_mL}};
    return Biology{{DoseUnit::mg_per_m2, {18, 36, 60, 90, 126, 168, 223, 297}},
                   drug,
                   {.days = {1}, .cycle = 21 * unit::d, .cycles = 6, .infusion = 1.5 * unit::h},
                   population,
                   {.tolerance = {.median = {median_mg_d_per_l, dimension::auc}, .sd_log = 0.35}}};
}

/// Equal points for both, whatever error they reach.
constexpr IntegrationEffort effort{.wanted_error = 0, .most_points = std::size_t{1} << 14};

void exposures_anew(benchmark::State& state)
{
    auto const biology = antibody(560);
    for (auto _ : state)
        benchmark::DoNotOptimize(marginal_toxicity(biology, Workers{1}, effort).dlt_probability.data());
}
BENCHMARK(exposures_anew)->Unit(benchmark::kMillisecond);

void exposures_shared(benchmark::State& state)
{
    SampledExposures exposures{antibody(560)};
    auto const other = antibody(700);
    benchmark::DoNotOptimize(marginal_toxicity(other, exposures, Workers{1}, effort).dlt_probability.data()); // fills them
    for (auto _ : state)
        benchmark::DoNotOptimize(marginal_toxicity(other, exposures, Workers{1}, effort).dlt_probability.data());
}
BENCHMARK(exposures_shared)->Unit(benchmark::kMillisecond);

} // namespace
