#include "sim/report/paths_text.hpp"

#include "pk_models/units.hpp"
#include "sim/report/csv.hpp"
#include "sim/report/decision_words.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/text_table.hpp"
#include "sim/report/version.hpp"
#include "sim/vocabulary/notation.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

std::vector<PathProbabilities> probabilities_of(PathsResult const& result)
{
    std::vector<PathProbabilities> all;
    for (auto const& truth : result.truths)
        all.emplace_back(result.tree, truth.dlt_probability, truth.grades);
    return all;
}

std::string column_name(PathsResult const& result, PathTruth const& truth)
{
    return result.truths.size() == 1 ? std::string{"P(path)"} : truth.name;
}

/// Draws the tree depth first; a subtree that has been shown is referred to by its number.
class TreeText {
public:
    explicit TreeText(PathsResult const& result)
        : result_{result}, ladder_{result.scenario.ladder()}, probabilities_{probabilities_of(result)}, table_{columns()}
    {
        count_references();
    }

    std::string text()
    {
        auto const& start = result_.tree.start;
        row("", "", "", start.to, std::vector<double>(probabilities_.size(), 1), start.reason);
        children("", start.to, std::vector<double>(probabilities_.size(), 1));
        return table_.text();
    }

    /// Some subtree is shown once and referred to.
    bool refers() const { return !numbers_.empty(); }

    /// Some line gives the reason of its first outcome alone.
    bool shortens() const { return shortens_; }

private:
    std::vector<TextTable::Column> columns() const
    {
        std::vector<TextTable::Column> columns{{"DLTs", Align::left}, {"then", Align::left}};
        for (auto const& truth : result_.truths)
            columns.push_back({column_name(result_, truth)});
        columns.push_back({"because", Align::left});
        return columns;
    }

    PathNode const& node(std::size_t index) const { return result_.tree.node(index); }

    /// Only subtrees that lead on need a number: a decision alone is as short as a reference.
    void count_references()
    {
        references_.resize(result_.tree.nodes.size());
        for (auto const& from : result_.tree.nodes)
            for (auto const& group : grouped_outcomes(from))
                references_[group.to] += node(group.to).steps.empty() ? 0 : 1;
    }

    void children(std::string const& indent, std::size_t parent, std::vector<double> const& reached)
    {
        auto const groups = grouped_outcomes(node(parent));
        for (std::size_t i = 0; i < groups.size(); ++i) {
            bool const last = i + 1 == groups.size();
            auto const& group = groups[i];
            auto share = reached;
            for (std::size_t truth = 0; truth < share.size(); ++truth)
                share[truth] *= probabilities_[truth].of(node(parent), group);
            bool const shown = numbers_.contains(group.to);
            shortens_ = shortens_ || group.reason_of_first;
            row(indent, last ? "└ " : "├ ", outcome_words(node(parent), group), group.to, share, group.reason);
            if (!shown)
                children(indent + (last ? "  " : "│ "), group.to, share);
        }
    }

    void row(std::string const& indent, std::string_view branch, std::string const& outcome, std::size_t to,
             std::vector<double> const& share, std::string const& reason)
    {
        auto then = decision_words(node(to).action, ladder_);
        if (references_[to] > 1) {
            auto const [place, fresh] = numbers_.try_emplace(to, numbers_.size() + 1);
            then += fmt::format("  {}[{}]{}", fresh ? "" : "as ", place->second, fresh ? "" : " above");
        }
        std::vector<std::string> cells{indent + std::string{branch} + (outcome.empty() ? "start" : outcome), then};
        if (outcome.empty() && !result_.from.empty())
            cells.front() = "now";
        for (double const probability : share)
            cells.push_back(percent(probability));
        cells.push_back(reason);
        table_.row(std::move(cells));
    }

