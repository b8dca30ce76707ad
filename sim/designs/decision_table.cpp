#include "sim/designs/decision_table.hpp"

#include <algorithm>
#include <utility>

namespace escalon {

DecisionTable::DecisionTable(Formula formula, int most_patients) : formula_{std::move(formula)}, most_patients_{most_patients}
{
    for (int patients = 0; patients <= most_patients; ++patients) {
        int fewest = patients + 1;
        for (int dlts = 0; dlts <= patients; ++dlts) {
            auto const cell = patients == 0 ? TableCell{} : formula_({patients, dlts});
            moves_.push_back(cell.move);
            if (cell.too_toxic)
                fewest = std::min(fewest, dlts);
        }
        fewest_too_toxic_.push_back(fewest);
        if (fewest <= patients)
            fewest_ever_ = std::min(fewest_ever_, fewest);
    }
}

} // namespace escalon
