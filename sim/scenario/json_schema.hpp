// The JSON Schema of scenario files, for editors and other programs: made from the table of fields, so that a new design or
// model is in it as soon as it is in its catalogue.
//
// Draft-07, not 2020-12: it is what the YAML language server and VS Code check without a switch and what `ajv` takes by its plain
// import, and nothing here needs more. `errorMessage` is the one word beyond the standard: editors (and `ajv-errors`) show it in place
// of a pattern that nobody can read.
//
// The schema sees one value at a time, as YAML 1.2 delivers it. What it refuses the reader refuses too; what concerns several
// parts (levels that increase, evidence that leads nowhere) is left to `escalon validate`.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace escalon {

nlohmann::ordered_json scenario_json_schema();

} // namespace escalon
