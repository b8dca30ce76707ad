#include "sim/report/field_page.hpp"

#include "sim/scenario/field_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

namespace escalon {
namespace {

/// "pk" of "pk.antigen_clearance.SMAX", "designs" of "designs[].name".
std::string block_of(std::string const& path) { return path.substr(0, path.find_first_of(".[")); }

/// Blocks that stand elsewhere too, under whose heading their keys are not said again.
constexpr std::string_view said_elsewhere = "truths[].toxicity.";

std::string escaped(std::string_view text)
{
    std::string result;
    for (char const c : text)
        result += c == '|' ? std::string{"\\|"} : c == '<' ? std::string{"&lt;"} : std::string{c};
    return result;
}

/// With a capital, as a sentence begins.
std::string sentence(std::string_view text)
{
    auto result = escaped(text);
    if (!result.empty() && result.front() >= 'a' && result.front() <= 'z')
        result.front() = static_cast<char>(result.front() - 'a' + 'A');
    return result;
}

/// "`[]`": a place in a list, as `--set` counts it.
std::string shown_path(std::string path)
{
    for (auto at = path.find("[]"); at != std::string::npos; at = path.find("[]", at))
        path.replace(at, 2, "[1]");
    return path;
}

/// Keys that stand in every design, and depend on the rule alone.
constexpr std::string_view of_rules = "designs[].rules[].";

/// Where a key holds, apart from what does not matter to it.
std::string place_of(FieldRow const& field)
{
    constexpr std::string_view next = ", ";
    auto const which_rule = field.when.find(next);
    bool const of_a_rule = field.path.starts_with(of_rules) && which_rule != std::string::npos;
    return of_a_rule ? field.when.substr(which_rule + next.size()) : field.when;
}

std::string row(FieldRow const& field)
{
    auto const presence = field.presence == Presence::required ? std::string{"required"}
                          : field.default_text.empty()         ? std::string{}
                                                               : "`" + field.default_text + "`";
    auto const many = field.many == FieldRow::Many::list && field.kind != FieldKind::blocks ? "list of "
                      : field.many == FieldRow::Many::keyed                                 ? "by name: "
                                                                                            : "";
    return fmt::format("| `{}` | {}{} | {} | {} |\n", shown_path(field.path), many, escaped(takes(field)), presence,
                       escaped(field.meaning));
}

} // namespace

std::string field_page()
{
    std::string page = "# Every key of a scenario\n\n"
                       "The list that reading, diagnostics, `escalon schema` and `escalon models` are made from; `escalon schema "
                       "--markdown` prints this\n"
                       "page. How to write figures, units and lists: [scenario files](scenarios.md). In paths `[1]` is a place "
                       "in a list, `*` a key of your own.\n";
    std::string block;
    std::string when;
    bool open = false;
    std::set<std::string> said; // keys of rules
    for (auto const& field : scenario_fields()) {
        if (field.path.starts_with(said_elsewhere))
            continue;
        bool const alone = block_of(field.path) == field.path;
        if (block_of(field.path) != block) {
            block = block_of(field.path);
            when.clear();
            open = false;
            bool const has_parts = field.kind == FieldKind::block || field.kind == FieldKind::blocks ||
                                   field.kind == FieldKind::keyed_blocks || field.kind == FieldKind::keyed_values;
            page += fmt::format("\n## `{}`\n\n{}{}.\n", block, sentence(field.meaning),
                                field.presence == Presence::required ? "; required" : "");
            if (has_parts)
                continue;
        } else if (alone) {
            continue;
        }
        auto const place = place_of(field);
        if (field.path.starts_with(of_rules) && !said.insert(place + field.path).second)
            continue;
        if (place != when) {
            when = place;
            open = false;
            page += when.empty() ? "\n" : fmt::format("\nWhere `{}`:\n", shown_path(when));
        }
        if (!open) {
            page += "\n| key | takes | default | is |\n|---|---|---|---|\n";
            open = true;
        }
        page += row(field);
    }
    return page;
}

} // namespace escalon
