// Packs: several doubles that go through the same operations, one a lane.
//
// Every operation is one of IEEE 754 (with fma where it is written) or moves bits, so a lane has the same bits in every kind of
// pack, whatever stands beside it. Kernels are templates over a pack; each instruction set has a translation unit of its own.
//
// Everything is inside an inline namespace by instruction set: a function that two units instantiate must not become one.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#if defined(__AVX512F__) && defined(__AVX512DQ__)
#define ESCALON_PACK_ISA avx512
#include <immintrin.h>
#elif defined(__AVX2__) && defined(__FMA__)
#define ESCALON_PACK_ISA avx2
#include <immintrin.h>
#else
#define ESCALON_PACK_ISA portable
#endif

// Without these the compiler gives up on long steps half-way, and what remains costs a call an operation.
#define ESCALON_INLINE [[gnu::always_inline]] inline
#define ESCALON_INLINE_BODY __attribute__((always_inline))

namespace escalon::pk::kernels {
inline namespace ESCALON_PACK_ISA {

/// Of 64 bits.
inline constexpr long long least_whole = std::numeric_limits<long long>::min();

#if defined(__AVX512F__) && defined(__AVX512DQ__)

/// Which lanes.
struct NativeMask {
    __mmask8 m;
    unsigned bits() const { return m; }
    friend NativeMask operator&(NativeMask a, NativeMask b) { return {static_cast<__mmask8>(a.m & b.m)}; }
    friend NativeMask operator|(NativeMask a, NativeMask b) { return {static_cast<__mmask8>(a.m | b.m)}; }
};

struct Native {
    static constexpr std::size_t width = 8;
    __m512d v;

    static Native of(double x) { return {_mm512_set1_pd(x)}; }
    static Native load(double const* from) { return {_mm512_load_pd(from)}; }
    void store(double* to) const { _mm512_store_pd(to, v); }

    friend Native operator+(Native a, Native b) { return {_mm512_add_pd(a.v, b.v)}; }
    friend Native operator-(Native a, Native b) { return {_mm512_sub_pd(a.v, b.v)}; }
    friend Native operator*(Native a, Native b) { return {_mm512_mul_pd(a.v, b.v)}; }
    friend Native operator/(Native a, Native b) { return {_mm512_div_pd(a.v, b.v)}; }
    /// a b + c, rounded once
    friend Native fma(Native a, Native b, Native c) { return {_mm512_fmadd_pd(a.v, b.v, c.v)}; }
    /// c - a b, rounded once
    friend Native fnma(Native a, Native b, Native c) { return {_mm512_fnmadd_pd(a.v, b.v, c.v)}; }
    /// a b - c, rounded once
    friend Native fms(Native a, Native b, Native c) { return {_mm512_fmsub_pd(a.v, b.v, c.v)}; }
    friend Native sqrt(Native a) { return {_mm512_sqrt_pd(a.v)}; }
    friend Native abs(Native a) { return {_mm512_abs_pd(a.v)}; }
    /// The second where either is no number, as in every instruction set of x86.
    friend Native min(Native a, Native b) { return {_mm512_min_pd(a.v, b.v)}; }
    friend Native max(Native a, Native b) { return {_mm512_max_pd(a.v, b.v)}; }
    friend NativeMask operator<(Native a, Native b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_LT_OQ)}; }
    friend NativeMask operator<=(Native a, Native b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_LE_OQ)}; }
    friend Native select(NativeMask m, Native yes, Native no) { return {_mm512_mask_blend_pd(m.m, no.v, yes.v)}; }

    // Bits as whole numbers with a sign, in place of a double.
    friend Native bits_difference(Native a, Native b)
    {
        return {_mm512_castsi512_pd(_mm512_sub_epi64(_mm512_castpd_si512(a.v), _mm512_castpd_si512(b.v)))};
    }
    friend Native larger_bits(Native a, Native b)
    {
        return {_mm512_castsi512_pd(_mm512_max_epi64(_mm512_castpd_si512(a.v), _mm512_castpd_si512(b.v)))};
    }
    /// Such a whole number over 2^12, rounded down, as a double.
    friend Native bits_as_number(Native a)
    {
        auto const positive = _mm512_xor_si512(_mm512_castpd_si512(a.v), _mm512_set1_epi64(least_whole));
        auto const joined = _mm512_or_si512(_mm512_srli_epi64(positive, 12), _mm512_set1_epi64(0x4330000000000000));
        return {_mm512_sub_pd(_mm512_castsi512_pd(joined), _mm512_set1_pd(0x1.8p52))};
    }
    /// The reverse: of a number from 0 to 2^51, rounded to a whole one.
    friend Native number_as_bits(Native a)
    {
        auto const whole = _mm512_castpd_si512(_mm512_add_pd(a.v, _mm512_set1_pd(0x1p52)));
        return {_mm512_castsi512_pd(_mm512_slli_epi64(whole, 12))};
    }
};

