// A YAML text as an editor's YAML reader sees it: the core schema of YAML 1.2 (section 10.3.2), where 0.30 is a number, `true` a
// boolean and "0.30" in quotes a text.
#pragma once

#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/node.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <regex>
#include <stdexcept>
#include <string>

namespace escalon::test {

inline nlohmann::ordered_json plain_scalar(std::string const& text)
{
    static std::regex const truth{"true|True|TRUE"};
    static std::regex const falsehood{"false|False|FALSE"};
    static std::regex const decimal{R"([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)"};
    static std::regex const octal{"0o[0-7]+"};
    static std::regex const hexadecimal{"0x[0-9a-fA-F]+"};
    static std::regex const infinite{R"([-+]?\.(inf|Inf|INF))"};
    static std::regex const no_number{R"(\.(nan|NaN|NAN))"};
    constexpr std::size_t longest_number = 400; // std::regex recurses
    constexpr int eight = 8;
    constexpr int sixteen = 16;
    if (text.size() > longest_number)
        return text;
    auto const is = [&](std::regex const& form) { return std::regex_match(text, form); };
    auto const special = [](char const* name) { return nlohmann::ordered_json{{"$number", name}}; };
    if (is(truth) || is(falsehood))
        return is(truth);
    if (is(octal) || is(hexadecimal))
        return std::strtoull(text.c_str() + 2, nullptr, is(octal) ? eight : sixteen);
    if (is(no_number))
        return special("NaN");
    double const value = is(decimal) ? std::strtod(text.c_str(), nullptr) : 0;
    if (is(infinite) || value > 1.7976931348623157e308 || value < -1.7976931348623157e308)
        return special(text.starts_with('-') ? "-Infinity" : "Infinity");
    return is(decimal) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(text);
}

inline nlohmann::ordered_json editor_json(Node const& node)
{
    switch (node.kind) {
    case Node::Kind::null: return nullptr;
    case Node::Kind::scalar:
        return node.style == Node::Style::plain ? plain_scalar(node.text) : nlohmann::ordered_json(node.text);
    case Node::Kind::sequence: {
        auto list = nlohmann::ordered_json::array();
        for (auto const& item : node.items)
            list.push_back(editor_json(item));
        return list;
    }
    case Node::Kind::map: break;
    }
    auto object = nlohmann::ordered_json::object();
    for (auto const& member : node.members)
        object[member.key] = editor_json(member.value);
    return object;
}

/// @throws std::runtime_error for a text that is no YAML at all
inline nlohmann::ordered_json editor_json(std::string text)
{
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark))
        text.erase(0, byte_order_mark.size());
    Source const source{"text", std::move(text)};
    Findings findings{source};
    auto const root = parse_yaml(source, findings);
    if (!root)
        throw std::runtime_error{"no YAML: " + source.text()};
    return editor_json(*root);
}

} // namespace escalon::test
