// The modified toxicity probability interval design 2.
//
// Guo, Wang, Yang, Lynn & Ji (2017), Contemp Clin Trials 58:23, doi:10.1016/j.cct.2017.04.006.
#pragma once

#include "sim/designs/interval.hpp"
#include "sim/designs/keys.hpp"

namespace escalon {

struct Mtpi2 {
    static constexpr std::string_view name = "mtpi2";
    static constexpr std::string_view about =
        "mTPI-2: the unit probability mass of sub-intervals as wide as the equivalence interval";
    static constexpr std::string_view reference = "Guo et al. 2017, Contemp Clin Trials 58:23";

    Fraction eps1 = EquivalenceInterval::usual_margin;
    Fraction eps2 = EquivalenceInterval::usual_margin;
    IntervalOptions interval;
    CommonOptions common;

    friend bool operator==(Mtpi2 const&, Mtpi2 const&) = default;

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
static_assert(Design<Mtpi2>);

} // namespace escalon
