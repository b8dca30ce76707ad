#include "sim/scenario/number.hpp"

#include "pk_models/fields.hpp"
#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/letters.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>

namespace escalon {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view without_outer_blanks(std::string_view text)
{
    auto const first = text.find_first_not_of(" \t\n");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

std::size_t digits_length(std::string_view text)
{
    return static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
}

std::string without(std::string_view text, char dropped)
{
    std::string kept;
    std::ranges::copy_if(text, std::back_inserter(kept), [dropped](char c) { return c != dropped; });
    return kept;
}

/// Forms that other readers take for numbers, or that people write: told apart so that the remedy is right.
NumberFault explain(std::string_view text, std::string_view wanted)
{
    std::string const got = "must be " + std::string{wanted} + ", got " + in_quotes(text);
    auto const unsigned_text = text.substr(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
    std::string const sign = text.starts_with('-') ? "-" : "";
    if (unsigned_text.starts_with("0x") || unsigned_text.starts_with("0o") || unsigned_text.starts_with("0b"))
        return {got, "write it in decimal"};
    auto const separators_only = [unsigned_text](char separator) {
        return unsigned_text.find(separator) != std::string_view::npos && is_digit(unsigned_text.front()) &&
               number_length(without(unsigned_text, separator)) == without(unsigned_text, separator).size();
    };
    if (!unsigned_text.empty() && separators_only('_'))
        return {got, "write it without separators: " + sign + without(unsigned_text, '_')};
    if (!unsigned_text.empty() && separators_only(',')) {
        auto const comma = unsigned_text.find(',');
        bool const thousands = comma > 0 && unsigned_text.front() != '0' && unsigned_text.size() - comma == 4;
        if (thousands)
            return {got, "write it without separators: " + sign + without(unsigned_text, ',')};
        std::string decimal{unsigned_text};
        std::ranges::replace(decimal, ',', '.');
        if (number_length(decimal) == decimal.size())
            return {got, "write the decimal point: " + sign + decimal};
    }
    auto const lower = lowered(unsigned_text);
    if (lower == ".nan" || lower == "nan" || lower == ".inf" || lower == "inf" || lower == "infinity")
        return {got, "write a finite number"};
    if (auto const length = number_length(text); length > 0 && length < text.size()) {
        if (parse_unit(text.substr(length)))
            return {got, "write the number alone: " + std::string{text.substr(0, length)}};
    }
    return {got, "write it with digits, for example " + std::string{wanted == "a number" ? "0.5" : "3"}};
}

/// 010 is eight to some readers and ten to others.
std::optional<NumberFault> leading_zero(std::string_view text)
{
    auto const start = std::min<std::size_t>(text.starts_with('-') || text.starts_with('+') ? 1 : 0, text.size());
    auto const digits = text.substr(start);
    if (digits.size() < 2 || digits[0] != '0' || !is_digit(digits[1]))
        return std::nullopt;
    auto const rest = digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
    std::string const plain = rest.starts_with('.') ? "0" + std::string{rest} : std::string{rest};
    return NumberFault{"has a leading zero: " + in_quotes(text),
                       "write " + std::string{text.starts_with('-') ? "-" : ""} + plain};
}

} // namespace

std::size_t number_length(std::string_view text)
{
    std::size_t end = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
    auto const whole = digits_length(text.substr(end));
    end += whole;
    std::size_t decimals = 0;
    if (end < text.size() && text[end] == '.') {
        decimals = digits_length(text.substr(end + 1));
        if (whole + decimals > 0)
            end += decimals + 1;
    }
    if (whole + decimals == 0)
        return 0;
    if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
        auto exponent = end + 1;
        if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-'))
            ++exponent;
        if (auto const digits = digits_length(text.substr(exponent)); digits > 0)
            end = exponent + digits;
    }
    return end;
}

std::variant<double, NumberFault> parse_number(std::string_view text)
{
    text = without_outer_blanks(text);
    if (auto const length = number_length(text); length == 0 || length != text.size())
        return explain(text, "a number");
    if (auto fault = leading_zero(text))
        return *fault;
    double value = 0;
    auto const start = text.starts_with('+') ? 1U : 0U;
    auto const [end, problem] = std::from_chars(text.data() + start, text.data() + text.size(), value);
    if (problem != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return NumberFault{"is too large or too small: " + in_quotes(text), "write a number that a double can hold"};
    return value == 0 ? 0.0 : value; // no negative zero
}

std::variant<std::int64_t, NumberFault> parse_whole(std::string_view text)
{
    text = without_outer_blanks(text);
    auto const start = text.starts_with('-') ? 1U : 0U;
    if (text.size() == start || digits_length(text.substr(start)) + start != text.size()) {
        auto const number = parse_number(text);
        constexpr double exactly_representable = 9007199254740992.0; // 2^53
        if (auto const* value = std::get_if<double>(&number);
            value && std::trunc(*value) == *value && std::abs(*value) < exactly_representable)
            return NumberFault{"must be a whole number, got " + in_quotes(text),
                               "write " + std::to_string(static_cast<std::int64_t>(*value))};
        return explain(text, "a whole number");
    }
    if (auto fault = leading_zero(text))
        return *fault;
    std::int64_t value = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{})
        return NumberFault{"is too large: " + in_quotes(text), "write a whole number below 2^63"};
    return value;
}

std::variant<std::uint64_t, NumberFault> parse_seed(std::string_view text)
{
    text = without_outer_blanks(text);
    if (text.empty() || digits_length(text) != text.size())
        return explain(text, "a whole number that is not negative");
    if (auto fault = leading_zero(text))
        return *fault;
    std::uint64_t value = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{})
        return NumberFault{"is too large: " + in_quotes(text), "write a whole number below 2^64"};
    return value;
}

