// Simulated trials against exact probabilities, by exact binomial tails, with planted faults that must be seen.
#include "sim/runner/exact.hpp"
#include "sim/runner/marginal.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/binomial_tails.hpp"
#include "tests/support/biologies.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/variants.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr std::uint64_t many_trials = 1'000'000;

template <Decider D>
OperatingCharacteristics exact(D const& design, std::vector<double> const& truth, int overdose_from = standard_overdose_from)
{
    auto const graph = DesignGraph::compile(design, ladder(static_cast<int>(truth.size())));
    return ExactPass{graph}(truth, overdose_from);
}

template <Decider D>
Tallies simulated(D const& design, std::vector<double> const& truth, int overdose_from = standard_overdose_from,
                  std::uint64_t trials = many_trials)
{
    auto const graph = DesignGraph::compile(design, ladder(static_cast<int>(truth.size())));
    return simulate(graph, KnownToxicity{truth}, fixed_seed, {.trials = trials}, overdose_from, Workers{2});
}

void check_agreement(Tallies const& tallies, OperatingCharacteristics const& expected)
{
    CHECK(disagreements(tallies, expected, false_alarm_rate) == std::vector<std::string>{});
    CHECK(distant_means(operating_characteristics(tallies), expected, agreed_standard_errors) == std::vector<std::string>{});
}

} // namespace

TEST_CASE("the binomial tails are exact", "[binomial]")
{
    CHECK_THAT(two_sided_tail(0, 10, 0.5), WithinRel(2.0 / 1024, 1e-12));
    CHECK_THAT(two_sided_tail(10, 10, 0.5), WithinRel(2.0 / 1024, 1e-12));
    CHECK_THAT(two_sided_tail(3, 3, 0.1), WithinRel(2e-3, 1e-12));
    CHECK(two_sided_tail(5, 10, 0.5) == 1);
    CHECK(two_sided_tail(0, 10, 0) == 1);
    CHECK(two_sided_tail(1, 10, 0) == 0);
    CHECK(two_sided_tail(9, 10, 1) == 0);
}

TEST_CASE("a million simulated 3+3 trials agree with the exact distribution", "[monte_carlo]")
{
    for (auto const& [name, design] : variants) {
        INFO(name);
        check_agreement(simulated(design, standard_scenario), exact(design, standard_scenario));
    }
}

TEST_CASE("a million simulated A+B trials agree with the exact distribution", "[monte_carlo]")
{
    ThreePlusThree limited;
    limited.common.max_patients = 14;
    for (auto const& design :
         {ThreePlusThree{.first = 2, .second = 4}, ThreePlusThree{.first = 4, .second = 4, .max_dlts = 2}, limited})
        check_agreement(simulated(design, standard_scenario), exact(design, standard_scenario));
}

TEST_CASE("simulated random choices fall as often as they should", "[monte_carlo][randomise]")
{
    LastLevelCoin coin;
    coin.sample_size = 7;
    std::vector<double> const truth{0.1, 0.3, 0.5};
    check_agreement(simulated(coin, truth, 2), exact(coin, truth, 2));
    auto biased = coin;
    biased.target = 0.31;
    CHECK_FALSE(disagreements(simulated(coin, truth, 2), exact(biased, truth, 2), false_alarm_rate).empty());
}

TEST_CASE("a DLT probability moved by 0.01 is seen at every level that is often reached", "[power]")
{
    // one trial in twenty reaches level 6, so that a fault there must be larger to show
    constexpr std::size_t rarely_reached = 5;
    for (auto const& [name, design] : variants) {
        auto const tallies = simulated(design, standard_scenario);
        for (std::size_t i = 0; i < standard_scenario.size(); ++i) {
            INFO(name << ", level " << i + 1);
            auto moved = standard_scenario;
            moved[i] += i < rarely_reached ? 0.01 : 0.05;
            CHECK_FALSE(disagreements(tallies, exact(design, moved), false_alarm_rate).empty());
            CHECK_FALSE(distant_means(operating_characteristics(tallies), exact(design, moved), agreed_standard_errors).empty());
        }
    }
}

TEST_CASE("a design changed in one option is seen", "[power]")
{
    auto const tallies = simulated(six_required_everywhere, standard_scenario);
    for (auto const& other : {korn, no_deescalation, ThreePlusThree{.expand_at = 2, .max_dlts = 1}, ThreePlusThree{.max_dlts = 2},
                              ThreePlusThree{.second = 4}}) {
        auto const expected = exact(other, standard_scenario);
        CHECK_FALSE(disagreements(tallies, expected, false_alarm_rate).empty());
    }
}

TEST_CASE("a threshold off by one part in a hundred is seen in a million patients", "[power]")
{
    // every lane's first patient against p, counted as the lockstep counts them
    std::vector<double> const truth{0.3};
    auto const tallies = simulated(ThreePlusThree{.first = 1, .second = 1, .max_dlts = 0}, truth, 1);
    auto const right = exact(ThreePlusThree{.first = 1, .second = 1, .max_dlts = 0}, truth, 1);
    auto const wrong = exact(ThreePlusThree{.first = 1, .second = 1, .max_dlts = 0}, {0.3 + 0.3 / 100}, 1);
    CHECK(disagreements(tallies, right, false_alarm_rate).empty());
    CHECK_FALSE(disagreements(tallies, wrong, false_alarm_rate).empty());
}

TEST_CASE("trials of a biology agree with the exact result for its integrated DLT probabilities", "[monte_carlo][biology]")
{
    for (auto const& biology : {CompleteAuc::biology(), layered_biology()}) {
        auto const truth = marginal_toxicity(biology, Workers{2});
        auto const graph = DesignGraph::compile(six_required_everywhere, biology.ladder());
        ExactPass const pass{graph};
        constexpr int overdose_from = 3;
        auto const tallies = simulate(graph, biology, fixed_seed, {.trials = 200'000}, overdose_from, Workers{2});
        check_agreement(tallies, pass(truth.dlt_probability, overdose_from));
        auto moved = truth.dlt_probability;
        for (double& p : moved)
            p = std::min(1.0, p + 0.01);
        CHECK_FALSE(disagreements(tallies, pass(moved, overdose_from), false_alarm_rate).empty());
    }
}