#elif defined(__AVX2__) && defined(__FMA__)

struct NativeMask {
    __m256d m;
    unsigned bits() const { return static_cast<unsigned>(_mm256_movemask_pd(m)); }
    friend NativeMask operator&(NativeMask a, NativeMask b) { return {_mm256_and_pd(a.m, b.m)}; }
    friend NativeMask operator|(NativeMask a, NativeMask b) { return {_mm256_or_pd(a.m, b.m)}; }
};

struct Native {
    static constexpr std::size_t width = 4;
    __m256d v;

    static Native of(double x) { return {_mm256_set1_pd(x)}; }
    static Native load(double const* from) { return {_mm256_load_pd(from)}; }
    void store(double* to) const { _mm256_store_pd(to, v); }

    friend Native operator+(Native a, Native b) { return {_mm256_add_pd(a.v, b.v)}; }
    friend Native operator-(Native a, Native b) { return {_mm256_sub_pd(a.v, b.v)}; }
    friend Native operator*(Native a, Native b) { return {_mm256_mul_pd(a.v, b.v)}; }
    friend Native operator/(Native a, Native b) { return {_mm256_div_pd(a.v, b.v)}; }
    friend Native fma(Native a, Native b, Native c) { return {_mm256_fmadd_pd(a.v, b.v, c.v)}; }
    friend Native fnma(Native a, Native b, Native c) { return {_mm256_fnmadd_pd(a.v, b.v, c.v)}; }
    friend Native fms(Native a, Native b, Native c) { return {_mm256_fmsub_pd(a.v, b.v, c.v)}; }
    friend Native sqrt(Native a) { return {_mm256_sqrt_pd(a.v)}; }
    friend Native abs(Native a) { return {_mm256_andnot_pd(_mm256_set1_pd(-0.0), a.v)}; }
    friend Native min(Native a, Native b) { return {_mm256_min_pd(a.v, b.v)}; }
    friend Native max(Native a, Native b) { return {_mm256_max_pd(a.v, b.v)}; }
    friend NativeMask operator<(Native a, Native b) { return {_mm256_cmp_pd(a.v, b.v, _CMP_LT_OQ)}; }
    friend NativeMask operator<=(Native a, Native b) { return {_mm256_cmp_pd(a.v, b.v, _CMP_LE_OQ)}; }
    friend Native select(NativeMask m, Native yes, Native no) { return {_mm256_blendv_pd(no.v, yes.v, m.m)}; }

    friend Native bits_difference(Native a, Native b)
    {
        return {_mm256_castsi256_pd(_mm256_sub_epi64(_mm256_castpd_si256(a.v), _mm256_castpd_si256(b.v)))};
    }
    friend Native larger_bits(Native a, Native b)
    {
        auto const larger = _mm256_cmpgt_epi64(_mm256_castpd_si256(a.v), _mm256_castpd_si256(b.v));
        return {_mm256_blendv_pd(b.v, a.v, _mm256_castsi256_pd(larger))};
    }
    friend Native bits_as_number(Native a)
    {
        auto const positive = _mm256_xor_si256(_mm256_castpd_si256(a.v), _mm256_set1_epi64x(least_whole));
        auto const joined = _mm256_or_si256(_mm256_srli_epi64(positive, 12), _mm256_set1_epi64x(0x4330000000000000));
        return {_mm256_sub_pd(_mm256_castsi256_pd(joined), _mm256_set1_pd(0x1.8p52))};
    }
    friend Native number_as_bits(Native a)
    {
        auto const whole = _mm256_castpd_si256(_mm256_add_pd(a.v, _mm256_set1_pd(0x1p52)));
        return {_mm256_castsi256_pd(_mm256_slli_epi64(whole, 12))};
    }
};

