#include "sim/designs/tite_crm.hpp"

#include <stdexcept>

namespace escalon {

Faults TiteCrm::faults() const
{
    auto found = Crm::faults();
    if (has_two_parameters())
        found.push_back({"model", "pending patients are weighted in the models with one parameter only",
                         "choose model: empiric or logistic, or the design crm"});
    return found;
}

Crm TiteCrm::complete() const
{
    Crm crm = *this;
    crm.common.cohort_size = common.cohort_size.value_or(1); // Cheung & Chappell 2000
    return crm;
}

CrmDecider TiteCrm::on(DoseLadder const& ladder) const
{
    for (auto const& found : {faults(), faults_on(ladder)})
        if (!found.empty())
            throw std::invalid_argument("tite_crm." + found.front().field + ": " + found.front().problem);
    return {complete(), ladder, CrmInterim{weights, max_pending}};
}

} // namespace escalon
