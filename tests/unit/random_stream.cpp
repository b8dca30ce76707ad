// Counter-based streams: known answers, and uniforms that compare with a probability as their bits do.
#include "sim/random/stream.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <random>
#include <set>

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr std::uint64_t most_bits52 = (std::uint64_t{1} << 52) - 1;

/// The upper 52 bits of two words of a block.
constexpr std::uint64_t upper52(std::uint32_t low, std::uint32_t high) { return ((std::uint64_t{high} << 32) | low) >> 12; }

} // namespace

// kat_vectors of Random123 1.14, philox4x32 with 10 rounds
TEST_CASE("a stream gives Philox4x32-10 of its counter and key: zeros", "[random][known_answer]")
{
    TrialStream const stream{0, 0};
    CHECK(stream.bits52(0, static_cast<Purpose>(0)) == upper52(0x6627e8d5, 0xe169c58d));
    CHECK(stream.bits52(0, static_cast<Purpose>(1)) == upper52(0xbc57ac4c, 0x9b00dbd8));
}

TEST_CASE("a stream gives Philox4x32-10 of its counter and key: ones", "[random][known_answer]")
{
    std::uint64_t const ones = ~std::uint64_t{0};
    CHECK(TrialStream{ones, ones}.conduct_uniform(0xffffffff) == unit_interval(upper52(0x408f276d, 0x41c83b0e)));
}

TEST_CASE("a stream gives Philox4x32-10 of its counter and key: digits of pi", "[random][known_answer]")
{
    TrialStream const stream{0x299f31d0a4093822, 0x85a308d3243f6a88};
    std::uint32_t const patient = 0x13198a2e;
    std::uint32_t const purpose = 2 * 0x03707344U;
    CHECK(stream.bits52(patient, static_cast<Purpose>(purpose)) == upper52(0xd16cfe09, 0x94fdcceb));
    CHECK(stream.bits52(patient, static_cast<Purpose>(purpose + 1)) == upper52(0x5001e420, 0x24126ea1));
}

TEST_CASE("every purpose, patient, trial and seed has its own draw", "[random]")
{
    std::set<std::uint64_t> draws;
    std::size_t expected = 0;
    for (std::uint64_t const seed : {0ULL, 1ULL, 1ULL << 32})
        for (std::uint64_t const trial : {0ULL, 1ULL, 1ULL << 32})
            for (std::uint32_t patient = 0; patient < 4; ++patient)
                for (std::uint32_t purpose = 0; purpose < 16; ++purpose, ++expected)
                    draws.insert(TrialStream{seed, trial}.bits52(patient, static_cast<Purpose>(purpose)));
    CHECK(draws.size() == expected);
    CHECK(TrialStream{1, 0}.conduct_uniform(0) != TrialStream{1, 0}.conduct_uniform(1));
    CHECK(PatientStream{TrialStream{1, 2}, 3}.uniform(Purpose::antigen) == TrialStream{1, 2}.uniform(3, Purpose::antigen));
}

TEST_CASE("a uniform is never 0 and never 1", "[random]")
{
    for (std::uint64_t const bits : {std::uint64_t{0}, std::uint64_t{1}, most_bits52 / 2, most_bits52 - 1, most_bits52}) {
        INFO(bits);
        CHECK(unit_interval(bits) > 0);
        CHECK(unit_interval(bits) < 1);
    }
    CHECK_THAT(unit_interval(0) + unit_interval(most_bits52), WithinAbs(1, 0)); // symmetric, as antithetic pairs need
}

TEST_CASE("a uniform lies below a probability exactly when its bits lie below the threshold", "[random]")
{
    std::mt19937_64 dice{1};
    std::size_t wrong = 0;
    auto const compare = [&](std::uint64_t bits, double p) {
        if (bits <= most_bits52 && p >= 0 && p <= 1)
            wrong += (unit_interval(bits) < p) != (bits < threshold52(p)) ? 1U : 0U;
    };
    for (int i = 0; i < 100'000; ++i) {
        auto const bits = dice() >> (12 + i % 40);
        double const near = unit_interval(bits);
        for (std::uint64_t const other : {bits - 2, bits - 1, bits, bits + 1, bits + 2}) {
            compare(other, near);
            compare(other, std::nextafter(near, 0));
            compare(other, std::nextafter(near, 1));
        }
    }
    for (double const p : {0.0, 0x1p-60, 0x1p-54, 0x1p-53, 0x1p-52, 0.05, 0.3, 0.5, 1 - 0x1p-53, 1.0})
        for (std::uint64_t const bits : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{2}, most_bits52 - 1, most_bits52})
            compare(bits, p);
    CHECK(wrong == 0);
}

TEST_CASE("probabilities of 0 and 1 are never and always", "[random]")
{
    CHECK(threshold52(0) == 0);
    CHECK(threshold52(-0.5) == 0);
    CHECK(threshold52(std::nan("")) == 0);
    CHECK(threshold52(1) > most_bits52);
    CHECK(threshold52(2) > most_bits52);
}

TEST_CASE("the threshold of a probability is its share of the bits", "[random]")
{
    for (double const p : {0.05, 0.1, 0.25, 0.3, 0.6, 0.9})
        CHECK_THAT(static_cast<double>(threshold52(p)) * 0x1p-52, WithinAbs(p, 0x1p-51));
}
