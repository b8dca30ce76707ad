// What a model or design says of itself, once: the name, default, unit, bounds and meaning of each field.
//
// A described type has `void describe(auto& fields)` that calls `fields.field(name, member, meaning, traits)` for each
// field. Visitors (in sim/scenario and sim/report) turn that one list into YAML reading, the echo of resolved values,
// the catalogue, the JSON Schema and the documentation. What a single bound cannot say goes into `faults()`.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace escalon {

/// Limits of a figure, in the unit named by the field's traits (base units where it names none).
struct Bounds {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    enum class Ends { closed, low_open, high_open, open } ends = Ends::closed;

    constexpr bool contain(double value) const
    {
        bool const above = ends == Ends::low_open || ends == Ends::open ? value > low : value >= low;
        bool const below = ends == Ends::high_open || ends == Ends::open ? value < high : value <= high;
        return above && below;
    }
};

namespace bounds {
inline constexpr Bounds any{};
inline constexpr Bounds positive{.low = 0, .ends = Bounds::Ends::low_open};
inline constexpr Bounds not_negative{.low = 0};
inline constexpr Bounds fraction{.low = 0, .high = 1};
inline constexpr Bounds open_fraction{.low = 0, .high = 1, .ends = Bounds::Ends::open};
constexpr Bounds at_least(double low) { return {.low = low}; }
constexpr Bounds between(double low, double high) { return {.low = low, .high = high}; }
} // namespace bounds

/// Whether a scenario may leave the field out (then it keeps the value that the object was made with).
enum class Presence { optional, required };

struct FieldTraits {
    Bounds within{};
    std::string_view unit{}; ///< in which it is shown; the dimension's usual unit when empty
    Presence presence = Presence::optional;
};

/// Percent in a share of one.
inline constexpr double percent_of = 100;

/// A share of one. Read from `0.3` or `30 %`; a bare 30 is a mistake and is told so.
struct Fraction {
    double value = 0;

    constexpr Fraction() = default;
    constexpr Fraction(double v) : value{v} {}
    constexpr operator double() const { return value; }
};

/// Something wrong with an object that no single bound can say; `field` names the place ("levels[2]").
struct Fault {
    std::string field;
    std::string problem;
    std::string remedy;
};

using Faults = std::vector<Fault>;

/// A map with keys of the user's choice, in the order of the file.
template <class T>
struct Keyed {
    std::vector<std::pair<std::string, T>> entries;

    T const* find(std::string_view key) const
    {
        for (auto const& [name, value] : entries)
            if (name == key)
                return &value;
        return nullptr;
    }

    friend bool operator==(Keyed const&, Keyed const&) = default;
};

/// The YAML spelling of an enumerator.
template <class E>
struct EnumName {
    E value;
    std::string_view name;
};

/// The YAML spelling of an enumerator that `enum_names` lists.
template <class E>
constexpr std::string_view name_of(E value)
{
    for (auto const& named : enum_names(value))
        if (named.value == value)
            return named.name;
    return {};
}

} // namespace escalon
