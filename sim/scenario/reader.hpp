// Reads described objects from a YAML tree: the visitor of `describe()` that turns text into typed values, and every mistake
// into a diagnostic at its place.
#pragma once

#include "pk_models/fields.hpp"
#include "pk_models/variability.hpp"
#include "sim/population/covariates.hpp"
#include "sim/scenario/described.hpp"
#include "sim/scenario/evidence.hpp"
#include "sim/scenario/node.hpp"
#include "sim/scenario/override.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace escalon {

struct AnyValue;
struct Count;
struct Dose;

/// The parts of an object count from 0; people count positions from 1: "levels[0]" is their "levels[1]".
std::string counted_from_one(std::string_view field);

/// The field that a value is read for.
struct Slot {
    std::string name; ///< "CL", "levels[2]"
    std::string path; ///< "pk.CL"
    FieldTraits traits;
    std::string example; ///< a value that would be right
};

/// Reads single values. A value that cannot be read keeps what it held, is reported and marks its path as spoilt.
class ValueReader {
public:
    explicit ValueReader(Findings& findings) : findings_{findings} {}

    void read(Node const& node, Slot const& slot, bool& value);
    void read(Node const& node, Slot const& slot, int& value);
    void read(Node const& node, Slot const& slot, std::int64_t& value);
    void read(Node const& node, Slot const& slot, std::uint64_t& value);
    void read(Node const& node, Slot const& slot, double& value);
    void read(Node const& node, Slot const& slot, Fraction& value);
    void read(Node const& node, Slot const& slot, std::string& value);
    void read(Node const& node, Slot const& slot, AnyQuantity& value);
    void read(Node const& node, Slot const& slot, AnyValue& value);
    void read(Node const& node, Slot const& slot, Count& value);
    void read(Node const& node, Slot const& slot, Dose& value);
    void read(Node const& node, Slot const& slot, CovariateFigure& value);
    void read(Node const& node, Slot const& slot, pk::Omega& value);
    void read(Node const& node, Slot const& slot, pk::ParameterUncertainty& value);

    /// In base units.
    std::optional<double> quantity(Node const& node, Slot const& slot, Dimension dimension);
    std::optional<std::pair<double, PerBody>> sized(Node const& node, Slot const& slot, Dimension dimension);
    /// The position among the names.
    std::optional<std::size_t> one_of(Node const& node, Slot const& slot, std::span<std::string const> names);

    void fail(Slot const& slot, Place const& place, std::string message, std::string hint);
    /// Reports a node of the wrong kind.
    bool has_kind(Node const& node, Slot const& slot, Node::Kind kind);

    Findings& findings() { return findings_; }

private:
    /// The pairs under a key of a matrix: names and figures.
    template <class Pair>
    void read_pairs(Node const& matrix, Slot const& slot, std::string const& key, Bounds const& within,
                    std::string const& example, std::vector<Pair>& pairs);
    bool is_text(Node const& node, Slot const& slot, std::string_view what);
    bool within(Node const& node, Slot const& slot, double shown, std::string_view unit);

    Findings& findings_;
};

/// Reads the fields of one map: the visitor that `describe()` meets.
class MapReader {
public:
    MapReader(Node const& map, std::string path, ValueReader& values);

    template <class T>
    void field(std::string_view name, T& value, std::string_view meaning, FieldTraits traits = {});

    /// One of several described types, named by the value of `key`; its fields stand in the same map.
    template <class... Alternatives>
    void choice(std::string_view key, std::variant<Alternatives...>& value, std::string_view noun);

    /// Reports unknown keys and missing fields.
    void finish();

    /// Turns what an object says of itself into diagnostics at the places of its fields.
    void report(Faults const& faults);

private:
    struct Missing {
        std::string name;
        std::string example;
        std::string meaning;
    };

    std::string path_of(std::string_view name) const
    {
        return path_.empty() ? std::string{name} : path_ + "." + std::string{name};
    }
    std::string whole() const { return path_.empty() ? std::string{} : " in " + in_quotes(path_); }
    std::optional<std::size_t> chosen(std::string_view key, std::string_view noun, std::span<std::string const> names);

