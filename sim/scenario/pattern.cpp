#include "sim/scenario/pattern.hpp"

#include "pk_models/fields.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

namespace escalon {
namespace {

constexpr std::string_view blanks = "[ \\t\\n]*";
constexpr std::string_view mantissa = "(?:(?:0|[1-9][0-9]*)(?:\\.[0-9]*)?|\\.[0-9]+)";
constexpr std::string_view zero_mantissa = "(?:0(?:\\.0*)?|\\.0+)";
constexpr std::string_view exponent = "(?:[eE][-+]?[0-9]+)";
constexpr std::string_view has_a_digit_above_zero = "(?=[0-9.]*[1-9])";

std::string anchored(std::string const& pattern) { return "^" + std::string{blanks} + pattern + std::string{blanks} + "$"; }

std::string any_of(std::vector<std::string> const& alternatives)
{
    std::string text;
    for (auto const& alternative : alternatives)
        text += (text.empty() ? "" : "|") + alternative;
    return alternatives.size() == 1 ? text : "(?:" + text + ")";
}

std::string number(Sign sign)
{
    std::string const digits{mantissa};
    std::string const power = std::string{exponent} + "?";
    switch (sign) {
    case Sign::any: break;
    case Sign::positive: return "\\+?" + std::string{has_a_digit_above_zero} + digits + power;
    case Sign::not_negative: return "(?:\\+?" + digits + "|-" + std::string{zero_mantissa} + ")" + power;
    }
    return "[-+]?" + digits + power;
}

/// Numbers up to 1 or 100, seen where there is no exponent.
std::string number_up_to(double limit, Bounds const& bounds)
{
    bool const excluded = bounds.ends == Bounds::Ends::high_open || bounds.ends == Bounds::Ends::open;
    std::string const below = limit == 1 ? "0(?:\\.[0-9]*)?|\\.[0-9]+" : "[1-9]?[0-9](?:\\.[0-9]*)?|\\.[0-9]+";
    std::string const itself = shortest(limit) + "(?:\\.0*)?|";
    auto const sign = sign_of(bounds);
    std::string text = "(?:\\+?";
    if (sign == Sign::positive)
        text += has_a_digit_above_zero;
    text += "(?:" + (excluded ? "" : itself) + below + "|" + std::string{mantissa} + std::string{exponent} + ")";
    if (sign == Sign::not_negative)
        text += "|-" + std::string{zero_mantissa} + std::string{exponent} + "?";
    return text + ")";
}

/// Symbols that may stand for each other.
struct Interchangeable {
    Dimension dimension;
    std::vector<std::string> symbols;
};

std::string escaped(std::string_view symbol)
{
    std::string text;
    for (char const c : symbol)
        text += (c == '^' ? "\\" : "") + std::string{c};
    return text;
}

std::vector<Interchangeable> interchangeable_symbols()
{
    std::vector<Interchangeable> groups;
    for (auto const& [symbol, dimension] : unit_symbols()) {
        auto group = std::ranges::find(groups, dimension, &Interchangeable::dimension);
        if (group == groups.end())
            group = groups.insert(groups.end(), {dimension, {}});
        group->symbols.push_back(escaped(symbol));
    }
    return groups;
}

/// Spells products and quotients of symbols, as `parse_unit` reads them.
class UnitSpelling {
public:
    std::string of(Dimension dimension) const
    {
        return any_of({start(dimension).value_or(std::string{never}), chain(exactly_judged), in_words()});
    }

    /// Of any dimension, from so many symbols on.
    std::string chain(int more_than) const
    {
        return "(?:" + std::string{over} + ")?" + any() + "(?: *[*/] *" + any() + "){" + std::to_string(more_than) + ",}";
    }

private:
    /// "nM per U/mL", whatever it amounts to.
    std::string in_words() const { return chain(0) + " +per +" + chain(0); }

    static constexpr int exactly_judged = 3; // mg*d/L
    static constexpr std::string_view over = "per +|/ *";
    static constexpr std::string_view never = "(?!)";

    /// What may follow a symbol: the same continuation for several symbols is written once.
    struct Continued {
        std::vector<std::string> times;
        std::vector<std::string> divided;
    };

