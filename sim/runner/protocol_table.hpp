// The protocol's decision table of any design, found by asking it: what it says after y DLTs in n patients at a level.
//
// The words are those of the mTPI tables: Ji et al. (2010), Clin Trials 7:653.
#pragma once

#include "sim/designs/catalog.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace escalon {

/// What a decision means for the level where the patients were treated last.
enum class LevelMove {
    escalate,
    stay,
    deescalate,
    eliminate,  ///< de-escalate, and never return to the level
    stop_named, ///< end the trial and recommend a level
    stop,       ///< end the trial; no level is recommended
};

inline constexpr std::array level_moves{LevelMove::escalate,  LevelMove::stay,       LevelMove::deescalate,
                                        LevelMove::eliminate, LevelMove::stop_named, LevelMove::stop};

/// "E", "S", "D", "DU", "M", "X".
std::string_view letter(LevelMove move);

/// "escalate", "de-escalate and never return", ...
std::string_view words(LevelMove move);

/// A move, or several where the design leaves the choice to chance.
struct Ruling {
    struct Part {
        LevelMove move = LevelMove::stay;
        double probability = 1;

        friend bool operator==(Part const&, Part const&) = default;
    };
    std::vector<Part> parts;

    /// "E"; "E/S" of a choice by chance.
    std::string letters() const;
    bool is(LevelMove move) const { return parts.size() == 1 && parts.front().move == move; }

    friend bool operator==(Ruling const&, Ruling const&) = default;
};

/// Where on the ladder the current level lies.
enum class Rung { lowest, between, highest };

constexpr auto enum_names(Rung)
{
    return std::array{EnumName<Rung>{Rung::lowest, "lowest"}, EnumName<Rung>{Rung::between, "between"},
                      EnumName<Rung>{Rung::highest, "highest"}};
}

/// The rulings at one level: `of[c][y]` after y DLTs in patients[c], for y from 0 to patients[c].
struct RungTable {
    Rung rung = Rung::between;
    DoseLevel level;
    std::vector<std::vector<Ruling>> of;

    Ruling const& ruling(std::size_t column, int dlts) const { return of[column][static_cast<std::size_t>(dlts)]; }
};

/// The counts at which decisions change, where the table has that form.
struct Boundaries {
    std::optional<int> escalate_up_to;  ///< escalate if DLTs <=
    std::optional<int> deescalate_from; ///< de-escalate if DLTs >=, elimination and stops included
    std::optional<int> eliminate_from;  ///< never return if DLTs >=
};

struct ProtocolTable {
    int cohort_size = 0;
    Outcomes outcomes =
        Outcomes::dlt;            ///< that the design tells apart; every DLT of the table is of grade 3, and nobody has grade 2
    std::vector<int> patients;    ///< columns, rising
    std::vector<RungTable> rungs; ///< the one that stands for most levels first, then where they deviate

    /// What else than the tally at the level changes a decision, as sentences; empty where nothing that was tried does.
    std::vector<std::string> depends_on;

    bool order_counts = false; ///< the order of the DLTs at the level changes a decision

    RungTable const& main() const { return rungs.front(); }

    /// Some decision is left to chance.
    bool by_chance() const;

    /// Of a column of the main rung; none where the moves are not in the order E, S, D, DU, and none where the number of DLTs
    /// alone does not decide: then a count would mislead.
    std::optional<Boundaries> boundaries(std::size_t column) const;

    /// From so many DLTs on, every row repeats the one before it, as far as it reaches.
    int rows() const;
};

struct TableRequest {
    /// The last column; when absent the design's sample size, else the most that it treats at a level, without columns in which
    /// every trial has ended.
    std::optional<int> patients;
    bool every = false; ///< a column for each number of patients instead of whole cohorts
};

/// Lower levels are those that the design passed on its way up without a DLT; the level above is untried. The sample size is
/// widened so that it does not cut the table.
ProtocolTable protocol_table(AnyDesign const& design, DoseLadder const& ladder, TableRequest const& request = {});

} // namespace escalon
