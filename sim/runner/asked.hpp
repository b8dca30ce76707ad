// What drivers ask of a design, whatever its type: its next decision in words, the part of a history that it rests on, how far
// it tells outcomes apart, and what its model believes.
#pragma once

#include "sim/designs/design.hpp"
#include "sim/designs/models/dose_toxicity.hpp"
#include "sim/vocabulary/observed.hpp"
#include "sim/vocabulary/outcomes.hpp"

#include <functional>
#include <optional>

namespace escalon {

struct Asked {
    std::function<Decision(Observed const&)> decide;
    std::function<Summary(Observed const&)> summary;
    Outcomes outcomes = Outcomes::dlt;
    std::optional<ExposureMetric> exposure = std::nullopt; ///< that it reads of each patient
    /// None without a model.
    std::function<std::optional<DoseToxicityPosterior>(Observed const&)> posterior = [](Observed const&) { return std::nullopt; };
};

/// @param decider outlives what is returned
template <Decider D>
Asked asking(D const& decider)
{
    Asked asked{.decide = [&decider](Observed const& observed) { return decider.decide(observed, Wording::sentence); },
                .summary = [&decider](Observed const& observed) { return decider.summary(observed); },
                .outcomes = outcomes_read(decider),
                .exposure = exposure_read(decider)};
    if constexpr (ModelDecider<D>)
        asked.posterior = [&decider](Observed const& observed) { return decider.posterior(observed); };
    return asked;
}

} // namespace escalon
