// The number of patients treated together depends on the level, or on the DLTs seen so far.
#pragma once

#include "sim/designs/rules/rule.hpp"

#include <array>
#include <vector>

namespace escalon {

enum class CohortSizeBy { level, dlts };

constexpr auto enum_names(CohortSizeBy)
{
    return std::array{EnumName<CohortSizeBy>{CohortSizeBy::level, "level"}, EnumName<CohortSizeBy>{CohortSizeBy::dlts, "dlts"}};
}

struct CohortSize {
    static constexpr std::string_view name = "cohort_size";
    static constexpr std::string_view about = "the cohort size by level, or by the DLTs seen in the trial so far, within the sample size";
    static constexpr std::string_view reference = "Sabanes Bove et al. 2019, J Stat Softw 89(10), section 4.3";

    CohortSizeBy by = CohortSizeBy::dlts;
    std::vector<int> from{0, 1};
    std::vector<int> size{1, 3};

    void describe(auto& fields)
    {
        fields.field("by", by, "what the size depends on: the level to be treated, or the DLTs seen so far");
        fields.field("from", from, "levels (from 1), or numbers of DLTs (from 0), from which each size holds",
                     {.within = bounds::not_negative});
        fields.field("size", size, "patients in a cohort", {.within = bounds::at_least(1)});
    }
    Faults faults() const;

    std::optional<Amendment> amend(Action const& action, RuleView const& view, Because because) const;
    void append(Summary& summary, Observed const& observed) const;

    friend bool operator==(CohortSize const&, CohortSize const&) = default;
};
static_assert(Rule<CohortSize>);

} // namespace escalon
