// Counts over simulated trials that run by a clock.
#pragma once

#include "sim/runner/activity_tallies.hpp"
#include "sim/runner/course_tallies.hpp"
#include "sim/trial/clocked_course.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace escalon {

/// Counts over patients whose doses toxicity may delay and reduce. Relative dose intensity counts in parts.
struct DoseTallies {
    static constexpr double intensity_parts = 1e5;

    CourseTallies::Sums delayed; ///< patients with a dose delayed
    CourseTallies::Sums reduced;
    CourseTallies::Sums intensity; ///< mean over the trial's patients

    void add(std::span<DatedPatient const> patients)
    {
        std::uint64_t some_delayed = 0;
        std::uint64_t some_reduced = 0;
        double sum = 0;
        for (auto const& patient : patients) {
            some_delayed += patient.fate.dose_delayed() ? 1U : 0U;
            some_reduced += patient.fate.dose_reduced() ? 1U : 0U;
            sum += patient.fate.dose_intensity;
        }
        delayed.add(some_delayed);
        reduced.add(some_reduced);
        double const mean = patients.empty() ? 1 : sum / static_cast<double>(patients.size());
        intensity.add(static_cast<std::uint64_t>(std::llround(mean * intensity_parts)));
    }
    DoseTallies& operator+=(DoseTallies const& other)
    {
        delayed += other.delayed;
        reduced += other.reduced;
        intensity += other.intensity;
        return *this;
    }
};

/// Sums over trials: whole numbers, which no order of adding changes. Times count in hundredths of a day.
struct ClockTallies {
    static constexpr double parts_of_a_day = 100;

    using Sums = CourseTallies::Sums;

    ClockTallies(std::size_t levels, std::size_t kinds)
        : visited(levels),
          late(levels),
          after_look(levels + 1),
          highest_by_look((levels + 1) * levels),
          kind_in_window(kinds),
          kind_late(kinds)
    {}

    void add(auto const& course)
    {
        duration.add(parts(course.duration_d()));
        suspended.add(parts(course.suspended_d()));
        auto const levels = visited.size();
        std::vector<std::uint32_t> treated(levels);
        std::vector<std::uint32_t> late_here(levels);
        std::vector<std::uint32_t> kinds(2 * kind_late.size());
        std::uint64_t dropped = 0;
        std::uint64_t expansion = 0;
        for (DatedPatient const& patient : course.patients()) {
            auto const level = static_cast<std::size_t>(patient.level.index());
            expansion += patient.expansion ? 1U : 0U;
            treated[level] += patient.expansion ? 0U : 1U;
            dropped += patient.fate.dropped_out(course.window_d()) ? 1U : 0U;
            if (!(patient.fate.dlt_d < Fate::never))
                continue;
            bool const is_late = patient.fate.dlt_d > std::min(course.window_d(), patient.fate.evaluable_until_d());
            late_here[level] += is_late ? 1U : 0U;
            if (patient.fate.kind >= 0)
                ++kinds[static_cast<std::size_t>(patient.fate.kind) + (is_late ? kind_late.size() : 0)];
        }
        for (std::size_t level = 0; level < levels; ++level) {
            visited[level] += treated[level] > 0 ? 1U : 0U;
            late[level].add(late_here[level]);
        }
        for (std::size_t k = 0; k < kind_late.size(); ++k) {
            kind_in_window[k].add(kinds[k]);
            kind_late[k].add(kinds[kind_late.size() + k]);
        }
        dropped_out.add(dropped);
        in_expansion.add(expansion);
        auto const declared = course.verdict().mtd;
        auto const looked = course.after_late_look();
        auto const left = looked ? static_cast<std::size_t>(looked->index()) + 1 : 0;
        ++after_look[left];
        std::size_t highest = 0;
        std::uint64_t above = 0;
        for (std::size_t level = 0; level < levels; ++level)
            highest = treated[level] > 0 ? level : highest;
        for (DatedPatient const& patient : course.patients())
            above += static_cast<std::size_t>(patient.level.index()) >= left ? 1U : 0U;
        ++highest_by_look[left * levels + highest];
        above_look.add(above);
        lowered += declared != looked ? 1U : 0U;
        if (doses)
            doses->add(course.patients());
        if (activity)
            activity->add(course);
    }

    ClockTallies& operator+=(ClockTallies const& other);

    Sums duration;
    Sums suspended;                     ///< accrual, for pending patients
    Sums dropped_out;                   ///< patients
    Sums in_expansion;                  ///< patients
    std::vector<std::uint64_t> visited; ///< trials that treated somebody at the level before the MTD was named
    std::vector<Sums> late;             ///< by level: patients with a toxicity after the window that would have limited the dose
    std::vector<std::uint64_t> after_look; ///< none, then levels: what is recommended after the late look
    std::uint64_t lowered = 0;             ///< trials whose late look lowers the MTD
    /// Trials by what is recommended after the late look, none and then levels, and by the highest level of dose finding: a row of
    /// levels for each of the former.
    std::vector<std::uint64_t> highest_by_look;
    Sums above_look; ///< patients treated above what is recommended after the late look, those of the expansion among them
    std::vector<Sums> kind_in_window;   ///< by kind: patients whose first such toxicity is of this kind, in the window
    std::vector<Sums> kind_late;        ///< likewise after it
    std::optional<DoseTallies> doses{}; ///< where toxicity changes them
    std::optional<ActivityTallies> activity{};

private:
    static std::uint64_t parts(double time_d) { return static_cast<std::uint64_t>(std::llround(time_d * parts_of_a_day)); }
};

} // namespace escalon
