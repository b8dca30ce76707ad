#include "sim/designs/rules/max_patients.hpp"

#include "sim/designs/interim.hpp"

#include <algorithm>

namespace escalon {

std::optional<Amendment> MaxPatients::amend(Action const& action, RuleView const& view, Because because) const
{
    auto const* treat = std::get_if<Treat>(&action);
    if (!treat)
        return std::nullopt;
    int const left = patients - treated(view.observed());
    if (treat->patients <= left)
        return std::nullopt;
    if (left > 0 && last_cohort == LastCohort::shortened)
        return Amendment{Treat{treat->level, left}, because([&] {
                             return "the sample size of " + std::to_string(patients) + " leaves room for " + std::to_string(left);
                         })};
    return Amendment{Stop{view.recommendation(), StopCause::max_patients}, because([&] {
                         return "the sample size of " + std::to_string(patients) + " leaves no room for another cohort";
                     })};
}

void MaxPatients::append(Summary& summary, Observed const& observed) const
{
    summary.append(static_cast<std::uint32_t>(std::min(observed.total().patients, patients)),
                   static_cast<std::uint32_t>(patients) + 1);
}

} // namespace escalon
