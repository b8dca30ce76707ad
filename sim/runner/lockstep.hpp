// A block of trials advanced together: each asks for its next cohort, all outcomes are computed at once, each learns its
// own. A lane whose trial has ended takes the next trial of the range. What a trial does depends on its own number alone.
#pragma once

#include "sim/runner/tallies.hpp"
#include "sim/trial/clocked_course.hpp"
#include "sim/trial/cohort_batch.hpp"
#include "sim/trial/conduct.hpp"

#include <algorithm>
#include <vector>

namespace escalon {

/// Trials first <= t < last.
struct TrialRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

/// Outcomes that can tell the grade of any course of any patient.
template <class O>
concept CourseOutcomes = requires(O const& outcomes, TrialStream const& stream, DoseLevel level)
{
    {
        outcomes.grade(stream, std::uint32_t{}, level)
        } -> std::same_as<Grade>;
};

/// Outcomes that can tell what would be measured of any patient.
template <class O>
concept MeasuredOutcomes = requires(O const& outcomes, TrialStream const& stream, DoseLevel level, ExposureMetric metric)
{
    {
        outcomes.measured(stream, std::uint32_t{}, level, metric)
        } -> std::same_as<ObservedExposure>;
};

/// Conducts every trial of the range.
/// @param start gives the course of a fresh trial
/// @param outcomes called as `outcomes(CohortBatch&)`; fills the outcome of each lane from the other columns. Where patients are
/// followed, `outcomes.grade(stream, patient, level)` gives the worst grade of any course; where the design reads exposures,
/// `outcomes.measured(stream, patient, level, metric)` gives them.
template <class Start, class Outcomes>
void conduct_in_lockstep(Start const& start, int ladder_levels, std::uint64_t seed, TrialRange range, Outcomes&& outcomes,
                         Tallies& tallies)
{
    using Trial = Conduct<decltype(start())>;
    constexpr bool may_follow = FollowingCourse<decltype(start())> && CourseOutcomes<std::remove_cvref_t<Outcomes>>;
    constexpr bool may_measure = MeasuredCourse<decltype(start())> && MeasuredOutcomes<std::remove_cvref_t<Outcomes>>;
    struct Lane {
        Trial trial;
        bool busy = true;
    };
    auto const levels = static_cast<std::size_t>(ladder_levels);
    CohortBatch batch;
    batch.used = std::min(CohortBatch::lanes, Trial::lanes);
    std::vector<LevelCell> cells(batch.used * levels);
    std::vector<CourseCells> courses(tallies.courses ? batch.used : 0, CourseCells{levels});
    std::vector<Lane> lanes;
    auto next = range.first;
    auto const take_next = [&](std::size_t lane) {
        batch.trial[lane] = next;
        std::fill_n(cells.begin() + static_cast<std::ptrdiff_t>(lane * levels), levels, LevelCell{});
        if (!courses.empty())
            courses[lane].restart();
        return TrialStream{seed, next++};
    };
    for (std::size_t lane = 0; lane < batch.used && next < range.last; ++lane)
        lanes.push_back({Trial{start(), take_next(lane)}});

    auto const giver = [&](std::size_t lane) {
        return [&, lane](WantedCourse const& course) {
            Grade const grade = outcomes.grade(lanes[lane].trial.stream(), course.patient, course.level);
            courses[lane].add(course, grade);
            return grade;
        };
    };
    for (std::size_t busy = lanes.size(); busy > 0;) {
        for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
            auto& [trial, is_busy] = lanes[lane];
            if (!is_busy)
                continue;
            auto wanted = trial.wants();
            while (!wanted) {
                if constexpr (may_follow)
                    if (!courses.empty()) {
                        trial.finish(giver(lane));
                        tallies.courses->add(courses[lane]);
                    }
                tallies.keep(batch.trial[lane], tallies.add(trial.verdict(), std::span{cells}.subspan(lane * levels, levels)));
                if (next == range.last) {
                    is_busy = false;
                    --busy;
                    wanted = WantedCohort{};
                } else {
                    trial.restart(take_next(lane));
                    wanted = trial.wants();
                }
            }
            batch.first_patient[lane] = wanted->first_patient;
            batch.patients[lane] = static_cast<std::uint64_t>(wanted->treat.patients);
            batch.level[lane] = static_cast<std::int16_t>(wanted->treat.level.index());
        }
        outcomes(batch);
        for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
            if (!lanes[lane].busy)
                continue;
            auto const dlts = static_cast<int>(batch.dlts[lane]);
            cells[lane * levels + static_cast<std::size_t>(batch.level[lane])].add(static_cast<int>(batch.patients[lane]), dlts);
            if constexpr (may_follow)
                if (!courses.empty())
                    lanes[lane].trial.follow(giver(lane));
            if (batch.graded)
                lanes[lane].trial.learns(batch.cohort(lane));
            else
                lanes[lane].trial.learns(dlts);
            if constexpr (may_measure)
                if (auto const metric = lanes[lane].trial.exposure_read())
                    for (std::uint64_t i = 0; i < batch.patients[lane]; ++i)
                        lanes[lane].trial.learns(outcomes.measured(lanes[lane].trial.stream(),
                                                                   static_cast<std::uint32_t>(batch.first_patient[lane] + i),
                                                                   DoseLevel{batch.level[lane]}, *metric));
        }
    }
}

