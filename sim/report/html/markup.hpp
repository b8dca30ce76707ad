// HTML that is escaped by construction: text becomes markup only through escaping, and the names of elements and attributes
// are known when the program is compiled.
//
// What could run or load something has no way in: there are no event attributes, no `style`, no `src`, and addresses only
// through `jump` and `web_link`. Scripts and styles are written by the page frame alone (page.hpp).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace escalon::html {

/// The name of an element.
class Tag {
public:
    consteval Tag(char const* name) : name_{name}
    {
        for (std::string_view const refused :
             {"script", "style", "iframe", "object", "embed", "base", "meta", "link", "form", "a"})
            if (name_ == refused)
                throw "this element is not written through Tag";
        if (name_.empty() || !std::ranges::all_of(name_, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }))
            throw "an element's name is lower case letters and digits";
    }
    constexpr std::string_view text() const { return name_; }

private:
    std::string_view name_;
};

/// The name of an attribute.
class Attribute {
public:
    consteval Attribute(char const* name) : name_{name}
    {
        for (std::string_view const refused : {"style", "src", "srcset", "href", "action", "formaction", "srcdoc"})
            if (name_ == refused)
                throw "this attribute is not written through Attribute";
        if (name_.starts_with("on"))
            throw "the report has no event attributes";
        if (name_.empty() || !std::ranges::all_of(name_, [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
            }))
            throw "an attribute's name is letters, digits and hyphens";
    }
    constexpr std::string_view text() const { return name_; }

private:
    std::string_view name_;
};

struct AttributeValue {
    Attribute name;
    std::string value; ///< escaped when written
};

using Attributes = std::vector<AttributeValue>;

/// Markup that is safe to put between tags.
class Markup {
public:
    Markup() = default;
    /// Text: characters of markup are escaped; control characters, bytes that are not UTF-8 and characters that override the
    /// direction of text become U+FFFD.
    Markup(std::string_view text); // NOLINT: text is markup once escaped
    Markup(std::string const& text) : Markup{std::string_view{text}} {}
    Markup(char const* text) : Markup{std::string_view{text}} {}

    Markup& operator+=(Markup const& more)
    {
        markup_ += more.markup_;
        return *this;
    }
    friend Markup operator+(Markup a, Markup const& b) { return std::move(a += b); }

    bool empty() const { return markup_.empty(); }
    std::string const& text() const { return markup_; }

    /// Markup that another safe writer made: the renderer's SVG.
    static Markup drawn(std::string svg);

private:
    friend Markup element(Tag tag, Attributes const& attributes, Markup const& content);
    friend Markup void_element(Tag tag, Attributes const& attributes);
    friend Markup name(std::string_view text);
    friend Markup verbatim(std::string_view text);
    friend Markup web_link(std::string_view address, Markup const& content);
    friend Markup jump(std::string_view id, Markup const& content, Attributes const& attributes);
    friend Markup data_block(std::string_view id, nlohmann::ordered_json const& data);

    std::string markup_;
};

Markup element(Tag tag, Attributes const& attributes, Markup const& content);
Markup element(Tag tag, Markup const& content);
/// `<br>`, `<rect>`: nothing between its tags.
Markup void_element(Tag tag, Attributes const& attributes = {});

/// What a user wrote, whatever its direction: `<bdi>` keeps it from turning the text around it.
Markup name(std::string_view text);

/// The same character for character, for texts that are copied from the page.
Markup verbatim(std::string_view text);

/// The same, cut for a line of other words; the whole text is for another place.
Markup short_name(std::string_view text, std::size_t most_characters = 60);

/// A figure that matters.
Markup strong(Markup const& content);

/// A link that opens nothing by itself; plain content unless the address is http or https.
Markup web_link(std::string_view address, Markup const& content);

/// To a part of this page.
Markup jump(std::string_view id, Markup const& content, Attributes const& attributes = {});

/// A text of the user's with its web addresses made links.
Markup with_links(std::string_view text);

/// Data for the page's script, never run: `<` stands as \u003c.
Markup data_block(std::string_view id, nlohmann::ordered_json const& data);

/// "{} recommends {}" with the parts put in place of the braces, in order.
Markup phrase(std::string_view pattern, std::initializer_list<Markup> parts);

/// "a", "a and b", "a, b and c".
Markup in_a_row(std::vector<Markup> const& parts);

/// The first characters of a UTF-8 text, an ellipsis where it was cut.
std::string shortened(std::string_view text, std::size_t most_characters);

/// An attribute value or a text, escaped as `Markup` does.
std::string escaped(std::string_view text);

} // namespace escalon::html
