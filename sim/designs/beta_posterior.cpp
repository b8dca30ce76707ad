#include "sim/designs/beta_posterior.hpp"

#include <boost/math/special_functions/beta.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace escalon {

double BetaPosterior::above(double x) const
{
    if (x <= 0)
        return 1;
    return x >= 1 ? 0 : boost::math::ibetac(a_, b_, x);
}

double BetaPosterior::between(double low, double high) const { return above(low) - above(high); }

double BetaPosterior::sd() const { return std::sqrt(variance()); }

namespace {

std::string fixed(double value, int digits)
{
    std::array<char, 32> text{};
    auto const end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, digits).ptr;
    return {text.data(), end};
}

} // namespace

std::string probability_text(double probability)
{
    constexpr int most_digits = 6;
    std::string text;
    for (int digits = 2; digits <= most_digits; ++digits) {
        text = fixed(probability, digits);
        bool const is_zero = text.find_first_not_of("0.") == std::string::npos;
        if ((!is_zero || probability == 0) && (!text.starts_with('1') || probability == 1))
            break;
    }
    return text;
}

std::string boundary_text(double rate)
{
    constexpr int digits = 3;
    return fixed(rate, digits);
}

} // namespace escalon
