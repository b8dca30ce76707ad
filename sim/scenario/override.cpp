#include "sim/scenario/override.hpp"

#include "sim/scenario/suggest.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace escalon {
namespace {

/// One step of a path from a node to its parts.
struct Step {
    enum class To { key, position, every_item, nowhere } to = To::nowhere;
    std::string_view word;    ///< as written
    std::size_t position = 0; ///< from 0
    std::size_t length = 0;   ///< of the word and the dot behind it
};

bool ends_a_word(std::string_view path, std::size_t at) { return at == path.size() || path[at] == '.' || path[at] == '['; }

bool begins_with_word(std::string_view path, std::string_view word)
{
    return path.starts_with(word) && ends_a_word(path, word.size());
}

/// Which entry of `designs` a label means: its label, else its name.
std::string label_of(Node const& item)
{
    for (auto const key : {"label", "name"})
        if (auto const* value = item.find(key); value && value->kind == Node::Kind::scalar)
            return value->text;
    return {};
}

std::vector<std::string> labels_of(Node const& list)
{
    std::vector<std::string> labels;
    for (auto const& item : list.items)
        if (auto label = label_of(item); !label.empty())
            labels.push_back(std::move(label));
    return labels;
}

std::vector<std::string> keys_of(Node const& map)
{
    std::vector<std::string> keys;
    for (auto const& member : map.members)
        keys.push_back(member.key);
    return keys;
}

Step finished(Step step, std::string_view path)
{
    step.length = step.word.size();
    if (step.length + 1 < path.size() && path[step.length] == '.')
        ++step.length;
    return step;
}

Step step_into_map(Node const& map, std::string_view path)
{
    Step step{.to = Step::To::key, .word = path.substr(0, path.find_first_of(".["))};
    // keys of evidence contain dots
    for (auto const& member : map.members)
        if (member.key.size() > step.word.size() && begins_with_word(path, member.key))
            step.word = path.substr(0, member.key.size());
    if (step.word.empty())
        step.to = Step::To::nowhere;
    return finished(step, path);
}

Step step_into_sequence(Node const& list, std::string_view path)
{
    Step step{.to = Step::To::nowhere, .word = path.substr(0, path.find_first_of(".["))};
    if (path.starts_with('[')) {
        step.word = path.substr(0, std::min(path.find(']'), path.size() - 1) + 1);
        auto const number = step.word.substr(1, std::max<std::size_t>(step.word.size(), 2) - 2);
        std::size_t position = 0;
        auto const [end, problem] = std::from_chars(number.data(), number.data() + number.size(), position);
        bool const is_number = problem == std::errc{} && end == number.data() + number.size() && !number.empty();
        if (is_number && position >= 1 && position <= list.items.size()) {
            step.to = Step::To::position;
            step.position = position - 1;
        }
    } else if (begins_with_word(path, "*") && !list.items.empty()) {
        step.to = Step::To::every_item;
    } else {
        for (std::size_t i = 0; i < list.items.size(); ++i) {
            auto const label = label_of(list.items[i]);
            bool const longer = step.to == Step::To::nowhere || label.size() > step.word.size();
            if (!label.empty() && longer && begins_with_word(path, label)) {
                step.to = Step::To::position;
                step.word = path.substr(0, label.size());
                step.position = i;
            }
        }
    }
    return finished(step, path);
}

Step next_step(Node const& node, std::string_view path)
{
    switch (node.kind) {
    case Node::Kind::map:
    case Node::Kind::null: return step_into_map(node, path);
    case Node::Kind::sequence: return step_into_sequence(node, path);
    case Node::Kind::scalar: break;
    }
    return {.to = Step::To::nowhere, .word = path.substr(0, path.find_first_of(".[")), .position = 0, .length = 0};
}

void give_place(Node& node, std::string const& text, int offset)
{
    auto const move = [&](Place& place) {
        place.column += offset;
        place.set = text;
    };
    move(node.place);
    for (auto& item : node.items)
        give_place(item, text, offset);
    for (auto& member : node.members) {
        move(member.place);
        give_place(member.value, text, offset);
    }
}

class Setter {
public:
    explicit Setter(Override const& override) : override_{override}, text_{override.text()}, source_{"--set", text_} {}

    /// Puts a part of the file at the path.
    Node set(Node root, Node const& value, Place const& place)
    {
        origin_ = place;
        apply(root, override_.path, value);
        return root;
    }

