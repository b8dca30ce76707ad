// Randomised Sobol points: a low-discrepancy sequence, scrambled at random, so that its error can be measured.
//
// Boost.Random's Sobol sequence (Joe & Kuo 2008 direction numbers) under a random linear scrambling and digital shift
// (Matousek 1998, J Complexity 14:527), drawn by Philox. The mean over scramblings is unbiased, and for smooth integrands
// its error falls nearly as N^-1.5 (Owen 1998, ACM Trans Model Comput Simul 8:71).
#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace escalon {

/// Points of the open unit cube under one scrambling; consecutive calls give consecutive points.
class ScrambledSobol {
public:
    /// @param dimensions 1 to 3667
    ScrambledSobol(int dimensions, std::uint64_t seed, std::uint32_t scrambling);
    ~ScrambledSobol();
    ScrambledSobol(ScrambledSobol&&) noexcept;
    ScrambledSobol& operator=(ScrambledSobol&&) noexcept;

    /// Fills `point`, one value a dimension.
    void next(std::span<double> point);

private:
    struct Sequence;
    std::unique_ptr<Sequence> sequence_;
};

} // namespace escalon
