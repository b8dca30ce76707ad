#include "sim/scenario/echo.hpp"

#include "sim/scenario/described.hpp"
#include "sim/scenario/letters.hpp"
#include "sim/scenario/number.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace escalon {
namespace {

Node map_node()
{
    Node node;
    node.kind = Node::Kind::map;
    return node;
}

Node text_node(std::string const& text) { return scalar(text, Node::Style::quoted); }

Node to_node(bool value, FieldTraits const&) { return scalar(value ? "true" : "false"); }
Node to_node(int value, FieldTraits const&) { return scalar(std::to_string(value)); }
Node to_node(std::int64_t value, FieldTraits const&) { return scalar(std::to_string(value)); }
Node to_node(std::uint64_t value, FieldTraits const&) { return scalar(std::to_string(value)); }
Node to_node(double value, FieldTraits const&) { return scalar(shortest(value)); }
Node to_node(Fraction value, FieldTraits const&) { return scalar(shortest(value)); }
Node to_node(std::string const& value, FieldTraits const&) { return text_node(value); }
Node to_node(Dose const& value, FieldTraits const&) { return scalar(text(value)); }
Node to_node(Count const& value, FieldTraits const&) { return scalar(value.known ? std::to_string(*value.known) : "unknown"); }

/// In the unit of the traits where that is one of this dimension.
Node measured(double base, Dimension dimension, FieldTraits const& traits)
{
    auto const preferred = parse_unit(traits.unit);
    bool const fits = preferred && preferred->dimension == dimension;
    return scalar(quantity_text(base, dimension, fits ? traits.unit : std::string_view{}));
}

Node to_node(AnyQuantity const& value, FieldTraits const& traits) { return measured(value.value, value.dimension, traits); }

/// Whether a text means the same without quotes, wherever in YAML it stands.
bool stands_bare(std::string_view text)
{
    auto const is_safe = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view{" ._/*+-%^"}.find(c) != std::string_view::npos;
    };
    auto const begins = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    return !text.empty() && begins(text.front()) && text.back() != ' ' && std::ranges::all_of(text, is_safe);
}

Node to_node(AnyValue const& value, FieldTraits const& traits)
{
    auto node = value.node;
    if (node.kind == Node::Kind::scalar && node.style == Node::Style::plain && !stands_bare(node.text))
        node.style = Node::Style::quoted;
    for (auto& item : node.items)
        item = to_node(AnyValue{item}, traits);
    for (auto& member : node.members)
        member.value = to_node(AnyValue{member.value}, traits);
    return node;
}

void add_member(Node& map, std::string_view key, Node value)
{
    auto& member = map.members.emplace_back();
    member.key = key;
    member.value = std::move(value);
}

/// A number alone reads back as one; what YAML could take for something else stands in quotes.
Node to_node(CovariateFigure const& figure, FieldTraits const&)
{
    auto const written = text(figure);
    bool const bare = figure.unit.empty() || (stands_bare(figure.unit) && stands_bare(written));
    return bare ? scalar(written) : text_node(written);
}

/// Figures under names such as CL-V1.
Node pairs_node(auto const& pairs, auto figure)
{
    auto node = map_node();
    for (auto const& pair : pairs)
        add_member(node, pair.first + "-" + pair.second, to_node(pair.*figure, FieldTraits{}));
    return node;
}

void add_unless_empty(Node& map, std::string_view key, Node value)
{
    if (!value.members.empty())
        add_member(map, key, std::move(value));
}

Node to_node(pk::Omega const& omega, FieldTraits const& traits)
{
    auto node = map_node();
    for (auto const& [parameter, variance] : omega.variances)
        add_member(node, parameter, to_node(variance, traits));
    add_unless_empty(node, "corr", pairs_node(omega.correlations, &pk::Omega::Correlation::r));
    add_unless_empty(node, "cov", pairs_node(omega.covariances, &pk::Omega::Covariance::covariance));
    return node;
}

Node to_node(pk::ParameterUncertainty const& uncertainty, FieldTraits const& traits)
{
    auto node = map_node();
    for (auto const& [parameter, relative] : uncertainty.errors)
        add_member(node, parameter, to_node(relative, traits));
    add_unless_empty(node, "corr", pairs_node(uncertainty.correlations, &pk::Omega::Correlation::r));
    return node;
}

template <class T>
Node node_of(T& value, FieldTraits const& traits);

/// Collects the fields of one object into a map.
class MapWriter {
public:
    template <class T>
    void field(std::string_view name, T& value, std::string_view, FieldTraits const& traits = {})
    {
        if constexpr (is_optional<T>) {
            if (value)
                add(name, node_of(*value, traits));
        } else {
            add(name, node_of(value, traits));
        }
    }

    template <class... Alternatives>
    void choice(std::string_view key, std::variant<Alternatives...>& value, std::string_view)
    {
        std::visit(
            [&]<class Alternative>(Alternative& alternative) {
                add(key, scalar(std::string{Alternative::name}));
                alternative.describe(*this);
            },
            value);
    }

    Node take() { return std::move(map_); }

private:
    void add(std::string_view name, Node node)
    {
        bool const says_nothing = node.kind == Node::Kind::map && node.members.empty();
        if (!says_nothing)
            map_.members.push_back({std::string{name}, {}, std::move(node)});
    }

    Node map_ = map_node();
};

