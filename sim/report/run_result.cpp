#include "sim/report/run_result.hpp"

#include <algorithm>

namespace escalon {

std::string reference_label(Scenario const& scenario)
{
    return scenario.comparison && scenario.comparison->against ? *scenario.comparison->against : scenario.designs.front().label;
}

std::optional<ComparisonRun> comparison_of(RunResult const& run)
{
    if (run.scenario.designs.size() < 2)
        return std::nullopt;
    ComparisonRun comparison{.against = reference_label(run.scenario), .differences = {}};
    for (auto const& design : run.designs) {
        auto const reference = std::ranges::find_if(run.designs, [&](DesignRun const& other) {
            return other.truth == design.truth && other.label == comparison.against;
        });
        if (reference != run.designs.end() && design.label != comparison.against)
            comparison.differences.push_back(
                {design.label, design.truth, difference(design.result, reference->result, run.truth_of(design).toxicity)});
    }
    return comparison;
}

} // namespace escalon
