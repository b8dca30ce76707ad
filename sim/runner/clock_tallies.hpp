// Counts over simulated trials that run by a clock.
#pragma once

#include "sim/runner/activity_tallies.hpp"
#include "sim/runner/course_tallies.hpp"
#include "sim/trial/clocked_course.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

namespace escalon {

/// Sums over trials: whole numbers, which no order of adding changes. Times count in hundredths of a day.
struct ClockTallies {
    static constexpr double parts_of_a_day = 100;

    using Sums = CourseTallies::Sums;

    ClockTallies(std::size_t levels, std::size_t kinds)
        : visited(levels), late(levels), after_look(levels + 1), kind_in_window(kinds), kind_late(kinds)
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
        ++after_look[looked ? static_cast<std::size_t>(looked->index()) + 1 : 0];
        lowered += declared != looked ? 1U : 0U;
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
    std::vector<Sums> kind_in_window;      ///< by kind: patients whose first such toxicity is of this kind, in the window
    std::vector<Sums> kind_late;           ///< likewise after it
    std::optional<ActivityTallies> activity{};

private:
    static std::uint64_t parts(double time_d) { return static_cast<std::uint64_t>(std::llround(time_d * parts_of_a_day)); }
};

} // namespace escalon
