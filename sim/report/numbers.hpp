// How figures are written for people: percentages, means with their errors, counts with their nouns.
#pragma once

#include <string>
#include <string_view>

namespace escalon {

/// "35.7 %"; "<0.1 %" and ">99.9 %" where rounding would claim never or always; "0 %" and "100 %" only where it is so.
std::string percent(double share);

/// "3.01"; two decimals.
std::string mean_count(double value);

/// "440", "44.1", "4.41": three significant digits, never in powers of ten below a million.
std::string three_digits(double value);

/// "1 patient", "3 patients".
std::string counted(long long number, std::string_view noun);

/// An error bound, rounded up to one digit: "3e-07".
std::string error_bound(double error);

} // namespace escalon
