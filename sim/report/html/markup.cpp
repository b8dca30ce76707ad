#include "sim/report/html/markup.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <stdexcept>

namespace escalon::html {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

/// One character of a UTF-8 text.
struct Character {
    char32_t code = 0;
    std::size_t bytes = 1;
    bool sound = false;
};

/// The Unicode standard, table 3-7: what is no shortest form, a surrogate or beyond U+10FFFF is not sound.
Character first_character(std::string_view text)
{
    auto const byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    std::uint8_t const lead = byte(0);
    constexpr std::uint8_t ascii_end = 0x80;
    if (lead < ascii_end)
        return {lead, 1, true};
    std::size_t const length = lead >= 0xc2 && lead <= 0xdf   ? 2
                               : (lead & 0xf0) == 0xe0        ? 3
                               : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                              : 0;
    if (length == 0 || text.size() < length)
        return {};
    char32_t code = lead & (0xff >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80)
            return {};
        code = (code << 6) | (byte(i) & 0x3f);
    }
    bool const shortest = length == 2 || (length == 3 ? code >= 0x800 : code >= 0x10000);
    bool const surrogate = code >= 0xd800 && code <= 0xdfff;
    if (!shortest || surrogate || code > 0x10ffff)
        return {};
    return {code, length, true};
}

bool is_control(char32_t code)
{
    return (code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7f && code <= 0x9f) || code == 0xfffe || code == 0xffff;
}

/// Embeddings, overrides and isolates: they reach beyond the text that holds them.
bool turns_direction(char32_t code) { return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069); }

enum class Direction { neutralised, kept };

std::string escaped_text(std::string_view text, Direction direction)
{
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        auto const [code, bytes, sound] = first_character(text);
        if (!sound || is_control(code) || (direction == Direction::neutralised && turns_direction(code)))
            result += replacement;
        else if (code == '&')
            result += "&amp;";
        else if (code == '<')
            result += "&lt;";
        else if (code == '>')
            result += "&gt;";
        else if (code == '"')
            result += "&quot;";
        else if (code == '\'')
            result += "&#39;";
        else
            result += text.substr(0, bytes);
        text.remove_prefix(bytes);
    }
    return result;
}

std::string opening(std::string_view tag, Attributes const& attributes)
{
    std::string text = "<" + std::string{tag};
    for (auto const& [name, value] : attributes)
        text += " " + std::string{name.text()} + "=\"" + escaped(value) + "\"";
    return text + ">";
}

bool is_web_address(std::string_view text) { return text.starts_with("https://") || text.starts_with("http://"); }

} // namespace

std::string escaped(std::string_view text) { return escaped_text(text, Direction::neutralised); }

Markup::Markup(std::string_view text) : markup_{escaped(text)} {}

Markup Markup::drawn(std::string svg)
{
    Markup markup;
    markup.markup_ = std::move(svg);
    return markup;
}

Markup element(Tag tag, Attributes const& attributes, Markup const& content)
{
    Markup markup;
    markup.markup_ = opening(tag.text(), attributes) + content.markup_ + "</" + std::string{tag.text()} + ">";
    return markup;
}

Markup element(Tag tag, Markup const& content) { return element(tag, {}, content); }

Markup void_element(Tag tag, Attributes const& attributes)
{
    Markup markup;
    markup.markup_ = opening(tag.text(), attributes);
    markup.markup_.insert(markup.markup_.size() - 1, "/");
    return markup;
}

Markup name(std::string_view text)
{
    Markup markup;
    markup.markup_ = "<bdi>" + escaped(text) + "</bdi>";
    return markup;
}

Markup verbatim(std::string_view text)
{
    Markup markup;
    markup.markup_ = "<bdi>" + escaped_text(text, Direction::kept) + "</bdi>";
    return markup;
}

Markup short_name(std::string_view text, std::size_t most_characters) { return name(shortened(text, most_characters)); }

Markup strong(Markup const& content) { return element("strong", content); }

Markup web_link(std::string_view address, Markup const& content)
{
    if (!is_web_address(address))
        return content;
    Markup markup;
    markup.markup_ = "<a rel=\"noreferrer noopener\" href=\"" + escaped(address) + "\">" + content.markup_ + "</a>";
    return markup;
}

Markup jump(std::string_view id, Markup const& content, Attributes const& attributes)
{
    auto open = opening("a", attributes);
    open.insert(2, " href=\"#" + escaped(id) + "\"");
    Markup markup;
    markup.markup_ = open + content.markup_ + "</a>";
    return markup;
}

Markup with_links(std::string_view text)
{
    constexpr std::string_view ends = " \t\n<>\"'()[]{}";
    constexpr std::string_view not_last = ".,;:!?";
    Markup markup;
    while (!text.empty()) {
        auto const at = std::min(text.find("https://"), text.find("http://"));
        markup += at == 0 ? Markup{} : name(text.substr(0, at));
        if (at == std::string_view::npos)
            break;
        text.remove_prefix(at);
        auto address = text.substr(0, text.find_first_of(ends));
        while (not_last.find(address.back()) != std::string_view::npos)
            address.remove_suffix(1);
        markup += web_link(address, name(address));
        text.remove_prefix(address.size());
    }
    return markup;
}

Markup data_block(std::string_view id, nlohmann::ordered_json const& data)
{
    auto const json = data.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    Markup markup;
    markup.markup_ = "<script type=\"application/json\" id=\"" + escaped(id) + "\">";
    for (char const c : json) { // these characters stand in strings only
        if (c == '<')
            markup.markup_ += "\\u003c";
        else if (c == '>')
            markup.markup_ += "\\u003e";
        else if (c == '&')
            markup.markup_ += "\\u0026";
        else
            markup.markup_ += c;
    }
    markup.markup_ += "</script>";
    return markup;
}

Markup phrase(std::string_view pattern, std::initializer_list<Markup> parts)
{
    Markup markup;
    for (auto const& part : parts) {
        auto const at = pattern.find("{}");
        if (at == std::string_view::npos)
            throw std::logic_error("a phrase has more parts than places");
        markup += Markup{pattern.substr(0, at)} + part;
        pattern.remove_prefix(at + 2);
    }
    if (pattern.find("{}") != std::string_view::npos)
        throw std::logic_error("a phrase has more places than parts");
    return markup + Markup{pattern};
}

Markup in_a_row(std::vector<Markup> const& parts)
{
    Markup markup;
    for (std::size_t i = 0; i < parts.size(); ++i)
        markup += Markup{i == 0 ? "" : i + 1 == parts.size() ? " and " : ", "} + parts[i];
    return markup;
}

std::string shortened(std::string_view text, std::size_t most_characters)
{
    auto rest = text;
    for (std::size_t i = 0; i < most_characters && !rest.empty(); ++i)
        rest.remove_prefix(first_character(rest).bytes);
    if (rest.empty())
        return std::string{text};
    auto cut = text.substr(0, text.size() - rest.size());
    while (cut.ends_with(' '))
        cut.remove_suffix(1);
    return std::string{cut} + "…";
}

} // namespace escalon::html
