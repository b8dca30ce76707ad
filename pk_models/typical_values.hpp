// The typical values of a model's parameters, whatever the model: looked up by the names that it describes its fields with.
#pragma once

#include "pk_models/catalog.hpp"

#include <optional>
#include <vector>

namespace escalon::pk {

/// A parameter as the model states it.
struct TypicalValue {
    double value = 0;    ///< in base units of `dimension`, or of that per m2 or kg
    Dimension dimension; ///< without the body
    PerBody per = PerBody::fixed;
    bool sized = false; ///< can be stated per m2 or kg

    /// For a patient of this size, in base units.
    double of(Covariates const& patient) const;
};

/// In the order of `parameter_names`; none where the model states no figure of that name (an optional one left out). A list of figures
/// that one eta varies counts as its first.
std::vector<std::optional<TypicalValue>> typical_values(Model const& model);

/// The model with every typical value multiplied by e^shift: what an estimate off by so much would have said.
Model with_shift(Model model, Etas const& shift);

} // namespace escalon::pk
