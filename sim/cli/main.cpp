// escalon: reads the command line, does what it asks for, and turns every failure into words and an exit code.
#include "sim/cli/commands.hpp"

#include "sim/report/files.hpp"
#include "sim/report/result_file.hpp"
#include "sim/runner/kept_memory.hpp"
#include "sim/runner/run.hpp"
#include "sim/scenario/cells.hpp"

#include <fmt/format.h>

#include <exception>

namespace {

using namespace escalon;
using cli::Exit;

std::filesystem::path program_folder(char const* argv0)
{
    std::error_code fault;
    auto const self = std::filesystem::read_symlink("/proc/self/exe", fault);
    return (fault ? std::filesystem::absolute(argv0, fault) : self).parent_path();
}

Exit answer(int argc, char const* const* argv, cli::Console const& console)
{
    try {
        auto const request = cli::parse_arguments(argc, argv);
        return std::visit([&](auto const& arguments) { return cli::execute(arguments, console); }, request);
    } catch (cli::UsageError const& fault) {
        console.error(fault.what());
        return Exit::usage;
    } catch (ScenarioError const& fault) {
        console.note(render(fault.diagnostics(), console.error_colour()));
        return Exit::bad_data;
    } catch (ScenarioIncomplete const& fault) {
        console.error(fault.what());
        return Exit::bad_data;
    } catch (EngineDoesNotHold const& fault) {
        console.error(fmt::format("exact operating characteristics do not apply here: {}", fault.what()));
        return Exit::bad_data;
    } catch (NotAResult const& fault) {
        console.error(fault.what());
        return Exit::bad_data;
    } catch (MissingFile const& fault) {
        console.error(fault.what());
        return Exit::missing_file;
    } catch (CannotWrite const& fault) {
        console.error(fault.what());
        return Exit::cannot_write;
    } catch (std::filesystem::filesystem_error const& fault) {
        console.error(fault.what());
        return Exit::cannot_write;
    } catch (Interrupted const&) {
        console.error("interrupted");
        return Exit::interrupted;
    } catch (std::exception const& fault) {
        console.error(fmt::format(
            "this is a fault of Escalon, not of your scenario: {}\nPlease report it with the command and the scenario.",
            fault.what()));
        return Exit::our_fault;
    }
}

} // namespace

int main(int argc, char** argv)
{
    keep_freed_memory();
    cli::Console const console{program_folder(argv[0])};
    return static_cast<int>(answer(argc, argv, console));
}
