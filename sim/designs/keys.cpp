#include "sim/designs/keys.hpp"

#include "sim/designs/beta_posterior.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace escalon {
namespace {

/// Keys that fit into a distance on one side of the target key.
int keys_within(double distance, double width, EndKeys ends)
{
    constexpr double rounding = 1e-9; // of a number of keys that should be whole
    return static_cast<int>(ends == EndKeys::rescaled ? std::ceil(distance / width - rounding)
                                                      : std::floor(distance / width + rounding));
}

} // namespace

Keys::Keys(EquivalenceInterval target, EndKeys ends)
    : target_{target},
      lowest_{-keys_within(target.low, target.width(), ends)},
      highest_{keys_within(1 - target.high, target.width(), ends)}
{}

EquivalenceInterval Keys::key(int place) const
{
    double const shift = place * target_.width();
    return {std::max(0.0, target_.low + shift), std::min(1.0, target_.high + shift)};
}

int Keys::place_of_strongest(double dlts, double patients) const
{
    // The posterior density rises up to its mode, y/n, and falls from there: the keys of either side are the weaker the further
    // they lie from the key with the mode, so that only this one and its neighbours can be the strongest.
    double const mode = dlts / patients;
    int const modal = std::clamp(static_cast<int>(std::floor((mode - target_.low) / target_.width())), lowest_, highest_);
    int const first = std::max(modal - 1, lowest_);
    int const last = std::min(modal + 1, highest_);
    constexpr BetaPrior uniform{};
    BetaPosterior const posterior{uniform.dlts + dlts, uniform.no_dlts + (patients - dlts)};
    std::array<double, 3> strength{};
    for (int place = first; place <= last; ++place) {
        auto const rates = key(place);
        strength[static_cast<std::size_t>(place - first)] = posterior.between(rates.low, rates.high) / rates.width();
    }
    return first + static_cast<int>(last_of_largest(std::span{strength}.first(static_cast<std::size_t>(last - first + 1))));
}

Move Keys::move(double dlts, double patients) const
{
    int const place = place_of_strongest(dlts, patients);
    return place < 0 ? Move::escalate : place > 0 ? Move::deescalate : Move::stay;
}

std::string Keys::words(double dlts, double patients) const
{
    auto const target_key = "the target key (" + text(target_) + ")";
    auto const strongest_key = "the strongest key (" + text(strongest(dlts, patients)) + ")";
    switch (move(dlts, patients)) {
    case Move::escalate: return strongest_key + " lies below " + target_key;
    case Move::deescalate: return strongest_key + " lies above " + target_key;
    case Move::stay: break;
    }
    return target_key + " is the strongest";
}

} // namespace escalon
