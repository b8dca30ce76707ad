// Dose transition pathways against the exact engine, enumerated futures and trees worked out by hand.
#include "sim/runner/paths.hpp"
#include "sim/report/paths_text.hpp"
#include "sim/runner/exact.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/futures.hpp"
#include "tests/support/oracle.hpp"
#include "tests/support/variants.hpp"

#include <map>
#include <numeric>

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr double rounding_of_paths = 1e-13; // sums of some hundreds of products
constexpr int to_the_end = 40;              // cohorts; no 3+3 of eight levels has more

template <Design D>
Pathways tree_of(D const& design, DoseLadder const& doses, int cohorts, std::string_view from = "")
{
    auto const decider = design.on(doses);
    return pathways(asking(decider), observed(from, doses), cohorts);
}

std::size_t numbered(double paths) { return static_cast<std::size_t>(paths); }

Stop stop_of(PathNode const& node) { return std::get<Stop>(node.action); }

} // namespace

TEST_CASE("pathways of 3+3 with six required are as many as Norris's for two to eight levels", "[paths][oracle]")
{
    auto const note = oracle("three_plus_three_paths.json")["note"].get<std::string>();
    std::string published;
    for (int levels = 2; levels <= 8; ++levels) {
        auto const tree = tree_of(six_required_everywhere, ladder(levels), to_the_end);
        CHECK(tree.complete());
        published += (published.empty() ? "" : ",") + std::to_string(numbered(tree.paths()));
    }
    CHECK(note.find("D=2..8: " + published + ".") != std::string::npos);
}

TEST_CASE("over complete pathways every recommendation is as probable as the exact engine says", "[paths]")
{
    std::vector<double> const truth = standard_scenario;
    for (auto const& [name, design] : variants) {
        INFO(name);
        auto const doses = ladder(static_cast<int>(truth.size()));
        auto const tree = tree_of(design, doses, to_the_end);
        auto const exact = ExactPass{DesignGraph::compile(design.on(doses), doses)}(truth, standard_overdose_from).mean;
        auto const reached = PathProbabilities{tree, truth}.reached();
        std::vector<double> selection(truth.size());
        double none = 0;
        for (std::size_t i = 0; i < reached.size(); ++i)
            if (tree.nodes[i].stops()) {
                auto const mtd = stop_of(tree.nodes[i]).mtd;
                (mtd ? selection[static_cast<std::size_t>(mtd->index())] : none) += reached[i];
            }
        CHECK_THAT(none, WithinAbs(exact.none, rounding_of_paths));
        for (std::size_t i = 0; i < truth.size(); ++i)
            CHECK_THAT(selection[i], WithinAbs(exact.selection[i], rounding_of_paths));
    }
}

TEST_CASE("the steps of a node have probabilities that sum to one, under any truth", "[paths]")
{
    auto const tree = tree_of(korn, ladder(4), 6);
    for (auto const& truth : {std::vector{0.05, 0.1, 0.3, 0.5}, std::vector{0.0, 0.0, 1.0, 1.0}}) {
        PathProbabilities const probability{tree, truth};
        double last = 0;
        auto const reached = probability.reached();
        for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
            auto const steps = probability.steps(tree.nodes[i]);
            if (steps.empty()) {
                last += reached[i];
                continue;
            }
            CHECK_THAT(std::accumulate(steps.begin(), steps.end(), 0.0), WithinAbs(1, rounding_of_paths));
            double groups = 0;
            for (auto const& group : grouped_outcomes(tree.nodes[i]))
                groups += probability.of(tree.nodes[i], group);
            CHECK_THAT(groups, WithinAbs(1, rounding_of_paths));
        }
        CHECK_THAT(last, WithinAbs(1, rounding_of_paths));
    }
}

