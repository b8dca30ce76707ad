// Operating characteristics by simulation: blocks of trials in lockstep on all threads, the same bits for any number.
#pragma once

#include "sim/designs/catalog.hpp"
#include "sim/runner/operating_characteristics.hpp"
#include "sim/runner/tallies.hpp"
#include "sim/runner/workers.hpp"
#include "sim/trial/design_graph.hpp"
#include "sim/trial/fate.hpp"
#include "sim/trial/nature.hpp"

#include <cstdint>
#include <functional>
#include <optional>

namespace escalon {

/// How many trials: a number, or as many as a wanted standard error of the selection probabilities takes.
struct Effort {
    std::uint64_t trials = 10'000; ///< the number, or the most where a precision is wanted
    std::optional<double> precision;
    std::uint64_t keep = 0; ///< of so many first trials the tallies keep what became of each
};

/// Trials done so far, and all that there will be as far as is known now. Called from any thread.
using Progress = std::function<void(std::uint64_t done, std::uint64_t of)>;

/// Ended by the user; what was finished are the first trials, as a shorter run would have had them.
struct InterruptedSimulation : Interrupted {
    Tallies finished;
};

/// Conducts the trials as walks on the design's graph.
/// @param overdose_from index of the lowest level above the true MTD
/// @throws InterruptedSimulation; Interrupted where nothing was finished
Tallies simulate(DesignGraph const& graph, Nature const& nature, std::uint64_t seed, Effort const& effort, int overdose_from,
                 Workers const& workers, Progress const& progress = {});

/// The same trials, asking the decider itself before each cohort: for designs that have no graph.
Tallies simulate(AnyDecider const& decider, DoseLadder const& ladder, Nature const& nature, std::uint64_t seed,
                 Effort const& effort, int overdose_from, Workers const& workers, Progress const& progress = {});

/// A clock, the DLT window that it runs against, and what the drug does for patients, where that is simulated.
struct TrialClock {
    Clock clock;
    Time window;
    std::optional<Tumours> tumours{};
};

/// Trials that run by a clock. The decider is asked directly.
Tallies simulate(AnyDecider const& decider, DoseLadder const& ladder, Nature const& nature, TrialClock const& clock,
                 std::uint64_t seed, Effort const& effort, int overdose_from, Workers const& workers,
                 Progress const& progress = {});

/// Whether the Wilson error of every selection probability is as small as wanted.
bool precise_enough(Tallies const& tallies, double wanted);

/// Means and standard errors of what was counted.
OperatingCharacteristics operating_characteristics(Tallies const& tallies);

/// Standard error of a probability by Wilson's score at one standard deviation: positive even when nothing was seen.
/// Wilson (1927), J Am Stat Assoc 22:209.
double wilson_error(std::uint64_t seen, std::uint64_t trials);

} // namespace escalon
