// Compiled for AVX2; nothing here may run before the processor was asked.
#include "sim/trial/cohort_batch_lanes.hpp"

#include <immintrin.h>

namespace escalon::lanes {
namespace {

struct Vector {
    static constexpr std::size_t width = 4;
    __m256i v;

    static Vector broadcast(std::uint64_t x) { return {_mm256_set1_epi64x(static_cast<long long>(x))}; }
    static Vector load(std::uint64_t const* from) { return {_mm256_load_si256(reinterpret_cast<__m256i const*>(from))}; }
    void store(std::uint64_t* to) const { _mm256_store_si256(reinterpret_cast<__m256i*>(to), v); }

    Vector high_words() const { return {_mm256_srli_epi64(v, 32)}; }
    Vector times_low_words(Vector other) const { return {_mm256_mul_epu32(v, other.v)}; }
    Vector plus(Vector other) const { return {_mm256_add_epi64(v, other.v)}; }
    Vector exclusive_or(Vector a, Vector b) const { return {_mm256_xor_si256(v, _mm256_xor_si256(a.v, b.v))}; }
    static Vector bits52(Vector low, Vector high)
    {
        auto const joined = _mm256_blend_epi32(low.v, _mm256_slli_epi64(high.v, 32), 0b10101010);
        return {_mm256_srli_epi64(joined, unused_bits)};
    }
    Vector plus_one_where(Vector bits, Vector threshold, Vector slot, Vector patients) const
    {
        // both pairs lie far below 2^63: the signed comparison is the unsigned one; true is -1
        auto const dlt = _mm256_and_si256(_mm256_cmpgt_epi64(threshold.v, bits.v), _mm256_cmpgt_epi64(patients.v, slot.v));
        return {_mm256_sub_epi64(v, dlt)};
    }
};

} // namespace

void count_dlts_avx2(CohortBatch& batch, std::uint64_t seed, int largest_cohort)
{
    count_dlts<Vector>(batch, seed, largest_cohort);
}

} // namespace escalon::lanes
