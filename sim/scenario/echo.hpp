// The scenario as it was understood: every default spelled out, units beside every figure, in a fixed order.
//
// Reading the text again gives the same scenario bit for bit, and the same text.
#pragma once

#include "sim/scenario/scenario.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace escalon {

/// The tree that both forms below are written from.
Node resolved_tree(Scenario const& scenario);

/// A map as YAML, a key a line.
std::string yaml_text(Node const& map);

/// A value in one line, as `--set` takes it: a bare text as it stands, lists and blocks in brackets.
std::string flow_text(Node const& value);

/// For `scenario.resolved.yaml`.
std::string resolved_yaml(Scenario const& scenario);

/// For `result.json`: numbers, texts and lists as they are, quantities as text with their unit.
nlohmann::ordered_json resolved_json(Scenario const& scenario);

} // namespace escalon
