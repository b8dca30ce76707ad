// Regular expressions of the figures that a scenario takes, for readers that know JSON Schema and not Escalon.
//
// They are anchored and keep to what ECMA-262 and Perl-like engines share (lookahead included). `number.cpp` and
// `units.cpp` say what is read; tests hold the two against each other.
#pragma once

#include "pk_models/fields.hpp"
#include "pk_models/units.hpp"

#include <span>
#include <string>

namespace escalon {

/// What a text can show of bounds: its sign. Other limits need arithmetic.
enum class Sign { any, not_negative, positive };

Sign sign_of(Bounds const& bounds);

/// Decimal numbers as text: "0.5", " -1e3 ".
std::string number_pattern(Bounds const& bounds);

/// Numbers with or without a unit of any kind: "41 g/L", "27".
std::string covariate_pattern(Bounds const& bounds);

/// Whole numbers as text.
std::string whole_number_pattern(Bounds const& bounds);

/// Shares as text: "30 %", "0.3". An upper bound of 1 is seen where there is no exponent.
std::string fraction_pattern(Bounds const& bounds);

/// Numbers with a unit of one of the dimensions; of any when there are none. Units of up to three symbols are judged exactly;
/// longer ones, in which symbols may cancel (mg*kg/kg/L), pass whatever they amount to.
std::string quantity_pattern(std::span<Dimension const> dimensions, Sign sign);

} // namespace escalon
