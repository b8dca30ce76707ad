#include "sim/scenario/node.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <sstream>

namespace escalon {
namespace {

// Far beyond any scenario, and small enough that hostile text costs a moment at most.
constexpr std::size_t largest_text = 1 << 20; // bytes
constexpr std::size_t deepest = 64;
constexpr std::size_t most_nodes = 20'000; // after aliases are written out

constexpr char blank[] = " \t";

/// Thrown out of the parser once a fault was reported that makes reading on pointless.
struct GiveUp {};

Place place_at(YAML::Mark const& mark) { return {.line = mark.line + 1, .column = mark.column + 1, .length = 1, .set = {}}; }

/// The bytes from a place to the end of the text.
std::string_view text_from(Source const& source, Place const& place)
{
    auto const line = source.line(place.line);
    std::string_view const text = source.text();
    if (line.data() == nullptr)
        return {};
    auto const start = static_cast<std::size_t>(line.data() - text.data()) +
                       std::min(static_cast<std::size_t>(place.column) - 1, line.size());
    return text.substr(std::min(start, text.size()));
}

/// Moves a place that stands on an anchor or a tag to the value behind it.
Place behind_properties(Source const& source, Place place)
{
    auto const line = source.line(place.line);
    auto at = static_cast<std::size_t>(place.column) - 1;
    while (at < line.size() && (line[at] == '&' || line[at] == '!')) {
        auto const end = line.find_first_of(blank, at);
        auto const next = end == std::string_view::npos ? end : line.find_first_not_of(blank, end);
        if (next == std::string_view::npos)
            return place;
        at = next;
    }
    place.column = static_cast<int>(at) + 1;
    return place;
}

/// One past the closing quote of a text that begins with a quote; none when it is never closed.
std::optional<std::size_t> closing_quote(std::string_view text)
{
    char const quote = text.front();
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (quote == '"' && text[i] == '\\')
            ++i;
        else if (text[i] == quote && quote == '\'' && i + 1 < text.size() && text[i + 1] == quote)
            ++i;
        else if (text[i] == quote)
            return i + 1;
    }
    return std::nullopt;
}

/// Bytes of a plain scalar that stand on its first line.
int plain_length(Source const& source, Place const& place, std::string_view value)
{
    auto const rest = text_from(source, place);
    if (rest.starts_with(value))
        return static_cast<int>(std::max<std::size_t>(value.size(), 1));
    auto line = rest.substr(0, rest.find_first_of("\r\n"));
    line = line.substr(0, line.find(" #"));
    auto const last = line.find_last_not_of(blank);
    return last == std::string_view::npos ? 1 : static_cast<int>(last) + 1;
}

bool is_control(unsigned char byte) { return (byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7F; }

/// The first byte that may not stand in a text: no UTF-8, or a control character. Tabs and line breaks may.
struct BadByte {
    std::size_t at;
    std::string_view problem;
};

std::optional<BadByte> bad_byte(std::string_view text)
{
    constexpr std::string_view not_utf8 = "this is not UTF-8 text";
    constexpr std::string_view control = "a control character stands here";
    auto const byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    for (std::size_t i = 0; i < text.size();) {
        auto const lead = byte(i);
        if (lead < 0x80) {
            bool const line_break = lead == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
            if (is_control(lead) && !line_break)
                return BadByte{i, control};
            ++i;
            continue;
        }
        std::size_t const length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4 || i + length > text.size())
            return BadByte{i, not_utf8};
        std::uint32_t code = lead & (0xFFU >> (length + 1));
        for (std::size_t k = 1; k < length; ++k) {
            if ((byte(i + k) & 0xC0) != 0x80)
                return BadByte{i, not_utf8};
            code = (code << 6) | (byte(i + k) & 0x3FU);
        }
        bool const overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
        bool const surrogate = code >= 0xD800 && code <= 0xDFFF;
        if (overlong || surrogate || code > 0x10FFFF)
            return BadByte{i, not_utf8};
        if (code < 0xA0) // the second block of control characters, among them escape sequences of terminals
            return BadByte{i, control};
        i += length;
    }
    return std::nullopt;
}

Place place_of_byte(std::string_view text, std::size_t at)
{
    auto const before = text.substr(0, at);
    auto const line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return {.line = static_cast<int>(std::ranges::count(before, '\n')) + 1,
            .column = static_cast<int>(at - line_start) + 1,
            .length = 1,
            .set = {}};
}

/// How yaml-cpp names a fault, and how we do.
struct Translation {
    std::string_view original; ///< a beginning of the message
    std::string_view message;
    std::string_view hint;
};

constexpr std::array translations{
    Translation{"illegal map value", "a ':' stands where no key can be",
                "put quotes around a text that contains ': ', and line up the keys of one block"},
    Translation{"illegal map key", "a key cannot stand here", "line up the keys of one block"},
    Translation{"end of map not found", "this line does not fit the block above it",
                "the keys of one block start in the same column"},
    Translation{"end of sequence not found", "this line does not fit the list above it",
                "the dashes of one list start in the same column"},
    Translation{"end of map flow not found", "a '{' before this place is never closed", "add the missing '}' or ','"},
    Translation{"end of sequence flow not found", "a '[' before this place is never closed", "add the missing ']' or ','"},
    Translation{"illegal flow end", "there is nothing that this bracket closes", "remove it, or add the bracket that opens"},
    Translation{"illegal block entry", "a list cannot start on the line of its key",
                "start the list on a line of its own, or write [a, b]"},
    Translation{"unknown token", "a value cannot start with this character", "put quotes around the text"},
    Translation{"unknown escape character", "there is no such escape in double quotes",
                "use single quotes, or write \\\\ for a backslash"},
    Translation{"the referenced anchor is not defined", "there is no anchor of this name", "write the value itself"},
    Translation{"illegal EOF in scalar", "the file ends inside a text", "close the quote"},
    Translation{"illegal document indicator in scalar", "a text runs into '---' or '...'", "close the quote"},
    Translation{"illegal tab", "a tab cannot indent", "indent with spaces"},
};

void report_syntax(Source const& source, Findings& findings, YAML::Exception const& fault)
{
    auto place = place_at(fault.mark);
    if (fault.mark.is_null())
        place = Place{};
    auto const line = source.line(place.line);
    auto const indentation = line.substr(0, std::min(line.find_first_not_of(blank), line.size()));
    if (auto const tab = indentation.find('\t'); tab != std::string_view::npos) {
        place.column = static_cast<int>(tab) + 1;
        return findings.error(place, "a tab cannot indent", "indent with spaces");
    }
    for (auto const& known : translations)
        if (fault.msg.starts_with(known.original))
            return findings.error(place, std::string{known.message}, std::string{known.hint});
    findings.error(place, "this cannot be read as YAML: " + fault.msg, "check quotes, brackets and indentation near this place");
}

std::size_t count_nodes(Node const& node)
{
    std::size_t count = 1;
    for (auto const& item : node.items)
        count += count_nodes(item);
    for (auto const& member : node.members)
        count += count_nodes(member.value);
    return count;
}

std::size_t depth_of(Node const& node)
{
    std::size_t deepest_part = 0;
    for (auto const& item : node.items)
        deepest_part = std::max(deepest_part, depth_of(item));
    for (auto const& member : node.members)
        deepest_part = std::max(deepest_part, depth_of(member.value));
    return deepest_part + 1;
}

class Builder : public YAML::EventHandler {
public:
    Builder(Source const& source, Findings& findings) : source_{source}, findings_{findings} {}

