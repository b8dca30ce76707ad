// What the pharmacokinetic figures show, apart from how it is drawn: concentrations over time, exposures by dose, and what shed
// antigen does to them.
#pragma once

#include "sim/report/subjects.hpp"

#include <optional>
#include <string>
#include <vector>

namespace escalon {

/// How many patients a figure rests on, and how many of them it draws one by one.
struct PkEffort {
    int patients = 2'000;
    int drawn = 40;
    int most_points = 4'500;  ///< of all their curves: a picture stays small
    int drawn_a_level = 60; ///< most, of the exposure figure
    int drawn_in_all = 480; ///< most, over the levels of the exposure figure
};

/// The scenario as the figures take it: of several truths the first whose toxicity follows exposure, else the first.
struct PkBasis {
    Scenario scenario;                   ///< as that truth has it
    std::string truth;                   ///< its name; empty where there is only one
    int truths = 1;
    bool pk_differs = false;             ///< between the truths
    std::vector<double> dlt_probability; ///< of each level, to `basis_error`; empty without toxicity
    DoseLevel level;                     ///< shown where one dose stands for all
    std::string level_is;                ///< "the documented MTD", "the true MTD", "the top level" or "level 7"

    static constexpr double basis_error = 1e-4; // three standard errors: figures show tenths of a percent
};

/// @param level wanted; the documented MTD where there is none, else the true MTD, else the top level
/// @return none without pk or regimen
std::optional<PkBasis> pk_basis(Scenario const& scenario, std::optional<DoseLevel> level = std::nullopt);

/// One patient of those drawn.
struct PatientProfile {
    int patient = 0; ///< number, from 1
    double antigen_U_per_mL = 0;
    double peak_mg_per_L = 0;      ///< of the first cycle
    double half_life_d = 0;
    std::vector<double> mg_per_L;  ///< at the times of the profile
};

/// Concentrations at one level over the first cycles.
struct ConcentrationProfile {
    DoseLevel level;
    std::string dose;                  ///< "168 mg/m2"
    double end_d = 0;                  ///< of the time shown
    double cycle_d = 0;
    double infusion_d = 0;             ///< 0 for a bolus
    std::vector<double> dosing_days_d; ///< starts of the infusions shown
    std::vector<double> times_d;       ///< rising; dense after each start and end of an infusion. A bolus has two: before, after
    std::vector<Spread> mg_per_L;      ///< at those times, over all patients
    Spread peak_mg_per_L;              ///< of the first cycle
    Spread trough_mg_per_L;            ///< at its end
    Spread half_life_d;                ///< terminal
    int patients = 0;
    std::vector<PatientProfile> drawn;
};

/// @param level of the ladder
ConcentrationProfile concentration_profile(Scenario const& scenario, DoseLevel level, PkEffort const& effort = {});

/// When concentrations are wanted so that lines between them look like the curve: two cycles, or all of them up to the toxicity
/// window where that is longer.
/// @return days, rising; the time of a bolus twice
std::vector<double> profile_times(Scenario const& scenario);

/// One patient at one level.
struct PatientExposure {
    int patient = 0; ///< number, from 1
    double exposure = 0;
    bool dlt = false;
};

struct ExposureAtLevel {
    std::string dose;
    Spread exposure; ///< over all patients
    double dlt_probability = 0;
    std::vector<PatientExposure> drawn;
};

/// The exposure that does harm, level by level, in the same patients.
struct ExposureByDose {
    Driver driver = Driver::auc;
    double window_d = 0;
    Tolerance tolerance;
    int patients = 0;
    std::vector<ExposureAtLevel> levels;
};

/// @return none where toxicity does not follow exposure
std::optional<ExposureByDose> exposure_by_dose(PkBasis const& basis, PkEffort const& effort = {});

/// The typical patient with so much shed antigen.
struct AtAntigen {
    double antigen_U_per_mL = 0;
    double auc_mg_d_per_L = 0; ///< over the window
    double peak_mg_per_L = 0;
    double half_life_d = 0;
};

struct AntigenCurve {
    std::string dose;
    DoseLevel level;
    std::vector<AtAntigen> points; ///< antigen rising by a constant factor
};

/// What shed antigen does to exposure at a few levels.
struct AntigenEffect {
    double window_d = 0;
    DoseLevel level;                          ///< the one among `curves` that the words are about
    std::vector<AntigenCurve> curves;         ///< doses rising
    std::optional<Spread> population_U_per_mL; ///< none where patients have no antigen
    std::vector<AtAntigen> at_population;     ///< at its 5th, 50th and 95th percentile, at `level`; empty without one
};

/// @return none where the model has no antigen clearance
std::optional<AntigenEffect> antigen_effect(PkBasis const& basis);

/// The window over which exposure counts: of the toxicity, else one cycle.
Time exposure_window(Scenario const& scenario);

} // namespace escalon
