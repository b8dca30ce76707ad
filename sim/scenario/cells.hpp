// From a scenario to what runners take: the truth that its trials meet.
#pragma once

#include "sim/scenario/scenario.hpp"
#include "sim/trial/nature.hpp"

namespace escalon {

/// The biology or the known probabilities of a scenario.
/// @throws ScenarioIncomplete where the file has no toxicity
Nature nature(Scenario const& scenario);

/// A scenario without a part that a command needs; says which and shows what to write.
class ScenarioIncomplete : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

} // namespace escalon
