#include "sim/designs/rules/lowest_too_toxic.hpp"

#include "pk_models/units.hpp"
#include "sim/designs/beta_posterior.hpp"

namespace escalon {

std::optional<Amendment> LowestTooToxic::amend(Action const& action, RuleView const& view, Because because) const
{
    auto const judged = DoseLevel::from_number(level);
    if (!std::holds_alternative<Treat>(action) || !view.ladder().has(judged))
        return std::nullopt;
    auto const tally = view.observed().tally(judged);
    double const threshold = limit.value_or(view.target());
    if (tally.patients < min_patients)
        return std::nullopt;
    double const probability = BetaPosterior{prior_dlts, prior_no_dlts, tally}.above(threshold);
    if (probability <= certainty)
        return std::nullopt;
    return Amendment{Stop{std::nullopt, StopCause::lowest_too_toxic}, because([&] {
                         return "P(DLT rate above " + shortest(threshold) + ") at " + view.ladder().text(judged) + " is " +
                                probability_text(probability) + ", more than " + shortest(certainty) + ": too toxic to go on";
                     })};
}

void LowestTooToxic::append(Summary& summary, Observed const& observed) const
{
    auto const judged = DoseLevel::from_number(level);
    if (!observed.ladder().has(judged))
        return;
    auto const tally = observed.tally(judged);
    summary.append_count(static_cast<std::uint32_t>(tally.patients)).append_count(static_cast<std::uint32_t>(tally.dlts));
}

} // namespace escalon
