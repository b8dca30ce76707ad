#include "sim/runner/run.hpp"

#include "pk_models/units.hpp"

namespace escalon {
namespace {

MarginalToxicity marginal(KnownToxicity const& known, Workers const&, SampledExposures*)
{
    return {known.dlt_probability, std::vector<double>(known.dlt_probability.size())};
}

MarginalToxicity marginal(Biology const& biology, Workers const& workers, SampledExposures* shared)
{
    return shared ? marginal_toxicity(biology, *shared, workers) : marginal_toxicity(biology, workers);
}

std::string why_exact(Nature const& nature, DesignGraph const& graph)
{
    auto const states = std::to_string(graph.nodes().size()) + " states of the design";
    if (std::holds_alternative<KnownToxicity>(nature))
        return "Exact over the " + states + ": each patient gives one outcome before the next decision";
    return "Exact over the " + states + ", with P(DLT) of each level integrated over the population";
}

std::string precision_text(Tallies const& tallies, Effort const& effort)
{
    if (!effort.precision)
        return "";
    auto const wanted = shortest(*effort.precision);
    if (precise_enough(tallies, *effort.precision))
        return "; every selection probability has a standard error of at most " + wanted;
    return "; the wanted standard error of " + wanted + " was not reached: raise runner.trials";
}

} // namespace

TrueToxicity true_toxicity(Nature const& nature, double target, Workers const& workers, SampledExposures* shared)
{
    auto [probability, error] = std::visit([&](auto const& truth) { return marginal(truth, workers, shared); }, nature);
    auto const mtd = true_mtd(probability, target);
    return {std::move(probability), std::move(error), target, mtd};
}

PreparedDesign::PreparedDesign(AnyDesign const& design, DoseLadder ladder) : decider_{design, ladder}, ladder_{std::move(ladder)}
{
    try {
        graph_ = std::make_unique<DesignGraph const>(DesignGraph::compile(decider_, ladder_));
        exact_.emplace(*graph_);
    } catch (NotEnumerable const& reason) {
        no_graph_ = reason.what();
    }
}

DesignResult PreparedDesign::run(Nature const& nature, TrueToxicity const& truth, RunRequest const& request,
                                 Workers const& workers, Progress const& progress) const
{
    if (!graph_ && request.engine == EngineChoice::exact)
        throw EngineDoesNotHold(no_graph_);
    if (graph_ && request.engine != EngineChoice::monte_carlo)
        return {(*exact_)(truth), why_exact(nature, *graph_)};

    auto const why = graph_ ? std::string{"Monte Carlo, as asked"} : "Monte Carlo, because " + no_graph_;
    try {
        auto const from = truth.overdose_from();
        auto const tallies = graph_ ? simulate(*graph_, nature, request.seed, request.effort, from, workers, progress)
                                    : simulate(decider_, ladder_, nature, request.seed, request.effort, from, workers, progress);
        return {operating_characteristics(tallies), why + precision_text(tallies, request.effort)};
    } catch (InterruptedSimulation const& interrupted) {
        throw InterruptedDesign{
            {}, {operating_characteristics(interrupted.finished), why + "; interrupted before all trials were done"}};
    }
}

} // namespace escalon
