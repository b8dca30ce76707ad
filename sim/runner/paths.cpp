#include "sim/runner/paths.hpp"

#include "pk_models/units.hpp"
#include "sim/runner/exact.hpp"
#include "sim/trial/design_graph.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <unordered_map>

namespace escalon {
namespace {

/// What tells a decision from another, as text.
struct Key {
    std::string operator()(Treat const& treat) const
    {
        return "t" + std::to_string(treat.level.index()) + "," + std::to_string(treat.patients);
    }
    std::string operator()(Stop const& stop) const
    {
        return "s" + (stop.mtd ? std::to_string(stop.mtd->index()) : std::string{"-"}) + "," + std::string{name_of(stop.cause)};
    }
    std::string operator()(Suspend const&) const { return "w"; }
    std::string operator()(Randomise const& choice) const
    {
        std::string text = "r";
        for (auto const& branch : choice.branches)
            text += shortest(branch.probability) + std::visit(*this, branch.action) + ";";
        return text;
    }
};

/// Nodes that do the same and lead to the same nodes are one.
class MergedNodes {
public:
    std::size_t add(PathNode wanted)
    {
        auto key = std::visit(Key{}, wanted.action);
        for (auto const& step : wanted.steps)
            key += ":" + std::to_string(step.to);
        auto const [place, fresh] = equal_.try_emplace(std::move(key), nodes_.size());
        if (fresh)
            nodes_.push_back(std::move(wanted));
        return place->second;
    }

    std::vector<PathNode> take() { return std::move(nodes_); }

private:
    std::vector<PathNode> nodes_;
    std::map<std::string, std::size_t> equal_;
};

class Unrolling {
public:
    Unrolling(Asked const& design, Observed const& from, std::size_t most_states)
        : design_{design}, observed_{from}, most_states_{most_states}
    {}

    Pathways unroll(int cohorts)
    {
        known_.resize(static_cast<std::size_t>(cohorts) + 1);
        auto start = visit(cohorts);
        return {nodes_.take(), std::move(start), cohorts, design_.outcomes};
    }

private:
    PathStep visit(int remaining)
    {
        auto decision = design_.decide(observed_);
        auto const key = summary();
        auto& known = known_[static_cast<std::size_t>(remaining)];
        if (key)
            if (auto const found = known.find(*key); found != known.end())
                return {.to = found->second, .reason = std::move(decision.reason)};
        if (++states_ > most_states_)
            throw NotEnumerable("the tree has more than " + std::to_string(most_states_) + " states");
        auto const node = std::visit([&](auto const& action) { return add(action, remaining); }, decision.action);
        if (key)
            known.emplace(*key, node);
        return {.to = node, .reason = std::move(decision.reason)};
    }

    /// None where it does not fit its key: the tree is then walked history by history.
    std::optional<Summary> summary() const
    {
        try {
            return design_.summary(observed_);
        } catch (std::overflow_error const&) {
            return std::nullopt;
        }
    }

    std::size_t add(Stop const& stop, int) { return nodes_.add({stop, {}}); }

    std::size_t add(Treat const& treat, int remaining)
    {
        PathNode next{treat, {}};
        if (remaining > 0)
            for_each_outcome(design_.outcomes, treat.level, treat.patients, [&](Cohort const& cohort) {
                observed_.record(cohort);
                next.steps.push_back(visit(remaining - 1));
                next.steps.back().outcome = cohort;
                observed_.retract();
            });
        return nodes_.add(std::move(next));
    }

    std::size_t add(Suspend const& suspended, int) { return nodes_.add({suspended, {}}); }

    std::size_t add(Randomise const& choice, int remaining)
    {
        PathNode next{choice, {}};
        if (remaining > 0)
            for (auto const& branch : choice.branches)
                next.steps.push_back(
                    {.to = std::visit([&](auto const& action) { return add(action, remaining); }, branch.action)});
        return nodes_.add(std::move(next));
    }

    Asked const& design_;
    Observed observed_;
    std::size_t most_states_;
    std::size_t states_ = 0;
    std::vector<std::unordered_map<Summary, std::size_t>> known_; ///< by cohorts that remain
    MergedNodes nodes_;
};

class Shortening {
public:
    explicit Shortening(Pathways const& tree) : tree_{tree} {}

    Pathways shorten(int cohorts)
    {
        auto const start = visit(tree_.start.to, cohorts);
        return {nodes_.take(), {.to = start, .reason = tree_.start.reason}, cohorts, tree_.outcomes};
    }

private:
    std::size_t visit(std::size_t index, int remaining)
    {
        auto const [place, fresh] = known_.try_emplace({index, remaining}, 0);
        if (!fresh)
            return place->second;
        auto node = tree_.node(index);
        bool const by_chance = std::holds_alternative<Randomise>(node.action);
        if (remaining == 0)
            node.steps.clear();
        for (auto& step : node.steps)
            step.to = visit(step.to, by_chance ? remaining : remaining - 1);
        return known_[{index, remaining}] = nodes_.add(std::move(node));
    }

