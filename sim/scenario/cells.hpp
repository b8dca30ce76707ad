// From a scenario to what runners take: the truth that its trials meet.
#pragma once

#include "sim/runner/workers.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/toxicity/tumours.hpp"
#include "sim/trial/nature.hpp"

namespace escalon {

/// What one of the truths of a scenario has its trials meet.
struct NamedNature {
    std::string name;
    Nature nature;
    double target = 0;       ///< P(DLT) that defines the true MTD
    Time until{};            ///< when P(DLT) is looked at, where toxicity comes over time
    std::string exposures{}; ///< equal where the population is exposed alike, whatever the tolerance; empty where P(DLT) is known
    std::optional<Tumours> tumours{}; ///< where activity is simulated

    Tumours const* activity() const { return tumours ? &*tumours : nullptr; }
};

/// The curves of the scenario's random truths.
/// @throws ScenarioIncomplete where they are of the drug's uncertain parameters and the file has no toxicity
std::vector<RandomCurve> random_curves(Scenario const& scenario, Workers const& workers);

/// The one truth of a scenario that does not name several.
inline constexpr std::string_view default_truth = "default";

/// Every truth, in the order of the scenario.
/// @throws ScenarioIncomplete where the file has no toxicity
std::vector<NamedNature> natures(Scenario const& scenario);

/// Equal where two scenarios have the same result: all of the scenario but what only readers need.
std::string identity(Scenario const& scenario);

/// Equal where a design compiles to the same graph: its name and options, and the ladder.
std::string identity(DesignEntry const& design, Scenario const& scenario);

/// The biology or the known probabilities of a scenario, as its first truth has it.
/// @throws ScenarioIncomplete where the file has no toxicity
Nature nature(Scenario const& scenario);

/// A scenario without a part that a command needs; says which and shows what to write.
class ScenarioIncomplete : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

} // namespace escalon
