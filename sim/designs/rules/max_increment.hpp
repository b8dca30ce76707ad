// The dose rises by at most a share of the current dose; the share may fall with the dose or with the DLTs seen.
#pragma once

#include "sim/designs/rules/rule.hpp"

#include <array>
#include <vector>

namespace escalon {

/// What decides which increment holds.
enum class IncrementBy { dose, dlts };

constexpr auto enum_names(IncrementBy)
{
    return std::array{EnumName<IncrementBy>{IncrementBy::dose, "dose"}, EnumName<IncrementBy>{IncrementBy::dlts, "dlts"}};
}

struct MaxIncrement {
    static constexpr std::string_view name = "max_increment";
    static constexpr std::string_view about = "the dose rises by at most a share of the current dose";
    static constexpr std::string_view reference = "Sabanes Bove et al. 2019, J Stat Softw 89(10), section 4.1";

    IncrementBy by = IncrementBy::dose;
    std::vector<double> from{0};
    std::vector<double> increment{1};

    void describe(auto& fields)
    {
        fields.field("by", by, "which increment holds: by the current dose, or by the DLTs seen in the trial so far");
        fields.field("from", from, "doses, or numbers of DLTs, from which each increment holds; the first is 0",
                     {.within = bounds::not_negative});
        fields.field("increment", increment, "largest rise as a share of the current dose: 1 doubles it",
                     {.within = bounds::not_negative});
    }
    Faults faults() const;

    std::optional<Amendment> amend(Action const& action, RuleView const& view, Because because) const;
    void append(Summary& summary, Observed const& observed) const;

    friend bool operator==(MaxIncrement const&, MaxIncrement const&) = default;
};
static_assert(Rule<MaxIncrement>);

} // namespace escalon
