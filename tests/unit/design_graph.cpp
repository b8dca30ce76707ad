// A design compiled to a graph says what the design says, history by history.
#include "sim/runner/exact.hpp"
#include "sim/trial/conduct.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/futures.hpp"
#include "tests/support/variants.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

std::vector<ThreePlusThree> designs()
{
    std::vector<ThreePlusThree> all{no_deescalation, korn, six_required_everywhere};
    all.push_back({.first = 2, .second = 4});
    all.push_back({.first = 4, .second = 4, .max_dlts = 2});
    all.push_back({.first = 4, .second = 4, .expand_at = 2, .max_dlts = 3});
    all.push_back({.first = 4, .second = 4, .max_dlts = 2, .max_dlts_first = 1});
    ThreePlusThree limited;
    limited.common.max_patients = 10;
    all.push_back(limited);
    ThreePlusThree from_second;
    from_second.common.start_level = 2;
    all.push_back(from_second);
    return all;
}

template <Decider D>
void check_against_futures(D const& design, std::vector<double> const& truth)
{
    constexpr double rounding = 1e-13; // sums over thousands of futures in another order
    auto const doses = ladder(static_cast<int>(truth.size()));
    auto const graph = DesignGraph::compile(design, doses);
    auto const exact = ExactPass{graph}(truth, 1);
    auto const sums = sum_futures(design, doses, truth);
    CHECK_THAT(exact.mean.none, WithinAbs(sums.none, rounding));
    for (std::size_t i = 0; i < truth.size(); ++i) {
        INFO("level " << i + 1);
        CHECK_THAT(exact.mean.selection[i], WithinAbs(sums.selection[i], rounding));
        CHECK_THAT(exact.mean.patients[i], WithinAbs(sums.patients[i], rounding));
        CHECK_THAT(exact.mean.dlts[i], WithinAbs(sums.dlts[i], rounding));
    }
    for (std::size_t cause = 0; cause < stop_causes; ++cause)
        CHECK_THAT(exact.mean.stopped[cause], WithinAbs(sums.stopped[cause], rounding));
    REQUIRE(graph.most_patients() == sums.total_patients.rbegin()->first);
    for (auto const& [patients, probability] : sums.total_patients)
        CHECK_THAT(exact.total_patients[static_cast<std::size_t>(patients)], WithinAbs(probability, rounding));
    for (auto const& [dlts, probability] : sums.total_dlts)
        CHECK_THAT(exact.total_dlts[static_cast<std::size_t>(dlts)], WithinAbs(probability, rounding));
}

/// Never ends. Its summary either tells cohorts apart or does not.
struct Endless : TestDesign {
    bool counts_cohorts = false;

    Decision decide(Observed const&, Wording = Wording::none) const { return {Treat{DoseLevel{0}, 1}, "for ever"}; }
    Summary summary(Observed const& observed) const
    {
        Summary key;
        if (counts_cohorts)
            key.append(static_cast<std::uint32_t>(observed.cohorts().size()), 1'000'000);
        return key;
    }
    friend bool operator==(Endless const&, Endless const&) = default;
};

/// Reaches one and the same state after few or after many patients: a DLT at the first level adds a cohort there.
struct LongWayRound : TestDesign {
    Decision decide(Observed const& observed, Wording = Wording::none) const
    {
        if (observed.empty())
            return {Treat{DoseLevel{0}, 3}, "start"};
        if (observed.tally(DoseLevel{1}).patients > 0)
            return {Stop{DoseLevel{1}}, "done"};
        if (observed.total().patients == 3 && observed.total().dlts > 0)
            return {Treat{DoseLevel{0}, 3}, "three more"};
        return {Treat{DoseLevel{1}, 3}, "up"};
    }
    Summary summary(Observed const& observed) const
    {
        bool const open = observed.total().patients == 3 && observed.total().dlts > 0;
        std::uint32_t const stage = observed.empty() ? 0U : observed.tally(DoseLevel{1}).patients > 0 ? 3U : open ? 1U : 2U;
        return Summary{}.append(stage, 4);
    }
    friend bool operator==(LongWayRound const&, LongWayRound const&) = default;
};

/// Leaves the end of the trial itself to chance.
struct CoinAtTheEnd : TestDesign {
    Decision decide(Observed const& observed, Wording = Wording::none) const
    {
        if (observed.empty())
            return {Treat{DoseLevel{0}, 2}, "start"};
        return {Randomise{{Randomise::Branch{0.25, Stop{DoseLevel{0}}}, {0.75, Stop{std::nullopt}}}}, "toss"};
    }
    Summary summary(Observed const& observed) const { return Summary{}.append(observed.empty() ? 0 : 1, 2); }
    friend bool operator==(CoinAtTheEnd const&, CoinAtTheEnd const&) = default;
};

} // namespace

TEST_CASE("successors come after their node", "[graph]")
{
    auto const check = [](DesignGraph const& graph) {
        for (DesignGraph::NodeIndex at = 0; at < graph.nodes().size(); ++at) {
            auto const& node = graph.node(at);
            if (node.kind == DesignGraph::Kind::stop)
                continue;
            for (auto const next : graph.successors(node)) {
                REQUIRE(next > at);
                REQUIRE(next < graph.nodes().size());
            }
        }
    };
    for (auto const& design : designs())
        check(DesignGraph::compile(design, ladder(6)));
    LastLevelCoin coin;
    coin.sample_size = 12;
    check(DesignGraph::compile(coin, ladder(4)));
}

