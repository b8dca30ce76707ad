// A user's own decision table as a design, as a protocol prints it.
#pragma once

#include "sim/designs/interval.hpp"

namespace escalon {

/// What a protocol's table says of one number of patients at the current level.
struct TableRow {
    int patients = 0;
    std::vector<std::string> decisions; ///< for 0, 1, ... DLTs: E, S, D or DU

    void describe(auto& fields)
    {
        fields.field("patients", patients, "patients treated at the current level",
                     {.within = bounds::at_least(1), .presence = Presence::required});
        fields.field("decisions", decisions,
                     "for 0, 1, ... DLTs: E escalate, S stay, D de-escalate, DU de-escalate and never return",
                     {.presence = Presence::required});
    }
    Faults faults() const;

    friend bool operator==(TableRow const&, TableRow const&) = default;
};

struct TableDesign {
    static constexpr std::string_view name = "table";
    static constexpr std::string_view about =
        "a protocol's own decision table: E, S, D or DU for each number of patients and DLTs";
    static constexpr std::string_view reference =
        "the form of Ji et al. 2010, Clin Trials 7:653, and Guo et al. 2017, Contemp Clin Trials 58:23";

    std::vector<TableRow> rows;
    std::optional<std::string> file; ///< whose rows are read with the scenario, which then has them itself
    IntervalOptions interval;
    CommonOptions common;

    friend bool operator==(TableDesign const&, TableDesign const&) = default;

    void describe(auto& fields)
    {
        fields.field("rows", rows, "the table, by patients at the current level");
        fields.field("file", file, "CSV file with the table instead, beside the scenario: patients,dlts,decision or dlts,3,6,9,...");
        interval.describe_conduct(fields);
        common.describe(fields);
    }

    Faults faults() const;
    IntervalDecider on(DoseLadder const& ladder) const;
};
static_assert(Design<TableDesign>);

} // namespace escalon
