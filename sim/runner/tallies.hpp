// Counts over simulated trials. All of them are whole numbers, so that neither threads nor their order can change a bit.
#pragma once

#include "sim/runner/clock_tallies.hpp"
#include "sim/runner/course_tallies.hpp"
#include "sim/runner/operating_characteristics.hpp"
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

/// What became of one trial, as far as designs are compared trial by trial.
struct TrialOutcome {
    static constexpr std::int16_t none = -1;

    std::int16_t selected = none; ///< index of the level recommended
    std::uint16_t patients = 0;
    std::uint16_t patients_above = 0; ///< the true MTD
    std::uint16_t dlts = 0;

    friend bool operator==(TrialOutcome const&, TrialOutcome const&) = default;
};

/// Histograms over trials.
class Tallies {
public:
    /// @param most_patients of any trial; grows where one has more
    /// @param overdose_from index of the lowest level above the true MTD
    Tallies(int levels, int most_patients, int overdose_from);

    /// @return what became of the trial
    TrialOutcome add(Stop const& verdict, std::span<LevelCell const> cells)
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
        std::uint32_t const at = overdose_from > 0 ? cells[overdose_from - 1].patients() : 0;
        ++total_patients[total.patients()];
        ++total_dlts[total.dlts()];
        ++patients_above[above];
        ++patients_at[at];
        add_joint(cells, total, total.patients() - at - above, above);
        return {verdict.mtd ? static_cast<std::int16_t>(verdict.mtd->index()) : TrialOutcome::none,
                static_cast<std::uint16_t>(total.patients()), static_cast<std::uint16_t>(above),
                static_cast<std::uint16_t>(total.dlts())};
    }

    /// Makes room for the outcomes of these trials.
    void keep_outcomes(std::uint64_t first, std::uint64_t how_many)
    {
        first_kept = first;
        outcomes.assign(how_many, TrialOutcome{});
    }

    /// Keeps what became of a trial, if there is room for it.
    void keep(std::uint64_t trial, TrialOutcome const& outcome)
    {
        if (auto const place = trial - first_kept; place < outcomes.size())
            outcomes[place] = outcome;
    }

    /// The kept outcomes of `other` follow those of these tallies.
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
    std::optional<ClockTallies> clock;         ///< where trials have one
    std::vector<std::uint64_t> patients_at;    ///< patients at the true MTD
    std::vector<std::uint64_t> products; ///< levels x levels, lower triangle: sums of patients at one times patients at other
    std::uint64_t dlts_by_patients = 0;  ///< sum of a trial's DLTs times its patients
    std::array<std::uint64_t, risk_percents.size()> overdosed{};  ///< trials with more than that share above the true MTD
    std::array<std::uint64_t, risk_percents.size()> underdosed{}; ///< likewise below it
    std::uint64_t first_kept = 0;
    std::vector<TrialOutcome> outcomes; ///< of the trials from `first_kept`, in their order; as many as there is room for

private:
    /// What several levels of one trial say together.
    void add_joint(std::span<LevelCell const> cells, LevelCell total, std::uint32_t below, std::uint32_t above)
    {
        for (std::size_t i = 0; i < cells.size(); ++i)
            if (std::uint64_t const here = cells[i].patients(); here > 0)
                for (std::size_t j = 0; j <= i; ++j)
                    products[i * cells.size() + j] += here * cells[j].patients();
        dlts_by_patients += std::uint64_t{total.dlts()} * total.patients();
        for (std::size_t i = 0; i < risk_percents.size(); ++i) {
            overdosed[i] += exceeds_percent(above, total.patients(), risk_percents[i]) ? 1U : 0U;
            underdosed[i] += exceeds_percent(below, total.patients(), risk_percents[i]) ? 1U : 0U;
        }
    }
};

} // namespace escalon
