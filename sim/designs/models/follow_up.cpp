#include "sim/designs/models/follow_up.hpp"

#include <algorithm>

namespace escalon {

double follow_up_weight(FollowUpWeights weights, Observed const& observed, double followed)
{
    auto const times = observed.dlt_times();
    if (weights == FollowUpWeights::uniform || times.empty())
        return followed;
    // DLTs part the window into intervals of equal weight, within which it rises evenly
    double begun = 0;
    double ends = 1;
    int passed = 0;
    for (double const time : times) {
        if (time <= followed) {
            ++passed;
            begun = std::max(begun, time);
        } else {
            ends = std::min(ends, time);
        }
    }
    return (passed + (followed - begun) / (ends - begun)) / (static_cast<double>(times.size()) + 1);
}

} // namespace escalon
