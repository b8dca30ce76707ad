// Boost.odeint on the reference population: what kernels are held against. CVODE is in pk_references_cvode.cpp.
//
// The counter `patient` is the time of one patient of six cycles, err_auc and err_cmax the largest relative errors.
#include "bench/pk_references.hpp"

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

namespace escalon {

namespace {

/// Box and Muller's normals, which are the same from every standard library.
class Normals {
public:
    double operator()()
    {
        double const radius = std::sqrt(-2 * std::log(uniform()));
        return radius * std::cos(2 * std::numbers::pi * uniform());
    }

private:
    /// Within (0, 1).
    double uniform() { return (static_cast<double>(engine_() >> 12) + 0.5) * 0x1p-52; }
    std::mt19937_64 engine_{20061108};
};

} // namespace

std::vector<ReferencePatient> const& reference_population()
{
    static auto const population = [] {
        constexpr std::size_t patients = 256;
        constexpr double bsa_m2 = 1.8;
        constexpr double CL_V1_correlation = 0.5;
        Normals normal;
        auto const vary = [&](double typical, double sd_log) { return typical * std::exp(sd_log * normal()); };
        std::vector<ReferencePatient> all;
        for (std::size_t i = 0; i < patients; ++i) {
            double const eta = normal();
            double const own = std::sqrt(1 - CL_V1_correlation * CL_V1_correlation) * normal();
            ReferencePatient p;
            p.drug.V1_L = 1.74 * bsa_m2 * std::exp(0.20 * eta);
            p.drug.CL_L_per_d = 0.236 * bsa_m2 * std::exp(0.30 * (CL_V1_correlation * eta + own));
            p.drug.Q_L_per_d = vary(0.30 * bsa_m2, 0.30);
            p.drug.V2_L = vary(0.90 * bsa_m2, 0.30);
            p.antigen.R0_nM = vary(10, 1.4);
            p.antigen.KDEG_per_d = vary(0.7, 0.30);
            p.antigen.KINT_per_d = vary(1.4, 0.30);
            p.KSS_nM = vary(1, 0.30);
            p.KDC_per_d = vary(0.058, 0.35);
            p.VMAX_mg_per_L_d = vary(10, 0.30);
            p.KM_mg_per_L = vary(2, 0.30);
            all.push_back(p);
        }
        return all;
    }();
    return population;
}

std::vector<reference::Dose> const& six_cycles()
{
    static auto const doses = [] {
        constexpr double hour_d = 1.0 / 24;
        std::vector<reference::Dose> six;
        for (double day = 0; day < six_cycles_d; day += 21)
            six.push_back({day, hour_d, 168 * 1.8});
        return six;
    }();
    return doses;
}

namespace {

/// At 10 to the minus `digits`: at 1e-6, as kernels are asked, and at 1e-5, where it comes as near as they do.
template <class SystemOf>
void odeint_dopri5(benchmark::State& state)
{
    auto const& patients = reference_population();
    double const tolerance = state.range(0) == 6 ? 1e-6 : 1e-5;
    time_exposures<SystemOf>(state, patients.size(), [&] {
        return exposures<SystemOf>(patients, [&](auto const& system, auto const& doses, auto const& times) {
            return reference::solve_dopri5(system, doses, times, tolerance);
        });
    });
}
constexpr auto at_two_tolerances = [](auto* timed) { timed->ArgName("digits")->Arg(6)->Arg(5)->Unit(benchmark::kMillisecond); };
BENCHMARK(odeint_dopri5<QssOf>)->Name("odeint_dopri5/qss")->Apply(at_two_tolerances);
BENCHMARK(odeint_dopri5<ConjugateOf>)->Name("odeint_dopri5/conjugate_antigen")->Apply(at_two_tolerances);
BENCHMARK(odeint_dopri5<MichaelisMentenOf>)->Name("odeint_dopri5/michaelis_menten")->Apply(at_two_tolerances);

} // namespace

} // namespace escalon
