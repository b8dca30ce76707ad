// The G3+3 design: 3+3 for three and six patients, and an interval for every other number.
//
// Documented with the R package FIND 0.1.1 (get_decision_g3plus3), for a target of 0.25; no publication is known.
#pragma once

#include "sim/designs/equivalence_interval.hpp"
#include "sim/designs/interval.hpp"

#include <array>
#include <vector>

namespace escalon {

/// How G3+3 names the MTD.
enum class G3Mtd {
    below_deescalation, ///< the highest level tried below the lowest from which the rule steps down
    nearest_target,     ///< as the other interval designs do
};

constexpr auto enum_names(G3Mtd)
{
    return std::array{EnumName<G3Mtd>{G3Mtd::below_deescalation, "below_deescalation"},
                      EnumName<G3Mtd>{G3Mtd::nearest_target, "nearest_target"}};
}

struct G3Plus3 {
    static constexpr std::string_view name = "g3plus3";
    static constexpr std::string_view about =
        "G3+3: the decisions of 3+3 after three and six patients, else the observed DLT rate against an interval";
    static constexpr std::string_view reference = "R package FIND 0.1.1, https://github.com/oliviazhang0416/FIND";
    static constexpr double usual_target = 0.25; // this and what follows: FIND 0.1.1, [0.20, 0.29]
    static constexpr double margin_below = 0.05;
    static constexpr double margin_above = 0.04;

    std::vector<Fraction> equivalence;
    G3Mtd mtd = G3Mtd::below_deescalation;
    IntervalOptions interval;
    CommonOptions common{.target = Fraction{usual_target}};

    friend bool operator==(G3Plus3 const&, G3Plus3 const&) = default;

    void describe(auto& fields)
    {
        fields.field("interval", equivalence,
                     "[low, high]: DLT rates that are as good as the target; from target - 0.05 to target + 0.04 when absent",
                     {.within = bounds::open_fraction});
        fields.field("mtd", mtd,
                     "the highest level tried below the lowest from which the rule steps down, or the level nearest the target");
        interval.describe(fields);
        common.describe(fields);
    }

    Faults faults() const;
    IntervalDecider on(DoseLadder const& ladder) const;

    EquivalenceInterval equivalence_interval() const;
};
static_assert(Design<G3Plus3>);

} // namespace escalon
