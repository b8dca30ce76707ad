// A new scenario to fill in: every key with its comment, from the table of fields, around figures that only hold a place.
#pragma once

#include "pk_models/fields.hpp"
#include "sim/vocabulary/dose_ladder.hpp"

#include <array>
#include <string>
#include <vector>

namespace escalon {

enum class ScenarioTemplate { by_dose, pk };

constexpr auto enum_names(ScenarioTemplate)
{
    return std::array{EnumName<ScenarioTemplate>{ScenarioTemplate::by_dose, "by_dose"},
                      EnumName<ScenarioTemplate>{ScenarioTemplate::pk, "pk"}};
}

struct NewScenario {
    ScenarioTemplate from = ScenarioTemplate::by_dose;
    std::string name = "my trial";
    std::vector<std::string> designs{"three_plus_three"};
    std::string model = "two_compartment"; ///< of template pk
    DoseUnit unit = DoseUnit::mg_per_m2;
    std::vector<double> levels{10, 20, 40, 60, 90, 120};
};

/// A scenario without fault that runs. Its figures of the drug are those of a typical antibody, its tolerance the exposure of the
/// typical patient two thirds up the ladder, and each says that it is a placeholder.
/// @param said what has no fault: names of the catalogues, levels that increase
std::string new_scenario_text(NewScenario const& said);

} // namespace escalon
