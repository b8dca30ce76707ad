#include "sim/scenario/diagnostic.hpp"

#include <algorithm>
#include <tuple>

namespace escalon {
namespace {

constexpr std::size_t longest_excerpt = 140; // characters; what a wide terminal shows in one line
constexpr std::size_t context_before = 60;   // characters kept before the fault in a line that is cut
constexpr std::size_t longest_quote = 60;
constexpr std::string_view ellipsis = "...";

constexpr std::string_view bold = "\033[1m";
constexpr std::string_view red = "\033[1;31m";
constexpr std::string_view magenta = "\033[1;35m";
constexpr std::string_view cyan = "\033[36m";
constexpr std::string_view plain = "\033[0m";

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::size_t characters(std::string_view text)
{
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !continues_character(c); }));
}

/// Cut after so many characters, never inside one.
std::string_view first_characters(std::string_view text, std::size_t count)
{
    std::size_t end = 0;
    for (std::size_t seen = 0; end < text.size(); ++end) {
        if (!continues_character(text[end]) && seen++ == count)
            break;
    }
    return text.substr(0, end);
}

/// Control characters would move the cursor or the colours of a terminal.
std::string printable(std::string_view text)
{
    std::string shown{text};
    for (std::size_t i = 0; i < shown.size(); ++i) {
        auto const byte = static_cast<unsigned char>(shown[i]);
        if (byte == '\t')
            shown[i] = ' ';
        else if (byte < 0x20 || byte == 0x7F)
            shown[i] = '?';
    }
    return shown;
}

/// What is shown of a line, and how many characters of it stand before the fault.
struct Excerpt {
    std::string text;
    std::size_t before = 0;
};

Excerpt excerpt_of(std::string_view line, std::size_t start)
{
    auto const indentation = line.find_first_not_of(" \t");
    if (indentation == std::string_view::npos)
        return {};
    auto const skipped = std::min(indentation, start);
    line.remove_prefix(skipped);
    auto before = characters(line.substr(0, start - skipped));
    Excerpt excerpt;
    if (characters(line) > longest_excerpt && before > longest_excerpt / 2) {
        line.remove_prefix(first_characters(line, before - context_before).size());
        before = context_before + ellipsis.size();
        excerpt.text = ellipsis;
    }
    auto const shown = first_characters(line, longest_excerpt);
    excerpt.text += printable(shown);
    if (shown.size() < line.size())
        excerpt.text += ellipsis;
    excerpt.before = before;
    return excerpt;
}

std::string painted(std::string_view text, std::string_view paint, Colour colour)
{
    if (colour == Colour::never)
        return std::string{text};
    return std::string{paint} + std::string{text} + std::string{plain};
}

std::string joined(std::vector<Diagnostic> const& diagnostics)
{
    auto text = render(std::span{diagnostics});
    if (!text.empty() && text.back() == '\n')
        text.pop_back();
    return text;
}

} // namespace

std::string_view without_byte_order_mark(std::string_view text)
{
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    return text.substr(text.starts_with(mark) ? mark.size() : 0);
}

Source::Source(std::string name, std::string text) : name_{std::move(name)}, text_{std::move(text)}, starts_{0}
{
    for (std::size_t i = 0; i < text_.size(); ++i)
        if (text_[i] == '\n')
            starts_.push_back(i + 1);
}

