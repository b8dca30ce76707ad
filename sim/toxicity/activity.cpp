#include "sim/toxicity/activity.hpp"

#include <cmath>
#include <string>

namespace escalon {

Faults TumourResponse::faults() const
{
    if (half && probability)
        return {{"probability", "P(response) is given twice, by exposure and level by level", "remove half, or probability"}};
    if (!half && !probability)
        return {
            {"half", "nothing says how likely a response is",
             "add half: 300 mg*d/L, the exposure at which P(response) is half its ceiling, or probability: [0.05, 0.10, ...]"}};
    if (half && half->dimension != dimension_of(driver))
        return {{"half",
                 "driver " + std::string{name_of(driver)} + " needs " + describe_dimension(dimension_of(driver)) + ", got " +
                     describe_dimension(half->dimension),
                 "write it as " + std::string{driver == Driver::auc ? "300 mg*d/L" : "30 mg/L"} + ", or change the driver"}};
    if (half && !(half->value > 0))
        return {{"half", "half the ceiling at no exposure leaves no ascent", "give an exposure above 0, as in 300 mg*d/L"}};
    return {};
}

double TumourResponse::probability_at(double exposure) const
{
    return ceiling / (1 + std::exp(-slope * std::log(exposure / half.value().value)));
}

Faults Activity::faults() const
{
    if (!expression && response.weak_expression < 1)
        return {{"response.weak_expression", "nobody expresses the antigen weakly: 'expression' is missing",
                 "add expression: { strong: 68 % }, or leave out weak_expression"}};
    return {};
}

Faults Activity::faults(DoseLadder const& ladder) const
{
    if (!response.probability || static_cast<int>(response.probability->size()) == ladder.size())
        return {};
    return {
        {"response.probability",
         std::to_string(response.probability->size()) + " probabilities for " + std::to_string(ladder.size()) + " dose levels",
         "give one for each level, from the lowest"}};
}

} // namespace escalon
