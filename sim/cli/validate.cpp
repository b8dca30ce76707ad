// `validate`: every fault of every file.
#include "sim/cli/commands.hpp"

#include <fmt/format.h>

namespace escalon::cli {

Exit execute(ValidateArguments const& arguments, Console const& console)
{
    auto worst = Exit::done;
    for (auto const& path : arguments.scenarios) {
        try {
            read_scenario(path, arguments.overrides);
            console.print(fmt::format("{}: valid\n", path.string()));
        } catch (ScenarioError const& faults) {
            auto const count = faults.diagnostics().size();
            console.note(render(faults.diagnostics(), console.error_colour()));
            console.note(fmt::format("{}: {} fault{}", path.string(), count, count == 1 ? "" : "s"));
            worst = Exit::bad_data;
        } catch (MissingFile const& missing) {
            console.error(missing.what());
            worst = worst == Exit::done ? Exit::missing_file : worst;
        }
    }
    return worst;
}

} // namespace escalon::cli
