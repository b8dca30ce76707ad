// Scrambled Sobol points fill the cube evenly.
#include "sim/random/sobol.hpp"
#include "tests/support/catch.hpp"

#include <array>
#include <cmath>
#include <set>
#include <vector>

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr int dimensions = 5;
using Point = std::array<double, dimensions>;

template <class Function>
double mean(ScrambledSobol points, int count, Function const& function)
{
    double sum = 0;
    Point point{};
    for (int i = 0; i < count; ++i) {
        points.next(point);
        sum += function(point);
    }
    return sum / count;
}

/// The integral over the cube is 1.
double smooth_product(Point const& point)
{
    double product = 1;
    for (double const x : point)
        product *= 1 + 0.5 * (x - 0.5);
    return product;
}

double mean_over_scramblings(int scramblings, int count)
{
    double sum = 0;
    for (int scrambling = 0; scrambling < scramblings; ++scrambling)
        sum += mean(ScrambledSobol{dimensions, 1, static_cast<std::uint32_t>(scrambling)}, count, smooth_product);
    return sum / scramblings;
}

} // namespace

TEST_CASE("Sobol points lie strictly inside the cube", "[random][sobol]")
{
    ScrambledSobol points{dimensions, 7, 3};
    Point point{};
    for (int i = 0; i < 10'000; ++i) {
        points.next(point);
        for (double const x : point)
            REQUIRE((x > 0 && x < 1));
    }
}

TEST_CASE("the first 2^k points have one in each of 2^k strips of every coordinate", "[random][sobol]")
{
    // dropping the sequence's first point, the origin, would lose this: Owen (2020), arXiv:2008.08051
    constexpr int strips = 1024;
    for (std::uint32_t scrambling = 0; scrambling < 3; ++scrambling) {
        ScrambledSobol points{dimensions, 1, scrambling};
        std::array<std::set<int>, dimensions> seen;
        Point point{};
        for (int i = 0; i < strips; ++i) {
            points.next(point);
            for (std::size_t d = 0; d < dimensions; ++d)
                seen[d].insert(static_cast<int>(point[d] * strips));
        }
        for (auto const& of_dimension : seen)
            CHECK(of_dimension.size() == strips);
    }
}

TEST_CASE("the mean of sixteen scramblings integrates a smooth product of five factors to 1e-5", "[random][sobol]")
{
    CHECK_THAT(mean_over_scramblings(16, 1 << 14), WithinAbs(1, 1e-5));
}

TEST_CASE("scramblings and seeds give other points, the same ones the same", "[random][sobol]")
{
    auto const first = [](std::uint64_t seed, std::uint32_t scrambling) {
        Point point{};
        ScrambledSobol{dimensions, seed, scrambling}.next(point);
        return point;
    };
    CHECK(first(1, 0) == first(1, 0));
    CHECK(first(1, 0) != first(1, 1));
    CHECK(first(1, 0) != first(2, 0));
}