    std::optional<Node> take_root() { return std::move(root_); }

    void OnDocumentStart(YAML::Mark const& mark) override
    {
        if (++documents_ == 1)
            return;
        auto const place = place_at(mark);
        if (source_.line(place.line).starts_with("---"))
            give_up(place, "a scenario is one YAML document", "remove this line, or move what follows to a file of its own");
        give_up(place, "this line does not belong to what stands above it", "the keys of one block start in the same column");
    }
    void OnDocumentEnd() override {}

    void OnNull(YAML::Mark const& mark, YAML::anchor_t anchor) override
    {
        Node node;
        node.place = place_at(mark);
        complete(std::move(node), anchor);
    }

    void OnAlias(YAML::Mark const& mark, YAML::anchor_t anchor) override
    {
        auto const found = anchors_.find(anchor);
        if (found == anchors_.end())
            give_up(place_at(mark), "an alias cannot stand inside of what it names", "write the value itself");
        nodes_ += count_nodes(found->second);
        if (nodes_ > most_nodes || open_.size() + depth_of(found->second) > deepest)
            give_up(place_at(mark), "the aliases blow this file up beyond reason", "write the values themselves");
        complete(found->second, YAML::NullAnchor);
    }

    void OnScalar(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor, std::string const& value) override
    {
        refuse_tag(mark, tag);
        Node node;
        node.kind = Node::Kind::scalar;
        node.style = tag == "!" ? Node::Style::quoted : Node::Style::plain;
        node.text = value;
        node.place = behind_properties(source_, place_at(mark));
        auto const rest = text_from(source_, node.place);
        if (node.style == Node::Style::plain) {
            node.place.length = plain_length(source_, node.place, value);
        } else if (rest.starts_with('"') || rest.starts_with('\'')) {
            auto const end = closing_quote(rest);
            if (!end)
                give_up(node.place, "this quote is never closed", std::string{"add the closing "} + rest.front());
            node.place.length = static_cast<int>(std::min({*end, rest.find('\n'), rest.size()}));
        }
        if (auto const bad = bad_byte(value)) {
            findings_.error(node.place, "a control character hides in this text", "remove its escape sequence");
            node.text.clear();
        }
        complete(std::move(node), anchor);
    }