TEST_CASE("the graph decides as the design does along every future", "[graph]")
{
    for (auto const& design : designs()) {
        auto const doses = ladder(4);
        auto const graph = DesignGraph::compile(design, doses);
        for_each_future(design, doses, [&](Future const& future) {
            INFO(letters(future.history.cohorts()));
            auto at = DesignGraph::start;
            for (auto const& cohort : future.history.cohorts()) {
                auto const& node = graph.node(at);
                REQUIRE(node.kind == DesignGraph::Kind::treat);
                REQUIRE(node.level == cohort.level.index());
                REQUIRE(node.patients == cohort.patients);
                at = graph.after(at, cohort.dlts);
            }
            auto const& end = graph.node(at);
            REQUIRE(end.kind == DesignGraph::Kind::stop);
            REQUIRE(end.cause == future.verdict.cause);
            REQUIRE(end.level == (future.verdict.mtd ? future.verdict.mtd->index() : DesignGraph::no_level));
        });
    }
}

TEST_CASE("a pass over the graph is the sum over all futures", "[graph][exact]")
{
    std::vector<double> const truth{0.12, 0.22, 0.37, 0.5};
    for (auto const& design : designs()) {
        INFO("first " << design.first_patients() << ", second " << design.second_patients() << ", expand at " << design.expand_at
                      << ", most DLTs " << design.max_dlts);
        check_against_futures(design, truth);
    }
}

TEST_CASE("a pass over a graph with chance nodes is the sum over all futures", "[graph][exact][randomise]")
{
    LastLevelCoin coin;
    coin.sample_size = 9;
    check_against_futures(coin, {0.1, 0.3, 0.5});
    check_against_futures(CoinAtTheEnd{}, {0.1, 0.3});
}

TEST_CASE("patients of the longest history count, also where a short one reached its states first", "[graph][exact]")
{
    auto const graph = DesignGraph::compile(LongWayRound{}, ladder(2));
    CHECK(graph.most_patients() == 9);
    if (graph.most_patients() == 9) // or else the pass would write beyond its arrays
        check_against_futures(LongWayRound{}, {0.2, 0.4});
}

TEST_CASE("histories merge into few states", "[graph]")
{
    auto const graph = DesignGraph::compile(six_required_everywhere, ladder(8));
    CHECK(graph.nodes().size() < 16138); // its futures, which share most of their states
    CHECK(graph.levels() == 8);
    CHECK(graph.largest_cohort() == 3);
    CHECK(graph.most_patients() == 48);
}

TEST_CASE("a design that returns to a state can go on for ever and is refused", "[graph]")
{
    CHECK_THROWS_AS(DesignGraph::compile(Endless{}, ladder(2)), NotEnumerable);
    CHECK_THROWS_WITH(DesignGraph::compile(Endless{}, ladder(2)), ContainsSubstring("for ever"));
}

TEST_CASE("a design with more states than allowed is refused", "[graph]")
{
    Endless endless;
    endless.counts_cohorts = true;
    CHECK_THROWS_AS(DesignGraph::compile(endless, ladder(1), 50), NotEnumerable);
    CHECK_THROWS_WITH(DesignGraph::compile(endless, ladder(1), 50), ContainsSubstring("more than 50 states"));
    CHECK_THROWS_AS(DesignGraph::compile(korn, ladder(6), 10), NotEnumerable);
    CHECK_NOTHROW(DesignGraph::compile(korn, ladder(1), 10));
}

TEST_CASE("a trial that is walked step by step wants what the graph says", "[conduct]")
{
    auto const graph = DesignGraph::compile(korn, ladder(3));
    Conduct trial{GraphCourse{graph}, TrialStream{1, 0}};
    auto wanted = trial.wants();
    REQUIRE(wanted);
    CHECK(wanted->treat == Treat{level(1), 3});
    CHECK(wanted->first_patient == 0);
    trial.learns(Cohort{level(1), 3, 1});
    wanted = trial.wants();
    REQUIRE(wanted);
    CHECK(wanted->treat == Treat{level(1), 3});
    CHECK(wanted->first_patient == 3);
    trial.learns(Cohort{level(1), 3, 0});
    wanted = trial.wants();
    REQUIRE(wanted);
    CHECK(wanted->treat == Treat{level(2), 3});
    CHECK(wanted->first_patient == 6);
    trial.learns(Cohort{level(2), 3, 2});
    CHECK_FALSE(trial.wants());
    CHECK(trial.verdict() == Stop{level(1), StopCause::mtd_determined});
}

TEST_CASE("the branch of a choice is where the uniform falls", "[conduct][randomise]")
{
    std::array<double, 3> const probability{0.25, 0.0, 0.75};
    auto const branch = [&](double uniform) {
        return chosen_branch(probability.size(), uniform, [&](std::size_t i) { return probability[i]; });
    };
    CHECK(branch(0.1) == 0);
    CHECK(branch(0.2499999) == 0);
    CHECK(branch(0.25) == 2);
    CHECK(branch(0.9999999) == 2);
}
