// `diff`: what differs between two results.
#include "sim/cli/commands.hpp"

#include "sim/report/result_diff.hpp"

#include <nlohmann/json.hpp>

namespace escalon::cli {

Exit execute(DiffArguments const& arguments, Console const& console)
{
    auto const diff = result_diff(read_result_file(arguments.a), read_result_file(arguments.b));
    print(
        arguments.output,
        {.text = [&] { return diff_text(diff); }, .json = [&] { return diff_json(diff); }, .csv = [&] { return diff_csv(diff); }},
        console);
    return Exit::done;
}

} // namespace escalon::cli