std::variant<double, NumberFault> parse_fraction(std::string_view text)
{
    text = without_outer_blanks(text);
    if (!text.ends_with('%')) {
        auto number = parse_number(text);
        if (auto* fault = std::get_if<NumberFault>(&number))
            if (fault->remedy.starts_with("write it with digits"))
                fault->remedy = "rates are fractions: 0.30 or 30 %";
        return number;
    }
    auto number = parse_number(text.substr(0, text.size() - 1));
    if (auto* value = std::get_if<double>(&number))
        *value /= percent_of;
    return number;
}

std::variant<Measured, NumberFault> parse_measured(std::string_view text, Dimension expected, std::string_view example_unit)
{
    text = without_outer_blanks(text);
    std::string const unit = example_unit.empty() ? usual_unit(expected) : std::string{example_unit};
    auto const length = number_length(text);
    if (length == 0) {
        auto fault = explain(text, "a number with a unit");
        if (fault.remedy.starts_with("write it with digits"))
            fault.remedy = "write " + describe_dimension(expected) + ", for example 1 " + unit;
        return fault;
    }
    auto const number_text = text.substr(0, length);
    auto const unit_text = without_outer_blanks(text.substr(length));
    auto const number = parse_number(number_text);
    if (auto const* fault = std::get_if<NumberFault>(&number))
        return *fault;
    std::string const right_form = std::string{number_text} + " " + unit;
    if (unit_text.empty())
        return NumberFault{"needs a unit, got " + in_quotes(text), "write " + right_form};
    if (unit_text.starts_with(',') || unit_text.starts_with('_')) {
        auto const grouped = text.substr(0, text.find(' '));
        auto fault = explain(grouped, "a number with a unit");
        return fault;
    }
    auto const parsed = parse_unit(unit_text);
    if (!parsed)
        return NumberFault{"has an unknown unit: " + in_quotes(unit_text),
                           "write " + describe_dimension(expected) + ", for example " + right_form};
    double const base = std::get<double>(number) * parsed->factor;
    if (!std::isfinite(base))
        return NumberFault{"is too large: " + in_quotes(text), "write a figure that a double can hold"};
    return Measured{base, parsed->dimension};
}

} // namespace escalon