template <class T>
Node node_of(T& value, FieldTraits const& traits)
{
    if constexpr (is_vector<T>) {
        Node node;
        node.kind = Node::Kind::sequence;
        for (auto& item : value)
            node.items.push_back(node_of(item, traits));
        return node;
    } else if constexpr (is_keyed<T>) {
        auto node = map_node();
        for (auto& [key, entry] : value.entries)
            add_member(node, key, node_of(entry, traits));
        return node;
    } else if constexpr (is_quantity<T>) {
        return measured(value.base(), T::dimension, traits);
    } else if constexpr (is_sized_quantity<T>) {
        auto const dimension = value.per == PerBody::m2   ? T::dimension / dimension::body_surface
                               : value.per == PerBody::kg ? T::dimension / dimension::body_weight
                                                          : T::dimension;
        return measured(value.value, dimension, traits);
    } else if constexpr (is_named_enum<T>) {
        auto const names = enum_names(value);
        return scalar(std::string{std::ranges::find(names, value, [](auto const& one) { return one.value; })->name});
    } else if constexpr (is_variant<T> || is_described<T>) {
        MapWriter writer;
        describe_fields(value, writer);
        return writer.take();
    } else {
        return to_node(value, traits);
    }
}

std::string in_double_quotes(std::string_view text)
{
    std::string result = "\"";
    for (char const c : text) {
        switch (c) {
        case '"': result += "\\\""; break;
        case '\\': result += "\\\\"; break;
        case '\n': result += "\\n"; break;
        case '\t': result += "\\t"; break;
        default: result += c;
        }
    }
    return result + "\"";
}

/// Keys that no reader of YAML could take for anything else stay bare.
std::string key_text(std::string_view key)
{
    auto const is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    auto const is_plain = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+'; };
    constexpr std::string_view words[] = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"};
    bool const safe = !key.empty() && is_letter(key.front()) && std::ranges::all_of(key, is_plain) &&
                      std::ranges::find(words, lowered(key)) == std::end(words);
    return safe ? std::string{key} : in_double_quotes(key);
}

std::string scalar_text(Node const& node) { return node.style == Node::Style::quoted ? in_double_quotes(node.text) : node.text; }

/// Scalars, and lists of them.
bool stands_in_a_line(Node const& list)
{
    return std::ranges::all_of(list.items, [](Node const& item) {
        return item.kind == Node::Kind::scalar || (item.kind == Node::Kind::sequence && stands_in_a_line(item));
    });
}

std::string flow_list(Node const& list)
{
    std::string text;
    for (auto const& item : list.items)
        text += (text.empty() ? "" : ", ") + (item.kind == Node::Kind::sequence ? flow_list(item) : scalar_text(item));
    return "[" + text + "]";
}

/// @param first_indent what stands before the first line: a list's dash takes the place of spaces
std::string block_map(Node const& map, std::string const& indent, std::string first_indent)
{
    std::string text;
    for (auto const& [key, place, value] : map.members) {
        text += first_indent + key_text(key) + ":";
        first_indent = indent;
        if (value.kind == Node::Kind::map) {
            text += "\n" + block_map(value, indent + "  ", indent + "  ");
        } else if (value.kind == Node::Kind::sequence && !stands_in_a_line(value)) {
            text += "\n";
            for (auto const& item : value.items)
                text += block_map(item, indent + "    ", indent + "  - ");
        } else {
            text += " " + (value.kind == Node::Kind::sequence ? flow_list(value) : scalar_text(value)) + "\n";
        }
    }
    return text;
}

nlohmann::ordered_json scalar_json(Node const& node)
{
    if (node.style == Node::Style::quoted)
        return node.text;
    if (node.text == "true" || node.text == "false")
        return node.text == "true";
    if (auto const seed = parse_seed(node.text); std::holds_alternative<std::uint64_t>(seed))
        return std::get<std::uint64_t>(seed);
    if (auto const whole = parse_whole(node.text); std::holds_alternative<std::int64_t>(whole))
        return std::get<std::int64_t>(whole);
    if (auto const number = parse_number(node.text); std::holds_alternative<double>(number))
        return std::get<double>(number);
    return node.text;
}

nlohmann::ordered_json to_json(Node const& node)
{
    switch (node.kind) {
    case Node::Kind::null: return nullptr;
    case Node::Kind::scalar: return scalar_json(node);
    case Node::Kind::sequence: {
        auto list = nlohmann::ordered_json::array();
        for (auto const& item : node.items)
            list.push_back(to_json(item));
        return list;
    }
    case Node::Kind::map: break;
    }
    auto object = nlohmann::ordered_json::object();
    for (auto const& member : node.members)
        object[member.key] = to_json(member.value);
    return object;
}

} // namespace

Node resolved_tree(Scenario const& scenario)
{
    auto copy = scenario; // `describe` gives access to change
    MapWriter writer;
    copy.describe(writer);
    return writer.take();
}

std::string yaml_text(Node const& map) { return block_map(map, "", ""); }

std::string flow_text(Node const& value)
{
    auto const inside = [](Node const& node) { return flow_text(to_node(AnyValue{node}, {})); };
    std::string text;
    switch (value.kind) {
    case Node::Kind::null: return "null";
    case Node::Kind::scalar: return scalar_text(value);
    case Node::Kind::sequence:
        for (auto const& item : value.items)
            text += (text.empty() ? "" : ", ") + inside(item);
        return "[" + text + "]";
    case Node::Kind::map: break;
    }
    for (auto const& member : value.members)
        text += (text.empty() ? "" : ", ") + key_text(member.key) + ": " + inside(member.value);
    return "{" + text + "}";
}

std::string resolved_yaml(Scenario const& scenario) { return yaml_text(resolved_tree(scenario)); }

nlohmann::ordered_json resolved_json(Scenario const& scenario) { return to_json(resolved_tree(scenario)); }

} // namespace escalon
