// How benchmarks time what they hold against a yardstick.
#pragma once

#include <benchmark/benchmark.h>

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

/// Times `work` and the yardstick in turn; the counter `ratio` is the median of their quotients.
template <class Work, class Yardstick>
void against(benchmark::State& state, Work const& work, Yardstick const& yardstick)
{
    std::vector<double> ratios;
    for (auto _ : state) {
        double const time = seconds(work);
        ratios.push_back(time / seconds(yardstick));
        state.SetIterationTime(time);
    }
    state.counters["ratio"] = median(ratios);
}

} // namespace escalon
