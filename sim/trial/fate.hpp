// What becomes of patients over time, from their first dose on, whatever the truth: what a clock reveals bit by bit.
#pragma once

#include "sim/toxicity/tumours.hpp"
#include "sim/trial/clock.hpp"
#include "sim/trial/nature.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace escalon {

/// What treatment does for a patient, and how long it goes on.
struct OnTreatment {
    TumourCourse tumour;
    int cycles = 1; ///< begun
    TreatmentEnd end = TreatmentEnd::completed;
    double ends_d = 0;
};

/// One patient, as far as a trial ever learns. Times count from the first dose, d; infinite for what never happens.
struct Fate {
    static constexpr double never = std::numeric_limits<double>::infinity();

    double dlt_d = never;    ///< the first toxicity that the protocol calls dose limiting, whenever in follow-up it comes
    int kind = -1;           ///< its kind; -1 where the truth knows none
    double leaves_d = never; ///< drops out
    double withdrawn_d =
        never; ///< progresses before the last dose of the DLT window: not evaluable for it, though still followed
    double treatment_ends_d = never;
    std::vector<ChangedDose> dose_changes{}; ///< delays and reductions, those that were seen
    double dose_intensity = 1;               ///< relative: given over planned
    Grade in_window = Grade::mild; ///< the worst by the end of the DLT window; what limits the dose counts as severe at least
    Grade worst = Grade::mild;     ///< likewise over all of follow-up
    std::optional<OnTreatment> on_treatment{}; ///< where activity is simulated

    double evaluable_until_d() const { return std::min(leaves_d, withdrawn_d); }
    bool evaluable(double window_d) const { return evaluable_until_d() >= window_d || dlt_d <= evaluable_until_d(); }
    bool dropped_out(double window_d) const { return !evaluable(window_d) && leaves_d <= withdrawn_d; }
    bool withdrawn(double window_d) const { return !evaluable(window_d) && withdrawn_d < leaves_d; }
    bool dlt_by(double time_d) const { return dlt_d <= time_d; }
    bool dose_delayed() const { return std::ranges::any_of(dose_changes, &ChangedDose::delayed); }
    bool dose_reduced() const { return std::ranges::any_of(dose_changes, &ChangedDose::reduced); }
    /// How much later than planned the doses come in the end.
    double delayed_d() const;
};

/// Of those who come, how many the expansion admits.
double qualifying_share(Clock const& clock, Tumours const* tumours);

/// Who is treated where.
struct PatientAt {
    std::uint64_t trial = 0;
    std::uint32_t patient = 0; ///< in order of entry, from 0
    DoseLevel level;
    Enrolment enrolment = Enrolment::everyone;
};

/// Makes fates of patients. A patient of a trial is always the same person.
class Fates {
public:
    /// @param nature, clock and tumours must outlive it
    /// @param told what of an outcome is read: of DLTs alone it is enough to know when the first comes
    /// @param tumours null where no activity is simulated
    Fates(Nature const& nature, Clock const& clock, Time window, std::uint64_t seed, Outcomes told = Outcomes::grades,
          Tumours const* tumours = nullptr)
        : nature_{&nature},
          clock_{&clock},
          window_d_{window.base()},
          seed_{seed},
          detail_{told == Outcomes::dlt ? TimelineDetail::first_dlt : TimelineDetail::whole},
          tumours_{tumours}
    {}

    std::vector<Fate> operator()(std::span<PatientAt const> patients) const;

private:
    Nature const* nature_;
    Clock const* clock_;
    double window_d_;
    std::uint64_t seed_;
    TimelineDetail detail_;
    Tumours const* tumours_;
};

} // namespace escalon
