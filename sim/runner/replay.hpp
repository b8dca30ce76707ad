// A documented trial held against a design: at each step what the rule says, why, and whether the record agrees.
#pragma once

#include "sim/designs/catalog.hpp"

#include <optional>
#include <string>
#include <vector>

namespace escalon {

/// One cohort of the record; what the record does not say is absent.
struct RecordedCohort {
    DoseLevel level;
    std::optional<int> patients;
    std::optional<int> dlts;          ///< within the DLT window
    std::optional<int> late_dlts = 0; ///< after it, not among `dlts`
    int grade_2 = 0;                  ///< moderate toxicity as the worst, for designs that read grades
    int grade_4 = 0;                  ///< of the DLTs, those of grade 4 or worse
    std::string note;
};

/// Which toxicities a reading of the record counts.
enum class Counting { in_window, with_late };

/// How the record compares with what the rule asked for.
enum class Agreement {
    agrees,
    other_number, ///< the same level, another number of patients
    other_level,
    after_stop, ///< the rule had ended the trial
    unknown,    ///< what came before is not on record
};

struct ReplayStep {
    RecordedCohort recorded;
    std::optional<Decision> rule; ///< before this cohort; absent where what came before is not on record
    Agreement agreement = Agreement::unknown;
    Tally level_after; ///< patients and DLTs of the level, as far as they are on record
};

/// What the rule says next if an unknown number of DLTs lay in this range.
struct Possibility {
    int fewest = 0;
    int most = 0;
    Decision rule;
};

/// The record read once.
struct Reading {
    Counting counting = Counting::in_window;
    std::vector<ReplayStep> steps;
    std::optional<Decision> last;            ///< after the whole record; absent where the record leaves it open
    std::optional<std::size_t> unknown_from; ///< the first cohort whose outcome is not on record
    std::vector<Possibility> possibilities;  ///< after that cohort, if its size is on record

    /// The level that the rule recommends after the record, whatever its unknown figures were.
    std::optional<DoseLevel> named() const;

    /// Nothing is on record behind the cohort whose outcome is unknown.
    bool ends_with_the_unknown() const { return unknown_from && *unknown_from + 1 == steps.size(); }
};

/// The level that a decision recommends, if it ends the trial with one.
std::optional<DoseLevel> named_by(Decision const& decision);

struct Replay {
    Reading in_window;
    std::optional<Reading> with_late; ///< where the record has any late toxicity
};

Replay replay(AnyDesign const& design, DoseLadder const& ladder, std::vector<RecordedCohort> const& record);

} // namespace escalon
