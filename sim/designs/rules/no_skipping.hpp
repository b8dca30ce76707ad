// No untried level is skipped on the way up.
//
// Goodman, Zahurak & Piantadosi (1995), Stat Med 14:1149.
#pragma once

#include "sim/designs/rules/rule.hpp"

#include <array>

namespace escalon {

/// From where the next level up is counted.
enum class SkippedFrom { highest_tried, current };

constexpr auto enum_names(SkippedFrom)
{
    return std::array{EnumName<SkippedFrom>{SkippedFrom::highest_tried, "highest_tried"},
                      EnumName<SkippedFrom>{SkippedFrom::current, "current"}};
}

struct NoSkipping {
    static constexpr std::string_view name = "no_skipping";
    static constexpr std::string_view about = "no level is skipped on the way up, and on the way down only if allowed";
    static constexpr std::string_view reference = "Goodman, Zahurak & Piantadosi 1995, Stat Med 14:1149";

    SkippedFrom from = SkippedFrom::highest_tried;
    bool downwards = false;

    void describe(auto& fields)
    {
        fields.field("from", from, "the next cohort is at most one level above the highest level tried, or the current one");
        fields.field("downwards", downwards, "no level is skipped on the way down either");
    }
    Faults faults() const { return {}; }

    std::optional<Amendment> amend(Action const& action, RuleView const& view, Because because) const;
    void append(Summary& summary, Observed const& observed) const;

    friend bool operator==(NoSkipping const&, NoSkipping const&) = default;
};
static_assert(Rule<NoSkipping>);

} // namespace escalon