    Node const& map_;
    std::string path_;
    ValueReader& values_;
    std::vector<std::string> known_;
    std::vector<Missing> missing_;
    bool knows_every_key_ = true; ///< not when the alternative is unknown
};

namespace reading {

template <class T>
void read(ValueReader& values, Node const& node, Slot const& slot, T& value);

/// The positions inside lists count from 1.
inline Slot item_slot(Slot const& list, std::size_t index)
{
    auto const position = "[" + std::to_string(index + 1) + "]";
    return {list.name + position, list.path + position, list.traits, list.example};
}

template <class T>
void read_object(ValueReader& values, Node const& node, Slot const& slot, T& object)
{
    if (!values.has_kind(node, slot, Node::Kind::map))
        return;
    auto const before = values.findings().size();
    MapReader reader{node, slot.path, values};
    describe_fields(object, reader);
    reader.finish();
    bool const clean = values.findings().size() == before;
    if (clean || faults_are_local<T>())
        reader.report(own_faults(object));
}

template <class T>
void read(ValueReader& values, Node const& node, Slot const& slot, T& value)
{
    if constexpr (is_optional<T>) {
        typename T::value_type inner{};
        auto const before = values.findings().size();
        read(values, node, slot, inner);
        if (values.findings().size() == before)
            value = std::move(inner);
    } else if constexpr (is_vector<T>) {
        if (!values.has_kind(node, slot, Node::Kind::sequence))
            return;
        value.clear();
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            value.emplace_back();
            read(values, node.items[i], item_slot(slot, i), value.back());
        }
    } else if constexpr (is_keyed<T>) {
        if (!values.has_kind(node, slot, Node::Kind::map))
            return;
        value.entries.clear();
        for (auto const& member : node.members) {
            value.entries.emplace_back().first = member.key;
            Slot const entry{member.key, slot.path + "." + member.key, slot.traits, slot.example};
            read(values, member.value, entry, value.entries.back().second);
        }
    } else if constexpr (is_quantity<T>) {
        if (auto const base = values.quantity(node, slot, T::dimension))
            value = T::from_base(*base);
    } else if constexpr (is_sized_quantity<T>) {
        if (auto const figure = values.sized(node, slot, T::dimension))
            value = T{figure->first, figure->second};
    } else if constexpr (is_named_enum<T>) {
        constexpr auto named = enum_names(T{});
        std::vector<std::string> names;
        for (auto const& one : named)
            names.emplace_back(one.name);
        if (auto const position = values.one_of(node, slot, names))
            value = named[*position].value;
    } else if constexpr (is_variant<T> || is_described<T>) {
        read_object(values, node, slot, value);
    } else {
        values.read(node, slot, value);
    }
}

} // namespace reading

template <class T>
void MapReader::field(std::string_view name, T& value, std::string_view meaning, FieldTraits traits)
{
    known_.emplace_back(name);
    auto const example = example_text(value, traits);
    if (auto const* node = map_.find(name)) {
        reading::read(values_, *node, Slot{std::string{name}, path_of(name), traits, example}, value);
    } else if (traits.presence == Presence::required) {
        missing_.push_back({std::string{name}, example, std::string{meaning}});
    }
}

template <class... Alternatives>
void MapReader::choice(std::string_view key, std::variant<Alternatives...>& value, std::string_view noun)
{
    std::vector<std::string> const names{std::string{Alternatives::name}...};
    auto const position = chosen(key, noun, names);
    if (!position)
        return;
    std::size_t index = 0;
    auto const take = [&]<class Alternative>(std::type_identity<Alternative>) {
        if (index++ == *position) {
            Alternative alternative;
            alternative.describe(*this);
            value = std::move(alternative);
        }
    };
    (take(std::type_identity<Alternatives>{}), ...);
}

/// Reads an object from the map at the top of a file.
template <class T>
void read_root(Node const& root, T& object, Findings& findings)
{
    ValueReader values{findings};
    reading::read_object(values, root, Slot{}, object);
}

} // namespace escalon
