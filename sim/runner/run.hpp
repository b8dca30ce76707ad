// A design under truths, by the engine that holds.
#pragma once

#include "sim/designs/catalog.hpp"
#include "sim/runner/allocation.hpp"
#include "sim/runner/engine.hpp"
#include "sim/runner/exact.hpp"
#include "sim/runner/marginal.hpp"
#include "sim/runner/monte_carlo.hpp"
#include "sim/runner/operating_characteristics.hpp"
#include "sim/runner/workers.hpp"
#include "sim/trial/nature.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace escalon {

/// The engine that was asked for does not hold here; says why.
class EngineDoesNotHold : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// P(DLT) of each level, known or integrated over the population, and the true MTD.
/// @param shared of biologies that differ in tolerance or ladder alone; may be null
/// @param window over which toxicity over time is looked at
TrueToxicity true_toxicity(Nature const& nature, double target, Workers const& workers, SampledExposures* shared = nullptr,
                           Time window = {});

struct RunRequest {
    EngineChoice engine = EngineChoice::automatic;
    Effort effort;
    std::uint64_t seed = 1;
    std::optional<TrialClock> clock{}; ///< where trials have one, they are simulated
};

struct DesignResult {
    OperatingCharacteristics characteristics;
    std::string engine_reason;               ///< which engine was taken and why, in a sentence
    std::vector<TrialOutcome> outcomes = {}; ///< of the first simulated trials, as many as the effort kept
};

/// Ended by the user; what was finished.
struct InterruptedDesign : Interrupted {
    DesignResult finished;
};

/// A design on a ladder, compiled once for any number of truths. Any number of threads may run it at once.
class PreparedDesign {
public:
    PreparedDesign(AnyDesign const& design, DoseLadder ladder);

    /// @throws EngineDoesNotHold; InterruptedDesign; Interrupted where nothing was finished
    DesignResult run(Nature const& nature, TrueToxicity const& truth, RunRequest const& request, Workers const& workers,
                     Progress const& progress = {}) const;

private:
    DesignResult by_the_clock(Nature const& nature, TrueToxicity const& truth, RunRequest const& request, Workers const& workers,
                              Progress const& progress) const;
    DesignResult simulated(Tallies tallies, TrueToxicity const& truth, std::string why) const;

    AnyDecider decider_;
    DoseLadder ladder_;
    std::optional<int> planned_patients_;      ///< the sample size, where the design has one
    std::unique_ptr<DesignGraph const> graph_; ///< none where the design has no graph; its place is fixed for `exact_`
    std::optional<ExactPass> exact_;
    std::unique_ptr<AllocationPasses> allocation_; ///< of the graph
    std::string no_graph_;                         ///< why there is none
};

} // namespace escalon