    PathsResult const& result_;
    DoseLadder ladder_;
    std::vector<PathProbabilities> probabilities_;
    TextTable table_;
    bool shortens_ = false;
    std::vector<int> references_;                ///< of each node, how many outcomes lead to it
    std::map<std::size_t, std::size_t> numbers_; ///< of subtrees that were shown and are referred to
};

/// Every decision with which paths end, the highest level first, and how probable it is under each truth.
std::string ends_table(PathsResult const& result)
{
    auto const ladder = result.scenario.ladder();
    std::vector<TextTable::Column> columns{{"after these cohorts", Align::left}};
    for (auto const& truth : result.truths)
        columns.push_back({result.truths.size() == 1 ? "P" : truth.name});
    TextTable table{columns};
    std::vector<std::vector<double>> reached;
    for (auto const& probability : probabilities_of(result))
        reached.push_back(probability.reached());
    struct End {
        int order;
        std::string words;
        std::vector<double> shares;
    };
    std::vector<End> ends;
    for (std::size_t i = 0; i < result.tree.nodes.size(); ++i) {
        auto const& node = result.tree.nodes[i];
        if (!node.steps.empty())
            continue;
        auto const words = decision_words(node.action, ladder);
        auto end = std::ranges::find(ends, words, &End::words);
        if (end == ends.end()) {
            auto const* treat = std::get_if<Treat>(&node.action);
            auto const* stop = std::get_if<Stop>(&node.action);
            int const level = treat ? treat->level.index() : stop && stop->mtd ? stop->mtd->index() : -1;
            ends.push_back({(stop ? ladder.size() : 0) - level, words, std::vector<double>(reached.size())});
            end = ends.end() - 1;
        }
        for (std::size_t truth = 0; truth < reached.size(); ++truth)
            end->shares[truth] += reached[truth][i];
    }
    std::ranges::stable_sort(ends, {}, &End::order);
    for (auto const& end : ends) {
        std::vector<std::string> cells{end.words};
        for (double const share : end.shares)
            cells.push_back(percent(share));
        table.row(std::move(cells));
    }
    return table.text();
}

/// " (1 g4) +1 g2": of what grades the DLTs were, and what was no DLT.
std::string graded(Cohort const& cohort)
{
    std::string text;
    if (cohort.grade_4 > 0)
        text += fmt::format(" ({} g4)", cohort.grade_4);
    if (cohort.grade_2 > 0)
        text += fmt::format(" +{} g2", cohort.grade_2);
    return text;
}

/// Writes one row a path.
class PathRows {
public:
    explicit PathRows(PathsResult const& result)
        : result_{result}, ladder_{result.scenario.ladder()}, probabilities_{probabilities_of(result)}, table_{columns()}
    {}

    std::string text()
    {
        walk(result_.tree.start.to, result_.tree.start.reason, 1, std::vector<double>(probabilities_.size(), 1));
        return table_.text();
    }

private:
    std::vector<std::string> columns() const
    {
        std::vector<std::string> names{"path", "outcomes", "levels", "dlts", "patients", "ended", "decision", "reason", "chance"};
        for (auto const& truth : result_.truths)
            names.push_back("probability_" + truth.name);
        return names;
    }

    void walk(std::size_t index, std::string const& reason, double chance, std::vector<double> const& share)
    {
        auto const& node = result_.tree.node(index);
        if (node.steps.empty())
            return row(node, reason, chance, share);
        std::vector<std::vector<double>> by_truth;
        for (auto const& probability : probabilities_)
            by_truth.push_back(probability.steps(node));
        bool const treats = std::holds_alternative<Treat>(node.action);
        for (std::size_t i = 0; i < node.steps.size(); ++i) {
            auto next = share;
            for (std::size_t truth = 0; truth < next.size(); ++truth)
                next[truth] *= by_truth[truth][i];
            if (treats) {
                cohorts_.push_back(node.steps[i].outcome);
                walk(node.steps[i].to, node.steps[i].reason, chance, next);
                cohorts_.pop_back();
            } else {
                walk(node.steps[i].to, reason, chance * std::get<Randomise>(node.action).branches[i].probability, next);
            }
        }
    }

