// What one patient of six cycles costs: pharmacokinetics beside the random numbers that make the patient.
//
// Items are patients; `items_per_second` inverts to time a patient. Run with --benchmark_repetitions=9
// --benchmark_report_aggregates_only=true and read the medians.
#include "pk_models/catalog.hpp"
#include "pk_models/schedule.hpp"
#include "sim/population/patient_sampler.hpp"
#include "sim/toxicity/by_exposure.hpp"

#include <benchmark/benchmark.h>

#include <vector>

namespace {

using namespace escalon;

SizedClearance clearance_per_m2(double L_per_d_m2) { return sized_per_m2<dimension::clearance>(L_per_d_m2 * unit::L_per_d_m2); }

SizedVolume volume_per_m2(double L_per_m2) { return sized_per_m2<dimension::volume>(L_per_m2 * unit::L_per_m2); }

pk::Conjugate const conjugate{.CL = clearance_per_m2(0.236),
                              .V1 = volume_per_m2(1.74),
                              .Q = clearance_per_m2(0.30),
                              .V2 = volume_per_m2(0.90),
                              .KDC = 0.058 * unit::per_d,
                              .antigen_clearance = pk::Emax{.SMAX = 21.5, .A50 = 142600 * unit::U_per_mL}};
pk::OneCompartment const one{.CL = clearance_per_m2(0.381), .V1 = volume_per_m2(2.64)};
pk::TwoCompartment const two{
    .CL = clearance_per_m2(0.381), .V1 = volume_per_m2(1.74), .Q = clearance_per_m2(0.30), .V2 = volume_per_m2(0.90)};
pk::ThreeCompartment const three{.CL = clearance_per_m2(0.381),
                                 .V1 = volume_per_m2(1.74),
                                 .Q2 = clearance_per_m2(0.50),
                                 .V2 = volume_per_m2(0.67),
                                 .Q3 = clearance_per_m2(0.11),
                                 .V3 = volume_per_m2(1.39)};

pk::Regimen const every_three_weeks{.days = {1}, .cycle = 21 * unit::d, .cycles = 6, .infusion = 1.5 * unit::h};
Time const course = 126 * unit::d;
Dosing const dosing{.unit = DoseUnit::mg_per_m2};

/// Every parameter varies, as in the reference set.
Population population(pk::Model const& model)
{
    constexpr double variance = 0.09;
    Population p{.antigen = {.median = 100 * unit::U_per_mL, .sd_log = 1.6}};
    for (auto const parameter : pk::parameter_names(model))
        p.omega.variances.push_back({std::string{parameter}, variance});
    p.omega.correlations = {{"CL", "V1", 0.5}};
    return p;
}

/// More patients than a branch predictor remembers, fewer than a cache forgets.
constexpr std::uint32_t crowd = 1024;

std::vector<VirtualPatient> patients(pk::Model const& model)
{
    PatientSampler const sampler{population(model), model, dosing};
    TrialStream const stream{20061108, 0};
    std::vector<VirtualPatient> all;
    for (std::uint32_t p = 0; p < crowd; ++p)
        all.push_back(sampler.draw(PatientStream{stream, p}));
    return all;
}

/// Etas and covariates to AUC, Cmax, trough and average of six cycles.
template <class M>
void exposure_from_etas(benchmark::State& state, M const& model)
{
    auto const everyone = patients(model);
    pk::Schedule const schedule{every_three_weeks, course};
    for (auto _ : state)
        for (auto const& patient : everyone)
            benchmark::DoNotOptimize(schedule.exposure(model.individual(patient.covariates(), patient.etas)));
    state.SetItemsProcessed(state.iterations() * crowd);
}
BENCHMARK_CAPTURE(exposure_from_etas, one_compartment, one);
BENCHMARK_CAPTURE(exposure_from_etas, two_compartment, two);
BENCHMARK_CAPTURE(exposure_from_etas, three_compartment, three);
BENCHMARK_CAPTURE(exposure_from_etas, conjugate, conjugate);

/// Individual rates to the exponentials and the same exposure.
void exposure_from_rates(benchmark::State& state)
{
    std::vector<pk::Rates> rates;
    for (auto const& patient : patients(conjugate)) {
        auto const value = [&](auto const& typical, std::size_t k) {
            return pk::individual(typical, patient.covariates(), patient.etas[k]);
        };
        double const V1 = value(conjugate.V1, 1);
        double const Q = value(conjugate.Q, 2);
        double const KDC = value(conjugate.KDC, 4);
        rates.push_back({.V1_L = V1,
                         .k10_per_d = value(conjugate.CL, 0) / V1 + KDC,
                         .k12_per_d = Q / V1,
                         .k21_per_d = Q / value(conjugate.V2, 3),
                         .k20_per_d = KDC});
    }
    pk::Schedule const schedule{every_three_weeks, course};
    for (auto _ : state)
        for (auto const& patient : rates)
            benchmark::DoNotOptimize(schedule.exposure(pk::Disposition{patient}));
    state.SetItemsProcessed(state.iterations() * crowd);
}
BENCHMARK(exposure_from_rates);

/// Six uniforms of a patient (tolerance and five etas) and nothing else.
void uniforms_of_a_patient(benchmark::State& state)
{
    TrialStream const stream{20061108, 0};
    for (auto _ : state)
        for (std::uint32_t p = 0; p < crowd; ++p) {
            double sum = stream.uniform(p, Purpose::tolerance);
            for (int k = 0; k < static_cast<int>(conjugate.parameters.size()); ++k)
                sum += stream.uniform(p, eta_purpose(k));
            benchmark::DoNotOptimize(sum);
        }
    state.SetItemsProcessed(state.iterations() * crowd);
}
BENCHMARK(uniforms_of_a_patient);

/// The same, the five turned into normal deviates.
void normals_of_a_patient(benchmark::State& state)
{
    TrialStream const stream{20061108, 0};
    for (auto _ : state)
        for (std::uint32_t p = 0; p < crowd; ++p) {
            double sum = stream.uniform(p, Purpose::tolerance);
            for (int k = 0; k < static_cast<int>(conjugate.parameters.size()); ++k)
                sum += normal_quantile(stream.uniform(p, eta_purpose(k)));
            benchmark::DoNotOptimize(sum);
        }
    state.SetItemsProcessed(state.iterations() * crowd);
}
BENCHMARK(normals_of_a_patient);

/// From nothing to whether this patient has a DLT: draws, body surface, antigen, exposure of the first cycle, tolerance.
void dlt_of_a_patient(benchmark::State& state)
{
    PatientSampler const sampler{population(conjugate), conjugate, dosing};
    pk::Schedule const schedule{every_three_weeks, every_three_weeks.cycle};
    ByExposure const toxicity{.tolerance = {.median = 600 * unit::mg_d_per_L, .sd_log = 0.35}};
    TrialStream const stream{20061108, 0};
    constexpr double dose_mg_m2 = 168;
    for (auto _ : state)
        for (std::uint32_t p = 0; p < crowd; ++p) {
            auto const patient = sampler.draw(PatientStream{stream, p});
            auto const covariates = patient.covariates();
            auto const exposure =
                schedule.exposure(conjugate.individual(covariates, patient.etas)).of(dosing.amount(dose_mg_m2, covariates));
            benchmark::DoNotOptimize(patient.tolerance_uniform < toxicity.dlt_probability(exposure));
        }
    state.SetItemsProcessed(state.iterations() * crowd);
}
BENCHMARK(dlt_of_a_patient);

} // namespace