    void OnSequenceStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override
    {
        open(mark, tag, anchor, style, Node::Kind::sequence);
    }
    void OnSequenceEnd() override { close(); }

    void OnMapStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override
    {
        open(mark, tag, anchor, style, Node::Kind::map);
    }
    void OnMapEnd() override { close(); }

private:
    struct Key {
        std::string text;
        Place place;
        std::optional<Place> first; ///< where the same key stood before
    };
    struct Open {
        Node node;
        YAML::anchor_t anchor;
        std::optional<Key> key; ///< of the value that comes next
        std::map<std::string, Place> keys;
    };

    [[noreturn]] void give_up(Place const& place, std::string message, std::string hint)
    {
        findings_.error(place, std::move(message), std::move(hint));
        throw GiveUp{};
    }

    void refuse_tag(YAML::Mark const& mark, std::string const& tag)
    {
        if (!tag.empty() && tag != "?" && tag != "!")
            findings_.error(place_at(mark), "tags have no meaning in a scenario", "write the value alone");
    }

    bool awaits_key() const { return !open_.empty() && open_.back().node.kind == Node::Kind::map && !open_.back().key; }

    void count_one(Place const& place)
    {
        if (++nodes_ > most_nodes)
            give_up(place, "this file has too many parts", "a scenario has a few hundred values");
    }

    void open(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value style,
              Node::Kind kind)
    {
        refuse_tag(mark, tag);
        auto place = place_at(mark);
        if (awaits_key())
            give_up(place, kind == Node::Kind::map ? "a key cannot be a block of keys" : "a key cannot be a list",
                    "write key: value; if this is no key, its bracket is not closed");
        if (open_.size() >= deepest)
            give_up(place, "this is nested too deeply", "a scenario has five or six levels");
        count_one(place);
        // a block begins with its first key: the key that names it is the better place to point at
        if (style != YAML::EmitterStyle::Flow && !open_.empty() && open_.back().key)
            place = open_.back().key->place;
        Open opened;
        opened.node.kind = kind;
        opened.node.place = place;
        opened.anchor = anchor;
        open_.push_back(std::move(opened));
    }

