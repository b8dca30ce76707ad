// Toxicity stated level by level: the known probabilities of a teaching case or a protocol's table.
#pragma once

#include "sim/toxicity/grades.hpp"
#include "sim/vocabulary/dose_ladder.hpp"

#include <optional>

namespace escalon {

struct ByDose {
    static constexpr std::string_view name = "by_dose";
    static constexpr std::string_view about = "a known DLT probability at each level";
    static constexpr std::string_view reference = "the usual truth table of operating characteristics";

    std::vector<Fraction> probability;
    std::optional<std::vector<Fraction>> grade_2;
    std::optional<std::vector<Fraction>> grade_4;

    void describe(auto& fields)
    {
        fields.field("probability", probability, "P(DLT) at each level, from the lowest",
                     FieldTraits{.within = bounds::fraction, .presence = Presence::required});
        fields.field("grade_2", grade_2, "P(grade 2) at each level: moderate toxicity, no DLT; for designs that read grades",
                     FieldTraits{.within = bounds::fraction});
        fields.field("grade_4", grade_4, "P(grade 4 or worse) at each level, a part of P(DLT); for designs that read grades",
                     FieldTraits{.within = bounds::fraction});
    }

    Faults faults(DoseLadder const& ladder) const;

    double dlt_probability(DoseLevel level) const { return probability[static_cast<std::size_t>(level.index())]; }

    GradeProbabilities grades() const;
};

} // namespace escalon
