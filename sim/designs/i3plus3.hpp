// The i3+3 design.
//
// Liu, Wang & Ji (2020), J Biopharm Stat 30:294, doi:10.1080/10543406.2019.1636811; arXiv:1901.01303.
#pragma once

#include "sim/designs/equivalence_interval.hpp"
#include "sim/designs/interval.hpp"

#include <vector>

namespace escalon {

struct I3Plus3 {
    static constexpr std::string_view name = "i3plus3";
    static constexpr std::string_view about =
        "i3+3: the observed DLT rate against an interval, and what it would be with one DLT fewer";
    static constexpr std::string_view reference = "Liu, Wang & Ji 2020, J Biopharm Stat 30:294";

    std::vector<Fraction> equivalence;
    IntervalOptions interval;
    CommonOptions common;

    friend bool operator==(I3Plus3 const&, I3Plus3 const&) = default;

    void describe(auto& fields)
    {
        fields.field("interval", equivalence,
                     "[low, high]: DLT rates that are as good as the target; from target - 0.05 to target + 0.05 when absent",
                     {.within = bounds::open_fraction});
        interval.describe(fields);
        common.describe(fields);
    }

    Faults faults() const;
    IntervalDecider on(DoseLadder const& ladder) const;

    EquivalenceInterval equivalence_interval() const;
};
static_assert(Design<I3Plus3>);

} // namespace escalon
