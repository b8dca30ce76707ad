// Up-and-down designs, decision by decision, and the levels at which they come to rest.
#include "sim/designs/biased_coin.hpp"
#include "sim/designs/catalog.hpp"
#include "sim/designs/k_in_a_row.hpp"
#include "sim/runner/exact.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/variants.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr double rounding_of_shares = 1e-12;

template <Design D>
D with(D design, double target, int patients = CommonOptions::usual_sample_size)
{
    design.common.target = target;
    design.common.max_patients = patients;
    return design;
}

Decision by_chance(double probability, DoseLevel chosen, DoseLevel else_level)
{
    return {Randomise{{{{probability, Treat{chosen, 1}}, {1 - probability, Treat{else_level, 1}}}}}, {}};
}

/// Where a walk between levels comes to rest when steps up and down balance between neighbours.
std::vector<double> stationary(std::vector<double> const& up, std::vector<double> const& down)
{
    std::vector<double> share{1};
    for (std::size_t i = 1; i < up.size(); ++i)
        share.push_back(share.back() * up[i - 1] / down[i]);
    double sum = 0;
    for (double const s : share)
        sum += s;
    for (double& s : share)
        s /= sum;
    return share;
}

OperatingCharacteristics exact(AnyDesign const& design, std::vector<double> const& truth)
{
    auto const doses = ladder(static_cast<int>(truth.size()));
    auto const graph = DesignGraph::compile(decider(design, doses), doses);
    return ExactPass{graph}(truth, static_cast<int>(truth.size()));
}

} // namespace

TEST_CASE("the biased coin steps down after a DLT and decides about steps up", "[design][biased_coin]")
{
    auto const design = with(BiasedCoin{}, 0.25);
    CHECK(next(design, "") == treat(level(1), 1));
    CHECK(next(design, "1N") == by_chance(0.25 / 0.75, level(2), level(1)));
    CHECK(next(design, "1N 2N") == by_chance(0.25 / 0.75, level(3), level(2)));
    CHECK(next(design, "1N 2T") == treat(level(1), 1));
    CHECK(next(design, "1N 2T 1T") == treat(level(1), 1));
    CHECK(next(design, "1N 2N 3N 4N 5N 6N") == treat(level(6), 1));
}

TEST_CASE("for a target of one half the coin always falls on up, above it decides about steps down", "[design][biased_coin]")
{
    CHECK(next(with(BiasedCoin{}, 0.5), "1N") == treat(level(2), 1));
    CHECK(next(with(BiasedCoin{}, 0.5), "1N 2T") == treat(level(1), 1));
    auto const above = with(BiasedCoin{}, 0.8);
    CHECK(next(above, "1N") == treat(level(2), 1));
    auto const decision = next(above, "1N 2T");
    auto const& choice = std::get<Randomise>(decision.action);
    CHECK_THAT(choice.branches[0].probability, WithinAbs(0.25, rounding_of_shares));
    CHECK(choice.branches[0].action == Action{Treat{level(1), 1}});
    CHECK(choice.branches[1].action == Action{Treat{level(2), 1}});
}

TEST_CASE("the coin says what it decides about", "[design][biased_coin]")
{
    auto const design = with(BiasedCoin{}, 0.25);
    CHECK(next(design, "1N").reason == "no DLT at 10 mg/m2: up with probability 0.333, else stay");
    CHECK(next(design, "1N 2T").reason == "a DLT at 20 mg/m2: down");
    CHECK(next(design, "1T").reason == "a DLT at 10 mg/m2, the lowest level: stay");
}

TEST_CASE("k in a row steps up after k patients without a DLT at the level", "[design][k_in_a_row]")
{
    KInARow const two{.k = 2};
    CHECK(next(two, "") == treat(level(1), 1));
    CHECK(next(two, "1N") == treat(level(1), 1));
    CHECK(next(two, "1N 1N") == treat(level(2), 1));
    CHECK(next(two, "1N 1N 2N") == treat(level(2), 1)); // those at the level below do not count
    CHECK(next(two, "1N 1N 2N 2T") == treat(level(1), 1));
    CHECK(next(two, "1N 1N 2N 2T 1N") == treat(level(1), 1)); // nor those before the step down
    CHECK(next(two, "1N 1T 1N") == treat(level(1), 1));
    CHECK(next(two, "1N 1T 1N 1N") == treat(level(2), 1));
    CHECK(next(two, "6N 6N 6N") == treat(level(6), 1));
    CHECK(next(two, "1N").reason == "1 of 2 patients in a row without a DLT at 10 mg/m2: stay");
    CHECK(next(two, "1N 1N").reason == "2 of 2 patients in a row without a DLT at 10 mg/m2: up");
}