/// The same for trials that run by a clock: each asks for its next cohort, the fates of all are found at once, each learns its own.
template <class Start>
void conduct_by_clock(Start const& start, int ladder_levels, std::uint64_t seed, TrialRange range, Fates const& fates,
                      Tallies& tallies)
{
    using Trial = Conduct<decltype(start())>;
    struct Lane {
        Trial trial;
        std::uint64_t number = 0;
        std::size_t first = 0; ///< of the patients wanted
        std::size_t count = 0;
        bool busy = true;
    };
    std::vector<Lane> lanes;
    auto next = range.first;
    for (std::size_t lane = 0; lane < Trial::lanes && next < range.last; ++lane, ++next)
        lanes.push_back({Trial{start(), TrialStream{seed, next}}, next});
    std::vector<LevelCell> cells(static_cast<std::size_t>(ladder_levels));
    auto const finish = [&](Lane const& lane) {
        auto const& course = lane.trial.course();
        std::ranges::fill(cells, LevelCell{});
        for (auto const& patient : course.patients())
            if (!patient.expansion)
                cells[static_cast<std::size_t>(patient.level.index())].add(
                    1, patient.fate.dlt_d <= std::min(course.window_d(), patient.fate.evaluable_until_d()) ? 1 : 0);
        tallies.keep(lane.number, tallies.add(lane.trial.verdict(), cells));
        tallies.clock->add(course);
    };
    std::vector<PatientAt> wanted_patients;
    for (std::size_t busy = lanes.size(); busy > 0;) {
        wanted_patients.clear();
        for (auto& lane : lanes) {
            if (!lane.busy)
                continue;
            auto wanted = lane.trial.wants();
            while (!wanted && lane.busy) {
                finish(lane);
                if (next == range.last) {
                    lane.busy = false;
                    --busy;
                } else {
                    lane.number = next;
                    lane.trial.restart(TrialStream{seed, next++});
                    wanted = lane.trial.wants();
                }
            }
            if (!wanted)
                continue;
            lane.first = wanted_patients.size();
            lane.count = static_cast<std::size_t>(wanted->treat.patients);
            for (std::uint32_t i = 0; i < lane.count; ++i)
                wanted_patients.push_back(
                    {lane.number, wanted->first_patient + i, wanted->treat.level, lane.trial.course().enrolment()});
        }
        auto const found = fates(wanted_patients);
        for (auto& lane : lanes)
            if (lane.busy)
                lane.trial.learns(std::span{found}.subspan(lane.first, lane.count));
    }
}

} // namespace escalon