#else

struct NativeMask {
    bool m;
    unsigned bits() const { return m ? 1 : 0; }
    friend NativeMask operator&(NativeMask a, NativeMask b) { return {a.m && b.m}; }
    friend NativeMask operator|(NativeMask a, NativeMask b) { return {a.m || b.m}; }
};

struct Native {
    static constexpr std::size_t width = 1;
    double v;

    static Native of(double x) { return {x}; }
    static Native load(double const* from) { return {*from}; }
    void store(double* to) const { *to = v; }

    friend Native operator+(Native a, Native b) { return {a.v + b.v}; }
    friend Native operator-(Native a, Native b) { return {a.v - b.v}; }
    friend Native operator*(Native a, Native b) { return {a.v * b.v}; }
    friend Native operator/(Native a, Native b) { return {a.v / b.v}; }
    friend Native fma(Native a, Native b, Native c) { return {std::fma(a.v, b.v, c.v)}; }
    friend Native fnma(Native a, Native b, Native c) { return {std::fma(-a.v, b.v, c.v)}; }
    friend Native fms(Native a, Native b, Native c) { return {std::fma(a.v, b.v, -c.v)}; }
    friend Native sqrt(Native a) { return {std::sqrt(a.v)}; }
    friend Native abs(Native a) { return {std::abs(a.v)}; }
    friend Native min(Native a, Native b) { return {a.v < b.v ? a.v : b.v}; }
    friend Native max(Native a, Native b) { return {a.v > b.v ? a.v : b.v}; }
    friend NativeMask operator<(Native a, Native b) { return {a.v < b.v}; }
    friend NativeMask operator<=(Native a, Native b) { return {a.v <= b.v}; }
    friend Native select(NativeMask m, Native yes, Native no) { return m.m ? yes : no; }

    friend Native bits_difference(Native a, Native b)
    {
        return {std::bit_cast<double>(std::bit_cast<std::uint64_t>(a.v) - std::bit_cast<std::uint64_t>(b.v))};
    }
    friend Native larger_bits(Native a, Native b)
    {
        return std::bit_cast<std::int64_t>(a.v) > std::bit_cast<std::int64_t>(b.v) ? a : b;
    }
    friend Native bits_as_number(Native a)
    {
        auto const joined = ((std::bit_cast<std::uint64_t>(a.v) ^ std::bit_cast<std::uint64_t>(least_whole)) >> 12) |
                            0x4330000000000000U;
        return {std::bit_cast<double>(joined) - 0x1.8p52};
    }
    friend Native number_as_bits(Native a) { return {std::bit_cast<double>(std::bit_cast<std::uint64_t>(a.v + 0x1p52) << 12)}; }
};

#endif

/// Several native packs side by side: independent chains of operations that fill each other's waiting time.
template <std::size_t count>
struct Interleaved {
    static constexpr std::size_t width = count * Native::width;
    Native part[count];

    struct Mask {
        NativeMask part[count];
        ESCALON_INLINE unsigned bits() const
        {
            unsigned all = 0;
            for (std::size_t k = 0; k < count; ++k)
                all |= part[k].bits() << (k * Native::width);
            return all;
        }
        ESCALON_INLINE friend Mask operator&(Mask const& a, Mask const& b)
        {
            return both(a, b, [](auto x, auto y) ESCALON_INLINE_BODY { return x & y; });
        }
        ESCALON_INLINE friend Mask operator|(Mask const& a, Mask const& b)
        {
            return both(a, b, [](auto x, auto y) ESCALON_INLINE_BODY { return x | y; });
        }
        template <class F>
        ESCALON_INLINE static Mask both(Mask const& a, Mask const& b, F f)
        {
            Mask r;
            for (std::size_t k = 0; k < count; ++k)
                r.part[k] = f(a.part[k], b.part[k]);
            return r;
        }
    };

    template <class F>
    ESCALON_INLINE static Interleaved each(F f)
    {
        return each(f, std::make_index_sequence<count>{});
    }
    template <class F, std::size_t... k>
    ESCALON_INLINE static Interleaved each(F f, std::index_sequence<k...>)
    {
        return {{f(k)...}};
    }
    template <class F>
    ESCALON_INLINE static Mask each_mask(F f)
    {
        return each_mask(f, std::make_index_sequence<count>{});
    }
    template <class F, std::size_t... k>
    ESCALON_INLINE static Mask each_mask(F f, std::index_sequence<k...>)
    {
        return {{f(k)...}};
    }