    void close()
    {
        auto closed = std::move(open_.back());
        open_.pop_back();
        remember(closed.node, closed.anchor);
        attach(std::move(closed.node));
    }

    void complete(Node node, YAML::anchor_t anchor)
    {
        count_one(node.place);
        remember(node, anchor);
        if (awaits_key())
            return start_key(std::move(node));
        attach(std::move(node));
    }

    void remember(Node const& node, YAML::anchor_t anchor)
    {
        if (anchor != YAML::NullAnchor)
            anchors_[anchor] = node;
    }

    void start_key(Node node)
    {
        if (node.kind != Node::Kind::scalar)
            give_up(node.place, "a key must be a text", "write key: value");
        auto& map = open_.back();
        auto const [known, is_new] = map.keys.try_emplace(node.text, node.place);
        if (node.text == "<<" && node.style == Node::Style::plain)
            findings_.error(node.place, "merge keys are not part of scenarios", "write the keys out");
        map.key = Key{node.text, node.place, is_new ? std::nullopt : std::optional{known->second}};
    }

    void attach(Node node)
    {
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        auto& parent = open_.back();
        if (parent.node.kind == Node::Kind::sequence) {
            parent.node.items.push_back(std::move(node));
            return;
        }
        auto key = std::move(*parent.key);
        parent.key.reset();
        if (key.first) {
            findings_.error(key.place, "duplicate key " + in_quotes(key.text),
                            "it already stands in line " + std::to_string(key.first->line) + ": keep one of the two");
            return;
        }
        if (key.text == "<<")
            return;
        if (node.kind == Node::Kind::null)
            node.place = key.place;
        parent.node.members.push_back({std::move(key.text), std::move(key.place), std::move(node)});
    }

    Source const& source_;
    Findings& findings_;
    std::optional<Node> root_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, Node> anchors_;
    std::size_t nodes_ = 0;
    int documents_ = 0;
};

} // namespace

Node const* Node::find(std::string_view key) const
{
    auto const found = std::ranges::find(members, key, &Member::key);
    return found == members.end() ? nullptr : &found->value;
}

Node* Node::find(std::string_view key)
{
    auto const found = std::ranges::find(members, key, &Member::key);
    return found == members.end() ? nullptr : &found->value;
}

Node scalar(std::string text, Node::Style style)
{
    Node node;
    node.kind = Node::Kind::scalar;
    node.style = style;
    node.text = std::move(text);
    return node;
}

std::string in_words(Node const& node)
{
    switch (node.kind) {
    case Node::Kind::null: return "nothing";
    case Node::Kind::scalar: return in_quotes(node.text);
    case Node::Kind::sequence: return "a list";
    case Node::Kind::map: return "a block of keys";
    }
    return {};
}

std::optional<std::string> text_fault(std::string_view text)
{
    auto const bad = bad_byte(text);
    return bad ? std::optional{std::string{bad->problem}} : std::nullopt;
}

std::optional<Node> parse_yaml(Source const& source, Findings& findings)
{
    auto const& text = source.text();
    if (text.size() > largest_text) {
        findings.error(Place{}, "this file is larger than any scenario", "a scenario has at most 1 MiB of text");
        return std::nullopt;
    }
    if (auto const bad = bad_byte(text)) {
        findings.error(place_of_byte(text, bad->at), std::string{bad->problem}, "save the file as plain UTF-8 text");
        return std::nullopt;
    }
    Builder builder{source, findings};
    try {
        std::istringstream stream{text};
        YAML::Parser parser{stream};
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (GiveUp const&) {
        return std::nullopt;
    } catch (YAML::Exception const& fault) {
        report_syntax(source, findings, fault);
        return std::nullopt;
    }
    auto root = builder.take_root();
    if (!root)
        root.emplace();
    return root;
}

} // namespace escalon
