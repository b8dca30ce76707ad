// One design under one truth, by the engine that holds.
#pragma once

#include "sim/designs/catalog.hpp"
#include "sim/runner/engine.hpp"
#include "sim/runner/monte_carlo.hpp"
#include "sim/runner/operating_characteristics.hpp"
#include "sim/runner/workers.hpp"
#include "sim/trial/nature.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>

namespace escalon {

/// The engine that was asked for does not hold here; says why.
class EngineDoesNotHold : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// P(DLT) of each level, known or integrated over the population, and the true MTD.
TrueToxicity true_toxicity(Nature const& nature, double target, Workers const& workers);

struct RunRequest {
    EngineChoice engine = EngineChoice::automatic;
    Effort effort;
    std::uint64_t seed = 1;
};

struct DesignResult {
    OperatingCharacteristics characteristics;
    std::string engine_reason; ///< which engine was taken and why, in a sentence
};

/// Ended by the user; what was finished.
struct InterruptedDesign : Interrupted {
    DesignResult finished;
};

/// @throws EngineDoesNotHold; InterruptedDesign; Interrupted where nothing was finished
DesignResult run_design(AnyDesign const& design, DoseLadder const& ladder, Nature const& nature, TrueToxicity const& truth,
                        RunRequest const& request, Workers const& workers, Progress const& progress = {});

} // namespace escalon
