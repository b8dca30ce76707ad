// The tumours of a trial's patients: who expresses the antigen, who responds, who progresses, and when that is seen.
//
// Each of the four takes one uniform of the patient's own, so that a patient's tumour is the same whatever the design and the calendar.
// Times of assessments count from the first dose, whether or not treatment goes on.
#pragma once

#include "pk_models/regimen.hpp"
#include "pk_models/solution.hpp"
#include "sim/population/patient_sampler.hpp"
#include "sim/random/stream.hpp"
#include "sim/toxicity/activity.hpp"
#include "sim/toxicity/dose_modification.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace escalon {

/// What becomes of a tumour, d from the first dose; infinite for what is not seen during follow-up.
struct TumourCourse {
    static constexpr double never = std::numeric_limits<double>::infinity();

    bool strong_expression = true;
    double response_probability = 0; ///< before the patient's rank among all is known
    double assessed_d = never;       ///< for the first time
    double response_d = never;       ///< the assessment that shows it
    double progression_d = never;    ///< when it is seen, and treatment ends

    bool responds() const { return response_d < never; }
    /// Assessed, or known to have progressed before.
    bool evaluable() const { return assessed_d < never || progression_d < never; }

    /// Nobody sees what comes after that.
    void hide_after(double time_d);
};

/// Whose tumour it is.
struct TumourOf {
    PatientStream stream;
    DoseLevel level;
    Enrolment enrolment = Enrolment::everyone; ///< a strong expressor where none else is taken
};

/// Makes courses of tumours.
class Tumours {
public:
    /// Where P(response) is given level by level.
    Tumours(Activity activity, pk::Regimen const& regimen, Time follow_up);
    /// Where it follows exposure.
    /// @throws FaultError for parts that do not fit each other
    Tumours(Activity activity, pk::Regimen const& regimen, Time follow_up, DoseLadder ladder, pk::Model model,
            Population const& population);

    std::vector<TumourCourse> courses(std::span<TumourOf const> patients) const;

    /// P(response) of strong expressors, each at a level; 0 where the kinetics could not be integrated.
    std::vector<double> response_probabilities(std::span<TumourOf const> patients) const;

    Activity const& activity() const { return activity_; }
    /// Of a whole treatment.
    int cycles() const { return static_cast<int>(cycle_begins_d_.size()); }
    /// How many are begun when no dose is given at that time or later; the first always is.
    /// @param changes doses that toxicity delays, and all later ones with them
    int cycles_begun(double treatment_ends_d, std::span<ChangedDose const> changes = {}) const;
    /// When the last dose before that time is due; 0 where none but the first is.
    double last_dose_before(double time_d, std::span<ChangedDose const> changes = {}) const;
    /// How long a treatment lasts that nothing ends, as far as patients are followed.
    /// @param delayed_d how much later than planned the last doses come
    double planned_d(double delayed_d = 0) const { return std::min(follow_up_d_, all_cycles_d_ + delayed_d); }

private:
    struct Kinetics {
        DoseLadder ladder;
        pk::Model model;
        Dosing dosing;
        pk::PreparedCourse first_cycle;
        PatientSampler sampler;
    };

    TumourCourse course(TumourOf const& patient, double strong_probability) const;
    /// When what was planned for that time comes.
    double delayed(double planned_d, std::span<ChangedDose const> changes) const;

    Activity activity_;
    double follow_up_d_;
    double all_cycles_d_;
    std::vector<double> cycle_begins_d_;
    std::vector<double> doses_d_; ///< as planned
    std::optional<Kinetics> kinetics_;
};

} // namespace escalon
