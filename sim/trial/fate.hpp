// What becomes of patients over time, from their first dose on, whatever the truth: what a clock reveals bit by bit.
#pragma once

#include "sim/trial/clock.hpp"
#include "sim/trial/nature.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace escalon {

/// One patient, as far as a trial ever learns. Times count from the first dose, d; infinite for what never happens.
struct Fate {
    static constexpr double never = std::numeric_limits<double>::infinity();

    double dlt_d = never;    ///< the first toxicity that the protocol calls dose limiting, whenever in follow-up it comes
    int kind = -1;           ///< its kind; -1 where the truth knows none
    double leaves_d = never; ///< drops out
    double treatment_ends_d = never;
    std::vector<ChangedDose> dose_changes{}; ///< delays and reductions, those that were seen
    double dose_intensity = 1;               ///< relative: given over planned
    Grade in_window = Grade::mild; ///< the worst by the end of the DLT window; what limits the dose counts as severe at least
    Grade worst = Grade::mild;     ///< likewise over all of follow-up

    bool evaluable(double window_d) const { return leaves_d >= window_d || dlt_d <= leaves_d; }
    bool dlt_by(double time_d) const { return dlt_d <= time_d; }
    bool dose_delayed() const { return std::ranges::any_of(dose_changes, &ChangedDose::delayed); }
    bool dose_reduced() const { return std::ranges::any_of(dose_changes, &ChangedDose::reduced); }
    /// How much later than planned the doses come in the end.
    double delayed_d() const;
};

/// Who is treated where.
struct PatientAt {
    std::uint64_t trial = 0;
    std::uint32_t patient = 0; ///< in order of entry, from 0
    DoseLevel level;
};

/// Makes fates of patients. A patient of a trial is always the same person.
class Fates {
public:
    /// @param nature and clock must outlive it
    /// @param told what of an outcome is read: of DLTs alone it is enough to know when the first comes
    Fates(Nature const& nature, Clock const& clock, Time window, std::uint64_t seed, Outcomes told = Outcomes::grades)
        : nature_{&nature},
          clock_{&clock},
          window_d_{window.base()},
          seed_{seed},
          detail_{told == Outcomes::dlt ? TimelineDetail::first_dlt : TimelineDetail::whole}
    {}

    std::vector<Fate> operator()(std::span<PatientAt const> patients) const;

private:
    Nature const* nature_;
    Clock const* clock_;
    double window_d_;
    std::uint64_t seed_;
    TimelineDetail detail_;
};

} // namespace escalon