    Node set(Node root) const
    {
        if (auto const fault = text_fault(text_); fault || text_.find('\n') != std::string::npos)
            fail(0, text_.size(), fault.value_or("a line break stands here"), "write one line of plain UTF-8 text");
        if (override_.path.empty())
            fail(0, 1, "names no part of the scenario", "write path=value, for example runner.trials=1000");
        if (override_.path == "designs" && selects_labels())
            select_designs(root);
        else
            apply(root, override_.path, parsed_value());
        return root;
    }

private:
    [[noreturn]] void fail(std::size_t at, std::size_t length, std::string message, std::string hint) const
    {
        Place const place{.line = 1, .column = static_cast<int>(at) + 1, .length = static_cast<int>(length), .set = text_};
        throw ScenarioError{{diagnostic(source_, place, Severity::error, std::move(message), std::move(hint))}};
    }

    std::size_t offset_of(std::string_view rest) const { return override_.path.size() - rest.size(); }

    std::string_view value_text() const
    {
        std::string_view const value = override_.value;
        auto const first = value.find_first_not_of(' ');
        return first == std::string_view::npos ? std::string_view{}
                                               : value.substr(first, value.find_last_not_of(' ') - first + 1);
    }

    std::size_t value_offset() const
    {
        auto const first = override_.value.find_first_not_of(' ');
        return override_.path.size() + 1 + (first == std::string::npos ? 0 : first);
    }

    bool selects_labels() const { return !value_text().starts_with('[') && !value_text().starts_with('{'); }

    Node parsed_value() const
    {
        auto const value = value_text();
        auto const offset = static_cast<int>(value_offset());
        // a bare text is taken as it stands, whatever YAML would make of a colon or a hash in it
        bool const is_yaml = !value.empty() && std::string_view{"[{\"'"}.find(value.front()) != std::string_view::npos;
        Source const source{"--set", std::string{value}};
        Findings findings{source};
        std::optional<Node> node;
        if (is_yaml) {
            node = parse_yaml(source, findings);
        } else {
            node = value.empty() || value == "~" || value == "null" ? Node{} : scalar(std::string{value});
            node->place.length = static_cast<int>(std::max<std::size_t>(value.size(), 1));
        }
        if (!findings.empty()) {
            auto const first = findings.sorted().front();
            fail(value_offset() + static_cast<std::size_t>(first.line == 1 ? first.column - 1 : 0),
                 static_cast<std::size_t>(first.length), first.message, first.hint);
        }
        give_place(*node, text_, offset);
        return std::move(*node);
    }

    void apply(Node& node, std::string_view rest, Node const& value) const
    {
        if (rest.empty()) {
            node = value;
            return;
        }
        auto const step = next_step(node, rest);
        auto const behind = rest.substr(std::min(step.length, rest.size()));
        switch (step.to) {
        case Step::To::key: return apply(member(node, step, offset_of(rest)), behind, value);
        case Step::To::position: return apply(node.items[step.position], behind, value);
        case Step::To::every_item:
            for (auto& item : node.items)
                apply(item, behind, value);
            return;
        case Step::To::nowhere: lost(node, step, offset_of(rest));
        }
    }

    Node& member(Node& map, Step const& step, std::size_t offset) const
    {
        if (auto* known = map.find(step.word))
            return *known;
        if (override_.path.find('[', offset + step.word.size()) != std::string::npos)
            fail(offset, step.word.size(),
                 "the scenario has nothing at " + in_quotes(override_.path.substr(0, offset + step.word.size())),
                 suggestion(step.word, keys_of(map)));
        Place const place = origin_.value_or(
            Place{.line = 1, .column = static_cast<int>(offset) + 1, .length = static_cast<int>(step.word.size()), .set = text_});
        map.kind = Node::Kind::map;
        Member added{std::string{step.word}, place, Node{}};
        added.value.place = place;
        map.members.push_back(std::move(added));
        return map.members.back().value;
    }

