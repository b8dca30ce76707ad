#include "sim/random/sobol.hpp"

#include "sim/random/stream.hpp"

#include <boost/random/sobol.hpp>

#include <array>
#include <bit>
#include <unordered_map>
#include <utility>
#include <vector>

namespace escalon {
namespace {

constexpr int digits = 52;

/// A random lower-triangular matrix over the first 52 binary digits, with ones on its diagonal, and a random shift.
class Scrambling {
public:
    Scrambling(TrialStream const& draws, std::uint32_t dimension) : shift_{draws.bits52(first(dimension), Purpose::tolerance)}
    {
        for (int digit = 0; digit < digits; ++digit) {
            auto const own = std::uint64_t{1} << (digits - 1 - digit);
            auto const higher = ~(2 * own - 1) & ((std::uint64_t{1} << digits) - 1);
            auto const row = first(dimension) + 1 + static_cast<std::uint32_t>(digit);
            rows_[static_cast<std::size_t>(digit)] = (draws.bits52(row, Purpose::tolerance) & higher) | own;
        }
    }

    std::uint64_t shift() const { return shift_; }

    std::uint64_t product(std::uint64_t bits) const
    {
        std::uint64_t result = 0;
        for (auto const row : rows_)
            result = (result << 1) | (static_cast<std::uint64_t>(std::popcount(row & bits)) & 1);
        return result;
    }

private:
    static std::uint32_t first(std::uint32_t dimension) { return dimension * (digits + 1); }

    std::uint64_t shift_;
    std::array<std::uint64_t, digits> rows_{};
};

/// One dimension. Consecutive points differ by one of few direction numbers, whose products are remembered.
class Coordinate {
public:
    Coordinate(TrialStream const& draws, std::uint32_t dimension) : scrambling_{draws, dimension}, scrambled_{scrambling_.shift()}
    {}

    double next(std::uint64_t bits)
    {
        auto const step = bits ^ plain_;
        auto const [known, fresh] = products_.try_emplace(step, 0);
        if (fresh)
            known->second = scrambling_.product(step);
        plain_ = bits;
        scrambled_ ^= known->second;
        return unit_interval(scrambled_);
    }

private:
    Scrambling scrambling_;
    std::uint64_t plain_ = 0;
    std::uint64_t scrambled_;
    std::unordered_map<std::uint64_t, std::uint64_t> products_;
};

} // namespace

struct ScrambledSobol::Sequence {
    boost::random::sobol points;
    std::vector<Coordinate> coordinates;
    bool at_origin = true;
};

ScrambledSobol::ScrambledSobol(int dimensions, std::uint64_t seed, std::uint32_t scrambling)
    : sequence_{std::make_unique<Sequence>(Sequence{boost::random::sobol(static_cast<std::size_t>(dimensions)), {}})}
{
    TrialStream const draws{seed, scrambling};
    for (std::uint32_t d = 0; d < static_cast<std::uint32_t>(dimensions); ++d)
        sequence_->coordinates.emplace_back(draws, d);
}

ScrambledSobol::~ScrambledSobol() = default;
ScrambledSobol::ScrambledSobol(ScrambledSobol&&) noexcept = default;
ScrambledSobol& ScrambledSobol::operator=(ScrambledSobol&&) noexcept = default;

void ScrambledSobol::next(std::span<double> point)
{
    constexpr int spare_bits = 64 - digits;
    // Boost leaves out the first point of the sequence, the origin; without it the points are no net (Owen 2020, arXiv:2008.08051)
    bool const origin = std::exchange(sequence_->at_origin, false);
    for (std::size_t d = 0; d < point.size(); ++d)
        point[d] = sequence_->coordinates[d].next(origin ? 0 : sequence_->points() >> spare_bits);
}

} // namespace escalon
