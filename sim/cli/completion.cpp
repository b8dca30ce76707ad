// `completion`: scripts that teach shells the commands, options and values, written from the command line's own definition.
#include "sim/cli/command_shapes.hpp"
#include "sim/cli/commands.hpp"

#include "sim/scenario/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace escalon::cli {
namespace {

/// What can stand where a value is taken, as far as a shell can know.
struct Value {
    enum class Kind { anything, words, files, folders, results } kind = Kind::anything;
    std::vector<std::string> words; ///< of words
    std::string ending;             ///< of files: "yaml"; any when empty
};

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    while (true) {
        auto const end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + 1);
    }
}

/// The names under which help shows values say what they are: "a|b", "FILE", "FILE.svg", "FOLDER", "RESULT".
Value value_of(WordShape const& word)
{
    if (word.takes.find('|') != std::string::npos)
        return {Value::Kind::words, split(word.takes, '|'), {}};
    if (word.takes == "FILE")
        return {Value::Kind::files, {}, {}};
    if (word.takes.starts_with("FILE."))
        return {Value::Kind::files, {}, word.takes.substr(5)};
    if (word.takes == "FOLDER")
        return {Value::Kind::folders, {}, {}};
    if (word.takes == "RESULT")
        return {Value::Kind::results, {}, "yaml"};
    // a list with one entry, such as a catalogue that holds one model, has no bar; its entries are names in small letters
    bool const is_name = !word.takes.empty() && std::ranges::all_of(word.takes, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    return is_name ? Value{Value::Kind::words, {word.takes}, {}} : Value{};
}

std::vector<std::string> option_names(CommandShape const& command)
{
    std::vector<std::string> names;
    for (auto const& option : command.options)
        names.insert(names.end(), option.names.begin(), option.names.end());
    return names;
}

std::string with_spaces(std::vector<std::string> const& words) { return fmt::format("{}", fmt::join(words, " ")); }

/// A word that bash and zsh take as it is.
std::string shell_quoted(std::string_view text)
{
    std::string result = "'";
    for (char const c : text)
        result += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return result + "'";
}

constexpr std::string_view bash_head = R"(# Completion of escalon for bash, written by: escalon completion bash

# Of the words in $1, which hold no blanks, those that begin with what is typed.
_escalon_words() {
    local word
    for word in $1; do
        [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
    done
}

# Folders, and the files that end in .$1; every file when $1 is empty, none when it is /.
_escalon_files() {
    local name
    compopt -o filenames 2>/dev/null
    while IFS= read -r name; do
        COMPREPLY+=("$name")
    done < <(
        compgen -d -- "$cur"
        case $1 in
        /) ;;
        '') compgen -f -- "$cur" | while IFS= read -r name; do [[ -d $name ]] || printf '%s\n' "$name"; done ;;
        *) compgen -f -X "!*.$1" -- "$cur" ;;
        esac
    )
}

_escalon() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
    COMPREPLY=()
    # bash breaks words at '=': --engine=ex arrives as three words
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD-2]}
    fi
)";

std::string bash_value(Value const& value)
{
    switch (value.kind) {
    case Value::Kind::anything: return ":";
    case Value::Kind::words: return "_escalon_words " + shell_quoted(with_spaces(value.words));
    case Value::Kind::files:
    case Value::Kind::results: return "_escalon_files " + shell_quoted(value.ending);
    case Value::Kind::folders: return "_escalon_files /";
    }
    return ":";
}

