#include "sim/runner/run.hpp"

#include "sim/runner/exact.hpp"
#include "sim/runner/marginal.hpp"

namespace escalon {
namespace {

MarginalToxicity marginal(KnownToxicity const& known, Workers const&)
{
    return {known.dlt_probability, std::vector<double>(known.dlt_probability.size())};
}

MarginalToxicity marginal(Biology const& biology, Workers const& workers) { return marginal_toxicity(biology, workers); }

std::string why_exact(Nature const& nature, DesignGraph const& graph)
{
    auto const states = std::to_string(graph.nodes().size()) + " states of the design";
    if (std::holds_alternative<KnownToxicity>(nature))
        return "Exact over the " + states + ": each patient gives one outcome before the next decision";
    return "Exact over the " + states + ", with P(DLT) of each level integrated over the population";
}

} // namespace

TrueToxicity true_toxicity(Nature const& nature, double target, Workers const& workers)
{
    auto [probability, error] = std::visit([&](auto const& truth) { return marginal(truth, workers); }, nature);
    auto const mtd = true_mtd(probability, target);
    return {std::move(probability), std::move(error), target, mtd};
}

DesignResult run_design(AnyDesign const& design, DoseLadder const& ladder, Nature const& nature, TrueToxicity const& truth,
                        RunRequest const& request, Workers const& workers, Progress const& progress)
{
    auto const graph = [&] {
        try {
            return std::visit([&](auto const& rule) { return DesignGraph::compile(rule, ladder); }, design);
        } catch (NotEnumerable const& reason) {
            throw EngineDoesNotHold(reason.what());
        }
    }();
    if (request.engine != EngineChoice::monte_carlo)
        return {ExactPass{graph}(truth), why_exact(nature, graph)};
    auto const tallies = simulate(graph, nature, request.seed, request.effort, truth.overdose_from(), workers, progress);
    return {operating_characteristics(tallies), "Monte Carlo, as asked"};
}

} // namespace escalon
