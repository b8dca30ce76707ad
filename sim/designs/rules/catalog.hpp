// Every rule that can be put around a design.
#pragma once

#include "sim/designs/rules/cohort_size.hpp"
#include "sim/designs/rules/enough_at_level.hpp"
#include "sim/designs/rules/lowest_too_toxic.hpp"
#include "sim/designs/rules/max_increment.hpp"
#include "sim/designs/rules/max_patients.hpp"
#include "sim/designs/rules/no_skipping.hpp"
#include "sim/designs/rules/precise_enough.hpp"

#include <variant>

namespace escalon {

using AnyRule = std::variant<NoSkipping, MaxIncrement, CohortSize, LowestTooToxic, EnoughAtLevel, PreciseEnough, MaxPatients>;

/// A rule as a scenario lists it.
struct RuleEntry {
    AnyRule rule;

    void describe(auto& fields) { fields.choice("rule", rule, "rule"); }
    Faults faults() const
    {
        return std::visit([](auto const& r) { return r.faults(); }, rule);
    }

    friend bool operator==(RuleEntry const&, RuleEntry const&) = default;
};

} // namespace escalon