std::string bash_script(CommandShape const& program, std::vector<CommandShape> const& commands)
{
    std::vector<std::string> first;
    for (auto const& command : commands)
        first.push_back(command.name);
    auto const own = option_names(program);
    first.insert(first.end(), own.begin(), own.end());
    std::string text{bash_head};
    text += fmt::format("    if ((COMP_CWORD == 1)); then\n        _escalon_words {}\n        return\n    fi\n",
                        shell_quoted(with_spaces(first)));
    text += "    case ${COMP_WORDS[1]} in\n";
    for (auto const& command : commands) {
        text += fmt::format("    {})\n        case $prev in\n", command.name);
        for (auto const& option : command.options)
            if (!option.takes.empty())
                text += fmt::format("        {}) {}; return ;;\n", fmt::join(option.names, "|"), bash_value(value_of(option)));
        text += fmt::format("        esac\n        case $cur in\n        -*) _escalon_words {} ;;\n",
                            shell_quoted(with_spaces(option_names(command))));
        std::vector<std::string> offered;
        for (auto const& word : command.words)
            if (auto const offer = bash_value(value_of(word)); std::ranges::find(offered, offer) == offered.end())
                offered.push_back(offer);
        if (!offered.empty())
            text += fmt::format("        *) {} ;;\n", fmt::join(offered, "; "));
        text += "        esac\n        ;;\n";
    }
    return text + "    esac\n}\n\ncomplete -F _escalon escalon\n";
}

/// Inside of a specification of `_arguments`, colons and brackets mean something.
std::string zsh_words(std::string_view text)
{
    std::string result;
    for (char const c : text)
        result += std::string_view{"\\:[]"}.find(c) != std::string_view::npos ? std::string{'\\', c} : std::string{c};
    return result;
}

std::string zsh_value(Value const& value)
{
    switch (value.kind) {
    case Value::Kind::anything: return " ";
    case Value::Kind::words: return "(" + with_spaces(value.words) + ")";
    case Value::Kind::files:
    case Value::Kind::results: return value.ending.empty() ? "_files" : " _escalon_files " + value.ending;
    case Value::Kind::folders: return "_files -/";
    }
    return " ";
}

std::string zsh_option(WordShape const& option)
{
    std::string const repeats = option.takes == "PATH=VALUE" ? "*" : "";
    std::string text;
    for (auto const& name : option.names) {
        auto const others = repeats.empty() ? "(" + with_spaces(option.names) + ")" : repeats;
        auto spec = others + name;
        if (!option.takes.empty())
            spec += name.starts_with("--") ? "=" : "+";
        spec += "[" + zsh_words(option.does) + "]";
        if (!option.takes.empty())
            spec += ":" + zsh_words(option.takes) + ":" + zsh_value(value_of(option));
        text += " \\\n            " + shell_quoted(spec);
    }
    return text;
}

constexpr std::string_view zsh_head = R"sh(#compdef escalon
# Completion of escalon for zsh, written by: escalon completion zsh

# Folders, and the files that end in .$1; `_files -g` would fall back to every file.
_escalon_files() {
    local -i missing=1
    _path_files -g "*.$1(-.)" && missing=0
    _path_files -/ && missing=0
    return missing
}

_escalon() {
    _compskip=all # where nothing fits there is nothing else to offer
    local -a commands=(
)sh";

std::string zsh_script(CommandShape const& program, std::vector<CommandShape> const& commands)
{
    std::string text{zsh_head};
    for (auto const& command : commands)
        text += fmt::format("        {}\n", shell_quoted(command.name + ":" + zsh_words(command.does)));
    text += "    )\n    if ((CURRENT == 2)) && [[ ${words[2]} != -* ]]; then\n"
            "        _describe -t commands command commands\n        return\n    fi\n"
            "    if ((CURRENT == 2)); then\n        _arguments";
    for (auto const& option : program.options)
        text += zsh_option(option);
    text += "\n        return\n    fi\n    local command=${words[2]}\n    shift words\n    ((CURRENT--))\n    case $command in\n";
    for (auto const& command : commands) {
        text += fmt::format("    {})\n        _arguments", command.name);
        for (auto const& option : command.options)
            text += zsh_option(option);
        for (std::size_t i = 0; i < command.words.size(); ++i) {
            auto const& word = command.words[i];
            auto const place = command.words.size() == 1 ? "*" : std::to_string(i + 1);
            text += " \\\n            " + shell_quoted(place + ":" + zsh_words(word.does) + ":" + zsh_value(value_of(word)));
        }
        text += "\n        ;;\n";
    }
    return text + "    esac\n}\n\n"
                  "# read as a file of fpath the function runs at once; read by `source` it is announced\n"
                  "if [[ ${funcstack[1]} == _escalon ]]; then\n    _escalon \"$@\"\nelse\n    compdef _escalon escalon\nfi\n";
}

std::string fish_quoted(std::string_view text)
{
    std::string result = "'";
    for (char const c : text)
        result += c == '\'' || c == '\\' ? std::string{'\\', c} : std::string{c};
    return result + "'";
}

constexpr std::string_view fish_head = R"(# Completion of escalon for fish, written by: escalon completion fish

function __escalon_first
    test (count (commandline -opc)) -eq 1
end

function __escalon_in
    set -l typed (commandline -opc)
    test (count $typed) -gt 1; and test "$typed[2]" = "$argv[1]"
end

# Folders, and the files with this ending.
function __escalon_files
    __fish_complete_suffix $argv[1] | string match -r '.*(?:/|\\'$argv[1]')(?:\t.*)?$'
end

complete -c escalon -f
)";

