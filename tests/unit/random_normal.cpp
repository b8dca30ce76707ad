// The normal distribution against values of 40 digits (mpmath 1.3).
#include "sim/random/normal.hpp"
#include "tests/support/catch.hpp"

#include <cstdint>
#include <utility>

using namespace escalon;
using namespace escalon::test;

TEST_CASE("the normal quantile agrees with values of high precision", "[random][normal]")
{
    constexpr double tolerance = 1e-14; // a few units in the last place of erfc_inv
    for (auto const& [p, z] : {std::pair{0.25, -0.6744897501960817432022}, std::pair{0.975, 1.959963984540053855604},
                               std::pair{0.9999, 3.719016485455708386723}, std::pair{0.02425, -1.972961051311884837603},
                               std::pair{1e-10, -6.3613409024040561991}, std::pair{0x1p-54, -8.292361075813595538234},
                               std::pair{1e-300, -37.04709629936119923655}}) {
        INFO("p = " << p);
        CHECK_THAT(normal_quantile(p), WithinRel(z, tolerance));
    }
    CHECK(normal_quantile(0.5) == 0);
}

TEST_CASE("the normal probability agrees with values of high precision", "[random][normal]")
{
    constexpr double tolerance = 1e-14; // one erfc, whose argument is rounded once
    for (auto const& [z, p] :
         {std::pair{-8.0, 6.2209605742717841235e-16}, std::pair{-3.0, 0.0013498980316300945267},
          std::pair{-1.0, 0.15865525393145705141}, std::pair{-0.5, 0.30853753872598689636}, std::pair{1.5, 0.933192798731141934},
          std::pair{2.0, 0.9772498680518207928}, std::pair{6.0, 0.99999999901341235496}}) {
        INFO("z = " << z);
        CHECK_THAT(normal_probability(z), WithinRel(p, z < -5 ? 5e-14 : tolerance)); // the density falls by z of itself
    }
    CHECK(normal_probability(0) == 0.5);
}

TEST_CASE("quantile and probability undo each other", "[random][normal]")
{
    for (int i = 1; i < 1000; ++i) {
        double const p = i / 1000.0;
        CHECK_THAT(normal_probability(normal_quantile(p)), WithinRel(p, 1e-14));
    }
    for (int exponent = 4; exponent <= 54; ++exponent) {
        double const p = 1.0 / static_cast<double>(std::uint64_t{1} << exponent);
        CHECK_THAT(normal_probability(normal_quantile(p)), WithinRel(p, 1e-12)); // an error in z counts |z| times
    }
}

TEST_CASE("the normal quantile is antisymmetric and rises", "[random][normal]")
{
    double last = normal_quantile(0x1p-54);
    for (int i = 1; i < 512; ++i) {
        double const p = i / 512.0;
        CHECK_THAT(normal_quantile(p) + normal_quantile(1 - p), WithinAbs(0, 1e-14));
        CHECK(normal_quantile(p) > last);
        last = normal_quantile(p);
    }
}
