#include "sim/designs/models/row_interpolation.hpp"

#include <cstddef>

namespace escalon {
namespace {

constexpr int first_tap = 1 - interpolation_taps / 2;
constexpr std::size_t count = interpolation_taps;

/// Coefficients of powers 1 to 16 of the integrals from 0 of Lagrange's polynomials, and what the intervals behind add.
struct Shares {
    std::array<std::array<double, count>, count> integral{}; ///< power by power, so that all taps are worked out side by side
    std::array<double, count> behind{};

    Shares()
    {
        std::array<long double, count> whole{};
        for (std::size_t tap = 0; tap < count; ++tap) {
            std::array<long double, count> polynomial{1};
            std::size_t degree = 0;
            for (std::size_t other = 0; other < count; ++other) {
                if (other == tap)
                    continue;
                auto const root = static_cast<long double>(static_cast<int>(other) + first_tap);
                auto const distance = static_cast<long double>(static_cast<int>(tap) - static_cast<int>(other));
                ++degree;
                for (std::size_t power = degree; power > 0; --power)
                    polynomial[power] = (polynomial[power - 1] - root * polynomial[power]) / distance;
                polynomial[0] *= -root / distance;
            }
            for (std::size_t power = 0; power < count; ++power) {
                auto const term = polynomial[power] / static_cast<long double>(power + 1);
                integral[power][tap] = static_cast<double>(term);
                whole[tap] += term;
            }
        }
        long double sum = 0;
        for (std::size_t tap = count; tap-- > 0;) {
            behind[tap] = static_cast<double>(sum);
            sum += whole[tap];
        }
    }
};

} // namespace

std::array<double, interpolation_taps> shares_below(double fraction)
{
    static Shares const shares;
    std::array<double, count> below{};
    for (std::size_t power = count; power-- > 0;)
        for (std::size_t tap = 0; tap < count; ++tap)
            below[tap] = (below[tap] + shares.integral[power][tap]) * fraction;
    for (std::size_t tap = 0; tap < count; ++tap)
        below[tap] += shares.behind[tap];
    return below;
}

} // namespace escalon
