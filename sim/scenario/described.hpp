// What the visitors of `describe()` share: which types there are, what they say of themselves, how a right value looks.
#pragma once

#include "pk_models/fields.hpp"
#include "pk_models/units.hpp"
#include "sim/scenario/evidence.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace escalon {

template <class T, template <class...> class Template>
inline constexpr bool is_instance = false;
template <template <class...> class Template, class... Parts>
inline constexpr bool is_instance<Template<Parts...>, Template> = true;

template <class T>
concept is_optional = is_instance<T, std::optional>;
template <class T>
concept is_vector = is_instance<T, std::vector>;
template <class T>
concept is_variant = is_instance<T, std::variant>;
template <class T>
concept is_keyed = is_instance<T, Keyed>;

template <class T>
inline constexpr bool is_quantity = false;
template <Dimension D>
inline constexpr bool is_quantity<Quantity<D>> = true;

template <class T>
inline constexpr bool is_sized_quantity = false;
template <Dimension D>
inline constexpr bool is_sized_quantity<SizedQuantity<D>> = true;

template <class T>
concept is_named_enum = std::is_enum_v<T> && requires(T value)
{
    enum_names(value);
};

/// Levels, patients, days: a whole number beyond is a slip, and sums stay far from overflow.
inline constexpr std::int64_t largest_int = 1'000'000;

/// Only to ask whether a type has `describe()`.
struct AnyVisitor {
    template <class T>
    void field(std::string_view, T&, std::string_view, FieldTraits = {})
    {}
    template <class T>
    void choice(std::string_view, T&, std::string_view)
    {}
};

template <class T>
concept is_described = requires(T object, AnyVisitor visitor)
{
    object.describe(visitor);
};

/// A described type, or a variant of them that is told apart by the key `model`.
template <class T>
void describe_fields(T& object, auto& visitor)
{
    if constexpr (is_variant<T>)
        visitor.choice("model", object, "model");
    else
        object.describe(visitor);
}

/// What is wrong with an object by itself.
template <class T>
Faults own_faults(T const& object)
{
    if constexpr (is_variant<T>)
        return std::visit([](auto const& alternative) { return own_faults(alternative); }, object);
    else if constexpr (requires {
                           {
                               object.faults()
                               } -> std::same_as<Faults>;
                       })
        return object.faults();
    else
        return {};
}

/// Whether each fault of the type depends on the one field that it names, so that it can be told though another is broken.
template <class T>
constexpr bool faults_are_local()
{
    if constexpr (requires { T::faults_are_local; })
        return T::faults_are_local;
    else
        return false;
}

/// A value that could stand here, as it is written: the default if it says something, else a round figure.
template <class T>
std::string example_text(T const& value, FieldTraits const& traits)
{
    std::string const unit{traits.unit};
    if constexpr (is_optional<T>) {
        return example_text(value.value_or(typename T::value_type{}), traits);
    } else if constexpr (is_vector<T>) {
        if constexpr (is_described<typename T::value_type>)
            return "[{ ... }]";
        else
            return "[" + (value.empty() ? example_text(typename T::value_type{}, traits) : example_text(value.front(), traits)) +
                   "]";
    } else if constexpr (is_quantity<T>) {
        return value.base() != 0 ? quantity_text(value.base(), T::dimension, unit)
                                 : "1 " + (unit.empty() ? usual_unit(T::dimension) : unit);
    } else if constexpr (is_sized_quantity<T>) {
        return "1 " + (unit.empty() ? usual_unit(T::dimension / dimension::body_surface) : unit);
    } else if constexpr (std::same_as<T, AnyQuantity>) {
        return "500 mg*d/L";
    } else if constexpr (is_named_enum<T>) {
        return std::string{enum_names(value).front().name};
    } else if constexpr (std::same_as<T, bool>) {
        return "true";
    } else if constexpr (std::same_as<T, Fraction>) {
        return "0.30";
    } else if constexpr (std::same_as<T, double>) {
        return value != 0 ? shortest(value) : "0.5";
    } else if constexpr (std::integral<T>) {
        return value != 0 ? std::to_string(value) : "3";
    } else if constexpr (std::same_as<T, std::string>) {
        return "a text";
    } else if constexpr (is_variant<T>) {
        return "{ model: " + std::string{std::variant_alternative_t<0, T>::name} + ", ... }";
    } else if constexpr (requires {
                             {
                                 T::example
                                 } -> std::convertible_to<std::string_view>;
                         }) {
        return std::string{T::example};
    } else {
        return "{ ... }";
    }
}

} // namespace escalon