TEST_CASE("k follows from the target as 1 - 0.5^(1/k) does", "[design][k_in_a_row]")
{
    for (auto const& [target, k] :
         {std::pair{0.5, 1}, {0.30, 2}, {0.293, 2}, {0.25, 2}, {0.206, 3}, {0.2, 3}, {0.159, 4}, {0.1, 7}}) {
        INFO(target);
        CHECK(with(KInARow{}, target).patients_in_a_row() == k);
    }
    CHECK(KInARow{.k = 5}.patients_in_a_row() == 5);
}

TEST_CASE("the MTD of an up-and-down trial is named as asked", "[design][biased_coin]")
{
    auto const outcomes = "1N 2N 3T 2N 3N 4T 3T 2N 2N";
    auto const named = [&](UpAndDownEstimate estimate) {
        BiasedCoin design{.estimate = estimate};
        design.common.max_patients = 9;
        return next(design, outcomes);
    };
    CHECK(named(UpAndDownEstimate::last) == stop(level(2), StopCause::max_patients));
    CHECK(named(UpAndDownEstimate::mode) == stop(level(2), StopCause::max_patients));
    // 0/1, 0/4, 2/3, 1/1: 0.05/4.1 lies nearer to 0.3 than 2.05/3.1
    CHECK(named(UpAndDownEstimate::isotonic) == stop(level(2), StopCause::max_patients));
    BiasedCoin higher{.estimate = UpAndDownEstimate::isotonic};
    higher.common.max_patients = 9;
    higher.common.target = 0.5;
    CHECK(next(higher, outcomes) == stop(level(3), StopCause::max_patients));
    CHECK(next(with(BiasedCoin{.estimate = UpAndDownEstimate::mode}, 0.3, 3), "1N 2N 3N") ==
          stop(level(1), StopCause::max_patients));
}

TEST_CASE("a long biased coin trial rests where Durham and Flournoy's balance has it", "[design][biased_coin][published]")
{
    constexpr int patients = 400;
    constexpr double settled = 1e-9; // the second largest eigenvalue to the 400th power lies far below
    for (double const target : {0.3, 0.7}) {
        auto const design = with(BiasedCoin{.estimate = UpAndDownEstimate::last}, target, patients);
        std::vector<double> up;
        std::vector<double> down;
        for (double const p : standard_scenario) {
            up.push_back((1 - p) * std::min(1.0, target / (1 - target)));
            down.push_back(p * std::min(1.0, (1 - target) / target));
        }
        auto const expected = stationary(up, down);
        auto const found = exact(design, standard_scenario);
        for (std::size_t i = 0; i < expected.size(); ++i)
            CHECK_THAT(found.mean.selection[i], WithinAbs(expected[i], settled));
    }
}

TEST_CASE("an up-and-down design treats one patient at a time and says so", "[design][up_and_down]")
{
    BiasedCoin coin;
    CHECK(coin.faults().empty());
    coin.common.cohort_size = 3;
    REQUIRE(coin.faults().size() == 1);
    CHECK(coin.faults().front().field == "cohort_size");
    CHECK(with(KInARow{}, 0.5).faults().empty());
    auto const faults = with(KInARow{}, 0.6).faults();
    REQUIRE(faults.size() == 1);
    CHECK(faults.front().field == "target");
}

TEST_CASE("a rule around an up-and-down design closes the lowest level", "[design][up_and_down][rules]")
{
    BiasedCoin coin;
    coin.common.rules = {{LowestTooToxic{}}};
    auto const doses = ladder(4);
    auto const decision = decider(coin, doses).decide(observed("1T 1T 1T 1T", doses));
    CHECK(decision == stop_without_mtd());
}
