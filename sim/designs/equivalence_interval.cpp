#include "sim/designs/equivalence_interval.hpp"

#include "pk_models/units.hpp"
#include "sim/designs/beta_posterior.hpp"

#include <array>
#include <cmath>

namespace escalon {
namespace {

/// 0.35 for 0.25 + 0.1, which is not the nearest double.
double rounded(double rate)
{
    constexpr double per_mille = 1000;
    return std::round(rate * per_mille) / per_mille;
}

} // namespace

std::string text(EquivalenceInterval const& interval)
{
    return shortest(rounded(interval.low)) + " to " + shortest(rounded(interval.high));
}

Faults margin_faults(double target, Margin const& below, Margin const& above)
{
    constexpr double rounding = 1e-12;          // target - margin that should be 0
    constexpr double narrowest_interval = 1e-3; // narrower ones cannot be told apart as they are printed
    Faults found;
    auto const goal = shortest(target);
    if (!(target - below.width > rounding))
        found.push_back({below.field,
                         shortest(below.width) + " below a target of " + goal + " leaves no rate at which to escalate",
                         below.field + " lies below the target; " + shortest(EquivalenceInterval::usual_margin) + " is usual"});
    if (!(1 - target - above.width > rounding))
        found.push_back(
            {above.field, shortest(above.width) + " above a target of " + goal + " leaves no rate at which to de-escalate",
             "target + " + above.field + " lies below 1; " + shortest(EquivalenceInterval::usual_margin) + " is usual"});
    if (below.width + above.width < narrowest_interval)
        found.push_back({below.field, "the interval around the target is narrower than " + shortest(narrowest_interval),
                         "widen " + below.field + " or " + above.field + "; " + shortest(EquivalenceInterval::usual_margin) +
                             " is usual for each"});
    return found;
}

std::size_t last_of_largest(std::span<double const> figures)
{
    // Figures of exact arithmetic that are not equal differ by far more than this share, and rounding by far less: the
    // cumulative probabilities that they come from are right to some 1e-15.
    constexpr double tie = 1e-10;
    std::size_t largest = 0;
    for (std::size_t i = 1; i < figures.size(); ++i)
        if (figures[i] > figures[largest])
            largest = i;
    for (std::size_t i = figures.size() - 1; i > largest; --i)
        if (figures[i] >= figures[largest] * (1 - tie))
            return i;
    return largest;
}

Move ThreeParts::move() const
{
    constexpr std::array moves{Move::escalate, Move::stay, Move::deescalate};
    return moves[last_of_largest(std::array{below, within, above})];
}

std::string ThreeParts::words(EquivalenceInterval const& interval) const
{
    return boundary_text(below) + " below " + text(interval) + ", " + boundary_text(within) + " within, " + boundary_text(above) +
           " above";
}

} // namespace escalon
