// Compiled for AVX-512F; nothing here may run before the processor was asked.
#include "sim/trial/cohort_batch_lanes.hpp"

#include <immintrin.h>

namespace escalon::lanes {
namespace {

struct Vector {
    static constexpr std::size_t width = 8;
    __m512i v;

    static Vector broadcast(std::uint64_t x) { return {_mm512_set1_epi64(static_cast<long long>(x))}; }
    static Vector load(std::uint64_t const* from) { return {_mm512_load_si512(from)}; }
    void store(std::uint64_t* to) const { _mm512_store_si512(to, v); }

    Vector high_words() const { return {_mm512_srli_epi64(v, 32)}; }
    Vector times_low_words(Vector other) const { return {_mm512_mul_epu32(v, other.v)}; }
    Vector plus(Vector other) const { return {_mm512_add_epi64(v, other.v)}; }
    Vector exclusive_or(Vector a, Vector b) const
    {
        constexpr int parity_of_three = 0x96;
        return {_mm512_ternarylogic_epi64(v, a.v, b.v, parity_of_three)};
    }
    static Vector bits52(Vector low, Vector high)
    {
        constexpr __mmask16 odd_words = 0b1010101010101010;
        auto const joined = _mm512_mask_blend_epi32(odd_words, low.v, _mm512_slli_epi64(high.v, 32));
        return {_mm512_srli_epi64(joined, unused_bits)};
    }
    Vector plus_one_where(Vector bits, Vector threshold, Vector slot, Vector patients) const
    {
        auto const dlt = static_cast<__mmask8>(_mm512_cmplt_epu64_mask(bits.v, threshold.v) &
                                               _mm512_cmplt_epu64_mask(slot.v, patients.v));
        return {_mm512_mask_add_epi64(v, dlt, v, broadcast(1).v)};
    }
};

} // namespace

void count_dlts_avx512(CohortBatch& batch, std::uint64_t seed, int largest_cohort)
{
    count_dlts<Vector>(batch, seed, largest_cohort);
}

} // namespace escalon::lanes
