// The tree of a YAML text, every part with its place. Scalars stay text: what they mean is for the reader to say.
//
// yaml-cpp only delivers events here. Its own tree accepts duplicate keys and reads 010 as 8 and yes as true.
#pragma once

#include "sim/scenario/diagnostic.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace escalon {

struct Member;

struct Node {
    enum class Kind { null, scalar, sequence, map };
    enum class Style { plain, quoted };

    Kind kind = Kind::null;
    Style style = Style::plain;  ///< of a scalar
    std::string text;            ///< of a scalar
    std::vector<Node> items;     ///< of a sequence
    std::vector<Member> members; ///< of a map, in the order of the file, keys distinct
    Place place;

    Node const* find(std::string_view key) const;
    Node* find(std::string_view key);
};

struct Member {
    std::string key;
    Place place; ///< of the key
    Node value;
};

Node scalar(std::string text, Node::Style style = Node::Style::plain);

/// What a node is, in a message: "a list", "'30'", "nothing".
std::string in_words(Node const& node);

/// What forbids a text to stand in a scenario: bytes that are not UTF-8, control characters; nothing for good text.
std::optional<std::string> text_fault(std::string_view text);

/// The one document of a YAML text. Duplicate keys are reported and left out; what cannot be parsed at all is reported and gives
/// nothing. Hostile text (aliases that multiply, deep nesting, control characters, bytes that are not UTF-8) is an error too.
std::optional<Node> parse_yaml(Source const& source, Findings& findings);

} // namespace escalon
