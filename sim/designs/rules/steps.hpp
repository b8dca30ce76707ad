// Figures that change at steps: "from 0, 1; from 20, 0.33".
#pragma once

#include "pk_models/fields.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace escalon {

/// The index of the last step at or below the figure; the first for figures below all.
template <class Number>
std::size_t step_reached(std::vector<Number> const& from, double figure)
{
    auto const above = std::ranges::upper_bound(from, figure, {}, [](Number step) { return static_cast<double>(step); });
    return above == from.begin() ? 0 : static_cast<std::size_t>(above - from.begin()) - 1;
}

/// The first whole number from which no further step comes.
template <class Number>
int last_step(std::vector<Number> const& from)
{
    return static_cast<int>(std::ceil(static_cast<double>(from.back())));
}

/// A count, as far as the steps tell counts apart.
template <class Number>
int capped_by_steps(std::vector<Number> const& from, int count)
{
    return std::min(count, last_step(from));
}

/// What is wrong with steps that `figures` figures named `what` belong to.
template <class Number>
Faults step_faults(std::vector<Number> const& from, std::size_t figures, std::string const& what)
{
    Faults found;
    if (from.empty())
        found.push_back({"from", "there is no step", "write from: [0] and one " + what});
    for (std::size_t i = 1; i < from.size(); ++i)
        if (!(from[i] > from[i - 1]))
            found.push_back({"from[" + std::to_string(i) + "]", "steps must strictly increase", "sort them and give each once"});
    if (from.size() != figures)
        found.push_back({what, std::to_string(figures) + " figures for " + std::to_string(from.size()) + " steps",
                         "give one " + what + " for each step of `from`"});
    return found;
}

} // namespace escalon
