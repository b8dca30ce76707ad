#include "sim/vocabulary/observed.hpp"

#include <stdexcept>
#include <string>

namespace escalon {

Observed::Observed(DoseLadder ladder) : ladder_{std::move(ladder)}, tallies_(static_cast<std::size_t>(ladder_.size())) {}

void Observed::record(Cohort cohort)
{
    if (!ladder_.has(cohort.level))
        throw std::invalid_argument("level " + std::to_string(cohort.level.number()) + " is not on the ladder of " +
                                    std::to_string(ladder_.size()) + " levels");
    if (cohort.patients < 1 || cohort.dlts < 0 || cohort.dlts > cohort.patients)
        throw std::invalid_argument("a cohort of " + std::to_string(cohort.patients) + " cannot have " +
                                    std::to_string(cohort.dlts) + " DLTs");
    auto& tally = tallies_[static_cast<std::size_t>(cohort.level.index())];
    tally.patients += cohort.patients;
    tally.dlts += cohort.dlts;
    total_.patients += cohort.patients;
    total_.dlts += cohort.dlts;
    cohorts_.push_back(cohort);
}

void Observed::retract()
{
    if (cohorts_.empty())
        throw std::logic_error("no cohort to retract");
    Cohort const last = cohorts_.back();
    cohorts_.pop_back();
    auto& tally = tallies_[static_cast<std::size_t>(last.level.index())];
    tally.patients -= last.patients;
    tally.dlts -= last.dlts;
    total_.patients -= last.patients;
    total_.dlts -= last.dlts;
}

} // namespace escalon
