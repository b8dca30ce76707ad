#include "sim/designs/rules/precise_enough.hpp"

#include "pk_models/units.hpp"
#include "sim/designs/beta_posterior.hpp"

namespace escalon {

Faults PreciseEnough::faults() const
{
    if (interval.empty() && !cv)
        return {{"interval", "nothing says what is precise enough", "write interval: [0.2, 0.35], or cv: 0.3"}};
    if (!interval.empty() && cv)
        return {{"cv", "there is an interval as well", "remove one of the two; two rules in a row stop at either"}};
    if (!interval.empty() && (interval.size() != 2 || !(interval[0] < interval[1])))
        return {{"interval", "an interval has a low and a high end", "write interval: [0.2, 0.35]"}};
    return {};
}

std::optional<Amendment> PreciseEnough::amend(Action const& action, RuleView const& view, Because because) const
{
    if (!std::holds_alternative<Treat>(action) || view.observed().empty())
        return std::nullopt;
    auto const named = view.recommendation();
    if (!named || view.observed().tally(*named).patients < min_patients)
        return std::nullopt;
    BetaPosterior const posterior{1, 1, view.observed().tally(*named)};
    auto const stop = [&](auto const& what) {
        return Amendment{Stop{named, StopCause::precise_enough},
                         because([&] { return "at " + view.ladder().text(*named) + " " + what() + ": precise enough"; })};
    };
    if (cv) {
        double const spread = posterior.sd() / posterior.mean();
        if (spread > *cv)
            return std::nullopt;
        return stop([&] { return "the SD of the DLT rate is " + probability_text(spread) + " of its mean"; });
    }
    double const inside = posterior.between(interval[0], interval[1]);
    if (inside < probability)
        return std::nullopt;
    return stop([&] {
        return "P(" + shortest(interval[0]) + " < DLT rate < " + shortest(interval[1]) + ") is " + probability_text(inside);
    });
}

void PreciseEnough::append(Summary& summary, Observed const& observed) const
{
    for (DoseLevel level{0}; observed.ladder().has(level); level = level.above()) {
        auto const tally = observed.tally(level);
        summary.append_count(static_cast<std::uint32_t>(tally.patients)).append_count(static_cast<std::uint32_t>(tally.dlts));
    }
}

} // namespace escalon
