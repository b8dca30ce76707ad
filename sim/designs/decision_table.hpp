// A decision for every tally of the current level, computed once and looked up.
#pragma once

#include "sim/vocabulary/observed.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

namespace escalon {

/// The place of a tally among all of at most so many patients: patients by patients, then DLTs.
constexpr std::size_t triangular_place(Tally const& tally)
{
    auto const n = static_cast<std::uint32_t>(tally.patients);
    return n * (n + 1) / 2 + static_cast<std::uint32_t>(tally.dlts);
}

/// Where an interval design goes from the current level.
enum class Move : std::uint8_t { escalate, stay, deescalate };

/// 1 for escalate, -1 for deescalate.
constexpr int levels_up(Move move) { return static_cast<int>(Move::stay) - static_cast<int>(move); }

/// One cell of a decision table.
struct TableCell {
    Move move = Move::stay;
    bool too_toxic = false; ///< the level is never given again; so it is with more DLTs

    friend bool operator==(TableCell const&, TableCell const&) = default;
};

class DecisionTable {
public:
    /// What a cell holds, from a tally of at least one patient.
    using Formula = std::function<TableCell(Tally)>;

    /// @param most_patients of the tallies that are looked up; larger ones are computed when they are asked for
    DecisionTable(Formula formula, int most_patients);

    Move move(Tally const& tally) const
    {
        return tally.patients <= most_patients_ ? moves_[triangular_place(tally)] : formula_(tally).move;
    }
    bool too_toxic(Tally const& tally) const
    {
        return tally.patients <= most_patients_ ? tally.dlts >= fewest_too_toxic_[static_cast<std::size_t>(tally.patients)]
                                                : formula_(tally).too_toxic;
    }

    /// The lowest level that is too toxic; one above the top if there is none.
    /// @param total of all levels
    int lowest_too_toxic(std::span<Tally const> tallies, Tally const& total) const
    {
        constexpr std::size_t bits = 64;
        if (total.patients > most_patients_ || tallies.size() >= bits)
            return static_cast<int>(std::ranges::find_if(tallies, [&](auto const& tally) { return too_toxic(tally); }) -
                                    tallies.begin());
        if (total.dlts < fewest_ever_)
            return static_cast<int>(tallies.size());
        // no branch a level: which of them is too toxic cannot be foreseen
        auto found = std::uint64_t{1} << tallies.size();
        for (std::size_t level = 0; level < tallies.size(); ++level)
            found |= std::uint64_t{tallies[level].dlts >= fewest_too_toxic_[static_cast<std::size_t>(tallies[level].patients)]}
                     << level;
        return std::countr_zero(found);
    }

private:
    Formula formula_;
    int most_patients_;
    std::vector<Move> moves_;
    std::vector<int> fewest_too_toxic_;                 ///< DLTs from which a level is too toxic, by patients
    int fewest_ever_ = std::numeric_limits<int>::max(); ///< DLTs in the whole trial before any level can be too toxic
};

} // namespace escalon
