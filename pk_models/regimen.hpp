// Regimen: on which days of a cycle the drug is given, for how many cycles and how fast.
#pragma once

#include "pk_models/fields.hpp"
#include "pk_models/units.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace escalon::pk {

/// Where a dose goes.
enum class Site : std::uint8_t {
    usual,   ///< the depot where the model has one (KA), else the central compartment
    central, ///< into the vein
    depot    ///< the depot; without KA the same as central
};

/// What a bioavailability other than 1 changes of an infusion, as NONMEM has it.
enum class StatedBy : std::uint8_t {
    duration, ///< DUR: the duration stays, the rate is F1 AMT/DUR
    rate      ///< RATE: the rate stays, the duration is F1 AMT/RATE
};

/// One administration: a bolus when the duration is 0, else an infusion at constant rate.
struct DoseEvent {
    double time_d = 0;     ///< when it is given; with a lag it arrives later
    double duration_d = 0; ///< before bioavailability
    double amount_mg = 0;  ///< before bioavailability
    Site site = Site::usual;
    StatedBy stated_by = StatedBy::duration;
    double interval_d = 0; ///< above 0 the dose is one of a steady state: it has been given at this interval for ever
    double until_d =
        std::numeric_limits<double>::infinity(); ///< when the system is emptied; nothing of the dose is left, and what has
                                                 ///< not arrived by then never will
    bool replaced = false; ///< emptied for a steady state: a sample drawn at that very time sees the steady state already

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
