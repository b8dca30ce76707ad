// Every design that exists, in the order in which `escalon designs` lists them.
#pragma once

#include "sim/designs/three_plus_three.hpp"

#include <variant>

namespace escalon {

using AnyDesign = std::variant<ThreePlusThree>;

inline Decision decide(AnyDesign const& design, Observed const& observed)
{
    return std::visit([&](auto const& rule) { return rule.decide(observed); }, design);
}

/// A design on a ladder, as drivers ask it.
class AnyDecider {
public:
    AnyDecider(AnyDesign design, DoseLadder ladder) : design_{std::move(design)}, ladder_{std::move(ladder)} {}

    Decision decide(Observed const& observed) const { return escalon::decide(design_, observed); }
    Summary summary(Observed const& observed) const
    {
        return std::visit([&](auto const& rule) { return rule.summary(observed); }, design_);
    }

private:
    AnyDesign design_;
    DoseLadder ladder_;
};

inline AnyDecider decider(AnyDesign const& design, DoseLadder const& ladder) { return {design, ladder}; }

inline CommonOptions const& common_options(AnyDesign const& design)
{
    return std::visit([](auto const& rule) -> CommonOptions const& { return rule.common; }, design);
}

} // namespace escalon
