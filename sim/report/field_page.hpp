// The page of all keys of a scenario, from the table of fields: `docs/scenario_keys.md`.
#pragma once

#include <string>

namespace escalon {

/// Markdown: a section a block, a table a set of alternatives.
std::string field_page();

} // namespace escalon
