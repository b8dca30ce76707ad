// What a table of events amounts to: concentrations at the observations of each patient, and exposures of the whole course.
#pragma once

#include "sim/report/pk_table.hpp"
#include "sim/scenario/event_table.hpp"

namespace escalon {

/// One analyte of one patient at one observation.
struct EventFigure {
    std::string id;
    double time_d = 0;
    std::string analyte;
    PkFigure concentration;
};

/// One patient of the table.
struct EventPatient {
    std::string id;
    double end_d = 0;              ///< of the course: the last record or dose
    std::vector<PkFigure> figures; ///< cmax, tmax and auc of the measured analyte over it
    std::vector<PkFailure> failures;
};

struct EventsResult {
    Scenario scenario;
    std::optional<int> subjects; ///< drawn for each patient of the table; otherwise no etas
    std::vector<EventFigure> observations;
    std::vector<EventPatient> patients;
    std::vector<std::string> notes;
};

/// Each patient of the table with the covariates of its records (WT, BSA, ANTIGEN; the last one holds on) and otherwise those of the
/// typical patient; with etas of the population where subjects are drawn. OCC tells occasions apart.
/// @throws ScenarioIncomplete without pk; FaultError for what the model does not take
EventsResult events_result(Scenario const& scenario, EventTable const& table, std::optional<int> subjects);

std::string events_text(EventsResult const& result);
nlohmann::ordered_json events_json(EventsResult const& result);
/// One row a patient, observation and analyte.
std::string events_csv(EventsResult const& result);

} // namespace escalon