std::string fish_value(Value const& value)
{
    switch (value.kind) {
    case Value::Kind::anything: return " -x";
    case Value::Kind::words: return " -x -a " + fish_quoted(with_spaces(value.words));
    case Value::Kind::files:
    case Value::Kind::results:
        return value.ending.empty() ? " -r -F" : " -x -a " + fish_quoted("(__escalon_files ." + value.ending + ")");
    case Value::Kind::folders: return " -x -a '(__fish_complete_directories)'";
    }
    return " -x";
}

std::string fish_option(std::string const& where, WordShape const& option)
{
    auto text = fmt::format("complete -c escalon -n '{}'", where);
    for (auto const& name : option.names)
        text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    if (!option.takes.empty())
        text += fish_value(value_of(option));
    return text + " -d " + fish_quoted(option.does) + "\n";
}

std::string fish_script(CommandShape const& program, std::vector<CommandShape> const& commands)
{
    std::string text{fish_head};
    for (auto const& command : commands)
        text += fmt::format("complete -c escalon -n __escalon_first -a {} -d {}\n", command.name, fish_quoted(command.does));
    for (auto const& option : program.options)
        text += fish_option("__escalon_first", option);
    for (auto const& command : commands) {
        auto const where = "__escalon_in " + command.name;
        std::vector<std::string> offered;
        for (auto const& word : command.words) {
            auto const value = value_of(word);
            auto const offer = value.kind == Value::Kind::files && value.ending.empty() ? std::string{" -F"} : fish_value(value);
            if (value.kind != Value::Kind::anything && std::ranges::find(offered, offer) == offered.end()) {
                offered.push_back(offer);
                text += fmt::format("complete -c escalon -n '{}'{}\n", where, offer);
            }
        }
        for (auto const& option : command.options)
            text += fish_option(where, option);
    }
    return text;
}

struct Writer {
    std::string_view shell;
    std::string (*script)(CommandShape const&, std::vector<CommandShape> const&);
};

constexpr std::array writers{Writer{"bash", bash_script}, Writer{"zsh", zsh_script}, Writer{"fish", fish_script}};

} // namespace

Exit execute(CompletionArguments const& arguments, Console const& console)
{
    auto const writer = std::ranges::find(writers, arguments.shell, &Writer::shell);
    if (writer == writers.end()) {
        std::vector<std::string> shells;
        for (auto const& known : writers)
            shells.emplace_back(known.shell);
        throw UsageError(
            fmt::format("no completion for the shell {}; {}", in_quotes(arguments.shell), suggestion(arguments.shell, shells)));
    }
    auto commands = command_shapes();
    auto const program = commands.front();
    commands.erase(commands.begin());
    console.print(writer->script(program, commands));
    return Exit::done;
}

} // namespace escalon::cli
