// Keys: intervals as wide as the target key that tile the DLT rates from 0 to 1, on either side of it. Where one of them is the
// strongest, there the rate most likely lies.
//
// Yan, Mandrekar & Yuan (2017), Clin Cancer Res 23:3994; as sub-intervals in Guo et al. (2017), Contemp Clin Trials 58:23.
#pragma once

#include "sim/designs/decision_table.hpp"
#include "sim/designs/equivalence_interval.hpp"

#include <string>

namespace escalon {

/// What becomes of the keys at 0 and 1, which may be narrower than the others.
enum class EndKeys {
    rescaled, ///< their probability counts per unit of width, as that of the others
    left_out, ///< rates that no whole key covers are not looked at
};

constexpr auto enum_names(EndKeys)
{
    return std::array{EnumName<EndKeys>{EndKeys::rescaled, "rescaled"}, EnumName<EndKeys>{EndKeys::left_out, "left_out"}};
}

class Keys {
public:
    /// @param target the target key, with room for a key on either side of it
    Keys(EquivalenceInterval target, EndKeys ends);

    /// The key with the highest posterior probability per unit of width under Beta(1, 1); of equally strong ones the highest.
    EquivalenceInterval strongest(Tally tally) const { return strongest(tally.dlts, tally.patients); }
    /// Neither figure need be whole.
    EquivalenceInterval strongest(double dlts, double patients) const { return key(place_of_strongest(dlts, patients)); }
    /// Escalate when the strongest key lies below the target key, de-escalate when it lies above.
    Move move(Tally tally) const { return move(tally.dlts, tally.patients); }
    Move move(double dlts, double patients) const;
    /// "the strongest key (0.05 to 0.15) lies below the target key (0.25 to 0.35)"
    std::string words(double dlts, double patients) const;

    EquivalenceInterval target() const { return target_; }
    /// Whether there is a key below and above the target key.
    bool surround_the_target() const { return lowest_ < 0 && highest_ > 0; }

private:
    /// The key so many places above the target key.
    EquivalenceInterval key(int place) const;
    int place_of_strongest(double dlts, double patients) const;

    EquivalenceInterval target_;
    int lowest_;
    int highest_;
};

} // namespace escalon
