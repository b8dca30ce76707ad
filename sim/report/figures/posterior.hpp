// The posterior figure: what a model believes of P(DLT) at each dose, what was seen, what may be given, and how probable each
// range of toxicity is.
//
// Without tallies it shows what the prior says before the first patient.
#pragma once

#include "sim/designs/models/dose_toxicity.hpp"
#include "sim/report/figures/figure.hpp"
#include "sim/vocabulary/observed.hpp"

#include <optional>
#include <string>
#include <vector>

namespace escalon {

/// What the figure shows.
struct PosteriorFigure {
    std::string name = "posterior"; ///< of its files
    std::string title;
    std::string finding = ""; ///< a sentence that begins the caption; may be empty
    DoseLadder ladder;
    std::vector<Tally> tallies = {}; ///< by level; none of a prior
    DoseToxicityPosterior posterior;
    double target = 0; ///< DLT probability
    std::optional<DoseLevel> recommended = std::nullopt;
    std::string recommended_word = "next"; ///< over its column: "next", or "MTD" where the trial has ended
};

/// @throws std::logic_error where the posterior or the tallies do not fit the ladder
Figure posterior_figure(PosteriorFigure const& figure, FigureStyle const& style = {});

} // namespace escalon