    void row(PathNode const& last, std::string const& reason, double chance, std::vector<double> const& share)
    {
        std::string levels;
        int dlts = 0;
        int patients = 0;
        for (auto const& cohort : cohorts_) {
            levels += (levels.empty() ? "" : " ") + std::to_string(cohort.level.number());
            dlts += cohort.dlts;
            patients += cohort.patients;
        }
        std::vector<std::string> cells{std::to_string(++rows_),
                                       fractions(cohorts_, ladder_),
                                       levels,
                                       std::to_string(dlts),
                                       std::to_string(patients),
                                       last.stops() ? "yes" : "no",
                                       std::visit(
                                           [&](auto const& action) {
                                               return describe(Decision{action, {}}, ladder_);
                                           },
                                           last.action),
                                       reason,
                                       fmt::format("{}", chance)};
        for (double const probability : share)
            cells.push_back(fmt::format("{}", probability));
        table_.row(cells);
    }

    PathsResult const& result_;
    DoseLadder ladder_;
    std::vector<PathProbabilities> probabilities_;
    Csv table_;
    std::vector<Cohort> cohorts_;
    std::size_t rows_ = 0;
};

} // namespace

std::string outcome_words(PathNode const& node, OutcomeGroup const& group, RangeForm form)
{
    if (auto const* choice = std::get_if<Randomise>(&node.action))
        return "p " + (form == RangeForm::dashes ? fmt::format("{:.2f}", choice->branches[group.first].probability)
                                                 : three_digits(choice->branches[group.first].probability));
    auto const& low = node.steps[group.first].outcome;
    auto const& high = node.steps[group.last].outcome;
    bool const pair = group.last == group.first + 1;
    std::string_view const to = pair ? " or " : " to ";
    auto const range = [&](int from, int until) {
        return from == until ? std::to_string(from) : fmt::format("{}{}{}", from, form == RangeForm::dashes ? "–" : to, until);
    };
    auto const whole = static_cast<int>(group.last - group.first);
    bool const same_grade_4 = low.grade_4 == high.grade_4;
    if (high.dlts - low.dlts == whole && same_grade_4 && low.grade_2 == high.grade_2)
        return range(low.dlts, high.dlts) + graded(low);
    if (high.dlts == low.dlts && high.grade_2 - low.grade_2 == whole && same_grade_4)
        return fmt::format("{} +{} g2", low.dlts, range(low.grade_2, high.grade_2));
    if (graded(low).empty() && graded(high).empty())
        return range(low.dlts, high.dlts);
    auto const one = [](Cohort const& cohort) { return std::to_string(cohort.dlts) + graded(cohort); };
    bool const from_first = group.first == 0;
    bool const to_last = group.last + 1 == node.steps.size();
    if (from_first && to_last)
        return "any";
    if (from_first)
        return "up to " + one(high);
    if (to_last)
        return one(low) + " or more";
    return one(low) + std::string{form == RangeForm::dashes ? " – " : to} + one(high);
}

std::string grade_key(Outcomes outcomes)
{
    switch (outcomes) {
    case Outcomes::dlt: return "";
    case Outcomes::grade_2: return "+1 g2: besides the DLTs, a patient with grade 2.";
    case Outcomes::grades:
        return "(1 g4): of the DLTs, one of grade 4; +1 g2: besides them, a patient with grade 2. The order is by DLTs, then g2, "
               "then "
               "g4.";
    }
    return "";
}

std::string paths_scope(PathsResult const& result)
{
    auto const& tree = result.tree;
    auto text = fmt::format("the next {}, {}", counted(tree.cohorts, "cohort"),
                            result.from.empty() ? "from the start" : "after " + fractions(result.from, result.scenario.ladder()));
    if (tree.complete())
        text += "; every path ends";
    else if (tree.cohorts < result.cohorts)
        text += fmt::format("; cut here, {} were asked for", result.cohorts);
    return text;
}