std::string_view Source::line(int number) const
{
    if (number < 1 || static_cast<std::size_t>(number) > starts_.size())
        return {};
    auto const start = starts_[static_cast<std::size_t>(number) - 1];
    auto const end = std::min(text_.find('\n', start), text_.size());
    auto line = std::string_view{text_}.substr(start, end - start);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

Diagnostic diagnostic(Source const& source, Place const& place, Severity severity, std::string message, std::string hint)
{
    std::string_view const line = place.set.empty() ? source.line(place.line) : std::string_view{place.set};
    auto const start = std::min(static_cast<std::size_t>(std::max(place.column, 1)) - 1, line.size());
    auto const marked = line.substr(start, static_cast<std::size_t>(std::max(place.length, 1)));

    Diagnostic result;
    result.severity = severity;
    result.file = place.set.empty() ? printable(source.name()) : "--set " + printable(place.set);
    result.line = place.set.empty() ? place.line : 0;
    result.column = static_cast<int>(characters(line.substr(0, start))) + 1;
    result.length = static_cast<int>(std::max<std::size_t>(characters(marked), 1));
    result.message = std::move(message);
    result.hint = std::move(hint);
    auto const excerpt = excerpt_of(line, start);
    result.excerpt = excerpt.text;
    result.caret = static_cast<int>(excerpt.before) + 1;
    return result;
}

std::string render(Diagnostic const& diagnostic, Colour colour)
{
    auto const severity = diagnostic.severity == Severity::error ? painted("error", red, colour)
                                                                 : painted("warning", magenta, colour);
    std::string place = diagnostic.file;
    if (diagnostic.line > 0)
        place += ":" + std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column);
    std::string text = painted(place, bold, colour) + ": " + severity + ": " + painted(diagnostic.message, bold, colour) + "\n";

    if (!diagnostic.excerpt.empty()) {
        auto const before = static_cast<std::size_t>(diagnostic.caret) - 1;
        auto const room = std::max(characters(diagnostic.excerpt), before + 1) - before;
        auto const carets = std::string(std::min(static_cast<std::size_t>(diagnostic.length), room), '^');
        text += "    " + diagnostic.excerpt + "\n";
        text += "    " + std::string(before, ' ') + painted(carets, red, colour) + "\n";
    }
    if (!diagnostic.hint.empty())
        text += "  " + painted("hint:", cyan, colour) + " " + diagnostic.hint + "\n";
    return text;
}

std::string render(std::span<Diagnostic const> diagnostics, Colour colour)
{
    std::string text;
    for (auto const& diagnostic : diagnostics)
        text += render(diagnostic, colour);
    return text;
}

ScenarioError::ScenarioError(std::vector<Diagnostic> diagnostics)
    : std::runtime_error{joined(diagnostics)}, diagnostics_{std::move(diagnostics)}
{}

void Findings::error(Place const& place, std::string message, std::string hint)
{
    found_.push_back(diagnostic(source_, place, Severity::error, std::move(message), std::move(hint)));
}

void Findings::add(std::vector<Diagnostic> const& diagnostics)
{
    found_.insert(found_.end(), diagnostics.begin(), diagnostics.end());
}

bool Findings::sound(std::string_view path) const
{
    return std::ranges::none_of(spoilt_, [path](std::string_view spoilt) {
        auto const& whole = spoilt.size() < path.size() ? spoilt : path;
        auto const& part = spoilt.size() < path.size() ? path : spoilt;
        return part.starts_with(whole) &&
               (part.size() == whole.size() || whole.empty() || part[whole.size()] == '.' || part[whole.size()] == '[');
    });
}

std::vector<Diagnostic> Findings::sorted() const
{
    auto result = found_;
    auto const place = [](Diagnostic const& d) {
        return std::tuple{d.line == 0, d.line == 0 ? std::string_view{d.file} : std::string_view{}, d.line, d.column};
    };
    std::ranges::stable_sort(result, {}, place);
    std::vector<Diagnostic> once;
    for (auto& diagnostic : result) {
        auto const here = std::find_if_not(once.rbegin(), once.rend(),
                                           [&](Diagnostic const& other) { return place(other) == place(diagnostic); });
        if (std::find(once.rbegin(), here, diagnostic) == here)
            once.push_back(std::move(diagnostic));
    }
    return once;
}

std::string in_quotes(std::string_view text)
{
    auto const shown = first_characters(text, longest_quote);
    return "'" + printable(shown) + (shown.size() < text.size() ? std::string{ellipsis} : std::string{}) + "'";
}

} // namespace escalon
