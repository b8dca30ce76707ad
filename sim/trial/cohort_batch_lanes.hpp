// Philox4x32-10 in the 64-bit lanes of a vector; included by one translation unit for each instruction set.
//
// Each lane holds a 32-bit word in its low half; the products ignore the high half, so it may hold anything.
#pragma once

#include "sim/trial/cohort_batch.hpp"

namespace escalon::lanes {

inline constexpr int rounds = 10;
inline constexpr int unused_bits = 12; ///< as TrialStream draws 52 of 64
// multipliers and Weyl increments of Philox4x32: Salmon et al. 2011, SC'11
inline constexpr std::uint64_t multiplier0 = 0xD2511F53;
inline constexpr std::uint64_t multiplier1 = 0xCD9E8D57;
inline constexpr std::uint32_t weyl0 = 0x9E3779B9;
inline constexpr std::uint32_t weyl1 = 0xBB67AE85;

template <class Vector>
void count_dlts(CohortBatch& batch, std::uint64_t seed, int largest_cohort)
{
    auto const m0 = Vector::broadcast(multiplier0);
    auto const m1 = Vector::broadcast(multiplier1);
    for (std::size_t lane = 0; lane < batch.used; lane += Vector::width) {
        auto const trial = Vector::load(&batch.trial[lane]);
        auto const patients = Vector::load(&batch.patients[lane]);
        auto const threshold = Vector::load(&batch.threshold[lane]);
        auto patient = Vector::load(&batch.first_patient[lane]);
        auto count = Vector::broadcast(0);
        for (int slot = 0; slot < largest_cohort; ++slot) {
            auto c0 = trial;
            auto c1 = trial.high_words();
            auto c2 = patient;
            auto c3 = Vector::broadcast(0);
            auto k0 = static_cast<std::uint32_t>(seed);
            auto k1 = static_cast<std::uint32_t>(seed >> 32);
            for (int round = 0; round < rounds; ++round) {
                auto const p0 = c0.times_low_words(m0);
                auto const p1 = c2.times_low_words(m1);
                c0 = p1.high_words().exclusive_or(c1, Vector::broadcast(k0));
                c2 = p0.high_words().exclusive_or(c3, Vector::broadcast(k1));
                c1 = p1;
                c3 = p0;
                k0 += weyl0;
                k1 += weyl1;
            }
            auto const bits = Vector::bits52(c0, c1);
            count = count.plus_one_where(bits, threshold, Vector::broadcast(static_cast<std::uint64_t>(slot)), patients);
            patient = patient.plus(Vector::broadcast(1));
        }
        count.store(&batch.dlts[lane]);
    }
}

} // namespace escalon::lanes
