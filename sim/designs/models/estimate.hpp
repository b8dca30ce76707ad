// Figures that are known up to an error.
#pragma once

#include <compare>

namespace escalon {

struct Estimate {
    double value = 0;
    double error = 0; ///< at most, absolute

    friend Estimate operator-(Estimate const& a, Estimate const& b) { return {a.value - b.value, a.error + b.error}; }

    /// Unordered where the errors leave it open.
    friend std::partial_ordering operator<=>(Estimate const& a, Estimate const& b)
    {
        auto const apart = a - b;
        if (apart.value > apart.error)
            return std::partial_ordering::greater;
        if (apart.value < -apart.error)
            return std::partial_ordering::less;
        return std::partial_ordering::unordered;
    }
};

inline bool undecided(std::partial_ordering order) { return order == std::partial_ordering::unordered; }

} // namespace escalon
