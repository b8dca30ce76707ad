// A table of events as population analyses have it: one row a record, NONMEM's columns, covariates beside them.
#pragma once

#include "pk_models/events.hpp"
#include "pk_models/parameters.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace escalon {

/// In what TIME, II and DUR are written; RATE is mg per the same.
enum class TimeColumns : std::uint8_t { days, hours };

struct EventTable {
    struct Patient {
        std::string id;
        std::vector<pk::EventRecord> records;
        /// One row a record, in the order of the table's covariates. A value holds until the next (last observation carried
        /// forward); none is carried back.
        std::vector<std::vector<double>> covariates;
    };

    std::vector<std::string> covariates; ///< their columns' names, in capitals
    std::vector<Patient> patients;       ///< in order of the file
    std::vector<std::string> notes;      ///< what was left aside, as sentences

    /// Which covariate has this name, in any case.
    std::optional<std::size_t> covariate(std::string_view name) const;

    /// WT in kg, BSA in m2 and ANTIGEN in U/mL of a record, where the table has them.
    pk::Covariates covariates_of(Patient const& patient, std::size_t record, pk::Covariates const& otherwise) const;
};

/// Reads `ID,TIME,AMT,RATE,DUR,EVID,CMT,II,ADDL,SS,MDV,OCC` with a header, in any order and case; ID, TIME and AMT must be there. A
/// `.` or an empty cell is a value that is missing: 0, or for EVID what AMT says (1 with an amount, else 0). DV is passed over, and so
/// are lines that begin with `#` or with `C` standing alone. Other columns of numbers are covariates.
/// @param name  how diagnostics call the text
/// @param first what compartment 1 is: the depot of a model with KA, else the central compartment
/// @param taken which steady states the model takes
/// @throws ScenarioError with every fault of the table
EventTable read_event_table(std::string_view text, std::string const& name, pk::FirstCompartment first,
                            TimeColumns times = TimeColumns::days, pk::SteadyStates taken = pk::SteadyStates::any);

} // namespace escalon
