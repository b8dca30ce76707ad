// The biased coin up-and-down design.
//
// Durham & Flournoy (1994), in Gupta & Berger (eds), Statistical Decision Theory and Related Topics V, 467.
#pragma once

#include "sim/designs/up_and_down.hpp"

namespace escalon {

struct BiasedCoin {
    static constexpr std::string_view name = "biased_coin";
    static constexpr std::string_view about =
        "up-and-down with a biased coin: one level down after a DLT, up with a probability that centres on the target";
    static constexpr std::string_view reference =
        "Durham & Flournoy 1994, Statistical Decision Theory V, 467; Stylianou & Flournoy 2002, Biometrics 58:171";

    UpAndDownEstimate estimate = UpAndDownEstimate::isotonic;
    CommonOptions common;

    friend bool operator==(BiasedCoin const&, BiasedCoin const&) = default;

    void describe(auto& fields)
    {
        fields.field(
            "estimate", estimate,
            "the MTD: nearest the target by isotonic (y + 0.05)/(n + 0.1), the last level, or the one with most patients");
        common.describe(fields);
    }

    Faults faults() const { return one_at_a_time(common); }
    UpAndDownDecider on(DoseLadder const& ladder) const;
};
static_assert(Design<BiasedCoin>);

} // namespace escalon
