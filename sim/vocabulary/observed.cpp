#include "sim/vocabulary/observed.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

namespace escalon {

namespace {

void check(DoseLevel level, DoseLadder const& ladder)
{
    if (!ladder.has(level))
        throw std::invalid_argument("level " + std::to_string(level.number()) + " is not on the ladder of " +
                                    std::to_string(ladder.size()) + " levels");
}

} // namespace

Observed::Observed(DoseLadder ladder) : ladder_{std::move(ladder)}, tallies_(static_cast<std::size_t>(ladder_.size())) {}

void Observed::record(Cohort const& cohort)
{
    check(cohort.level, ladder_);
    if (cohort.patients < 1 || cohort.dlts < 0 || cohort.dlts > cohort.patients)
        throw std::invalid_argument("a cohort of " + std::to_string(cohort.patients) + " cannot have " +
                                    std::to_string(cohort.dlts) + " DLTs");
    if (cohort.grade_2 < 0 || cohort.grade_2 > cohort.patients - cohort.dlts || cohort.grade_4 < 0 ||
        cohort.grade_4 > cohort.dlts)
        throw std::invalid_argument("the grades of a cohort do not fit its " + std::to_string(cohort.patients) +
                                    " patients and " + std::to_string(cohort.dlts) + " DLTs");
    record_unchecked(cohort);
}

void Observed::record(LaterCourse const& course)
{
    check(course.level, ladder_);
    later_.push_back(course);
}

void Observed::record_exposure(ObservedExposure const& measured)
{
    check(measured.level, ladder_);
    if (!(measured.exposure > 0 && std::isfinite(measured.exposure)))
        throw std::invalid_argument("an exposure is above 0, got " + std::to_string(measured.exposure));
    auto const& treated = tally(measured.level);
    auto const alike = std::ranges::count_if(exposures_, [&](ObservedExposure const& other) {
        return other.level == measured.level && other.dlt == measured.dlt;
    });
    if (alike >= (measured.dlt ? treated.dlts : treated.patients - treated.dlts))
        throw std::invalid_argument("more exposures were measured at level " + std::to_string(measured.level.number()) +
                                    (measured.dlt ? " with" : " without") + " a DLT than there are such patients");
    exposures_.push_back(measured);
}

void Observed::record_pending(PendingPatient const& patient)
{
    check(patient.level, ladder_);
    if (!(patient.followed >= 0 && patient.followed < 1))
        throw std::invalid_argument("a pending patient was followed for a share of the DLT window from 0 to below 1, got " +
                                    std::to_string(patient.followed));
    pending_.push_back(patient);
}

void Observed::record_dlt_time(double share)
{
    if (!(share >= 0 && share <= 1))
        throw std::invalid_argument("a DLT comes within its window, at a share from 0 to 1, got " + std::to_string(share));
    dlt_times_.push_back(share);
}

void Observed::clear()
{
    cohorts_.clear();
    std::ranges::fill(tallies_, Tally{});
    total_ = {};
    later_.clear();
    exposures_.clear();
    pending_.clear();
    dlt_times_.clear();
}

} // namespace escalon
