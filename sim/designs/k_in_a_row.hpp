// The k-in-a-row up-and-down design.
//
// Wetherill (1963), J R Stat Soc B 25:1; Gezmu (1996), thesis, American University; Oron & Hoff (2009), Stat Med 28:1805.
#pragma once

#include "sim/designs/up_and_down.hpp"

namespace escalon {

struct KInARow {
    static constexpr std::string_view name = "k_in_a_row";
    static constexpr std::string_view about =
        "up-and-down without chance: one level up after k patients in a row without a DLT, down after a DLT";
    static constexpr std::string_view reference =
        "Wetherill 1963, J R Stat Soc B 25:1; Gezmu 1996; Oron & Hoff 2009, Stat Med 28:1805";

    std::optional<int> k;
    UpAndDownEstimate estimate = UpAndDownEstimate::isotonic;
    CommonOptions common;

    friend bool operator==(KInARow const&, KInARow const&) = default;

    void describe(auto& fields)
    {
        fields.field("k", k, "patients in a row without a DLT before a step up; log 0.5/log(1 - target), rounded, when absent",
                     {.within = bounds::at_least(1)});
        fields.field(
            "estimate", estimate,
            "the MTD: nearest the target by isotonic (y + 0.05)/(n + 0.1), the last level, or the one with most patients");
        common.describe(fields);
    }

    Faults faults() const;
    UpAndDownDecider on(DoseLadder const& ladder) const;

    /// k as stated, or else the one whose balance point 1 - 0.5^(1/k) suits the target.
    int patients_in_a_row() const;
};
static_assert(Design<KInARow>);

} // namespace escalon