    Pathways const& tree_;
    std::map<std::pair<std::size_t, int>, std::size_t> known_;
    MergedNodes nodes_;
};

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// A sentence as words and numbers in turn, beginning with words that may be empty.
std::vector<std::string> words_and_numbers(std::string const& sentence)
{
    std::vector<std::string> parts{{}};
    for (std::size_t i = 0; i < sentence.size(); ++i) {
        bool const point = sentence[i] == '.' && parts.size() % 2 == 0 && i + 1 < sentence.size() && is_digit(sentence[i + 1]);
        bool const in_number = is_digit(sentence[i]) || point;
        if (in_number != (parts.size() % 2 == 0))
            parts.emplace_back();
        parts.back() += sentence[i];
    }
    return parts;
}

/// "2 or 3/3 at 10 mg/m2" of "2/3 at ..." and "3/3 at ..."; none where they differ in words or in many numbers.
std::optional<std::string> together(std::string const& first, std::string const& last, std::size_t outcomes)
{
    auto const low = words_and_numbers(first);
    auto const high = words_and_numbers(last);
    if (low.size() != high.size())
        return std::nullopt;
    constexpr int most_differences = 2; // beyond them a sentence is a riddle
    int differences = 0;
    std::string text;
    for (std::size_t i = 0; i < low.size(); ++i) {
        bool const words = i % 2 == 0;
        if (words && low[i] != high[i])
            return std::nullopt;
        differences += low[i] != high[i] ? 1 : 0;
        text += low[i] == high[i] ? low[i] : low[i] + (outcomes == 2 ? " or " : " to ") + high[i];
    }
    if (differences > most_differences)
        return std::nullopt;
    return text;
}

} // namespace

bool Pathways::complete() const
{
    return std::ranges::all_of(nodes, [](PathNode const& node) { return node.stops() || !node.steps.empty(); });
}

double Pathways::paths() const
{
    std::vector<double> below(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        for (auto const& step : nodes[i].steps)
            below[i] += below[step.to];
        if (nodes[i].steps.empty())
            below[i] = 1;
    }
    return below[start.to];
}

std::size_t Pathways::lines() const
{
    std::size_t count = 1;
    for (auto const& node : nodes)
        count += grouped_outcomes(node).size();
    return count;
}

Pathways pathways(Asked const& design, Observed const& from, int cohorts, std::size_t most_states)
{
    return Unrolling{design, from, most_states}.unroll(cohorts);
}

Pathways pathways_within(Asked const& design, Observed const& from, int cohorts, std::size_t most_lines)
{
    auto tree = pathways(design, from, 1);
    for (int more = 2; more <= cohorts && !tree.complete(); ++more) {
        auto deeper = pathways(design, from, more);
        if (deeper.lines() > most_lines)
            break;
        tree = std::move(deeper);
    }
    return tree;
}

Pathways shortened(Pathways const& tree, int cohorts) { return Shortening{tree}.shorten(std::min(cohorts, tree.cohorts)); }

std::vector<OutcomeGroup> grouped_outcomes(PathNode const& node)
{
    bool const by_chance = std::holds_alternative<Randomise>(node.action);
    std::vector<OutcomeGroup> groups;
    for (std::size_t i = 0; i < node.steps.size(); ++i) {
        auto const& step = node.steps[i];
        if (!groups.empty() && groups.back().to == step.to && !by_chance)
            groups.back().last = i;
        else
            groups.push_back({.first = i, .last = i, .to = step.to});
    }
    for (auto& group : groups) {
        auto const& first = node.steps[group.first].reason;
        auto const& last = node.steps[group.last].reason;
        auto const both = first == last ? first : together(first, last, group.last - group.first + 1);
        group.reason = both.value_or(first);
        group.reason_of_first = !both;
    }
    return groups;
}

PathProbabilities::PathProbabilities(Pathways const& tree, std::vector<double> dlt_probability, GradeProbabilities grades)
    : tree_{&tree}, dlt_probability_{std::move(dlt_probability)}, grades_{std::move(grades)}
{
    if ((tree.outcomes != Outcomes::dlt && grades_.grade_2.empty()) ||
        (tree.outcomes == Outcomes::grades && grades_.grade_4.empty()))
        throw std::invalid_argument("probabilities of paths need those of every grade that the design reads");
}

std::vector<double> PathProbabilities::steps(PathNode const& node) const
{
    std::vector<double> probability(node.steps.size());
    if (auto const* treat = std::get_if<Treat>(&node.action)) {
        auto const level = static_cast<std::size_t>(treat->level.index());
        auto const of_level = [&](std::vector<double> const& all) {
            return all.empty() ? std::vector<double>{} : std::vector<double>{all[level]};
        };
        CohortOutcomes const outcomes{
            tree_->outcomes, of_level(dlt_probability_), {of_level(grades_.grade_2), of_level(grades_.grade_4)}, treat->patients};
        std::ranges::copy_n(outcomes.of(0, treat->patients).begin(), static_cast<std::ptrdiff_t>(node.steps.size()),
                            probability.begin());
    } else if (auto const* choice = std::get_if<Randomise>(&node.action)) {
        for (std::size_t i = 0; i < node.steps.size(); ++i)
            probability[i] = choice->branches[i].probability;
    }
    return probability;
}

double PathProbabilities::of(PathNode const& node, OutcomeGroup const& group) const
{
    auto const all = steps(node);
    auto const at = [&](std::size_t step) { return all.begin() + static_cast<std::ptrdiff_t>(step); };
    return std::accumulate(at(group.first), at(group.last) + 1, 0.0);
}

std::vector<double> PathProbabilities::reached() const
{
    std::vector<double> probability(tree_->nodes.size());
    probability[tree_->start.to] = 1;
    for (std::size_t i = probability.size(); i-- > 0;) {
        auto const& node = tree_->nodes[i];
        auto const share = steps(node);
        for (std::size_t k = 0; k < share.size(); ++k)
            probability[node.steps[k].to] += probability[i] * share[k];
    }
    return probability;
}

} // namespace escalon