    ESCALON_INLINE static Interleaved of(double x)
    {
        return each([&](std::size_t) ESCALON_INLINE_BODY { return Native::of(x); });
    }
    ESCALON_INLINE static Interleaved load(double const* from)
    {
        return each([&](std::size_t k) ESCALON_INLINE_BODY { return Native::load(from + k * Native::width); });
    }
    ESCALON_INLINE void store(double* to) const
    {
        for (std::size_t k = 0; k < count; ++k)
            part[k].store(to + k * Native::width);
    }

#define ESCALON_BINARY(name)                                                                                                     \
    ESCALON_INLINE friend Interleaved name(Interleaved const& a, Interleaved const& b)                                           \
    {                                                                                                                            \
        return each([&](std::size_t k) ESCALON_INLINE_BODY { return name(a.part[k], b.part[k]); });                              \
    }
    ESCALON_BINARY(operator+)
    ESCALON_BINARY(operator-)
    ESCALON_BINARY(operator*)
    ESCALON_BINARY(operator/)
    ESCALON_BINARY(min)
    ESCALON_BINARY(max)
    ESCALON_BINARY(bits_difference)
    ESCALON_BINARY(larger_bits)
#undef ESCALON_BINARY
#define ESCALON_UNARY(name)                                                                                                      \
    ESCALON_INLINE friend Interleaved name(Interleaved const& a)                                                                 \
    {                                                                                                                            \
        return each([&](std::size_t k) ESCALON_INLINE_BODY { return name(a.part[k]); });                                         \
    }
    ESCALON_UNARY(sqrt)
    ESCALON_UNARY(abs)
    ESCALON_UNARY(bits_as_number)
    ESCALON_UNARY(number_as_bits)
#undef ESCALON_UNARY
    ESCALON_INLINE friend Interleaved fma(Interleaved const& a, Interleaved const& b, Interleaved const& c)
    {
        return each([&](std::size_t k) ESCALON_INLINE_BODY { return fma(a.part[k], b.part[k], c.part[k]); });
    }
    ESCALON_INLINE friend Interleaved fnma(Interleaved const& a, Interleaved const& b, Interleaved const& c)
    {
        return each([&](std::size_t k) ESCALON_INLINE_BODY { return fnma(a.part[k], b.part[k], c.part[k]); });
    }
    ESCALON_INLINE friend Interleaved fms(Interleaved const& a, Interleaved const& b, Interleaved const& c)
    {
        return each([&](std::size_t k) ESCALON_INLINE_BODY { return fms(a.part[k], b.part[k], c.part[k]); });
    }
    ESCALON_INLINE friend Mask operator<(Interleaved const& a, Interleaved const& b)
    {
        return each_mask([&](std::size_t k) ESCALON_INLINE_BODY { return a.part[k] < b.part[k]; });
    }
    ESCALON_INLINE friend Mask operator<=(Interleaved const& a, Interleaved const& b)
    {
        return each_mask([&](std::size_t k) ESCALON_INLINE_BODY { return a.part[k] <= b.part[k]; });
    }
    ESCALON_INLINE friend Interleaved select(Mask const& m, Interleaved const& yes, Interleaved const& no)
    {
        return each([&](std::size_t k) ESCALON_INLINE_BODY { return select(m.part[k], yes.part[k], no.part[k]); });
    }
};

/// log2 of the largest of count ratios a(i)/b(i) of positive numbers, off by at most 0.09: the same bits everywhere. Bits of positive
/// numbers grow with them, about as the logarithm does; they are compared as they are, and the largest alone is made a number. What is
/// no number counts as more than any number.
/// @return in units of 2^-40
template <std::size_t count, class A, class B>
ESCALON_INLINE auto coarse_log2_of_largest(A a, B b)
{
    auto largest = bits_difference(a(0), b(0));
    for (std::size_t i = 1; i < count; ++i)
        largest = larger_bits(largest, bits_difference(a(i), b(i)));
    return bits_as_number(largest);
}

} // namespace ESCALON_PACK_ISA
} // namespace escalon::pk::kernels
