// `schema`: the JSON Schema of scenario files.
#include "sim/cli/commands.hpp"

#include "sim/report/field_page.hpp"
#include "sim/scenario/json_schema.hpp"

#include <nlohmann/json.hpp>

namespace escalon::cli {

Exit execute(SchemaArguments const& arguments, Console const& console)
{
    console.print(arguments.markdown ? field_page() : scenario_json_schema().dump(json_indent) + "\n");
    return Exit::done;
}

} // namespace escalon::cli
