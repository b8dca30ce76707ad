// A decision for every tally of the current level, computed once and looked up.
#pragma once

#include "sim/vocabulary/observed.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace escalon {

/// Where an interval design goes from the current level.
enum class Move : std::uint8_t { escalate, stay, deescalate };

/// One cell of a decision table.
struct TableCell {
    Move move = Move::stay;
    bool too_toxic = false; ///< the level is never given again

    friend bool operator==(TableCell const&, TableCell const&) = default;
};

class DecisionTable {
public:
    /// What a cell holds, from a tally of at least one patient.
    using Formula = std::function<TableCell(Tally)>;

    /// @param most_patients of the tallies that are looked up; larger ones are computed when they are asked for
    DecisionTable(Formula formula, int most_patients);

    TableCell operator()(Tally tally) const { return tally.patients <= most_patients_ ? cells_[place(tally)] : formula_(tally); }

private:
    static std::size_t place(Tally tally)
    {
        auto const n = static_cast<std::size_t>(tally.patients);
        return n * (n + 1) / 2 + static_cast<std::size_t>(tally.dlts);
    }

    Formula formula_;
    int most_patients_;
    std::vector<TableCell> cells_; ///< row by row: patients, then DLTs
};

} // namespace escalon
