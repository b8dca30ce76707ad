// What a run compares, as figures show it: designs as series, truths as panels, and the words for both.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/report/run_result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace escalon {

/// 95 % of a normal distribution lie within so many standard errors.
inline constexpr double z_95 = 1.96;

/// One truth with the designs that met it.
struct TruthPanel {
    std::string name; ///< short, unique
    TrueToxicity const* toxicity;
    std::vector<DesignRun const*> runs; ///< one a design of the comparison; null where the run was interrupted before
};

class Comparison {
public:
    /// @param run outlives the comparison
    explicit Comparison(RunResult const& run);

    DoseLadder const& ladder() const { return ladder_; }
    std::vector<std::string> const& designs() const { return designs_; } ///< short, unique labels
    std::vector<TruthPanel> const& truths() const { return truths_; }    ///< those that some design met
    bool several_designs() const { return designs_.size() > 1; }
    bool several_truths() const { return truths_.size() > 1; }

    /// Some figures have a Monte Carlo error.
    bool sampled() const { return sampled_; }

    /// "168 mg/m²"
    std::string dose(DoseLevel level) const;

    /// The names of the designs that met a truth.
    std::vector<std::string> met_by(TruthPanel const& truth) const;

    /// "true MTD 168 mg/m²", or that there is none.
    std::string mtd_words(TruthPanel const& truth) const;

    /// "huC242-DM4 phase I. 10,000 simulated trials; whiskers: 95 % Monte Carlo intervals."
    std::string provenance() const;

    /// What was cut in labels: the full names, for the description.
    std::string full_names() const;

private:
    std::string engine_words() const;

    RunResult const& run_;
    DoseLadder ladder_;
    std::vector<std::string> designs_;
    std::vector<TruthPanel> truths_;
    bool sampled_ = false;
};

} // namespace escalon
