// Which stepper serves which equations; included by one translation unit for each instruction set.
#pragma once

#include "pk_models/kernels/kernels.hpp"
#include "pk_models/kernels/linear.hpp"
#include "pk_models/kernels/rosenbrock.hpp"
#include "pk_models/kernels/stiffness.hpp"
#include "pk_models/kernels/taylor.hpp"

#include <algorithm>
#include <vector>

namespace escalon::pk::kernels {
inline namespace ESCALON_PACK_ISA {

/// AUC and peaks of Taylor series are far better than their steps: over the reference population a step allowed ten times as much leaves
/// them within 8e-8 at an effort of 1e-7. Below 1e-5 of a dose's concentration an error counts as absolute.
inline Effort for_measured_by_taylor(Effort effort)
{
    constexpr double coarser = 10;
    constexpr double least_floor = 1e-5;
    effort.tolerance *= coarser;
    effort.floor = std::max(effort.floor, least_floor);
    return effort;
}

template <class System, std::size_t interleaved>
void integrate_by_taylor(Detail detail, std::span<Job const> jobs, Effort const& effort)
{
    // with all its analytes a step is long enough to keep one pack busy
    if (detail == Detail::full)
        TaylorLanes<System, Interleaved<1>, Detail::full>{jobs, effort}.run();
    else
        TaylorLanes<System, Interleaved<interleaved>, Detail::measured>{jobs, for_measured_by_taylor(effort)}.run();
}

/// RODAS's AUC and peaks are far better than its steps. Measured over 512 patients with binding of 1e5 /M/s at an effort of 1e-7: a step
/// allowed a hundred times as much leaves AUC within 3e-7; troughs, down to 1 nM, within 1e-5.
inline Effort for_areas_and_peaks(Effort effort)
{
    constexpr double coarser = 100;
    constexpr double least_floor = 1e-3;
    effort.tolerance *= coarser;
    effort.floor = std::max(effort.floor, least_floor * std::min(1.0, effort.tolerance * 1e5));
    return effort;
}

template <class System, std::size_t interleaved>
void integrate_by_rosenbrock(Detail detail, std::span<Job const> jobs, Effort const& effort)
{
    if (detail == Detail::full)
        RosenbrockLanes<System, Interleaved<1>, Detail::full>{jobs, effort}.run();
    else
        RosenbrockLanes<System, Interleaved<interleaved>, Detail::measured>{jobs, for_areas_and_peaks(effort)}.run();
}

/// Each patient by the stepper that suits: see stiffness.hpp.
template <class System, std::size_t interleaved>
void integrate_system(Detail detail, std::span<Job const> jobs, Effort const& effort)
{
    auto const is_stiff = [&](Job const& job) { return stiff<System>(job, effort); };
    if (std::ranges::none_of(jobs, is_stiff))
        return integrate_by_taylor<System, interleaved>(detail, jobs, effort);
    std::vector<Job> for_taylor;
    std::vector<Job> for_rosenbrock;
    for (auto const& job : jobs)
        (is_stiff(job) ? for_rosenbrock : for_taylor).push_back(job);
    integrate_by_taylor<System, interleaved>(detail, for_taylor, effort);
    integrate_by_rosenbrock<System, interleaved>(detail, for_rosenbrock, effort);
}

/// Packs of a short step that fill each other's waiting time; more would not fit the first cache beside their coefficients. Measured: two
/// of AVX-512, three of AVX2.
inline constexpr std::size_t short_steps_together = Native::width == 4 ? 3 : 2;

inline void integrate(Equations equations, Detail detail, std::span<Job const> jobs, Effort const& effort)
{
    switch (equations) {
    case Equations::michaelis_menten: return integrate_system<MichaelisMentenSystem, 2>(detail, jobs, effort);
    case Equations::quasi_steady_state: return integrate_system<QuasiSteadyStateSystem, short_steps_together>(detail, jobs, effort);
    case Equations::conjugate_antigen: return integrate_system<ConjugateAntigenSystem, 1>(detail, jobs, effort);
    // its rates are near one another, so never stiff
    case Equations::dar_chain: return integrate_by_taylor<DarChainSystem, 1>(detail, jobs, effort);
    case Equations::conjugate_payload: return integrate_by_taylor<ConjugatePayloadSystem, 1>(detail, jobs, effort);
    case Equations::full_binding: return integrate_system<FullBindingSystem, 2>(detail, jobs, effort);
    }
}

} // namespace ESCALON_PACK_ISA
} // namespace escalon::pk::kernels
