// The trial ends without a level when a level, usually the lowest, is too toxic with high posterior probability.
#pragma once

#include "sim/designs/rules/rule.hpp"

namespace escalon {

struct LowestTooToxic {
    static constexpr std::string_view name = "lowest_too_toxic";
    static constexpr std::string_view about = "stop without a level when P(p > limit) of the lowest level exceeds a certainty";
    static constexpr std::string_view reference = "Thall & Simon 1994, Biometrics 50:337; Liu & Yuan 2015, J R Stat Soc C 64:507";

    std::optional<Fraction> limit;
    Fraction certainty = 0.95;
    int min_patients = 3;
    int level = 1;
    double prior_dlts = 1;
    double prior_no_dlts = 1;

    void describe(auto& fields)
    {
        fields.field("limit", limit, "DLT probability above which the level is too toxic; the design's target when absent",
                     {.within = bounds::open_fraction});
        fields.field("certainty", certainty, "stop when P(p > limit | data) exceeds it", {.within = bounds::open_fraction});
        fields.field("min_patients", min_patients, "patients at the level before it is judged", {.within = bounds::at_least(1)});
        fields.field("level", level, "the level judged, counted from 1", {.within = bounds::at_least(1)});
        fields.field("prior_dlts", prior_dlts, "first parameter of the beta prior", {.within = bounds::positive});
        fields.field("prior_no_dlts", prior_no_dlts, "second parameter of the beta prior", {.within = bounds::positive});
    }
    Faults faults() const { return {}; }

    std::optional<Amendment> amend(Action const& action, RuleView const& view, Because because) const;
    void append(Summary& summary, Observed const& observed) const;

    friend bool operator==(LowestTooToxic const&, LowestTooToxic const&) = default;
};
static_assert(Rule<LowestTooToxic>);

} // namespace escalon
