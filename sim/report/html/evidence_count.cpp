#include "sim/report/html/evidence_count.hpp"

#include "sim/scenario/echo.hpp"
#include "sim/scenario/override.hpp"

#include <algorithm>
#include <numeric>

namespace escalon::html {
namespace {

/// Parts that name things or say how to compute: they claim nothing about the world.
constexpr std::array not_claims{"schema", "name", "compound", "runner", "evidence", "sweep"};

std::string one_line(Node const& node)
{
    std::string text;
    switch (node.kind) {
    case Node::Kind::null: return "";
    case Node::Kind::scalar: return node.text;
    case Node::Kind::sequence:
        for (auto const& item : node.items)
            text += (text.empty() ? "" : ", ") + (item.kind == Node::Kind::map        ? "{ " + one_line(item) + " }"
                                                  : item.kind == Node::Kind::sequence ? "[" + one_line(item) + "]"
                                                                                      : one_line(item));
        return text;
    case Node::Kind::map: break;
    }
    for (auto const& [key, place, value] : node.members)
        text += (text.empty() ? "" : ", ") + key + ": " +
                (value.kind == Node::Kind::map        ? "{ " + one_line(value) + " }"
                 : value.kind == Node::Kind::sequence ? "[" + one_line(value) + "]"
                                                      : one_line(value));
    return text;
}

bool is_part_of(std::string_view part, std::string_view whole)
{
    return part.starts_with(whole) && (part.size() == whole.size() || part[whole.size()] == '.' || part[whole.size()] == '[');
}

/// Lists of figures are one figure; lists of blocks are looked into.
bool is_leaf(Node const& node)
{
    return node.kind == Node::Kind::scalar ||
           (node.kind == Node::Kind::sequence &&
            std::ranges::none_of(node.items, [](auto const& item) { return item.kind == Node::Kind::map; }));
}

class Walk {
public:
    explicit Walk(Scenario const& scenario) : evidence_{scenario.evidence} {}

    void visit(Node const& node, std::string const& path)
    {
        bool const stated = std::ranges::any_of(evidence_.entries,
                                                [&](auto const& entry) { return is_part_of(path, entry.first); });
        if (stated)
            return;
        if (is_leaf(node)) {
            if (node.kind == Node::Kind::scalar || !node.items.empty())
                found.push_back({path, one_line(node)});
            return;
        }
        for (auto const& [key, place, value] : node.members)
            if (key != "label" && key != "note" && key != "name")
                visit(value, path + "." + key);
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            auto const* label = node.items[i].find("label");
            visit(node.items[i], path + (label && path == "designs" ? "." + label->text : "[" + std::to_string(i + 1) + "]"));
        }
    }

    std::vector<PlacedFigure> found;

private:
    Evidence const& evidence_;
};

} // namespace

int EvidenceCount::stated() const { return std::accumulate(by_label.begin(), by_label.end(), 0); }

EvidenceCount count_evidence(Scenario const& scenario)
{
    EvidenceCount count;
    for (auto const& [path, entry] : scenario.evidence.entries)
        ++count.by_label[static_cast<std::size_t>(entry.label)];
    return count;
}

std::string value_at(Node const& resolved, std::string_view path)
{
    auto const* node = find_path(resolved, path);
    return node ? one_line(*node) : "";
}

std::vector<PlacedFigure> figures_without_evidence(Scenario const& scenario)
{
    Walk walk{scenario};
    for (auto const& [key, place, value] : resolved_tree(scenario).members)
        if (std::ranges::find(not_claims, key) == not_claims.end())
            walk.visit(value, key);
    return walk.found;
}

} // namespace escalon::html
