// `diff`: what differs between two results.
#include "sim/cli/commands.hpp"

#include "sim/report/result_diff.hpp"

#include <nlohmann/json.hpp>

namespace escalon::cli {

Exit execute(DiffArguments const& arguments, Console const& console)
{
    auto const diff = result_diff(read_result_file(arguments.a), read_result_file(arguments.b));
    switch (arguments.output) {
    case Output::json:
        console.print(diff_json(diff).dump(json_indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
        break;
    case Output::csv: console.print(diff_csv(diff)); break;
    case Output::text: console.print(diff_text(diff)); break;
    }
    return Exit::done;
}

} // namespace escalon::cli
