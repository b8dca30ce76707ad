// How figures are written for people: percentages, means with their errors, counts with their nouns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace escalon {

/// "35.7 %"; "<0.1 %" and ">99.9 %" where rounding would claim never or always; "0 %" and "100 %" only where it is so.
std::string percent(double share);

/// "36 %", in whole percent; "<1 %" and ">99 %" likewise.
std::string whole_percent(double share);

/// "10,000"
std::string grouped(unsigned long long number);

/// "a", "a and b", "a, b and c".
std::string listed(std::vector<std::string> const& words);

/// "3.0"; "<0.1" where rounding would claim nothing, "0" only where it is so.
std::string one_decimal(double value);

/// "3.01"; two decimals.
std::string mean_count(double value);

/// "440", "44.1", "4.41": three significant digits, never in powers of ten below a million.
std::string three_digits(double value);

/// "1 patient", "3 patients".
std::string counted(long long number, std::string_view noun);

/// "+1.8 pp": a difference of shares in percentage points; "+<0.1 pp" where rounding would claim none, "0 pp" only where it is so.
std::string points(double difference);

/// "-2.42": a difference of means of counts, likewise.
std::string count_change(double difference);

/// "0.59 pp" and "0.069": standard errors of such differences.
std::string points_error(double error);
std::string count_error(double error);

/// An error bound, rounded up to one digit: "3e-07".
std::string error_bound(double error);

} // namespace escalon
