// What nature does with a patient and a dose: exposure, and toxicity from exposure. No design ever sees this.
#pragma once

#include "pk_models/solution.hpp"
#include "sim/population/patient_sampler.hpp"
#include "sim/toxicity/by_exposure.hpp"

#include <cmath>
#include <optional>
#include <span>
#include <vector>

namespace escalon {

/// A drug, its regimen, the population and its tolerance, made ready for any number of patients.
class Biology {
public:
    /// @throws FaultError for parts that do not fit each other
    Biology(DoseLadder ladder, pk::Model model, pk::Regimen const& regimen, Population const& population, ByExposure toxicity);

    DoseLadder const& ladder() const { return ladder_; }
    PatientSampler const& sampler() const { return sampler_; }
    Driver driver() const { return toxicity_.driver; }

    /// Whether exposure is proportional to dose in every patient.
    bool is_linear() const { return pk::is_linear(model_); }

    /// None where the kinetics could not be integrated.
    std::optional<pk::Exposure> exposure(VirtualPatient const& patient, DoseLevel level) const;

    /// Of many patients, each at a level of its own.
    std::vector<std::optional<pk::Exposure>> exposures(std::span<VirtualPatient const> patients,
                                                       std::span<DoseLevel const> levels) const;

    /// P(DLT | exposure) before the patient's tolerance is known. A patient without a figure counts as without a DLT.
    double dlt_probability(std::optional<pk::Exposure> const& exposure) const
    {
        return exposure ? toxicity_.dlt_probability(*exposure) : 0;
    }

    /// Whether this patient has a DLT at this level.
    bool has_dlt(VirtualPatient const& patient, DoseLevel level) const
    {
        return patient.tolerance_uniform < dlt_probability(exposure(patient, level));
    }

    /// P(a toxicity at least so bad) of a patient, before the tolerance is known.
    ToxicityTails tails(std::optional<pk::Exposure> const& exposure) const;

    /// Whether toxicities other than DLTs, and their grades, are known.
    bool has_grades() const { return toxicity_.grade_ratio.has_value(); }

    /// The figure that does harm in each patient at one unit of dose: where kinetics are linear, any dose is a multiple of it.
    std::vector<double> driving_per_dose(std::span<VirtualPatient const> patients) const;

    /// P(DLT) of a patient with this ln of the figure that does harm, before the tolerance is known.
    double dlt_probability(double log_driving) const { return toxicity_.dlt_probability_at_log(log_driving); }

    ToxicityTails tails(double log_driving) const { return toxicity_.tails_at_log(log_driving); }

    /// The figure that does harm, in base units: mg*d/L or mg/L.
    double driving(pk::Exposure const& exposure) const { return toxicity_.driving(exposure); }

private:
    DoseLadder ladder_;
    pk::Model model_;
    Dosing dosing_;
    ByExposure toxicity_;
    pk::PreparedCourse course_;
    PatientSampler sampler_;
};

} // namespace escalon
