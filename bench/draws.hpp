// The random numbers that trials need: the yardstick of simulations.
#pragma once

#include "sim/random/stream.hpp"
#include "sim/trial/cohort_batch.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>

namespace escalon {

/// Those of trials of 36 patients, as many together as the machine can.
inline void draw_outcomes(std::uint64_t seed, std::uint64_t trials)
{
    constexpr int cohort = 3;
    constexpr std::uint64_t cohorts = 12;
    CohortBatch batch;
    batch.patients.fill(cohort);
    batch.threshold.fill(threshold52(0.3));
    for (std::uint64_t i = 0; i < trials * cohorts / CohortBatch::lanes; ++i) {
        batch.trial.fill(i);
        count_dlts(batch, seed, cohort);
        benchmark::DoNotOptimize(batch.dlts);
    }
}

} // namespace escalon
