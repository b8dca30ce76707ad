// What nature does with a patient and a dose: exposure, and toxicity from exposure. No design ever sees this.
#pragma once

#include "pk_models/schedule.hpp"
#include "sim/population/patient_sampler.hpp"
#include "sim/toxicity/by_exposure.hpp"

#include <cmath>

namespace escalon {

/// A drug, its regimen, the population and its tolerance, made ready for any number of patients.
class Biology {
public:
    /// @throws FaultError for parts that do not fit each other
    Biology(DoseLadder ladder, pk::Model model, pk::Regimen const& regimen, Population const& population, ByExposure toxicity);

    DoseLadder const& ladder() const { return ladder_; }
    PatientSampler const& sampler() const { return sampler_; }
    Driver driver() const { return toxicity_.driver; }

    /// The model is linear: one evaluation serves every level of a patient.
    pk::UnitExposure unit_exposure(VirtualPatient const& patient) const;

    pk::Exposure exposure(VirtualPatient const& patient, pk::UnitExposure const& unit, DoseLevel level) const;

    /// P(DLT | patient, level) before the patient's tolerance is known.
    double dlt_probability(VirtualPatient const& patient, pk::UnitExposure const& unit, DoseLevel level) const
    {
        return toxicity_.dlt_probability(exposure(patient, unit, level));
    }

    /// Whether this patient has a DLT at this level.
    bool has_dlt(VirtualPatient const& patient, DoseLevel level) const
    {
        return patient.tolerance_uniform < dlt_probability(patient, unit_exposure(patient), level);
    }

    /// P(a toxicity at least so bad) of a patient, before the tolerance is known.
    ToxicityTails tails(VirtualPatient const& patient, pk::UnitExposure const& unit, DoseLevel level) const;

    /// Whether toxicities other than DLTs, and their grades, are known.
    bool has_grades() const { return toxicity_.grade_ratio.has_value(); }

    /// The figure that does harm in this patient at one unit of dose: kinetics are linear, so any dose is a multiple of it.
    double driving_per_dose(VirtualPatient const& patient) const;

    /// P(DLT) of a patient with this ln of `driving_per_dose`, before the tolerance is known.
    double dlt_probability(double log_driving_per_dose, DoseLevel level) const
    {
        return toxicity_.dlt_probability_at_log(log_driving_per_dose + std::log(ladder_.dose(level)));
    }

    ToxicityTails tails(double log_driving_per_dose, DoseLevel level) const
    {
        return toxicity_.tails_at_log(log_driving_per_dose + std::log(ladder_.dose(level)));
    }

    /// The figure that does harm, in base units: mg*d/L or mg/L.
    double driving(pk::Exposure const& exposure) const { return toxicity_.driving(exposure); }

private:
    DoseLadder ladder_;
    pk::Model model_;
    Dosing dosing_;
    ByExposure toxicity_;
    PatientSampler sampler_;
    pk::Schedule schedule_;
};

} // namespace escalon
