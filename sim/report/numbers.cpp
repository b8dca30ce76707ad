#include "sim/report/numbers.hpp"

#include "pk_models/fields.hpp"

#include <fmt/format.h>

#include <cmath>

namespace escalon {

std::string percent(double share)
{
    constexpr double half_a_digit = 0.0005;
    if (share <= 0)
        return "0 %";
    if (share >= 1)
        return "100 %";
    if (share < half_a_digit)
        return "<0.1 %";
    if (share > 1 - half_a_digit)
        return ">99.9 %";
    return fmt::format("{:.1f} %", 100 * share);
}

std::string whole_percent(double share)
{
    constexpr double half_a_percent = 0.005;
    if (share <= 0)
        return "0 %";
    if (share >= 1)
        return "100 %";
    if (share < half_a_percent)
        return "<1 %";
    if (share > 1 - half_a_percent)
        return ">99 %";
    return fmt::format("{:.0f} %", 100 * share);
}

std::string grouped(unsigned long long number)
{
    constexpr std::size_t group = 3;
    auto text = std::to_string(number);
    for (std::size_t from_end = group; from_end < text.size(); from_end += group + 1)
        text.insert(text.size() - from_end, ",");
    return text;
}

std::string listed(std::vector<std::string> const& words)
{
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
        text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    return text;
}

std::string one_decimal(double value)
{
    constexpr double half_a_digit = 0.05;
    if (value == 0)
        return "0";
    return value > 0 && value < half_a_digit ? "<0.1" : fmt::format("{:.1f}", value);
}

std::string mean_count(double value) { return fmt::format("{:.2f}", value); }

std::string three_digits(double value)
{
    if (!std::isfinite(value))
        return value > 0 ? "infinite" : "none";
    double const size = std::abs(value);
    if (size == 0 || size < 1e-3 || size >= 1e6)
        return fmt::format("{:.3g}", value);
    int const decimals = 2 - static_cast<int>(std::floor(std::log10(size)));
    return fmt::format("{:.{}f}", value, decimals > 0 ? decimals : 0);
}

std::string counted(long long number, std::string_view noun)
{
    return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string error_bound(double error)
{
    if (error <= 0)
        return "0";
    double const power = std::floor(std::log10(error));
    double const digit = std::ceil(error / std::pow(10, power));
    return fmt::format("{:.0e}", digit * std::pow(10, power));
}

std::string points(double difference)
{
    constexpr double rounds_to_nothing = 0.05;
    double const shown = percent_of * difference;
    if (shown == 0)
        return "0 pp";
    if (std::abs(shown) < rounds_to_nothing)
        return shown > 0 ? "+<0.1 pp" : "-<0.1 pp";
    return fmt::format("{:+.1f} pp", shown);
}

std::string count_change(double difference)
{
    constexpr double rounds_to_nothing = 0.005;
    if (difference == 0)
        return "0";
    if (std::abs(difference) < rounds_to_nothing)
        return difference > 0 ? "+<0.01" : "-<0.01";
    return fmt::format("{:+.2f}", difference);
}

std::string points_error(double error) { return fmt::format("{:.2f} pp", 100 * error); }

std::string count_error(double error) { return fmt::format("{:.3f}", error); }

} // namespace escalon
