// What a model-based design believes about the levels of a ladder, for whoever shows it.
#pragma once

#include "sim/vocabulary/observed.hpp"

#include <concepts>
#include <optional>
#include <string>
#include <vector>

namespace escalon {

/// A range of DLT probabilities with a name: under, target, over, excessive.
struct ToxicityInterval {
    std::string name;
    double low = 0;
    double high = 1;

    friend bool operator==(ToxicityInterval const&, ToxicityInterval const&) = default;
};

/// The posterior distribution of P(DLT) at one level.
struct LevelPosterior {
    double mean = 0;
    double sd = 0;
    double lower = 0; ///< of the central interval of probability `DoseToxicityPosterior::band`
    double median = 0;
    double upper = 1;
    double estimate = 0;                      ///< what the design holds against its target
    std::vector<double> interval_probability; ///< in the order of the intervals
    std::optional<std::string> forbidden;     ///< why the level may not be given: "P(DLT rate above 0.33) is 0.31, over 0.25"
};

/// The posterior distribution of the whole dose-toxicity curve.
struct DoseToxicityPosterior {
    struct Parameter {
        std::string name;
        double mean = 0;
        double sd = 0;
    };

    /// No level may be given while the probability that its P(DLT) lies above `above` exceeds `most`.
    struct OverdoseCap {
        double above = 0; ///< where one of the intervals begins
        double most = 0;
    };

    static constexpr double band = 0.90;

    std::vector<LevelPosterior> levels;
    std::vector<ToxicityInterval> intervals;
    std::vector<Parameter> parameters;
    std::optional<OverdoseCap> overdose_cap = std::nullopt;
};

/// A decider that can tell what it believes of the whole curve; none where the design that it stands for has no model.
template <class D>
concept ModelDecider = requires(D const& decider, Observed const& observed) {
    { decider.posterior(observed) } -> std::same_as<std::optional<DoseToxicityPosterior>>;
};

} // namespace escalon
