// Our kernels on the reference population, each set of instructions that this machine has, at the tolerance that is the default and at
// one that is ten times as loose. Beside them stand odeint and CVODE: compare the counters `patient` and `err_auc` of one run.
//
// build/release/bench/escalon_bench --benchmark_filter='qss|conjugate_antigen|full_tmdd|michaelis_menten|linear'
#include "bench/pk_references.hpp"
#include "pk_models/kernels/kernels.hpp"
#include "pk_models/kernels/systems.hpp"

#include <string>

namespace escalon {
namespace {

using pk::Equations;
using pk::Integrated;

template <class SystemOf>
struct EquationsOf;
template <>
struct EquationsOf<QssOf> {
    using System = pk::kernels::QuasiSteadyStateSystem;
    static constexpr auto equations = Equations::quasi_steady_state;
    static constexpr char const* name = "qss";
};
template <>
struct EquationsOf<ConjugateOf> {
    using System = pk::kernels::ConjugateAntigenSystem;
    static constexpr auto equations = Equations::conjugate_antigen;
    static constexpr char const* name = "conjugate_antigen";
};
template <>
struct EquationsOf<FullTmddOf> {
    using System = pk::kernels::FullBindingSystem;
    static constexpr auto equations = Equations::full_binding;
    static constexpr char const* name = "full_tmdd";
};
template <>
struct EquationsOf<MichaelisMentenOf> {
    using System = pk::kernels::MichaelisMentenSystem;
    static constexpr auto equations = Equations::michaelis_menten;
    static constexpr char const* name = "michaelis_menten";
};

template <class SystemOf>
Integrated integrated(ReferencePatient const& patient)
{
    using System = typename EquationsOf<SystemOf>::System;
    constexpr double nmol_per_mg = 1e3 / 150;
    auto const& drug = patient.drug;
    Integrated found{.equations = EquationsOf<SystemOf>::equations};
    found.row[System::per_mg] = 1 / drug.V1_L;
    found.row[System::k10] = drug.CL_L_per_d / drug.V1_L;
    found.row[System::k12] = drug.Q_L_per_d / drug.V1_L;
    found.row[System::k21] = drug.Q_L_per_d / drug.V2_L;
    if constexpr (requires { System::VMAX; }) {
        found.row[System::VMAX] = patient.VMAX_mg_per_L_d;
        found.row[System::KM] = patient.KM_mg_per_L;
    } else {
        found.row[System::per_mg] *= nmol_per_mg;
        found.row[System::KINT] = patient.antigen.KINT_per_d;
        found.row[System::KDEG] = patient.antigen.KDEG_per_d;
        found.row[System::KSYN] = patient.antigen.KDEG_per_d * patient.antigen.R0_nM;
        found.row[System::R0] = patient.antigen.R0_nM;
        if constexpr (requires { System::KSS; }) {
            found.row[System::KSS] = patient.KSS_nM;
        } else {
            found.row[System::KON] = FullTmddOf::KON_per_nM_d;
            found.row[System::KOFF] = FullTmddOf::KOFF_per_d;
        }
        if constexpr (requires { System::KDC; })
            found.row[System::KDC] = patient.KDC_per_d;
    }
    return found;
}

pk::Course const& course()
{
    static pk::Course const six{[] {
                                    std::vector<pk::DoseEvent> doses;
                                    for (auto const& dose : six_cycles())
                                        doses.push_back({dose.time_d, dose.duration_d, dose.amount_mg});
                                    return doses;
                                }(),
                                {},
                                six_cycles_d * unit::d};
    return six;
}

/// AUC and Cmax of six cycles.
template <class SystemOf>
void kernel(benchmark::State& state, pk::kernels::Kernel const& instructions, double tolerance)
{
    std::vector<Integrated> patients;
    for (auto const& patient : reference_population())
        patients.push_back(integrated<SystemOf>(patient));
    auto const stretches = course().stretches();
    std::vector<pk::kernels::StretchRecord> records(patients.size() * stretches.size());
    std::vector<pk::kernels::Ending> endings(patients.size());
    std::vector<pk::kernels::Job> jobs(patients.size());
    for (std::size_t i = 0; i < patients.size(); ++i)
        jobs[i] = {.parameters = patients[i].row.data(),
                   .stretches = stretches.data(),
                   .stretch_count = stretches.size(),
                   .records = &records[i * stretches.size()],
                   .ending = &endings[i]};
    time_exposures<SystemOf>(state, patients.size(), [&] {
        instructions.integrate(EquationsOf<SystemOf>::equations, pk::kernels::Detail::measured, jobs, pk::effort_for(tolerance));
        std::vector<ReferenceExposure> found(patients.size());
        for (std::size_t i = 0; i < patients.size(); ++i)
            for (std::size_t k = 0; k < stretches.size(); ++k) {
                auto const& record = records[i * stretches.size() + k];
                found[i].auc += record.auc;
                found[i].cmax = std::max(found[i].cmax, record.peak);
            }
        return found;
    });
    double steps = 0;
    for (auto const& ending : endings)
        steps += ending.steps;
    state.counters["steps"] = steps / static_cast<double>(patients.size());
}

/// The same course of a linear drug: from individual rates to AUC, Cmax, trough and average.
void linear(benchmark::State& state, pk::kernels::Kernel const& instructions)
{
    std::vector<pk::Rates> patients;
    for (auto const& patient : reference_population())
        patients.push_back({.V1_L = patient.drug.V1_L,
                            .k10_per_d = patient.drug.CL_L_per_d / patient.drug.V1_L + patient.KDC_per_d,
                            .k12_per_d = patient.drug.Q_L_per_d / patient.drug.V1_L,
                            .k21_per_d = patient.drug.Q_L_per_d / patient.drug.V2_L,
                            .k20_per_d = patient.KDC_per_d});
    pk::Regimen const regimen{.days = {1}, .cycle = 21 * unit::d, .cycles = 6, .infusion = 1 * unit::h};
    pk::Schedule const schedule{regimen, six_cycles_d * unit::d};
    std::vector<pk::UnitExposure> found(patients.size());
    for (auto _ : state) {
        instructions.expose(patients, schedule.plan(), found);
        benchmark::DoNotOptimize(found.data());
        benchmark::ClobberMemory();
    }
    state.counters["patient"] = benchmark::Counter(static_cast<double>(patients.size()),
                                                   benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

template <class SystemOf>
void register_kernel(pk::kernels::Kernel const& instructions)
{
    for (auto const& [digits, tolerance] : {std::pair{"6", 1e-6}, std::pair{"5", 1e-5}}) {
        auto const name = std::string{"kernel_"} + instructions.name + "/" + EquationsOf<SystemOf>::name + "/digits:" + digits;
        benchmark::RegisterBenchmark(name.c_str(), [&instructions, tolerance = tolerance](benchmark::State& state) {
            kernel<SystemOf>(state, instructions, tolerance);
        })->Unit(benchmark::kMillisecond);
    }
}

bool const registered = [] {
    for (auto const& instructions : pk::kernels::available()) {
        register_kernel<QssOf>(instructions);
        register_kernel<ConjugateOf>(instructions);
        register_kernel<MichaelisMentenOf>(instructions);
        register_kernel<FullTmddOf>(instructions);
        auto const name = std::string{"kernel_"} + instructions.name + "/linear";
        benchmark::RegisterBenchmark(name.c_str(), [&instructions](benchmark::State& state) { linear(state, instructions); });
    }
    return true;
}();

} // namespace
} // namespace escalon
