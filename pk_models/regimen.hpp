// Regimen: on which days of a cycle the drug is given, for how many cycles and how fast.
#pragma once

#include "pk_models/fields.hpp"
#include "pk_models/units.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace escalon::pk {

/// One administration into the central compartment: a bolus when the duration is 0, else an infusion at constant rate.
struct DoseEvent {
    double time_d = 0;
    double duration_d = 0;
    double amount_mg = 0;

    friend bool operator==(DoseEvent const&, DoseEvent const&) = default;
};

/// What one patient was given. In any order; infusions may overlap.
using History = std::span<DoseEvent const>;

/// A schedule as a protocol states it; day 1 is time 0. Caps limit the body size that a dose per m2 or per kg is
/// multiplied by.
struct Regimen {
    std::vector<int> days{1};
    Time cycle = 21 * unit::d;
    int cycles = 1;
    Time infusion;
    std::optional<BodySurface> bsa_cap;
    std::optional<BodyWeight> weight_cap;

    void describe(auto& fields)
    {
        fields.field("days", days, "dosing days of a cycle; day 1 is its first",
                     FieldTraits{.within = bounds::at_least(1), .presence = Presence::required});
        fields.field("cycle", cycle, "length of a cycle",
                     FieldTraits{.within = bounds::positive, .presence = Presence::required});
        fields.field("cycles", cycles, "number of cycles", FieldTraits{.within = bounds::at_least(1)});
        fields.field("infusion", infusion, "time over which each dose is infused; 0 is a bolus",
                     FieldTraits{.within = bounds::not_negative, .unit = unit::h.symbol});
        fields.field("bsa_cap", bsa_cap, "body surface above which a dose per m2 rises no further",
                     FieldTraits{.within = bounds::positive});
        fields.field("weight_cap", weight_cap, "body weight above which a dose per kg rises no further",
                     FieldTraits{.within = bounds::positive});
    }

    Faults faults() const;
};

/// Every administration of a whole course, in order of time, each of the same amount.
std::vector<DoseEvent> dose_events(Regimen const& regimen, Mass amount);

} // namespace escalon::pk
