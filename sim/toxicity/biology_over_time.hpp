// What nature does with a patient and a dose over time: exposure drives effect compartments, and these toxicity of several kinds.
#pragma once

#include "pk_models/effects.hpp"
#include "sim/population/patient_sampler.hpp"
#include "sim/toxicity/dose_modification.hpp"
#include "sim/toxicity/over_time.hpp"
#include "sim/vocabulary/dose_ladder.hpp"

#include <array>
#include <span>
#include <vector>

namespace escalon {

/// What a protocol does with treatment after a toxicity that limits the dose.
enum class TreatmentAfterDlt { stop, go_on, reduce };

constexpr auto enum_names(TreatmentAfterDlt)
{
    return std::array{EnumName<TreatmentAfterDlt>{TreatmentAfterDlt::stop, "stop"},
                      EnumName<TreatmentAfterDlt>{TreatmentAfterDlt::go_on, "continue"},
                      EnumName<TreatmentAfterDlt>{TreatmentAfterDlt::reduce, "reduce"}};
}

/// How much of a patient's course is wanted.
enum class TimelineDetail {
    first_dlt, ///< what limits the dose, when it first comes, and no more
    whole      ///< every grade of every kind
};

/// A patient with the ranks of what each kind of toxicity meets.
struct PatientOverTime {
    VirtualPatient person;
    std::array<double, OverTime::most_kinds> tolerance_uniform{};      ///< by kind; the first is the person's own
    double treatment_ends_d = std::numeric_limits<double>::infinity(); ///< for reasons other than toxicity
};

/// When a patient's toxicities come, d from the first dose.
struct ToxicityTimeline {
    std::array<pk::EffectTimes, OverTime::most_kinds> at_d; ///< by kind: grade 2, 3 and 4; infinite where not during follow-up
    double treatment_ends_d = std::numeric_limits<double>::infinity(); ///< no dose is given at that time or later
    std::vector<ChangedDose> changes{};                                ///< those seen by the end of treatment and of follow-up
    bool solved = true;                                                ///< whether kinetics could be integrated
};

/// A drug, its regimen, the population and its tolerances, made ready for any number of patients.
class BiologyOverTime {
public:
    /// @param follow_up    of each patient, from the first dose
    /// @param modification read where doses are reduced after a toxicity that limits them
    /// @throws FaultError for parts that do not fit each other
    BiologyOverTime(DoseLadder ladder, pk::Model model, pk::Regimen const& regimen, Population const& population,
                    OverTime toxicity, Time follow_up, TreatmentAfterDlt after_dlt = TreatmentAfterDlt::stop,
                    DoseModification const& modification = {});

    DoseLadder const& ladder() const { return ladder_; }
    PatientSampler const& sampler() const { return sampler_; }
    std::span<ToxicityKind const> kinds() const { return toxicity_.kinds; }
    Time follow_up() const { return plan_.end(); }
    bool is_linear() const { return pk::is_linear(model_); }
    bool has_grades() const { return toxicity_.has_grades(); }

    template <UniformSource S>
    PatientOverTime draw(S const& source) const
    {
        PatientOverTime patient{.person = sampler_.draw(source)};
        patient.tolerance_uniform[0] = patient.person.tolerance_uniform;
        for (std::size_t k = 1; k < toxicity_.kinds.size(); ++k)
            patient.tolerance_uniform[k] = source.uniform(kind_purpose(static_cast<int>(k)));
        return patient;
    }

    /// Whether doses come later or are smaller after toxicity.
    bool modifies_doses() const { return after_dlt_ == TreatmentAfterDlt::reduce; }

    /// Of a patient whose doses were changed; see `relative_dose_intensity`.
    /// @param until_d of doses before that time
    double dose_intensity(std::span<ChangedDose const> changes, double until_d) const;

    /// Of many patients, each at a level of its own. Where doses are modified the course is always told as a whole.
    std::vector<ToxicityTimeline> timelines(std::span<PatientOverTime const> patients, std::span<DoseLevel const> levels,
                                            TimelineDetail detail = TimelineDetail::whole) const;

    /// The same regimen, looked at until some time alone: what drives each kind by then, patient by patient in the order of the
    /// kinds. NaN where kinetics could not be integrated.
    /// @param amounts of one dose: 1 in the ladder's unit, or the dose of a level
    std::vector<double> drivers(std::span<VirtualPatient const> patients, std::span<double const> doses, Time until) const;

    /// P(a toxicity that limits the dose) of a patient, before tolerances are known.
    /// @param drivers one a kind
    double dlt_probability(std::span<double const> drivers) const;

private:
    std::vector<ToxicityTimeline> until_first_dlt(std::span<PatientOverTime const> patients,
                                                  std::span<DoseLevel const> levels) const;
    std::vector<pk::Dosed> dosed(std::span<PatientOverTime const> patients, std::span<DoseLevel const> levels) const;
    /// Lets toxicity change the doses of courses as planned, again and again until it changes no more.
    void modify(std::span<ToxicityTimeline> found, std::span<pk::Dosed const> given, std::span<DoseLevel const> levels,
                std::span<pk::EffectLevels const> thresholds) const;
    std::vector<HoldingToxicity> holding(ToxicityTimeline const& timeline) const;

    DoseLadder ladder_;
    pk::Model model_;
    pk::Regimen regimen_;
    Dosing dosing_;
    OverTime toxicity_;
    TreatmentAfterDlt after_dlt_;
    pk::EffectPlan plan_;
    std::vector<double> doses_d_; ///< when they are planned
    double all_over_d_;           ///< the last cycle
    double last_dose_d_;
    Time delay_at_most_;
    std::vector<std::vector<double>> shares_; ///< of reduced doses, by level
    PatientSampler sampler_;
};

/// The worst grade by some time.
Grade worst_by(ToxicityTimeline const& timeline, std::size_t kinds, double time_d);

/// When a toxicity that limits the dose first comes, and which.
struct FirstDlt {
    double at_d = std::numeric_limits<double>::infinity();
    int kind = -1;
};
FirstDlt first_dlt(ToxicityTimeline const& timeline, std::span<ToxicityKind const> kinds);

} // namespace escalon
