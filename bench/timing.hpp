// How benchmarks time what they hold against a yardstick.
#pragma once

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <vector>

namespace escalon {

/// Processor time: what else runs on the machine does not count.
template <class Work>
double seconds(Work const& work)
{
    auto const start = std::clock();
    work();
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

inline double median(std::vector<double> values)
{
    auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

} // namespace escalon
