#include "pk_models/kernels/kernels.hpp"

#include <vector>

namespace escalon::pk::kernels {

Kernel portable_kernel();
#ifdef ESCALON_X86_KERNELS
Kernel avx2_kernel();
Kernel avx512_kernel();
#endif

namespace {

std::vector<Kernel> kernels_of_this_machine()
{
    std::vector<Kernel> found;
#ifdef ESCALON_X86_KERNELS
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
        found.push_back(avx512_kernel());
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        found.push_back(avx2_kernel());
#endif
    found.push_back(portable_kernel());
    return found;
}

} // namespace

std::span<Kernel const> available()
{
    static std::vector<Kernel> const found = kernels_of_this_machine();
    return found;
}

void integrate(Equations equations, Detail detail, std::span<Job const> jobs, Effort const& effort)
{
    available().front().integrate(equations, detail, jobs, effort);
}

void expose(std::span<Rates const> patients, SchedulePlan const& plan, std::span<UnitExposure> found)
{
    available().front().expose(patients, plan, found);
}

} // namespace escalon::pk::kernels