    [[noreturn]] void lost(Node const& node, Step const& step, std::size_t offset) const
    {
        auto const before = std::string_view{override_.path}.substr(0, offset);
        std::string const whole = in_quotes(before.ends_with('.') ? before.substr(0, before.size() - 1) : before);
        auto const length = std::max<std::size_t>(step.word.size(), 1);
        if (node.kind == Node::Kind::scalar)
            fail(offset, length, whole + " is a single value and has no parts", "set " + whole + " itself");
        if (node.kind != Node::Kind::sequence)
            fail(offset, length, "a key is missing in this path", "write path=value, for example runner.trials=1000");
        auto const count = std::to_string(node.items.size());
        if (node.items.empty())
            fail(offset, length, whole + " is empty", "give the whole list");
        if (step.word.starts_with('['))
            fail(offset, length, whole + " has no entry " + std::string{step.word},
                 "positions count from 1 to " + count + "; give the whole list to change its length");
        auto const labels = labels_of(node);
        if (labels.empty())
            fail(offset, length, whole + " is a list", "write its position in brackets, from [1] to [" + count + "]");
        fail(offset, length, whole + " has no entry called " + in_quotes(step.word), suggestion(step.word, labels));
    }

    void select_designs(Node& root) const
    {
        auto* designs = root.kind == Node::Kind::map ? root.find("designs") : nullptr;
        if (!designs || designs->kind != Node::Kind::sequence)
            fail(0, override_.path.size(), "the scenario lists no designs to choose from",
                 "give the list itself: designs=[{name: three_plus_three}]");
        auto const labels = labels_of(*designs);
        std::vector<Node> chosen;
        auto rest = value_text();
        std::size_t offset = value_offset();
        while (true) {
            auto const comma = std::min(rest.find(','), rest.size());
            auto const word = rest.substr(0, comma);
            auto const lead = std::min(word.find_first_not_of(' '), word.size());
            auto const label = word.substr(lead, word.find_last_not_of(' ') + 1 - lead);
            auto const found = std::ranges::find(designs->items, label, label_of);
            if (label.empty() || found == designs->items.end())
                fail(offset + lead, std::max<std::size_t>(label.size(), 1), "no design is called " + in_quotes(label),
                     suggestion(label, labels));
            chosen.push_back(*found);
            if (comma == rest.size())
                break;
            rest.remove_prefix(comma + 1);
            offset += comma + 1;
        }
        designs->items = std::move(chosen);
    }

    Override const& override_;
    std::string text_;
    Source source_;
    std::optional<Place> origin_; ///< of what is made, where the value comes from the file
};

} // namespace

Override parse_override(std::string_view text)
{
    auto const equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) {
        std::string const whole{text};
        auto const length = static_cast<int>(std::max<std::size_t>(whole.size(), 1));
        Place const place{.line = 1, .column = 1, .length = length, .set = whole};
        throw ScenarioError{{diagnostic(Source{"--set", whole}, place, Severity::error, "an override needs a path and a value",
                                        "write path=value, for example runner.trials=1000")}};
    }
    auto path = text.substr(0, equals);
    while (path.ends_with(' '))
        path.remove_suffix(1);
    while (path.starts_with(' '))
        path.remove_prefix(1);
    return {std::string{path}, std::string{text.substr(equals + 1)}};
}

Node with_override(Node root, Override const& override) { return Setter{override}.set(std::move(root)); }

Node with_value(Node root, std::string const& path, Node value, Place const& place)
{
    Override const override{path, {}};
    return Setter{override}.set(std::move(root), value, place);
}

Node const* find_path(Node const& root, std::string_view path)
{
    Node const* node = &root;
    while (!path.empty()) {
        auto const step = next_step(*node, path);
        if (step.to == Step::To::key)
            node = node->find(step.word);
        else if (step.to == Step::To::position)
            node = &node->items[step.position];
        else
            return nullptr;
        if (!node)
            return nullptr;
        path.remove_prefix(std::min(step.length, path.size()));
    }
    return node;
}

Place place_of(Node const& root, std::string_view path)
{
    Node const* node = &root;
    Place place = root.place;
    while (!path.empty()) {
        auto const step = next_step(*node, path);
        if (step.to == Step::To::key) {
            auto const member = std::ranges::find(node->members, step.word, &Member::key);
            if (member == node->members.end())
                return place;
            bool const shows_itself = member->value.kind == Node::Kind::scalar || member->value.place.set != member->place.set;
            place = shows_itself ? member->value.place : member->place;
            node = &member->value;
        } else if (step.to == Step::To::position) {
            node = &node->items[step.position];
            place = node->place;
        } else {
            return place;
        }
        path.remove_prefix(std::min(step.length, path.size()));
    }
    return place;
}

} // namespace escalon
