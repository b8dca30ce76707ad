// Numbers and figures with units as people write them, read strictly: what could mean two things is refused.
#pragma once

#include "pk_models/units.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace escalon {

/// Why a text is no number, and what to write.
struct NumberFault {
    std::string problem; ///< continues "'CL' ...": "must be a number, got 'steep'"
    std::string remedy;
};

/// A decimal number: 3, -0.5, 1e3. Neither octal (010) nor hexadecimal, infinite, `nan`, 1,000 nor 1_000.
std::variant<double, NumberFault> parse_number(std::string_view text);

/// A whole number without sign tricks: 3, -2.
std::variant<std::int64_t, NumberFault> parse_whole(std::string_view text);

/// A whole number from 0 to 2^64 - 1.
std::variant<std::uint64_t, NumberFault> parse_seed(std::string_view text);

/// A share of one: 0.3 or 30 %.
std::variant<double, NumberFault> parse_fraction(std::string_view text);

/// A number and its unit, in base units.
struct Measured {
    double base = 0;
    Dimension dimension;
};

/// A number with a unit: "5 d", "0.236 L/d/m2", "1.7 per month".
/// @param expected what the figure should be: remedies show its form
/// @param example_unit in which the remedy is written; the dimension's usual unit when empty
std::variant<Measured, NumberFault> parse_measured(std::string_view text, Dimension expected, std::string_view example_unit);

/// Where the number at the beginning of a text ends; 0 when there is none.
std::size_t number_length(std::string_view text);

} // namespace escalon
