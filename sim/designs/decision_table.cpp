#include "sim/designs/decision_table.hpp"

#include <utility>

namespace escalon {

DecisionTable::DecisionTable(Formula formula, int most_patients) : formula_{std::move(formula)}, most_patients_{most_patients}
{
    for (int patients = 0; patients <= most_patients; ++patients)
        for (int dlts = 0; dlts <= patients; ++dlts)
            cells_.push_back(patients == 0 ? TableCell{} : formula_({patients, dlts}));
}

} // namespace escalon
