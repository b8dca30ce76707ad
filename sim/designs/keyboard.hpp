// The Keyboard design.
//
// Yan, Mandrekar & Yuan (2017), Clin Cancer Res 23:3994, doi:10.1158/1078-0432.CCR-17-0220.
#pragma once

#include "sim/designs/interval.hpp"
#include "sim/designs/keys.hpp"

namespace escalon {

struct Keyboard {
    static constexpr std::string_view name = "keyboard";
    static constexpr std::string_view about =
        "Keyboard design: the DLT rates fall into keys of equal width; the strongest key against the target key";
    static constexpr std::string_view reference = "Yan, Mandrekar & Yuan 2017, Clin Cancer Res 23:3994";

    Fraction margin_left = EquivalenceInterval::usual_margin;
    Fraction margin_right = EquivalenceInterval::usual_margin;
    EndKeys end_keys = EndKeys::rescaled;
    IntervalOptions interval;
    CommonOptions common;

    friend bool operator==(Keyboard const&, Keyboard const&) = default;

    void describe(auto& fields)
    {
        fields.field("margin_left", margin_left, "how far the target key reaches below the target", {.within = bounds::fraction});
        fields.field("margin_right", margin_right, "how far the target key reaches above the target",
                     {.within = bounds::fraction});
        fields.field("end_keys", end_keys, "keys at 0 and 1 that are cut short: counted per unit of width, or not looked at");
        interval.describe(fields);
        common.describe(fields);
    }

    Faults faults() const;
    IntervalDecider on(DoseLadder const& ladder) const;
    /// What it makes of complete patients.
    IntervalRule rule() const;

    Keys keys() const { return {{common.aim() - margin_left, common.aim() + margin_right}, end_keys}; }
};
static_assert(Design<Keyboard>);

} // namespace escalon
