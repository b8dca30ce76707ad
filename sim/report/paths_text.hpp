// Dose transition pathways in words: a tree that a clinician reads, each subtree once, and what the paths end with.
#pragma once

#include "sim/runner/paths.hpp"
#include "sim/scenario/scenario.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace escalon {

/// P(DLT) of each level under a truth.
struct PathTruth {
    std::string name;
    std::vector<double> dlt_probability;
    GradeProbabilities grades{}; ///< where the truth states them
};

struct PathsResult {
    Scenario scenario;
    std::string label;             ///< of the design
    std::vector<Cohort> from;      ///< what has happened before
    int cohorts = 0;               ///< that were asked for
    Pathways tree;                 ///< unrolled to as many of them as are shown
    std::vector<PathTruth> truths; ///< none where the scenario has no toxicity
};

/// The most lines of a tree in text.
inline constexpr std::size_t most_path_lines = 200;

/// The most rows of `paths_csv`.
inline constexpr double most_path_rows = 200'000;

std::string paths_text(PathsResult const& result);

/// One row a path, each number of DLTs a path of its own.
std::string paths_csv(PathsResult const& result);

/// The graph: nodes with their outcomes, each subtree once.
nlohmann::ordered_json paths_json(PathsResult const& result);

/// How ranges of outcomes are written: "2 or 3", "2 to 4"; or as short as figures need them, "2–3", "2–4", "p 0.43".
enum class RangeForm { words, dashes };

/// "2", "2 or 3", "2 to 4", "1 (1 g4) +2 g2", "2 +1 g2 or more"; of a choice by chance "p 0.25".
std::string outcome_words(PathNode const& node, OutcomeGroup const& group, RangeForm form = RangeForm::words);

/// What "g2" and "g4" mean; empty for a design that reads DLTs alone.
std::string grade_key(Outcomes outcomes);

/// The next 3 cohorts from the start, "after 10:0/3 20:1/3", and where the tree was cut: the lines that head a tree.
std::string paths_scope(PathsResult const& result);

} // namespace escalon
