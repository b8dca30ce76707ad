// The population on which kernels of nonlinear pharmacokinetics and their references are timed, and exposures to judge them by.
//
// Everyone gets 168 mg/m2 as six infusions of one hour, three weeks apart. Antibody, antigen and linker are those of huC242-DM4,
// patients differ in all of them, and the antigen runs over three orders of magnitude.
#pragma once

#include "tests/support/pk_references.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace escalon {

/// Individual parameters of a patient of 1.8 m2.
struct ReferencePatient {
    reference::Disposition drug; ///< of the antibody
    reference::Antigen antigen;
    double KSS_nM = 0;
    double KDC_per_d = 0;
    double VMAX_mg_per_L_d = 0;
    double KM_mg_per_L = 0;
};

/// @return 256 patients, the same ones every time
std::vector<ReferencePatient> const& reference_population();

/// Six infusions of one hour, 302.4 mg each.
std::vector<reference::Dose> const& six_cycles();
constexpr double six_cycles_d = 126;

struct ReferenceExposure {
    double auc = 0;  ///< to day 126; nM d, or mg d/L for Michaelis-Menten
    double cmax = 0; ///< nM, or mg/L for Michaelis-Menten
};

// The systems of one patient; exposures are those of total drug, for the conjugate of total conjugate. `judged` patients are
// held against exact exposures.

struct QssOf {
    using System = reference::QssTmdd<>;
    static constexpr std::size_t judged = 32;
    System operator()(ReferencePatient const& p) const { return {p.drug, p.antigen, p.KSS_nM}; }
};
struct ConjugateOf {
    using System = reference::ConjugateAntigen<>;
    static constexpr std::size_t judged = 32;
    System operator()(ReferencePatient const& p) const { return {p.drug, p.antigen, p.KSS_nM, p.KDC_per_d}; }
};
/// Binding of 1e5 per M and s: stiff.
struct FullTmddOf {
    using System = reference::FullTmdd<>;
    static constexpr std::size_t judged = 16; // half a second each
    static constexpr double KON_per_nM_d = 8.64;
    static constexpr double KOFF_per_d = 7.24;
    System operator()(ReferencePatient const& p) const { return {p.drug, p.antigen, KON_per_nM_d, KOFF_per_d}; }
};
struct MichaelisMentenOf {
    using System = reference::MichaelisMenten;
    static constexpr std::size_t judged = 32;
    System operator()(ReferencePatient const& p) const { return {p.drug, p.VMAX_mg_per_L_d, p.KM_mg_per_L}; }
};

/// `solve(system, doses, times)` on each patient.
template <class SystemOf>
std::vector<ReferenceExposure> exposures(std::span<ReferencePatient const> patients, auto const& solve)
{
    static std::vector<double> const end{six_cycles_d};
    std::vector<ReferenceExposure> all;
    all.reserve(patients.size());
    for (auto const& patient : patients) {
        auto const course = solve(SystemOf{}(patient), six_cycles(), end);
        all.push_back({course.auc.back(), course.highest});
    }
    return all;
}

/// Exposures of the first patients by Fehlberg's method in long double, good to 1e-10; worked out once a process.
template <class SystemOf>
std::vector<ReferenceExposure> const& exact_exposures()
{
    static auto const exact = exposures<SystemOf>(
        std::span{reference_population()}.first(SystemOf::judged), [](auto const& system, auto const& doses, auto const& times) {
            return reference::solve_fehlberg78_long_double(system, doses, times, 1e-14L);
        });
    return exact;
}

/// The largest relative errors of `exposures`, of which the first are judged: counters err_auc and err_cmax.
template <class SystemOf>
void count_errors(benchmark::State& state, std::span<ReferenceExposure const> exposures)
{
    auto const& exact = exact_exposures<SystemOf>();
    double auc = 0;
    double cmax = 0;
    for (std::size_t i = 0; i < exact.size(); ++i) {
        auc = std::max(auc, std::abs(exposures[i].auc / exact[i].auc - 1));
        cmax = std::max(cmax, std::abs(exposures[i].cmax / exact[i].cmax - 1));
    }
    state.counters["err_auc"] = auc;
    state.counters["err_cmax"] = cmax;
}

/// Times `work`, which returns the exposures of `patients` patients; the counter `patient` is the time of one.
template <class SystemOf>
void time_exposures(benchmark::State& state, std::size_t patients, auto const& work)
{
    count_errors<SystemOf>(state, work());
    for (auto _ : state)
        benchmark::DoNotOptimize(work());
    auto const count = static_cast<double>(patients);
    state.counters["patient"] = benchmark::Counter(count,
                                                   benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

} // namespace escalon
