// The trial ends when the DLT rate of the level that would be named is known well enough.
#pragma once

#include "sim/designs/rules/rule.hpp"

#include <vector>

namespace escalon {

struct PreciseEnough {
    static constexpr std::string_view name = "precise_enough";
    static constexpr std::string_view about = "stop when the DLT rate of the level that would be named is known well enough";
    static constexpr std::string_view reference = "Sabanes Bove et al. 2019, J Stat Softw 89(10), section 4.4";

    std::vector<Fraction> interval;
    Fraction probability = 0.5;
    std::optional<double> cv;
    int min_patients = 6;

    void describe(auto& fields)
    {
        fields.field("interval", interval, "[low, high]: stop when the rate lies between them with high posterior probability",
                     {.within = bounds::fraction});
        fields.field("probability", probability, "posterior probability of the interval that is high enough",
                     {.within = bounds::open_fraction});
        fields.field("cv", cv, "stop when the posterior SD of the rate is at most this share of its mean",
                     {.within = bounds::positive});
        fields.field("min_patients", min_patients, "patients at the level before it may stop", {.within = bounds::at_least(1)});
    }
    Faults faults() const;

    std::optional<Amendment> amend(Action const& action, RuleView const& view, Because because) const;
    void append(Summary& summary, Observed const& observed) const;

    friend bool operator==(PreciseEnough const&, PreciseEnough const&) = default;
};
static_assert(Rule<PreciseEnough>);

} // namespace escalon
