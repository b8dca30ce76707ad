#include "sim/toxicity/by_dose.hpp"

#include <string>

namespace escalon {

Faults ByDose::faults(DoseLadder const& ladder) const
{
    if (static_cast<int>(probability.size()) == ladder.size())
        return {};
    return {{"probability",
             std::to_string(probability.size()) + " probabilities for " + std::to_string(ladder.size()) + " dose levels",
             "give one for each level, from the lowest"}};
}

} // namespace escalon
