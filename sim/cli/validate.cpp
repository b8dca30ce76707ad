// `validate`: every fault of every file.
#include "sim/cli/commands.hpp"

#include "sim/scenario/sweep.hpp"

#include <fmt/format.h>

namespace escalon::cli {
namespace {

/// The scenario, and every cell of its sweep.
void check(std::filesystem::path const& path, std::vector<Override> const& overrides)
{
    auto const file = ScenarioFile::open(path);
    auto const scenario = file.read(overrides);
    if (!scenario.sweep)
        return;
    auto const axes = axes_of(*scenario.sweep);
    sweep_scenarios(file, overrides, axes, sweep_points(axes, scenario.sweep->mode));
}

} // namespace

Exit execute(ValidateArguments const& arguments, Console const& console)
{
    auto worst = Exit::done;
    for (auto const& path : arguments.scenarios) {
        try {
            check(path, arguments.overrides);
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
