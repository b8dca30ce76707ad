// What drivers ask of a design, whatever its type: its next decision in words, the part of a history that it rests on, and how
// far it tells outcomes apart.
#pragma once

#include "sim/designs/design.hpp"
#include "sim/vocabulary/observed.hpp"
#include "sim/vocabulary/outcomes.hpp"

#include <functional>

namespace escalon {

struct Asked {
    std::function<Decision(Observed const&)> decide;
    std::function<Summary(Observed const&)> summary;
    Outcomes outcomes = Outcomes::dlt;
};

/// @param decider outlives what is returned
template <Decider D>
Asked asking(D const& decider)
{
    return {[&decider](Observed const& observed) { return decider.decide(observed, Wording::sentence); },
            [&decider](Observed const& observed) { return decider.summary(observed); }, outcomes_read(decider)};
}

} // namespace escalon
