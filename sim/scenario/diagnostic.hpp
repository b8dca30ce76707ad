// What is wrong with a scenario, where, and how to mend it: collected, sorted by place, and shown with the line and a caret.
#pragma once

#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace escalon {

/// A place in the text of a scenario file or of a `--set`. Lines and columns count from 1; columns and lengths are bytes.
struct Place {
    int line = 1;
    int column = 1;
    int length = 1;
    std::string set; ///< the whole "path=value" of the `--set` that the place lies in; empty in a file
};

/// A text without the mark that editors of some systems begin a file with.
std::string_view without_byte_order_mark(std::string_view text);

/// A named text, cut into lines.
class Source {
public:
    Source(std::string name, std::string text);

    std::string const& name() const { return name_; }
    std::string const& text() const { return text_; }
    /// Without its line break; empty beyond the end.
    std::string_view line(int number) const;

private:
    std::string name_;
    std::string text_;
    std::vector<std::size_t> starts_;
};

enum class Severity { error, warning };

/// One fault, ready to be shown: it no longer needs the file. Columns and lengths are characters here.
struct Diagnostic {
    Severity severity = Severity::error;
    std::string file; ///< or "--set path=value"
    int line = 0;     ///< 0 in a `--set`
    int column = 1;
    int length = 1;
    std::string message;
    std::string hint;
    std::string excerpt; ///< the line that the fault lies in, without its indentation, cut around the fault when long
    int caret = 1;       ///< column of the fault in the excerpt

    friend bool operator==(Diagnostic const&, Diagnostic const&) = default;
};

Diagnostic diagnostic(Source const& source, Place const& place, Severity severity, std::string message, std::string hint);

enum class Colour { never, always };

/// Two to four lines: `file:line:col: error: message`, the line itself, a caret under the fault, `hint:`.
std::string render(Diagnostic const& diagnostic, Colour colour = Colour::never);
std::string render(std::span<Diagnostic const> diagnostics, Colour colour = Colour::never);

/// The user's mistakes, all of them. `what()` is their rendering without colour.
class ScenarioError : public std::runtime_error {
public:
    explicit ScenarioError(std::vector<Diagnostic> diagnostics);
    std::vector<Diagnostic> const& diagnostics() const { return diagnostics_; }

private:
    std::vector<Diagnostic> diagnostics_;
};

/// Collects the faults of one scenario, and remembers which of its parts could not be read, so that nothing that follows from
/// a fault is reported as a second one.
class Findings {
public:
    explicit Findings(Source const& source) : source_{source} {}

    void error(Place const& place, std::string message, std::string hint);
    void add(std::vector<Diagnostic> const& diagnostics);
    /// Marks the part at this path as unreadable.
    void spoil(std::string const& path) { spoilt_.insert(path); }
    /// Neither the part at this path, nor a part of it, nor a whole that it belongs to is unreadable.
    bool sound(std::string_view path) const;

    bool empty() const { return found_.empty(); }
    std::size_t size() const { return found_.size(); }
    /// In order of place, each once; the file before the overrides.
    std::vector<Diagnostic> sorted() const;

private:
    Source const& source_;
    std::vector<Diagnostic> found_;
    std::set<std::string, std::less<>> spoilt_;
};

/// A user's text inside a message: quoted, without control characters, cut when long.
std::string in_quotes(std::string_view text);

} // namespace escalon
