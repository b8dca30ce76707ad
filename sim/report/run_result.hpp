// What a run found: every design of a scenario under every truth.
#pragma once

#include "sim/report/version.hpp"
#include "sim/runner/comparison.hpp"
#include "sim/runner/random_truths.hpp"
#include "sim/runner/run.hpp"
#include "sim/scenario/scenario.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace escalon {

struct TruthRun {
    std::string name;
    TrueToxicity toxicity;
};

/// One design under one truth.
struct DesignRun {
    std::string name;
    std::string label;
    std::size_t truth = 0; ///< index into the truths of the run
    DesignResult result;
};

/// One design held against the reference under one truth.
struct DifferenceRun {
    std::string label;
    std::size_t truth = 0; ///< index into the truths of the run
    Difference difference;
};

/// Every design of a run against one of them.
struct ComparisonRun {
    std::string against; ///< label of the reference
    std::vector<DifferenceRun> differences;
};

struct RunResult {
    Scenario scenario;
    std::vector<TruthRun> truths;            ///< in the order of the scenario
    std::vector<DesignRun> designs;          ///< truth by truth, the designs in the order of the scenario
    std::optional<ComparisonRun> comparison; ///< where there are several designs
    std::optional<RandomTruthsResult> random_truths;
    bool complete = true;                    ///< false when the user ended the run before every design was done
    std::string version{escalon::version()}; ///< of the program that found it

    TruthRun const& truth_of(DesignRun const& run) const { return truths[run.truth]; }
    /// What the scenario says of the design.
    DesignEntry const& entry_of(DesignRun const& run) const
    {
        return *std::ranges::find(scenario.designs, run.label, &DesignEntry::label);
    }
};

/// The label of the design that the others are held against: as the scenario says, else the first.
std::string reference_label(Scenario const& scenario);

/// Every design against the reference, under each truth that both met; none where there is one design.
std::optional<ComparisonRun> comparison_of(RunResult const& run);

} // namespace escalon