    std::string any() const
    {
        std::vector<std::string> all;
        for (auto const& group : groups_)
            all.insert(all.end(), group.symbols.begin(), group.symbols.end());
        return any_of(all);
    }

    std::map<std::string, Continued> next(Dimension wanted, int left) const
    {
        std::map<std::string, Continued> found;
        for (auto const& [dimension, symbols] : groups_) {
            if (auto const rest = tail(wanted / dimension, left - 1)) {
                auto& times = found[*rest].times;
                times.insert(times.end(), symbols.begin(), symbols.end());
            }
            if (auto const rest = tail(wanted * dimension, left - 1)) {
                auto& divided = found[*rest].divided;
                divided.insert(divided.end(), symbols.begin(), symbols.end());
            }
        }
        return found;
    }

    /// A whole unit of this dimension; none where no few symbols give it.
    std::optional<std::string> start(Dimension wanted) const
    {
        std::vector<std::string> alternatives;
        for (auto const& [rest, symbols] : next(wanted, exactly_judged)) {
            if (!symbols.times.empty())
                alternatives.push_back(any_of(symbols.times) + rest);
            if (!symbols.divided.empty())
                alternatives.push_back("(?:" + std::string{over} + ")" + any_of(symbols.divided) + rest);
        }
        return alternatives.empty() ? std::nullopt : std::optional{any_of(alternatives)};
    }

    /// What completes a unit that still lacks this dimension, with at most so many symbols.
    std::optional<std::string> tail(Dimension wanted, int left) const
    {
        std::vector<std::string> alternatives;
        if (left > 0)
            for (auto const& [rest, symbols] : next(wanted, left)) {
                if (!symbols.times.empty())
                    alternatives.push_back(" *\\* *" + any_of(symbols.times) + rest);
                if (!symbols.divided.empty())
                    alternatives.push_back(" */ *" + any_of(symbols.divided) + rest);
            }
        bool const complete = wanted == dimension::none;
        if (alternatives.empty())
            return complete ? std::optional{std::string{}} : std::nullopt;
        return complete ? "(?:" + any_of(alternatives) + ")?" : any_of(alternatives);
    }

    std::vector<Interchangeable> groups_ = interchangeable_symbols();
};

} // namespace

Sign sign_of(Bounds const& bounds)
{
    bool const low_open = bounds.ends == Bounds::Ends::low_open || bounds.ends == Bounds::Ends::open;
    if (bounds.low > 0 || (bounds.low == 0 && low_open))
        return Sign::positive;
    return bounds.low == 0 ? Sign::not_negative : Sign::any;
}

std::string number_pattern(Bounds const& bounds) { return anchored(number(sign_of(bounds))); }

std::string covariate_pattern(Bounds const& bounds)
{
    return anchored(number(sign_of(bounds)) + "(?:[ \\t\\n]+[^\\n]*|[^0-9\\s.+-][^\\n]*)?");
}

std::string whole_number_pattern(Bounds const& bounds)
{
    switch (sign_of(bounds)) {
    case Sign::any: break;
    case Sign::positive: return anchored("[1-9][0-9]*");
    case Sign::not_negative: return anchored("(?:-?0|[1-9][0-9]*)");
    }
    return anchored("-?(?:0|[1-9][0-9]*)");
}

std::string fraction_pattern(Bounds const& bounds)
{
    bool const at_most_one = bounds.low >= 0 && bounds.high == 1;
    auto const plain = at_most_one ? number_up_to(1, bounds) : number(sign_of(bounds));
    auto const percentage = at_most_one ? number_up_to(percent_of, bounds) : number(sign_of(bounds));
    return anchored("(?:" + plain + "|" + percentage + std::string{blanks} + "%)");
}

std::string quantity_pattern(std::span<Dimension const> dimensions, Sign sign)
{
    UnitSpelling const spelling;
    std::vector<std::string> units;
    for (auto const& dimension : dimensions)
        units.push_back(spelling.of(dimension));
    if (units.empty())
        units.push_back(spelling.chain(0));
    return anchored(number(sign) + std::string{blanks} + any_of(units));
}

} // namespace escalon
