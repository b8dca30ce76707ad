// Pharmacokinetics without a trial: what each dose amounts to in the typical patient or in a population.
#pragma once

#include "pk_models/exposure.hpp"
#include "sim/scenario/scenario.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace escalon {

/// One dose of a history that the user writes: "21:168 mg/m2".
struct TimedDose {
    Time at;
    Dose dose;
};

struct PkRequest {
    std::optional<int> subjects;        ///< a population instead of the typical patient
    std::vector<TimedDose> doses;       ///< this history instead of the regimen at each level
    std::vector<Time> times;            ///< at which concentrations are wanted
    bool by_cycle = false;              ///< the text lists every cycle
    std::optional<Concentration> above; ///< the time above it is wanted
    pk::Sampling sampling;              ///< of half_life_nca
};

/// A figure over the patients who have it; for one patient all three are the same.
struct PkFigure {
    std::string name; ///< "cmax"
    std::string unit; ///< "mg/L"
    std::optional<double> median;
    std::optional<double> low;  ///< 5th percentile
    std::optional<double> high; ///< 95th percentile
    int known = 0;              ///< patients who have the figure
};

/// One analyte over one cycle.
struct PkCycle {
    int cycle = 0;       ///< from 1
    std::string analyte; ///< "drug", the one that is measured, comes first
    std::vector<PkFigure> figures;
};

/// A patient whose kinetics could not be integrated.
struct PkFailure {
    int patient = 0; ///< from 1
    double time_d = 0;
    std::string reason;
};

/// What one dose or history amounts to.
struct PkRow {
    std::string dose; ///< "168 mg/m2"
    std::vector<PkFigure> figures;
    std::vector<PkFigure> concentrations; ///< one a requested time
    std::vector<PkCycle> cycles;          ///< cycle by cycle, analyte by analyte
    std::vector<PkFailure> failures;
};

struct PkResult {
    Scenario scenario;
    PkRequest request;
    std::string who; ///< "typical patient: BSA 1.79 m2, ..."
    std::vector<PkRow> rows;
};

/// @throws ScenarioIncomplete without pk or regimen
PkResult pk_result(Scenario const& scenario, PkRequest const& request);

std::string pk_text(PkResult const& result);
nlohmann::ordered_json pk_json(PkResult const& result);
/// One row a dose, cycle, analyte and figure.
std::string pk_csv(PkResult const& result);

} // namespace escalon
