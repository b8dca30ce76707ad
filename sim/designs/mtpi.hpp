// The modified toxicity probability interval design.
//
// Ji, Liu, Li & Bekele (2010), Clin Trials 7:653, doi:10.1177/1740774510382799.
#pragma once

#include "sim/designs/equivalence_interval.hpp"
#include "sim/designs/interval.hpp"

namespace escalon {

struct Mtpi {
    static constexpr std::string_view name = "mtpi";
    static constexpr std::string_view about =
        "mTPI: the unit probability mass below, within and above an equivalence interval around the target";
    static constexpr std::string_view reference = "Ji et al. 2010, Clin Trials 7:653";

    Fraction eps1 = EquivalenceInterval::usual_margin;
    Fraction eps2 = EquivalenceInterval::usual_margin;
    IntervalOptions interval;
    CommonOptions common;

    friend bool operator==(Mtpi const&, Mtpi const&) = default;

    void describe(auto& fields)
    {
        fields.field("eps1", eps1, "how far the equivalence interval reaches below the target", {.within = bounds::fraction});
        fields.field("eps2", eps2, "how far the equivalence interval reaches above the target", {.within = bounds::fraction});
        interval.describe(fields);
        common.describe(fields);
    }

    Faults faults() const;
    IntervalDecider on(DoseLadder const& ladder) const;
};
static_assert(Design<Mtpi>);

} // namespace escalon
