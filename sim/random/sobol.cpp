#include "sim/random/sobol.hpp"

#include "sim/random/stream.hpp"

#include <boost/random/sobol.hpp>

#include <vector>

namespace escalon {

struct ShiftedSobol::Sequence {
    boost::random::sobol points;
    std::vector<std::uint64_t> shift;
};

ShiftedSobol::ShiftedSobol(int dimensions, std::uint64_t seed, std::uint32_t shift)
    : sequence_{std::make_unique<Sequence>(Sequence{boost::random::sobol(static_cast<std::size_t>(dimensions)), {}})}
{
    TrialStream const draws{seed, shift};
    for (int d = 0; d < dimensions; ++d)
        sequence_->shift.push_back(draws.bits53(static_cast<std::uint32_t>(d), Purpose::tolerance));
}

ShiftedSobol::~ShiftedSobol() = default;
ShiftedSobol::ShiftedSobol(ShiftedSobol&&) noexcept = default;
ShiftedSobol& ShiftedSobol::operator=(ShiftedSobol&&) noexcept = default;

void ShiftedSobol::next(std::span<double> point)
{
    for (std::size_t d = 0; d < point.size(); ++d)
        point[d] = unit_interval((sequence_->points() >> 11) ^ sequence_->shift[d]);
}

} // namespace escalon
