#include "sim/designs/rules/cohort_size.hpp"

#include "sim/designs/rules/steps.hpp"

namespace escalon {

Faults CohortSize::faults() const { return step_faults(from, size.size(), "size"); }

std::optional<Amendment> CohortSize::amend(Action const& action, RuleView const& view, Because because) const
{
    auto const* treat = std::get_if<Treat>(&action);
    if (!treat)
        return std::nullopt;
    int const dlts = view.observed().total().dlts;
    int const stated = size[step_reached(from, by == CohortSizeBy::level ? treat->level.number() : dlts)];
    auto const pending = static_cast<int>(view.observed().pending().size()); // they use the sample size up too
    int const wanted = view.capped(stated + pending) - pending;
    if (wanted == treat->patients)
        return std::nullopt;
    return Amendment{Treat{treat->level, wanted}, because([&] {
                         return "cohorts of " + std::to_string(wanted) +
                                (by == CohortSizeBy::level ? " at " + view.ladder().text(treat->level)
                                                           : " after " + std::to_string(dlts) + (dlts == 1 ? " DLT" : " DLTs"));
                     })};
}

void CohortSize::append(Summary& summary, Observed const& observed) const
{
    summary.append_count(static_cast<std::uint32_t>(observed.total().patients)); // the sample size may leave less
    if (by == CohortSizeBy::dlts)
        summary.append(static_cast<std::uint32_t>(capped_by_steps(from, observed.total().dlts)),
                       static_cast<std::uint32_t>(last_step(from)) + 1);
}

} // namespace escalon