TEST_CASE("3+3: none goes up, one stays, two or three stop with one line", "[paths]")
{
    auto const tree = tree_of(six_required_everywhere, ladder(3), 1);
    CHECK(tree.first().action == treat(level(1), 3).action);
    auto const groups = grouped_outcomes(tree.first());
    REQUIRE(groups.size() == 3);
    CHECK(tree.node(groups[0].to).action == treat(level(2), 3).action);
    CHECK(tree.node(groups[1].to).action == treat(level(1), 3).action);
    CHECK(groups[2].first == 2);
    CHECK(groups[2].last == 3);
    CHECK(tree.node(groups[2].to).stops());
    CHECK(groups[2].reason == "2 or 3/3 at 10 mg/m2 is too toxic, and no level lies below");
    CHECK(tree.start.reason == "the trial starts at 10 mg/m2");
    CHECK_FALSE(tree.complete());
}

TEST_CASE("subtrees that are equal from there on are one node, and no two nodes are equal", "[paths]")
{
    auto const tree = tree_of(six_required_everywhere, ladder(5), 8);
    for (std::size_t i = 0; i < tree.nodes.size(); ++i)
        for (std::size_t j = i + 1; j < tree.nodes.size(); ++j) {
            bool same = tree.nodes[i].action == tree.nodes[j].action && tree.nodes[i].steps.size() == tree.nodes[j].steps.size();
            for (std::size_t k = 0; same && k < tree.nodes[i].steps.size(); ++k)
                same = tree.nodes[i].steps[k].to == tree.nodes[j].steps[k].to;
            CHECK_FALSE(same);
        }
    CHECK(static_cast<double>(tree.nodes.size()) < tree.paths() / 5);
}

TEST_CASE("a tree cut to fewer cohorts is the tree of fewer cohorts", "[paths]")
{
    auto const whole = tree_of(korn, ladder(4), 6);
    for (int cohorts = 1; cohorts <= 6; ++cohorts) {
        auto const cut = shortened(whole, cohorts);
        auto const unrolled = tree_of(korn, ladder(4), cohorts);
        CHECK(cut.nodes.size() == unrolled.nodes.size());
        CHECK(cut.paths() == unrolled.paths());
        CHECK(cut.lines() == unrolled.lines());
        CHECK(cut.cohorts == cohorts);
    }
}

TEST_CASE("a tree that would be too long is unrolled as deep as it fits", "[paths]")
{
    auto const doses = ladder(6);
    auto const decider = six_required_everywhere.on(doses);
    auto const tree = pathways_within(asking(decider), Observed{doses}, to_the_end, 60);
    CHECK(tree.lines() <= 60);
    CHECK_FALSE(tree.complete());
    CHECK(tree_of(six_required_everywhere, doses, tree.cohorts + 1).lines() > 60);
    CHECK_THROWS_AS(pathways(asking(decider), Observed{doses}, to_the_end, 100), NotEnumerable);
}

TEST_CASE("pathways may begin in the middle of a trial", "[paths]")
{
    auto const tree = tree_of(six_required_everywhere, ladder(3), 1, "1NNN 2NNT");
    CHECK(tree.first().action == treat(level(2), 3).action);
    auto const groups = grouped_outcomes(tree.first());
    REQUIRE(groups.size() == 2);
    CHECK(tree.node(groups[0].to).action == treat(level(3), 3).action);
    CHECK(groups[1].first == 1);
    CHECK(groups[1].reason == "2 to 4/6 at 20 mg/m2 is too toxic: fill the level below to 6");
    auto const ended = tree_of(six_required_everywhere, ladder(3), 3, "1NTT");
    CHECK(ended.complete());
    CHECK(ended.paths() == 1);
}

TEST_CASE("a choice by chance branches with its probability", "[paths]")
{
    auto const doses = ladder(3);
    LastLevelCoin const coin{{}, 0.3, 3};
    std::vector<double> const truth{0.1, 0.3, 0.5};
    auto const tree = pathways(asking(coin), Observed{doses}, 10);
    REQUIRE(tree.complete());
    std::map<int, double> selected;
    auto const reached = PathProbabilities{tree, truth}.reached();
    for (std::size_t i = 0; i < reached.size(); ++i)
        if (tree.nodes[i].stops())
            selected[stop_of(tree.nodes[i]).mtd->index()] += reached[i];
    auto const sums = sum_futures(coin, doses, truth);
    for (int index = 0; index < 3; ++index)
        CHECK_THAT(selected[index], WithinAbs(sums.selection[static_cast<std::size_t>(index)], rounding_of_paths));
    auto const& after_none = tree.node(tree.first().steps[0].to);
    REQUIRE(std::holds_alternative<Randomise>(after_none.action));
    CHECK(grouped_outcomes(after_none).size() == 2);
    CHECK_THAT((PathProbabilities{tree, truth}.steps(after_none)[0]), WithinAbs(0.3 / 0.7, rounding_of_paths));
}

