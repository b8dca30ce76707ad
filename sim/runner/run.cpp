#include "sim/runner/run.hpp"

#include "pk_models/units.hpp"
#include "sim/runner/published_measures.hpp"

#include <algorithm>

namespace escalon {
namespace {

MarginalToxicity marginal(KnownToxicity const& known, Workers const&, SampledExposures*, Time)
{
    auto const none = [](std::vector<double> const& probabilities) { return std::vector<double>(probabilities.size()); };
    return {known.dlt_probability,
            none(known.dlt_probability),
            known.grades,
            {none(known.grades.grade_2), none(known.grades.grade_4)}};
}

MarginalToxicity marginal(BiologyOverTime const& biology, Workers const& workers, SampledExposures*, Time window)
{
    return marginal_toxicity(biology, window, workers);
}

MarginalToxicity marginal(Biology const& biology, Workers const& workers, SampledExposures* shared, Time)
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

/// The most patients of a design that ends when its sample size is used up.
std::optional<int> sample_size(DesignGraph const& graph)
{
    bool const has_one = std::ranges::any_of(graph.nodes(), [](DesignGraph::Node const& node) {
        return node.kind == DesignGraph::Kind::stop && node.cause == StopCause::max_patients;
    });
    return has_one ? std::optional{graph.most_patients()} : std::nullopt;
}

constexpr std::string_view no_exact_clock =
    "the trial runs by a clock: what is known at a decision depends on when patients came";

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

TrueToxicity true_toxicity(Nature const& nature, double target, Workers const& workers, SampledExposures* shared, Time window)
{
    auto found = std::visit([&](auto const& truth) { return marginal(truth, workers, shared, window); }, nature);
    auto const mtd = true_mtd(found.dlt_probability, target);
    return {std::move(found.dlt_probability), std::move(found.error), target, mtd, std::move(found.grades),
            std::move(found.grades_error),    found.unsolved_share};
}

PreparedDesign::PreparedDesign(AnyDesign const& design, DoseLadder ladder)
    : decider_{design, ladder}, ladder_{std::move(ladder)}, planned_patients_{common_options(design).max_patients}
{
    if (decider_.exposure()) {
        no_graph_ = "the design reads each patient's observed exposure, which no number of states covers";
        return;
    }
    try {
        graph_ = std::make_unique<DesignGraph const>(DesignGraph::compile(decider_, ladder_));
        exact_.emplace(*graph_);
        allocation_ = std::make_unique<AllocationPasses>(*graph_);
        if (!planned_patients_)
            planned_patients_ = sample_size(*graph_);
    } catch (NotEnumerable const& reason) {
        no_graph_ = reason.what();
    }
}

DesignResult PreparedDesign::run(Nature const& nature, TrueToxicity const& truth, RunRequest const& request,
                                 Workers const& workers, Progress const& progress) const
{
    if (outcomes_told(nature) < decider_.outcomes())
        throw std::invalid_argument("the design reads grades of toxicity, and the truth does not state them");
    if (decider_.exposure() && !std::holds_alternative<Biology>(nature))
        throw std::invalid_argument("the design reads exposures, and the truth has no pharmacokinetics");
    if (request.clock && request.engine == EngineChoice::exact)
        throw EngineDoesNotHold(std::string{no_exact_clock});
    if (request.clock)
        return by_the_clock(nature, truth, request, workers, progress);
    if (!graph_ && request.engine == EngineChoice::exact)
        throw EngineDoesNotHold(no_graph_);
    if (graph_ && request.engine != EngineChoice::monte_carlo)
        return {with_published_measures((*exact_)(truth), truth,
                                        allocation_->above(truth.overdose_from())(truth.dlt_probability, truth.grades),
                                        planned_patients_),
                why_exact(nature, *graph_)};

    auto const why = graph_ ? std::string{"Monte Carlo, as asked"} : "Monte Carlo, because " + no_graph_;
    try {
        auto const from = truth.overdose_from();
        auto tallies = graph_ ? simulate(*graph_, nature, request.seed, request.effort, from, workers, progress)
                              : simulate(decider_, ladder_, nature, request.seed, request.effort, from, workers, progress);
        auto const reason = why + precision_text(tallies, request.effort);
        return simulated(std::move(tallies), truth, reason);
    } catch (InterruptedSimulation const& interrupted) {
        throw InterruptedDesign{{}, simulated(interrupted.finished, truth, why + "; interrupted before all trials were done")};
    }
}

DesignResult PreparedDesign::by_the_clock(Nature const& nature, TrueToxicity const& truth, RunRequest const& request,
                                          Workers const& workers, Progress const& progress) const
{
    auto const why = "Monte Carlo, because " + std::string{no_exact_clock};
    try {
        auto tallies = simulate(decider_, ladder_, nature, *request.clock, request.seed, request.effort, truth.overdose_from(),
                                workers, progress);
        auto const reason = why + precision_text(tallies, request.effort);
        return simulated(std::move(tallies), truth, reason);
    } catch (InterruptedSimulation const& interrupted) {
        throw InterruptedDesign{{}, simulated(interrupted.finished, truth, why + "; interrupted before all trials were done")};
    }
}

DesignResult PreparedDesign::simulated(Tallies tallies, TrueToxicity const& truth, std::string why) const
{
    auto characteristics = with_published_measures(operating_characteristics(tallies), truth, tallies, planned_patients_);
    return {std::move(characteristics), std::move(why), std::move(tallies.outcomes)};
}

} // namespace escalon
