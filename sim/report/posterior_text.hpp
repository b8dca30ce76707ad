// What a model-based design believes about the levels of a ladder: as a table in words, as JSON, as cells of CSV.
#pragma once

#include "sim/designs/models/dose_toxicity.hpp"
#include "sim/vocabulary/decision.hpp"
#include "sim/vocabulary/observed.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace escalon {

/// "below 16 %", "16 to 33 %", "above 60 %"
std::string range_words(ToxicityInterval const& interval);

/// The probability that P(DLT) at the level lies above the toxicity of the cap; none without a cap, or where no interval begins there.
std::optional<double> overdose_probability(DoseToxicityPosterior const& posterior, DoseLevel level);

/// A level each. The last column is words: what comes next, and what may not be given and why.
struct PosteriorTable {
    std::vector<std::string> heads;
    std::vector<std::vector<std::string>> rows;
};

/// @param tallies by level
PosteriorTable posterior_table(DoseToxicityPosterior const& posterior, DoseLadder const& ladder,
                               std::vector<Tally> const& tallies, Decision const& decision);

/// What the table's columns are, and the model's parameters: a line each.
std::vector<std::string> posterior_lines(DoseToxicityPosterior const& posterior);

/// Columns of CSV, with one for each of these intervals.
std::vector<std::string> posterior_columns(std::vector<std::string> const& intervals);

/// Its cells; empty ones without a posterior.
std::vector<std::string> posterior_cells(std::optional<DoseToxicityPosterior> const& posterior, DoseLevel level,
                                         std::vector<std::string> const& intervals);

/// Levels count from 1, doses are in the ladder's unit.
nlohmann::ordered_json posterior_json(DoseToxicityPosterior const& posterior, DoseLadder const& ladder);

} // namespace escalon
