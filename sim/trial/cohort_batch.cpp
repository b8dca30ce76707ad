#include "sim/trial/cohort_batch.hpp"

#include "sim/random/stream.hpp"

namespace escalon {

#ifdef ESCALON_X86_KERNELS
namespace lanes {
void count_dlts_avx2(CohortBatch& batch, std::uint64_t seed, int largest_cohort);
void count_dlts_avx512(CohortBatch& batch, std::uint64_t seed, int largest_cohort);
} // namespace lanes
#endif

namespace {

struct Kernel {
    char const* name;
    void (*count)(CohortBatch&, std::uint64_t, int);
};

Kernel fastest_kernel()
{
#ifdef ESCALON_X86_KERNELS
    if (__builtin_cpu_supports("avx512f"))
        return {"avx512", &lanes::count_dlts_avx512};
    if (__builtin_cpu_supports("avx2"))
        return {"avx2", &lanes::count_dlts_avx2};
#endif
    return {"portable", &count_dlts_portable};
}

Kernel const& kernel()
{
    static Kernel const chosen = fastest_kernel();
    return chosen;
}

} // namespace

void count_dlts(CohortBatch& batch, std::uint64_t seed, int largest_cohort) { kernel().count(batch, seed, largest_cohort); }

void count_dlts_portable(CohortBatch& batch, std::uint64_t seed, int)
{
    for (std::size_t lane = 0; lane < batch.used; ++lane) {
        TrialStream const stream{seed, batch.trial[lane]};
        batch.dlts[lane] = 0;
        for (std::uint64_t slot = 0; slot < batch.patients[lane]; ++slot) {
            auto const patient = static_cast<std::uint32_t>(batch.first_patient[lane] + slot);
            if (stream.bits52(patient, Purpose::tolerance) < batch.threshold[lane])
                ++batch.dlts[lane];
        }
    }
}

char const* count_dlts_kernel() { return kernel().name; }

} // namespace escalon
