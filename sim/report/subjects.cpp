#include "sim/report/subjects.hpp"

#include "sim/population/patient_sampler.hpp"

#include <algorithm>

namespace escalon {

std::vector<VirtualPatient> subjects(Scenario const& scenario, int number)
{
    auto const& regimen = scenario.regimen.value();
    PatientSampler const sampler{scenario.population, scenario.pk.value(), dosing(scenario.doses.unit, regimen), regimen.cycles};
    TrialStream const stream{scenario.runner.seed, 0};
    std::vector<VirtualPatient> all;
    for (int i = 0; i < number; ++i)
        all.push_back(sampler.draw(PatientStream{stream, static_cast<std::uint32_t>(i)}));
    return all;
}

std::optional<double> percentile(std::vector<double> const& sorted, double share)
{
    if (sorted.empty())
        return std::nullopt;
    double const place = share * static_cast<double>(sorted.size() - 1);
    auto const below = static_cast<std::size_t>(place);
    auto const above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Spread spread_of(std::vector<double> values)
{
    constexpr double half = 0.5;
    std::ranges::sort(values);
    return {percentile(values, low_percentile).value(), percentile(values, half).value(),
            percentile(values, high_percentile).value()};
}

} // namespace escalon
