// Completion, in the shells themselves: keys are typed at a terminal, and what the shell then runs is looked at.
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"
#include "tests/support/terminal.hpp"

#include <algorithm>
#include <sstream>

using namespace escalon::test;

namespace {

constexpr auto prompt = "ready-for-keys> ";

/// A shell with the completion of escalon, in a folder with a few files. `escalon` itself is a stand-in that writes down the words
/// that it was given.
class ShellWithCompletion {
public:
    explicit ShellWithCompletion(std::string const& shell)
    {
        std::filesystem::create_directories(place_ / "bin");
        std::filesystem::create_directories(place_ / "home");
        std::filesystem::create_directories(place_ / "work/results/first");
        place_.write("bin/escalon", "#!/bin/sh\nprintf '%s\\n' \"$@\" >../asked.part && mv ../asked.part ../asked\n");
        std::filesystem::permissions(place_ / "bin/escalon", std::filesystem::perms::owner_all);
        for (auto const* file : {"work/my trial.yaml", "work/notes.txt", "work/results/plan.yaml"})
            place_.write(file, "");
        auto const starts = place_.write("start", start_of(shell));
        terminal_ = std::make_unique<Terminal>(place_ / "work", command_of(shell, starts.string()),
                                               std::vector<std::string>{"HOME=" + (place_ / "home").string(), "TERM=xterm",
                                                                        "ZDOTDIR=" + (place_ / "home").string(),
                                                                        "PATH=" + (place_ / "bin").string() + ":/usr/bin:/bin"});
        if (shell == "zsh")
            terminal_->type("source '" + starts.string() + "'\n");
        if (!terminal_->wait_until([&] { return terminal_->shows(prompt); }))
            throw std::runtime_error("no prompt of " + shell + ", which the tests need (apt-get install " + shell + "):\n" +
                                     terminal_->seen());
    }

    /// The words of the command that the keys come to.
    std::vector<std::string> run(std::string const& keys)
    {
        auto const asked = place_ / "asked";
        std::filesystem::remove(asked);
        terminal_->type(keys + "\r");
        bool const ran = terminal_->wait_until([&] { return std::filesystem::exists(asked); });
        INFO(terminal_->seen());
        CHECK(ran);
        std::vector<std::string> words;
        std::istringstream lines{file_text(asked)};
        for (std::string line; std::getline(lines, line);) { // --engine=exact is as good as --engine exact
            auto const equals = line.starts_with("--") ? line.find('=') : std::string::npos;
            words.push_back(line.substr(0, equals));
            if (equals != std::string::npos)
                words.push_back(line.substr(equals + 1));
            if (words.back().ends_with('/')) // zsh takes the slash behind a folder back
                words.back().pop_back();
        }
        return words;
    }

private:
    static std::string start_of(std::string const& shell)
    {
        std::string const script = "'" + std::string{ESCALON_PROGRAM} + "' completion " + shell;
        std::string const source = "source <(" + script + ")\n";
        if (shell == "bash")
            return source + "PS1='" + prompt + "'\n";
        if (shell == "zsh")
            return "autoload -U compinit\ncompinit -u -D\n" + source + "PROMPT='" + prompt + "'\n";
        return script + " | source\nfunction fish_prompt; echo -n '" + std::string{prompt} + "'; end\n";
    }

    static std::vector<std::string> command_of(std::string const& shell, std::string const& starts)
    {
        if (shell == "bash")
            return {"bash", "--noprofile", "--rcfile", starts, "-i"};
        if (shell == "zsh")
            return {"zsh", "-f", "-i"};
        return {"fish", "--no-config", "--init-command", "source " + starts, "-i"};
    }

    Scratch place_;
    std::unique_ptr<Terminal> terminal_;
};

using Words = std::vector<std::string>;

void check_shell(std::string const& name)
{
    INFO(name);
    ShellWithCompletion shell{name};
    CHECK(shell.run("escalon ru\t") == Words{"run"});
    CHECK(shell.run("escalon comp\tfi\t") == Words{"completion", "fish"});
    CHECK(shell.run("escalon run --en\tex\t") == Words{"run", "--engine", "exact"});
    CHECK(shell.run("escalon run --engine=mon\t") == Words{"run", "--engine", "monte_carlo"});
    CHECK(shell.run("escalon run my\t") == Words{"run", "my trial.yaml"});
    CHECK(shell.run("escalon run my\t--js\t") == Words{"run", "my trial.yaml", "--json"});
    CHECK(shell.run("escalon validate no\t") == Words{"validate", "no"}); // no scenario
    CHECK(shell.run("escalon validate results/pl\t") == Words{"validate", "results/plan.yaml"});
    CHECK(shell.run("escalon diff results/fi\tresults/fi\t") == Words{"diff", "results/first/results/fi"});
    CHECK(shell.run("escalon explain results/fi\t") == Words{"explain", "results/first"});
    CHECK(shell.run("escalon designs three_\t") == Words{"designs", "three_plus_three"});
    CHECK(shell.run("escalon init --model con\t") == Words{"init", "--model", "conjugate"});
    CHECK(shell.run("escalon --ver\t") == Words{"--version"});
}

} // namespace

TEST_CASE("bash completes commands, options, values and files", "[cli][completion]") { check_shell("bash"); }
TEST_CASE("zsh completes commands, options, values and files", "[cli][completion]") { check_shell("zsh"); }
TEST_CASE("fish completes commands, options, values and files", "[cli][completion]") { check_shell("fish"); }

TEST_CASE("every command and option that help lists is in every completion script", "[cli][completion]")
{
    std::vector<std::string> commands;
    std::istringstream help{run_escalon({"--help"}).out};
    for (std::string line; std::getline(help, line) && !line.starts_with("Subcommands:");) {
    }
    for (std::string line; std::getline(help, line) && line.starts_with("  ");)
        commands.push_back(line.substr(2, line.find(' ', 2) - 2));
    CHECK(commands.size() >= 12);
    for (auto const* shell : {"bash", "zsh", "fish"}) {
        auto const script = run_escalon({"completion", shell}).out;
        for (auto const& command : commands) {
            INFO(shell << ": " << command);
            CHECK(script.find(command) != std::string::npos);
            std::istringstream options{run_escalon({command, "--help"}).out};
            for (std::string line; std::getline(options, line);)
                if (auto const at = line.find("--"); line.starts_with("  -") && at != std::string::npos) {
                    auto const name = line.substr(at + 2, line.find_first_of(" =,", at) - at - 2);
                    INFO(name);
                    CHECK(script.find(name) != std::string::npos);
                }
        }
    }
}

TEST_CASE("the shells take their script without a word", "[cli][completion]")
{
    Scratch const place;
    for (auto const* shell : {"bash", "zsh", "fish"}) {
        auto const script = place.write(shell, run_escalon({"completion", shell}).out).string();
        auto const said = Running{place.path(), {shell, "-n", script}}.wait();
        INFO(shell << ": " << said.err);
        CHECK(said.exit == 0);
        CHECK(said.err.empty());
    }
}

TEST_CASE("a shell that is not known gets a suggestion", "[cli][completion]")
{
    auto const said = run_escalon({"completion", "fihs"});
    CHECK(said.exit == 64);
    CHECK(said.err.find("did you mean 'fish'?") != std::string::npos);
    CHECK(run_escalon({"completion"}).exit == 64);
}
