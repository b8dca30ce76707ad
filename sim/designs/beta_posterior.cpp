#include "sim/designs/beta_posterior.hpp"

#include <boost/math/special_functions/beta.hpp>

#include <array>
#include <cmath>
#include <cstdio>

namespace escalon {

double BetaPosterior::above(double x) const
{
    if (x <= 0)
        return 1;
    return x >= 1 ? 0 : boost::math::ibetac(a_, b_, x);
}

double BetaPosterior::between(double low, double high) const { return above(low) - above(high); }

double BetaPosterior::sd() const { return std::sqrt(variance()); }

std::string probability_text(double probability)
{
    constexpr int most_digits = 6;
    std::array<char, 16> text{};
    for (int digits = 2; digits <= most_digits; ++digits) {
        std::snprintf(text.data(), text.size(), "%.*f", digits, probability);
        double const shown = std::strtod(text.data(), nullptr);
        if ((shown > 0 || probability == 0) && (shown < 1 || probability == 1))
            break;
    }
    return text.data();
}

std::string boundary_text(double rate)
{
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%.3f", rate);
    return text.data();
}

} // namespace escalon
