// The story of late toxicity in plain sentences: what the DLT window saw, what came later, what the committee did, what is on record,
// and what the other designs would have done.
#pragma once

#include "sim/report/run_result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace escalon {

struct LateStory {
    struct Theme {
        std::string head; ///< "What the window saw"
        std::string text; ///< sentences
    };

    std::string label;               ///< of the design that the paragraph is of
    std::vector<Theme> paragraph;    ///< in the order of events
    std::vector<std::string> others; ///< a sentence or two for each other design
    std::string note;                ///< what the errors are
};

/// Whether anything can come late, or be looked at late.
bool tells_late_story(RunResult const& run);

/// Of the design that the others are held against, or of the first that was finished.
/// @param truth index into the truths of the run
/// @return none where nothing can come late, or no design was finished
std::optional<LateStory> late_story(RunResult const& run, std::size_t truth);

/// The same as lines of text with a heading; empty where there is no story.
std::string late_story_text(RunResult const& run, std::size_t truth);

} // namespace escalon
