// Randomised Sobol points: a low-discrepancy sequence with a random digital shift, so that its error can be measured.
//
// Boost.Random's Sobol sequence (Joe & Kuo 2008 direction numbers); shifts by Philox. The mean over shifts is unbiased
// (Owen 1998; L'Ecuyer & Lemieux 2002).
#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace escalon {

/// Points of [0, 1)^dimensions under one random shift; consecutive calls give consecutive points.
class ShiftedSobol {
public:
    /// @param dimensions 1 to 3667
    ShiftedSobol(int dimensions, std::uint64_t seed, std::uint32_t shift);
    ~ShiftedSobol();
    ShiftedSobol(ShiftedSobol&&) noexcept;
    ShiftedSobol& operator=(ShiftedSobol&&) noexcept;

    /// Fills `point` (one value a dimension, each strictly inside the unit interval).
    void next(std::span<double> point);

private:
    struct Sequence;
    std::unique_ptr<Sequence> sequence_;
};

} // namespace escalon
