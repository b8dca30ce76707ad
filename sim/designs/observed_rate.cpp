#include "sim/designs/observed_rate.hpp"

#include "pk_models/units.hpp"
#include "sim/designs/beta_posterior.hpp"

namespace escalon {

Faults interval_faults(std::vector<Fraction> const& stated, double target, double usual_margin)
{
    auto const goal = shortest(target);
    if (stated.empty()) {
        if (target > usual_margin && target + usual_margin < 1)
            return {};
        return {{"interval",
                 "the usual interval reaches " + shortest(usual_margin) + " to either side of the target, " + goal +
                     ", and leaves (0, 1)",
                 "write interval: [low, high] around the target"}};
    }
    if (stated.size() != 2 || !(stated[0] < stated[1]))
        return {{"interval", "an interval has a low and a high end", "write interval: [low, high] around the target, " + goal}};
    if (target < stated[0] || target > stated[1])
        return {{"interval", shortest(stated[0]) + " to " + shortest(stated[1]) + " does not hold the target, " + goal,
                 "choose low below and high above the target; target - 0.05 and target + 0.05 are usual"}};
    return {};
}

Move ObservedRate::move(Tally tally) const
{
    constexpr double rounding = 1e-12; // of an end of the interval times n that should be a whole number
    if (tally.dlts < interval_.low * tally.patients - rounding)
        return Move::escalate;
    return tally.dlts > interval_.high * tally.patients + rounding ? Move::deescalate : Move::stay;
}

std::string ObservedRate::words(Tally tally) const
{
    auto const side = [&] {
        switch (move(tally)) {
        case Move::escalate: return " lies below ";
        case Move::deescalate: return " lies above ";
        case Move::stay: break;
        }
        return " lies within ";
    }();
    return "a rate of " + rate_text(tally) + side + text(interval_);
}

std::string ObservedRate::rate_text(Tally tally) { return probability_text(static_cast<double>(tally.dlts) / tally.patients); }

} // namespace escalon