TEST_CASE("the words of outcomes with grades name each outcome for what it is", "[paths][grades]")
{
    // of one patient who may have nothing, grade 2 or a DLT; of two who may have a DLT of grade 4 as well
    PathNode one{Treat{level(1), 1}, {}};
    for_each_outcome(Outcomes::grade_2, level(1), 1, [&](Cohort const& cohort) { one.steps.push_back({0, "", cohort}); });
    REQUIRE(one.steps.size() == 3);
    CHECK(outcome_words(one, {.first = 1, .last = 1}) == "0 +1 g2");
    CHECK(outcome_words(one, {.first = 0, .last = 1}) == "0 +0 or 1 g2");
    CHECK(outcome_words(one, {.first = 1, .last = 2}) == "0 +1 g2 or more"); // not "0 or 1 +1 g2": a DLT is no grade 2
    PathNode two{Treat{level(1), 2}, {}};
    for_each_outcome(Outcomes::grades, level(1), 2, [&](Cohort const& cohort) { two.steps.push_back({0, "", cohort}); });
    auto const words = [&](std::size_t first, std::size_t last, RangeForm form = RangeForm::words) {
        return outcome_words(two, {.first = first, .last = last}, form);
    };
    // 0, 0 +1 g2, 0 +2 g2, 1, 1 (1 g4), 1 +1 g2, 1 (1 g4) +1 g2, 2, 2 (1 g4), 2 (2 g4)
    REQUIRE(two.steps.size() == 10);
    CHECK(words(3, 3) == "1");
    CHECK(words(6, 6) == "1 (1 g4) +1 g2");
    CHECK(words(0, 2) == "0 +0 to 2 g2");
    CHECK(words(0, 2, RangeForm::dashes) == "0 +0–2 g2");
    CHECK(words(0, 5) == "up to 1 +1 g2");
    CHECK(words(4, 5) == "1 (1 g4) or 1 +1 g2");
    CHECK(words(2, 5, RangeForm::dashes) == "0 +2 g2 – 1 +1 g2");
    CHECK(words(4, 9) == "1 (1 g4) or more");
    CHECK(words(0, 9) == "any");
    CHECK(grade_key(Outcomes::dlt).empty());
}

TEST_CASE("numbers that differ between neighbouring outcomes are told together, words are not mixed", "[paths]")
{
    auto const reason = [](std::string first, std::string last) {
        PathNode const node{Treat{level(1), 2}, {{0, std::move(first), {}}, {0, std::move(last), {}}}};
        return grouped_outcomes(node).front().reason;
    };
    CHECK(reason("0/6 at 10 mg/m2: a rate of 0.00 is low", "1/6 at 10 mg/m2: a rate of 0.17 is low") ==
          "0 or 1/6 at 10 mg/m2: a rate of 0.00 or 0.17 is low");
    CHECK(reason("a DLT.", "a DLT.") == "a DLT.");
    CHECK(reason("stay at 3.", "leave at 4.") == "stay at 3.");
    CHECK(reason("", "x") == "");
    PathNode const mixed{Treat{level(1), 2}, {{0, "stay at 3.", {}}, {0, "leave at 4.", {}}}};
    CHECK(grouped_outcomes(mixed).front().reason_of_first);
    PathNode const alike{Treat{level(1), 2}, {{0, "a rate of 0.1", {}}, {0, "a rate of 0.2", {}}}};
    CHECK_FALSE(grouped_outcomes(alike).front().reason_of_first);
}
