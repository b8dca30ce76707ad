// Toxicity stated level by level: the known probabilities of a teaching case or a protocol's table.
#pragma once

#include "sim/vocabulary/dose_ladder.hpp"

namespace escalon {

struct ByDose {
    static constexpr std::string_view name = "by_dose";
    static constexpr std::string_view about = "a known DLT probability at each level";
    static constexpr std::string_view reference = "the usual truth table of operating characteristics";

    std::vector<Fraction> probability;

    void describe(auto& fields)
    {
        fields.field("probability", probability, "P(DLT) at each level, from the lowest",
                     FieldTraits{.within = bounds::fraction, .presence = Presence::required});
    }

    Faults faults(DoseLadder const& ladder) const;

    double dlt_probability(DoseLevel level) const { return probability[static_cast<std::size_t>(level.index())]; }
};

} // namespace escalon
