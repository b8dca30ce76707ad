#include "sim/toxicity/by_dose.hpp"

#include "pk_models/units.hpp"

#include <string>
#include <utility>

namespace escalon {
namespace {

constexpr double rounding = 1e-12; // of a sum of decimals that should be 1

Faults length_faults(std::string const& field, std::vector<Fraction> const& probabilities, DoseLadder const& ladder)
{
    if (static_cast<int>(probabilities.size()) == ladder.size())
        return {};
    return {{field, std::to_string(probabilities.size()) + " probabilities for " + std::to_string(ladder.size()) + " dose levels",
             "give one for each level, from the lowest"}};
}

std::string entry(std::string const& field, std::size_t level) { return field + "[" + std::to_string(level) + "]"; }

} // namespace

Faults ByDose::faults(DoseLadder const& ladder) const
{
    auto found = length_faults("probability", probability, ladder);
    for (auto const& [field, part] : {std::pair{"grade_2", &grade_2}, std::pair{"grade_4", &grade_4}})
        if (*part)
            for (auto& fault : length_faults(field, **part, ladder))
                found.push_back(std::move(fault));
    if (!found.empty())
        return found;
    for (std::size_t i = 0; grade_2 && i < probability.size(); ++i)
        if ((*grade_2)[i] + probability[i] > 1 + rounding)
            found.push_back({entry("grade_2", i),
                             "P(grade 2) and P(DLT) sum to " + shortest((*grade_2)[i] + probability[i]) + " at level " +
                                 std::to_string(i + 1),
                             "grade 2 is no DLT: the two sum to at most 1"});
    for (std::size_t i = 0; grade_4 && i < probability.size(); ++i)
        if ((*grade_4)[i] > probability[i])
            found.push_back({entry("grade_4", i),
                             "P(grade 4) exceeds P(DLT), " + shortest(probability[i]) + ", at level " + std::to_string(i + 1),
                             "grade 4 is a part of the DLTs: at most their probability"});
    return found;
}

GradeProbabilities ByDose::grades() const
{
    GradeProbabilities found;
    if (grade_2)
        found.grade_2.assign(grade_2->begin(), grade_2->end());
    if (grade_4)
        found.grade_4.assign(grade_4->begin(), grade_4->end());
    return found;
}

} // namespace escalon
