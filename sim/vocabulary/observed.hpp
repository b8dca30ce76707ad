// What a trial's statistician can see: cohorts in order, and the tallies of each level.
#pragma once

#include "sim/vocabulary/dose_ladder.hpp"
#include "sim/vocabulary/grade.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

namespace escalon {

/// Evaluable patients treated together at one level, and how many of them had a dose-limiting toxicity.
struct Cohort {
    DoseLevel level;
    int patients = 0;
    int dlts = 0;
    int grade_2 = 0; ///< moderate toxicity and no DLT
    int grade_4 = 0; ///< of the DLTs, those of grade 4 or worse

    /// One patient more, with this worst toxicity.
    Cohort& operator+=(Grade grade)
    {
        ++patients;
        dlts += is_dlt(grade) ? 1 : 0;
        grade_2 += grade == Grade::moderate ? 1 : 0;
        grade_4 += grade == Grade::life_threatening ? 1 : 0;
        return *this;
    }

    friend bool operator==(Cohort const&, Cohort const&) = default;
};

/// Patients and DLTs of one level over all its cohorts.
struct Tally {
    int patients = 0;
    int dlts = 0;
    int grade_2 = 0; ///< moderate toxicity and no DLT
    int grade_4 = 0; ///< of the DLTs, those of grade 4 or worse

    Tally& operator+=(Cohort const& cohort)
    {
        patients += cohort.patients;
        dlts += cohort.dlts;
        grade_2 += cohort.grade_2;
        grade_4 += cohort.grade_4;
        return *this;
    }
    Tally& operator-=(Cohort const& cohort)
    {
        patients -= cohort.patients;
        dlts -= cohort.dlts;
        grade_2 -= cohort.grade_2;
        grade_4 -= cohort.grade_4;
        return *this;
    }

    friend bool operator==(Tally const&, Tally const&) = default;
};

/// A course of a patient after the first. It never enters the tallies, which count first courses.
struct LaterCourse {
    DoseLevel level;
    Grade grade = Grade::mild;
    Grade worst_before = Grade::mild; ///< in the patient's earlier courses

    friend bool operator==(LaterCourse const&, LaterCourse const&) = default;
};

/// What was measured of a patient who is in the tallies, for designs that read exposures.
struct ObservedExposure {
    DoseLevel level;
    double exposure = 0; ///< in base units, by the metric that the design reads
    bool dlt = false;    ///< of this patient's first course

    friend bool operator==(ObservedExposure const&, ObservedExposure const&) = default;
};

/// A patient whose DLT window is open, without a DLT so far. Not in the tallies, which count those of whom the outcome is known.
struct PendingPatient {
    DoseLevel level;
    double followed = 0; ///< share of the DLT window, from 0 to below 1

    friend bool operator==(PendingPatient const&, PendingPatient const&) = default;
};

/// The observed part of a trial. It carries its ladder and knows nothing of the truth.
class Observed {
public:
    explicit Observed(DoseLadder ladder);

    /// @throws std::invalid_argument when the level is off the ladder or the counts do not fit each other
    void record(Cohort const& cohort);
    /// @throws std::invalid_argument when the level is off the ladder
    void record(LaterCourse const& course);
    /// Of a patient of a cohort that was recorded; patients of whom nothing was measured are in the tallies alone.
    /// @throws std::invalid_argument when the level is off the ladder, the exposure is not positive, or more patients with such an
    /// outcome were measured at the level than were treated
    void record_exposure(ObservedExposure const& measured);
    /// A patient of a cohort that was recorded; of that cohort only those are in the tallies whose outcome is known, if there are any.
    /// @throws std::invalid_argument when the level is off the ladder or the share is not from 0 to below 1
    void record_pending(PendingPatient const& patient);
    /// When in the DLT window one of the DLTs in the tallies came, as a share of it; for weights that adapt to such times.
    /// @throws std::invalid_argument when the share is not from 0 to 1
    void record_dlt_time(double share);
    /// A cohort that a driver made itself from what the design asked for: nothing is checked.
    void record_unchecked(Cohort const& cohort)
    {
        tallies_[static_cast<std::size_t>(cohort.level.index())] += cohort;
        total_ += cohort;
        cohorts_.push_back(cohort);
    }
    /// The same where only DLTs are known.
    void record_unchecked(DoseLevel level, int patients, int dlts)
    {
        auto& tally = tallies_[static_cast<std::size_t>(level.index())];
        tally.patients += patients;
        tally.dlts += dlts;
        total_.patients += patients;
        total_.dlts += dlts;
        cohorts_.push_back({level, patients, dlts});
    }
    /// One more patient of the last cohort had a DLT (for walks over all possible futures).
    void add_dlt()
    {
        auto& last = cohorts_.back();
        ++last.dlts;
        ++tallies_[static_cast<std::size_t>(last.level.index())].dlts;
        ++total_.dlts;
    }
    /// Nobody in the last cohort had a DLT (likewise; it has no grades).
    void clear_dlts()
    {
        auto& last = cohorts_.back();
        tallies_[static_cast<std::size_t>(last.level.index())].dlts -= last.dlts;
        total_.dlts -= last.dlts;
        last.dlts = 0;
    }
    /// Takes the last cohort back (for walks over all possible futures, which have first courses alone, and in which nothing is
    /// measured); there must be one.
    void retract()
    {
        auto const& last = cohorts_.back();
        tallies_[static_cast<std::size_t>(last.level.index())] -= last;
        total_ -= last;
        cohorts_.pop_back();
    }
    /// Forgets every cohort and keeps the memory that they took.
    void clear();

    DoseLadder const& ladder() const { return ladder_; }
    std::span<Cohort const> cohorts() const { return cohorts_; }
    bool empty() const { return cohorts_.empty(); }
    Tally const& tally(DoseLevel level) const { return tallies_[static_cast<std::size_t>(level.index())]; }
    /// Of every level, the lowest first.
    std::span<Tally const> tallies() const { return tallies_; }
    Tally const& total() const { return total_; }
    std::span<LaterCourse const> later_courses() const { return later_; }
    /// In the order in which they were recorded.
    std::span<ObservedExposure const> exposures() const { return exposures_; }

    /// Patients whose outcome is not yet known, in order of entry.
    std::span<PendingPatient const> pending() const { return pending_; }
    int pending_at(DoseLevel level) const
    {
        return static_cast<int>(
            std::ranges::count_if(pending_, [&](PendingPatient const& patient) { return patient.level == level; }));
    }
    /// Of the DLTs in the tallies of which it is known, in no order.
    std::span<double const> dlt_times() const { return dlt_times_; }

    /// The level of the last cohort.
    std::optional<DoseLevel> current() const { return cohorts_.empty() ? std::nullopt : std::optional{cohorts_.back().level}; }

private:
    DoseLadder ladder_;
    std::vector<Cohort> cohorts_;
    std::vector<Tally> tallies_;
    Tally total_;
    std::vector<LaterCourse> later_;
    std::vector<ObservedExposure> exposures_;
    std::vector<PendingPatient> pending_;
    std::vector<double> dlt_times_;
};

} // namespace escalon
