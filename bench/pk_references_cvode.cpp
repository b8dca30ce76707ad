// SUNDIALS CVODE on the reference population, at tolerances that bring its AUC as near as kernels come at theirs.
#include "bench/pk_references.hpp"
#include "tests/support/pk_cvode.hpp"

#include <benchmark/benchmark.h>

namespace escalon {

namespace {

/// Keeps the AUC within 1e-6, and not far within.
template <class SystemOf>
constexpr double rtol = 0;
template <>
constexpr double rtol<QssOf> = 3e-7;
template <>
constexpr double rtol<ConjugateOf> = 1e-6;
template <>
constexpr double rtol<FullTmddOf> = 3e-6;
template <>
constexpr double rtol<MichaelisMentenOf> = 5e-8;

/// Backward differentiation, analytic Jacobian; set up once for everyone.
template <class SystemOf>
void cvode_bdf(benchmark::State& state)
{
    auto const& patients = reference_population();
    constexpr double atol = rtol<SystemOf>; // nM, beside hundreds at the peak
    reference::CvodeSolver<typename SystemOf::System> solver{rtol<SystemOf>, atol};
    time_exposures<SystemOf>(state, patients.size(), [&] {
        return exposures<SystemOf>(patients, [&](auto const& system, auto const& doses, auto const& times) {
            return solver.solve(system, doses, times);
        });
    });
}
BENCHMARK(cvode_bdf<QssOf>)->Name("cvode_bdf/qss")->Unit(benchmark::kMillisecond);
BENCHMARK(cvode_bdf<ConjugateOf>)->Name("cvode_bdf/conjugate_antigen")->Unit(benchmark::kMillisecond);
BENCHMARK(cvode_bdf<FullTmddOf>)->Name("cvode_bdf/full_tmdd")->Unit(benchmark::kMillisecond);
BENCHMARK(cvode_bdf<MichaelisMentenOf>)->Name("cvode_bdf/michaelis_menten")->Unit(benchmark::kMillisecond);

} // namespace

} // namespace escalon
