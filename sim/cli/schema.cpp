// `schema`: the JSON Schema of scenario files.
#include "sim/cli/commands.hpp"

#include "sim/scenario/json_schema.hpp"

#include <nlohmann/json.hpp>

namespace escalon::cli {

Exit execute(SchemaArguments const&, Console const& console)
{
    console.print(scenario_json_schema().dump(json_indent) + "\n");
    return Exit::done;
}

} // namespace escalon::cli
