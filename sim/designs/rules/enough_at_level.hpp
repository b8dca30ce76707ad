// The trial ends when a level has as many patients as wanted; the design names the MTD from what was seen.
#pragma once

#include "sim/designs/rules/rule.hpp"

#include <array>

namespace escalon {

/// At which level patients are counted.
enum class EnoughAt { next, recommended, any };

constexpr auto enum_names(EnoughAt)
{
    return std::array{EnumName<EnoughAt>{EnoughAt::next, "next"}, EnumName<EnoughAt>{EnoughAt::recommended, "recommended"},
                      EnumName<EnoughAt>{EnoughAt::any, "any"}};
}

struct EnoughAtLevel {
    static constexpr std::string_view name = "enough_at_level";
    static constexpr std::string_view about = "stop when a level has so many patients";
    static constexpr std::string_view reference =
        "Zohar & Chevret 2001, Stat Med 20:2827; Sabanes Bove et al. 2019, J Stat Softw 89(10)";

    int patients = 9;
    EnoughAt at = EnoughAt::next;
    int min_patients = 0;

    void describe(auto& fields)
    {
        fields.field("patients", patients, "patients at the level", {.within = bounds::at_least(1)});
        fields.field(
            "at", at,
            "which level counts: the one that the next cohort would be treated at, the one that would be named now, or any");
        fields.field("min_patients", min_patients, "patients in the trial before it may stop", {.within = bounds::not_negative});
    }
    Faults faults() const { return {}; }

    std::optional<Amendment> amend(Action const& action, RuleView const& view, Because because) const;
    void append(Summary& summary, Observed const& observed) const;

    friend bool operator==(EnoughAtLevel const&, EnoughAtLevel const&) = default;
};
static_assert(Rule<EnoughAtLevel>);

} // namespace escalon
