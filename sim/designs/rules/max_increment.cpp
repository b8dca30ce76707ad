#include "sim/designs/rules/max_increment.hpp"

#include "pk_models/fields.hpp"
#include "pk_models/units.hpp"
#include "sim/designs/rules/steps.hpp"

namespace escalon {

Faults MaxIncrement::faults() const { return step_faults(from, increment.size(), "increment"); }

std::optional<Amendment> MaxIncrement::amend(Action const& action, RuleView const& view, Because because) const
{
    auto const* treat = std::get_if<Treat>(&action);
    if (!treat || view.observed().empty())
        return std::nullopt;
    auto const& ladder = view.ladder();
    auto const current = *view.observed().current();
    double const now = ladder.dose(current);
    double const reached = by == IncrementBy::dose ? now : view.observed().total().dlts;
    double const share = increment[step_reached(from, reached)];
    constexpr double rounding = 1e-12; // of a product that should meet a dose exactly
    auto level = treat->level;
    while (level > current && ladder.dose(level) > now * (1 + share) * (1 + rounding))
        level = level.below();
    if (level == treat->level)
        return std::nullopt;
    return Amendment{Treat{level, treat->patients}, because([&] {
                         return ladder.text(treat->level) + " is more than " + shortest(share * percent_of) + " % above " +
                                ladder.text(current) + ": " + (level == current ? "stay" : ladder.text(level));
                     })};
}

void MaxIncrement::append(Summary& summary, Observed const& observed) const
{
    auto const levels = static_cast<std::uint32_t>(observed.ladder().size());
    summary.append(observed.empty() ? levels : static_cast<std::uint32_t>(observed.current()->index()), levels + 1);
    if (by == IncrementBy::dlts) // beyond the last step nothing changes any more
        summary.append(static_cast<std::uint32_t>(capped_by_steps(from, observed.total().dlts)),
                       static_cast<std::uint32_t>(last_step(from)) + 1);
}

} // namespace escalon