std::string paths_text(PathsResult const& result)
{
    constexpr double exact_below = 1e15; // of numbers of paths
    auto const& tree = result.tree;
    auto text = fmt::format("{}\nDose transition pathways of {}: {}\n\n", result.scenario.name, result.label,
                            paths_scope(result));
    TreeText shown{result};
    text += shown.text();
    auto const number = tree.paths();
    text += fmt::format("\n  {} paths; neighbouring outcomes with the same future share a line.{}\n",
                        number < exact_below ? grouped(static_cast<unsigned long long>(number)) : three_digits(number),
                        shown.refers() ? " [n] marks what comes again: it is shown once." : "");
    if (auto const key = grade_key(tree.outcomes); !key.empty())
        text += "  " + key + "\n";
    if (shown.shortens())
        text += "  Where a line has several outcomes whose reasons differ, it gives that of the first.\n";
    if (!result.truths.empty())
        text += result.truths.size() == 1
                    ? "  P(path): probability that the trial takes this path to here, under the scenario's P(DLT).\n"
                    : "  The columns of percentages: probability that the trial takes this path to here, under each truth.\n";
    if (tree.cohorts < result.cohorts && !tree.complete())
        text += fmt::format("  CUT after {} of {} cohorts: more would be over {} lines. --json and --csv have the whole tree.\n",
                            tree.cohorts, result.cohorts, most_path_lines);
    if (!result.truths.empty())
        text += "\n" + ends_table(result);
    return text;
}

std::string paths_csv(PathsResult const& result) { return PathRows{result}.text(); }

nlohmann::ordered_json paths_json(PathsResult const& result)
{
    auto const ladder = result.scenario.ladder();
    auto const probabilities = probabilities_of(result);
    std::vector<std::vector<double>> reached;
    Json truths = Json::array();
    for (std::size_t truth = 0; truth < result.truths.size(); ++truth) {
        reached.push_back(probabilities[truth].reached());
        truths.push_back({{"name", result.truths[truth].name}, {"dlt_probability", result.truths[truth].dlt_probability}});
    }
    auto const& tree = result.tree;
    Json object{{"scenario", result.scenario.name},
                {"version", version()},
                {"design", result.label},
                {"unit", symbol(ladder.unit())},
                {"from", fractions(result.from, ladder)},
                {"cohorts", tree.cohorts},
                {"complete", tree.complete()},
                {"paths", tree.paths()},
                {"truths", truths},
                {"start", {{"node", tree.start.to}, {"reason", tree.start.reason}}},
                {"nodes", Json::array()}};
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
        auto const& node = tree.nodes[i];
        Json entry{{"node", i}};
        entry.update(decision_json(node.action, ladder));
        for (std::size_t truth = 0; truth < reached.size(); ++truth)
            entry["probability"][result.truths[truth].name] = reached[truth][i];
        bool const by_chance = std::holds_alternative<Randomise>(node.action);
        entry["outcomes"] = Json::array();
        for (std::size_t k = 0; k < node.steps.size(); ++k) {
            Json step;
            if (by_chance) {
                step["branch"] = k;
            } else {
                step["dlts"] = node.steps[k].outcome.dlts;
                if (tree.outcomes != Outcomes::dlt)
                    step["grade_2"] = node.steps[k].outcome.grade_2;
                if (tree.outcomes == Outcomes::grades)
                    step["grade_4"] = node.steps[k].outcome.grade_4;
                step["reason"] = node.steps[k].reason;
            }
            step["node"] = node.steps[k].to;
            for (std::size_t truth = 0; truth < reached.size(); ++truth)
                step["probability"][result.truths[truth].name] = probabilities[truth].steps(node)[k];
            entry["outcomes"].push_back(step);
        }
        object["nodes"].push_back(entry);
    }
    return object;
}

} // namespace escalon
