// What drivers ask of a design, whatever its type: its next decision, and the part of a history that it rests on.
#pragma once

#include "sim/vocabulary/decision.hpp"
#include "sim/vocabulary/observed.hpp"
#include "sim/vocabulary/summary.hpp"

#include <functional>

namespace escalon {

struct Asked {
    std::function<Decision(Observed const&)> decide;
    std::function<Summary(Observed const&)> summary;
};

/// @param decider outlives what is returned
template <class D>
Asked asking(D const& decider)
{
    return {[&decider](Observed const& observed) { return decider.decide(observed); },
            [&decider](Observed const& observed) { return decider.summary(observed); }};
}

} // namespace escalon
