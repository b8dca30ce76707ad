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

inline CommonOptions const& common_options(AnyDesign const& design)
{
    return std::visit([](auto const& rule) -> CommonOptions const& { return rule.common; }, design);
}

} // namespace escalon
