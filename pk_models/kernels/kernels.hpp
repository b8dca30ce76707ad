// The kernels of this machine, chosen at run time. All give the same bits.
#pragma once

#include "pk_models/integrated.hpp"
#include "pk_models/kernels/job.hpp"
#include "pk_models/schedule.hpp"

#include <span>

namespace escalon::pk::kernels {

/// Distinct gaps between the events of a schedule that the linear kernel has room for. A regimen has one a dosing day and one for
/// the infusion.
inline constexpr std::size_t most_gaps = 16;

/// One set of instructions.
struct Kernel {
    char const* name; ///< "portable", "avx2", "avx512"
    void (*integrate)(Equations, Detail, std::span<Job const>, Effort const&);
    void (*expose)(std::span<Rates const>, SchedulePlan const&, std::span<UnitExposure>);
};

/// Those that this machine can run, the fastest first.
std::span<Kernel const> available();

/// Integrates every job with the fastest.
void integrate(Equations equations, Detail detail, std::span<Job const> jobs, Effort const& effort);

/// Exposure to a schedule of patients of one or two compartments, with the fastest.
/// @param plan with at most `most_gaps` gaps
void expose(std::span<Rates const> patients, SchedulePlan const& plan, std::span<UnitExposure> found);

} // namespace escalon::pk::kernels
