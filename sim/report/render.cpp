#include "sim/report/render.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <spawn.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ; // NOLINT: POSIX names it so

namespace escalon {
namespace {

namespace fs = std::filesystem;

fs::path on_path(std::string_view program)
{
    char const* const path = std::getenv("PATH");
    std::string_view rest = path ? path : "";
    while (!rest.empty()) {
        auto const end = rest.find(':');
        auto const candidate = fs::path{rest.substr(0, end)} / program;
        if (::access(candidate.c_str(), X_OK) == 0)
            return candidate;
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
    return {};
}

/// Beside a build's program, or in the share folder of an installation.
fs::path script_near(fs::path const& program_folder)
{
    for (auto const* place : {"share/escalon/render.mjs", "../share/escalon/render.mjs"}) {
        std::error_code fault;
        auto const candidate = program_folder / place;
        if (fs::exists(candidate, fault))
            return fs::weakly_canonical(candidate, fault);
    }
    return {};
}

std::string read_all(int descriptor)
{
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t got = 0; (got = ::read(descriptor, buffer.data(), buffer.size())) > 0;)
        text.append(buffer.data(), static_cast<std::size_t>(got));
    return text;
}

/// Runs a program to its end.
/// @return its standard error if it failed
std::optional<std::string> run(std::vector<std::string> arguments)
{
    std::array<int, 2> errors{};
    if (::pipe(errors.data()) != 0)
        return std::string{std::strerror(errno)};
    std::vector<char*> argv;
    for (auto& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, errors[1], STDERR_FILENO);
    ::posix_spawn_file_actions_addclose(&actions, errors[0]);
    ::posix_spawn_file_actions_addclose(&actions, errors[1]);
    pid_t child = 0;
    int const fault = ::posix_spawn(&child, argv[0], &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(errors[1]);
    auto said = fault == 0 ? read_all(errors[0]) : std::string{std::strerror(fault)};
    ::close(errors[0]);
    if (fault != 0)
        return said;
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return std::nullopt;
    return said.empty() ? fmt::format("{} ended with status {}", arguments[0], status) : said;
}

} // namespace

Renderer Renderer::find(fs::path const& program_folder)
{
    Renderer renderer;
    renderer.node_ = on_path("node");
    renderer.script_ = script_near(program_folder);
    if (renderer.node_.empty())
        renderer.missing_ = "node is not installed; on Debian: apt-get install nodejs";
    else if (renderer.script_.empty())
        renderer.missing_ = "the figure renderer was not built; build with ESCALON_FIGURES=ON";
    return renderer;
}

std::optional<std::string> Renderer::draw(std::vector<Drawing> const& drawings, std::optional<int> dpi) const
{
    std::vector<std::string> arguments{node_.string(), script_.string()};
    if (dpi)
        arguments.insert(arguments.end(), {"--dpi", std::to_string(*dpi)});
    for (auto const& drawing : drawings) {
        arguments.push_back(drawing.specification.string());
        arguments.push_back(drawing.picture.string());
    }
    return run(std::move(arguments));
}

} // namespace escalon
