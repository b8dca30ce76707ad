// `--set path=value`: one figure of a scenario replaced, before anything is read.
//
// Paths are the keys joined by dots. List positions count from 1, as dose levels do: `doses.levels[2]`. A design is named by its
// label (`designs.3+3.target`), all of them by a star (`designs.*.target`), and `designs=a,b` keeps these labels.
#pragma once

#include "sim/scenario/node.hpp"

#include <string>
#include <string_view>

namespace escalon {

struct Override {
    std::string path;
    std::string value;

    std::string text() const { return path + "=" + value; }

    friend bool operator==(Override const&, Override const&) = default;
};

/// Splits "path=value" at the first '='.
/// @throws ScenarioError when there is none
Override parse_override(std::string_view text);

/// The tree with the value at the path replaced or added; missing maps on the way are made, so that reading can say whether the
/// schema knows them. Values are YAML: `0.3`, `3 L/d`, `[0.1, 0.2]`, `{ mean: 1.8 m2 }`.
/// @throws ScenarioError when the path leads through a figure or beyond a list, or the value is no YAML
Node with_override(Node root, Override const& override);

/// The same with a part that stands elsewhere in the file; what is made on the way lies at `place`.
/// @throws ScenarioError as above, about a `--set` of that path
Node with_value(Node root, std::string const& path, Node value, Place const& place);

/// The value at such a path (without stars), or nothing.
Node const* find_path(Node const& root, std::string_view path);

/// The place of the value at a path, else of the nearest enclosing part that exists.
Place place_of(Node const& root, std::string_view path);

} // namespace escalon
