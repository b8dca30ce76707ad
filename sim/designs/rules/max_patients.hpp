// The sample size of any design.
#pragma once

#include "sim/designs/rules/rule.hpp"

#include <array>

namespace escalon {

/// What becomes of a cohort for which the sample size has not enough room.
enum class LastCohort { shortened, skipped };

constexpr auto enum_names(LastCohort)
{
    return std::array{EnumName<LastCohort>{LastCohort::shortened, "shortened"},
                      EnumName<LastCohort>{LastCohort::skipped, "skipped"}};
}

struct MaxPatients {
    static constexpr std::string_view name = "max_patients";
    static constexpr std::string_view about = "stop when the sample size is used up";
    static constexpr std::string_view reference = "Sabanes Bove et al. 2019, J Stat Softw 89(10), section 4.4";

    int patients = 36;
    LastCohort last_cohort = LastCohort::shortened;

    void describe(auto& fields)
    {
        fields.field("patients", patients, "patients in the trial", {.within = bounds::at_least(1)});
        fields.field("last_cohort", last_cohort, "what becomes of a last cohort that would exceed them");
    }
    Faults faults() const { return {}; }

    std::optional<Amendment> amend(Action const& action, RuleView const& view, Because because) const;
    void append(Summary& summary, Observed const& observed) const;

    friend bool operator==(MaxPatients const&, MaxPatients const&) = default;
};
static_assert(Rule<MaxPatients>);

} // namespace escalon
