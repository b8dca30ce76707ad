// The observed DLT rate against an interval that a scenario states as [low, high].
#pragma once

#include "sim/designs/decision_table.hpp"
#include "sim/designs/equivalence_interval.hpp"

#include <string>
#include <vector>

namespace escalon {

/// What is wrong with an `interval` of a design; an absent one reaches `usual_margin` below the target.
Faults interval_faults(std::vector<Fraction> const& stated, double target, double usual_margin);

class ObservedRate {
public:
    explicit ObservedRate(EquivalenceInterval interval) : interval_{interval} {}

    /// Escalate below the interval, stay within it, its ends included, de-escalate above.
    Move move(Tally tally) const;
    /// "a rate of 0.33 lies within 0.25 to 0.35"
    std::string words(Tally tally) const;
    /// "0.33"
    static std::string rate_text(Tally tally);

private:
    EquivalenceInterval interval_;
};

} // namespace escalon
