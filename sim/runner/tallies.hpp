// Counts over simulated trials. All of them are whole numbers, so that neither threads nor their order can change a bit.
#pragma once

#include "sim/runner/course_tallies.hpp"
#include "sim/vocabulary/decision.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace escalon {

/// Patients and DLTs of one level in one trial, in one word.
class LevelCell {
public:
    void add(int patients, int dlts)
    {
        word_ += (static_cast<std::uint32_t>(patients) << patients_shift) + static_cast<std::uint32_t>(dlts);
    }
    LevelCell& operator+=(LevelCell other)
    {
        word_ += other.word_;
        return *this;
    }
    std::uint32_t patients() const { return word_ >> patients_shift; }
    std::uint32_t dlts() const { return word_ & dlts_mask; }
    bool untouched() const { return word_ == 0; }

private:
    static constexpr int patients_shift = 16;
    static constexpr std::uint32_t dlts_mask = 0xFFFF;
    std::uint32_t word_ = 0;
};

/// Histograms over trials.
class Tallies {
public:
    /// @param most_patients of any trial; grows where one has more
    /// @param overdose_from index of the lowest level above the true MTD
    Tallies(int levels, int most_patients, int overdose_from);

    void add(Stop const& verdict, std::span<LevelCell const> cells)
    {
        ++trials;
        auto const row = verdict.mtd ? static_cast<std::size_t>(verdict.mtd->index()) + 1 : 0;
        ++verdicts[row * stop_causes + static_cast<std::size_t>(verdict.cause)];
        LevelCell total;
        for (auto const& cell : cells)
            total += cell;
        if (total.patients() >= stride)
            widen(2 * std::size_t{total.patients()});
        for (std::size_t level = 0; level < cells.size(); ++level) {
            if (cells[level].untouched())
                continue;
            ++level_patients[level * stride + cells[level].patients()];
            ++level_dlts[level * stride + cells[level].dlts()];
        }
        std::uint32_t above = 0;
        for (std::size_t level = overdose_from; level < cells.size(); ++level)
            above += cells[level].patients();
        ++total_patients[total.patients()];
        ++total_dlts[total.dlts()];
        ++patients_above[above];
    }

    Tallies& operator+=(Tallies const& other);

    /// Makes room for trials of up to so many patients.
    void widen(std::size_t most_patients);

    std::size_t stride;        ///< most patients + 1
    std::size_t overdose_from; ///< index of the lowest level above the true MTD
    std::uint64_t trials = 0;
    std::vector<std::uint64_t> verdicts;       ///< (none, levels...) x stop causes
    std::vector<std::uint64_t> level_patients; ///< levels x stride; trials that never gave the level are not counted
    std::vector<std::uint64_t> level_dlts;     ///< likewise
    std::vector<std::uint64_t> total_patients;
    std::vector<std::uint64_t> total_dlts;
    std::vector<std::uint64_t> patients_above; ///< patients above the true MTD
    std::optional<CourseTallies> courses;      ///< where patients are followed beyond their first course
};

} // namespace escalon
