// Many cohorts at once have the outcomes that each has alone, whatever instructions the machine offers.
#include "sim/random/stream.hpp"
#include "sim/trial/cohort_batch.hpp"
#include "tests/support/catch.hpp"

#include <random>
#include <string>
#include <vector>

#if defined(__x86_64__)
namespace escalon::lanes {
void count_dlts_avx2(CohortBatch& batch, std::uint64_t seed, int largest_cohort);
void count_dlts_avx512(CohortBatch& batch, std::uint64_t seed, int largest_cohort);
} // namespace escalon::lanes
#endif

using namespace escalon;

namespace {

using Kernel = void (*)(CohortBatch&, std::uint64_t, int);

/// Every way that this machine can take.
std::vector<std::pair<std::string, Kernel>> kernels()
{
    std::vector<std::pair<std::string, Kernel>> all{{"dispatched", &count_dlts}};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        all.push_back({"avx2", &lanes::count_dlts_avx2});
    if (__builtin_cpu_supports("avx512f"))
        all.push_back({"avx512", &lanes::count_dlts_avx512});
#endif
    return all;
}

CohortBatch random_batch(std::mt19937_64& dice, int largest_cohort)
{
    CohortBatch batch;
    for (std::size_t lane = 0; lane < CohortBatch::lanes; ++lane) {
        batch.trial[lane] = dice() >> (dice() % 64); // small numbers and such that fill 64 bits
        batch.first_patient[lane] = dice() % 100;
        batch.patients[lane] = dice() % (static_cast<std::uint64_t>(largest_cohort) + 1);
        double const p = static_cast<double>(dice() % 11) / 10;
        batch.threshold[lane] = threshold52(p);
        batch.dlts[lane] = dice(); // what the last cohort left behind
    }
    return batch;
}

} // namespace

TEST_CASE("every kernel counts the DLTs that patients have one by one", "[random][kernel]")
{
    std::mt19937_64 dice{1};
    for (int repeat = 0; repeat < 100; ++repeat) {
        int const largest_cohort = 1 + repeat % 7;
        std::uint64_t const seed = dice() >> (repeat % 2 == 0 ? 40 : 0);
        auto const batch = random_batch(dice, largest_cohort);
        auto expected = batch;
        count_dlts_portable(expected, seed, largest_cohort);
        for (auto const& [name, kernel] : kernels()) {
            INFO(name << ", repeat " << repeat);
            auto found = batch;
            kernel(found, seed, largest_cohort);
            REQUIRE(found.dlts == expected.dlts);
        }
    }
}

TEST_CASE("the portable kernel counts uniforms below the probability", "[random][kernel]")
{
    std::mt19937_64 dice{2};
    double const p = 0.3;
    auto batch = random_batch(dice, 6);
    batch.threshold.fill(threshold52(p));
    count_dlts_portable(batch, 5, 6);
    for (std::size_t lane = 0; lane < CohortBatch::lanes; ++lane) {
        TrialStream const stream{5, batch.trial[lane]};
        std::uint64_t dlts = 0;
        for (std::uint64_t i = 0; i < batch.patients[lane]; ++i)
            dlts += stream.uniform(static_cast<std::uint32_t>(batch.first_patient[lane] + i), Purpose::tolerance) < p ? 1U : 0U;
        REQUIRE(batch.dlts[lane] == dlts);
    }
}

TEST_CASE("the kernel in use is the fastest that the machine has", "[random][kernel]")
{
    std::string const name = count_dlts_kernel();
#if defined(__x86_64__)
    CHECK(name == (__builtin_cpu_supports("avx512f") ? "avx512" : __builtin_cpu_supports("avx2") ? "avx2" : "portable"));
#else
    CHECK(name == "portable");
#endif
}
