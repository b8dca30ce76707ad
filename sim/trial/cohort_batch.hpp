// The cohorts that a block of trials asks for at one moment, lane by lane, and their outcomes by latent tolerance.
//
// A patient has a DLT when the uniform of the latent tolerance lies below the DLT probability. All of a block's uniforms
// are computed together, several in one instruction where the machine can; the bits are the same as `TrialStream`'s on
// every machine, lane and width.
#pragma once

#include "sim/vocabulary/observed.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace escalon {

struct alignas(64) CohortBatch {
    static constexpr std::size_t lanes = 128; ///< a multiple of every vector width

    std::array<std::uint64_t, lanes> trial{};
    std::array<std::uint64_t, lanes> first_patient{}; ///< in order of entry, from 0
    std::array<std::uint64_t, lanes> patients{};      ///< 0 where a lane is idle
    std::array<std::uint64_t, lanes> threshold{};     ///< threshold52 of the DLT probability
    std::array<std::int16_t, lanes> level{};          ///< index of the dose level
    std::array<std::uint64_t, lanes> dlts{};          ///< the outcome
    std::array<std::uint64_t, lanes> grade_2{};       ///< likewise, where the design reads it
    std::array<std::uint64_t, lanes> grade_4{};       ///< likewise
    std::size_t used = lanes;                         ///< lanes that take part, from the first; a multiple of every vector width

    bool graded = false; ///< whether the grades are filled

    Cohort cohort(std::size_t lane) const
    {
        return {DoseLevel{level[lane]}, static_cast<int>(patients[lane]), static_cast<int>(dlts[lane]),
                static_cast<int>(grade_2[lane]), static_cast<int>(grade_4[lane])};
    }
};

/// Fills `dlts` of every lane.
/// @param largest_cohort no lane has more patients
void count_dlts(CohortBatch& batch, std::uint64_t seed, int largest_cohort);

/// The same, patient by patient through `TrialStream`: what every faster way must equal, and what machines without
/// AVX2 use.
void count_dlts_portable(CohortBatch& batch, std::uint64_t seed, int largest_cohort);

/// Which way `count_dlts` takes on this machine: "avx512", "avx2" or "portable".
char const* count_dlts_kernel();

} // namespace escalon
