// The measures that comparisons publish: against hand computation, every future of small designs, and peers.
#include "sim/runner/published_measures.hpp"
#include "sim/runner/accuracy.hpp"
#include "sim/runner/run.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/futures.hpp"
#include "tests/support/oracle.hpp"
#include "tests/support/variants.hpp"

#include <cmath>
#include <numeric>

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr double rounding_of_sums = 1e-13; // some hundred sums of products of probabilities

/// The same by summing over every future, history by history.
template <class D>
Allocation summed(D const& decider, std::vector<double> const& truth, int overdose_from, std::size_t most)
{
    Allocation sums{.at = CountDistribution(most + 1), .above = CountDistribution(most + 1)};
    for_each_future(decider, ladder(static_cast<int>(truth.size())), [&](Future const& future) {
        double const weight = probability(future, truth);
        std::array<int, 3> sides{}; // below, at, above
        for (std::size_t i = 0; i < truth.size(); ++i) {
            int const level = static_cast<int>(i);
            sides[level >= overdose_from       ? 2U
                  : level == overdose_from - 1 ? 1U
                                               : 0U] += future.history.tally(DoseLevel{level}).patients;
        }
        double const all = sides[0] + sides[1] + sides[2];
        sums.at[static_cast<std::size_t>(sides[1])] += weight;
        sums.above[static_cast<std::size_t>(sides[2])] += weight;
        sums.overdosing[0] += sides[2] / all > 0.6 ? weight : 0;
        sums.overdosing[1] += sides[2] / all > 0.8 ? weight : 0;
        sums.underdosing[0] += sides[0] / all > 0.6 ? weight : 0;
        sums.underdosing[1] += sides[0] / all > 0.8 ? weight : 0;
    });
    return sums;
}

void check_equal(CountDistribution const& a, CountDistribution const& b)
{
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i)
        CHECK_THAT(a[i], WithinAbs(b[i], rounding_of_sums));
}

template <class D>
void check_every_future(D const& decider, std::vector<double> const& truth)
{
    auto const graph = DesignGraph::compile(decider, ladder(static_cast<int>(truth.size())));
    for (int overdose_from = 0; overdose_from <= static_cast<int>(truth.size()); ++overdose_from) {
        INFO("overdose from level index " << overdose_from);
        auto const found = AllocationPass{graph, overdose_from}(truth);
        auto const expected = summed(decider, truth, overdose_from, static_cast<std::size_t>(graph.most_patients()));
        check_equal(found.at, expected.at);
        check_equal(found.above, expected.above);
        for (std::size_t i = 0; i < risk_percents.size(); ++i) {
            CHECK_THAT(found.overdosing[i], WithinAbs(expected.overdosing[i], rounding_of_sums));
            CHECK_THAT(found.underdosing[i], WithinAbs(expected.underdosing[i], rounding_of_sums));
        }
    }
}

OperatingCharacteristics exact(AnyDesign const& design, std::vector<double> const& probability, double target,
                               std::optional<DoseLevel> mtd)
{
    TrueToxicity const truth{probability, std::vector<double>(probability.size()), target, mtd};
    return PreparedDesign{design, ladder(static_cast<int>(probability.size()))}
        .run(KnownToxicity{probability}, truth, {.engine = EngineChoice::exact}, Workers{1})
        .characteristics;
}

} // namespace

TEST_CASE("sixty percent of a trial's patients is not more than sixty percent", "[measures]")
{
    CHECK_FALSE(exceeds_percent(6, 10, 60));
    CHECK(exceeds_percent(7, 10, 60));
    CHECK_FALSE(exceeds_percent(0, 0, 60));
    CHECK_FALSE(exceeds_percent(24, 30, 80));
    CHECK(exceeds_percent(25, 30, 80));
}

TEST_CASE("the accuracy index is one at the target, zero for a level drawn at random", "[measures][accuracy]")
{
    std::vector<double> const p{0.1, 0.3, 0.6};
    auto const weights = accuracy_weights(p, 0.3);
    CHECK_THAT(accuracy_index(std::vector<double>{0, 1, 0}, weights).value(), WithinAbs(1, rounding_of_sums));
    CHECK_THAT(accuracy_index(std::vector<double>{1, 1, 1}, weights).value(), WithinAbs(0, rounding_of_sums));
    // 1 - 3 (0.25 x 0.2 + 0.25 x 0.3) / 0.5
    CHECK_THAT(accuracy_index(std::vector<double>{0.25, 0.5, 0.25}, weights).value(), WithinAbs(0.25, rounding_of_sums));
    CHECK_FALSE(accuracy_index(std::vector<double>{0, 0, 0}, weights).has_value());
    CHECK_FALSE(accuracy_index(std::vector<double>{1}, accuracy_weights(std::vector<double>{0.3}, 0.3)).has_value());
}

TEST_CASE("allocation of 3+3 is the sum over every future", "[measures][exact]")
{
    for (auto const& [name, design] : variants) {
        INFO(name);
        check_every_future(design.on(ladder(3)), {0.1, 0.3, 0.55});
    }
}

TEST_CASE("allocation of an up-and-down design, whose states hide it, is the sum over every future", "[measures][exact]")
{
    LastLevelCoin coin;
    coin.sample_size = 7;
    check_every_future(coin, {0.1, 0.3, 0.5});
}

TEST_CASE("states that imply their tallies are not split, but for the ends that trials share", "[measures][exact]")
{
    Boin boin;
    boin.common.max_patients = 24;
    auto const graph = DesignGraph::compile(AnyDecider{boin, ladder(6)}, ladder(6));
    CHECK(AllocationPass{graph, 4}.parts() <= graph.nodes().size() + graph.nodes().size() / 4);
}

TEST_CASE("shares of patients add up, and agree with means by level", "[measures][exact]")
{
    auto const oc = exact(korn, standard_scenario, 0.3, DoseLevel{3});
    auto const& mean = oc.mean;
    CHECK_THAT(mean.share_below + mean.share_at + mean.share_above, WithinAbs(1, rounding_of_sums));
    CHECK_THAT(mean.patients_at, WithinAbs(mean.patients[3], rounding_of_sums));
    CHECK_THAT(mean.share_above, WithinAbs((mean.patients[4] + mean.patients[5]) / mean.total_patients, rounding_of_sums));
    CHECK_THAT(mean.dlt_rate, WithinAbs(mean.total_dlts / mean.total_patients, rounding_of_sums));
    double from_distribution = 0;
    for (std::size_t count = 0; count < oc.patients_above.size(); ++count)
        from_distribution += static_cast<double>(count) * oc.patients_above[count];
    CHECK_THAT(from_distribution, WithinAbs(mean.patients_above, 1e-12));
    CHECK_FALSE(mean.overdosing_planned.has_value());
}

TEST_CASE("without a true MTD all patients are above it", "[measures][exact]")
{
    auto const mean = exact(korn, {0.5, 0.7}, 0.3, std::nullopt).mean;
    CHECK(mean.share_at == 0);
    CHECK(mean.share_below == 0);
    CHECK_THAT(mean.share_above, WithinAbs(1, rounding_of_sums));
    CHECK_THAT(mean.overdosing[1], WithinAbs(1, rounding_of_sums));
}

TEST_CASE("3+3 treats as many patients above, at and below the MTD as FIND counts", "[measures][published]")
{
    // one decimal of a percentage, from 10,000 trials; the standard error of these shares is below 0.2 points there
    constexpr double tolerance = 0.05 + 6 * 0.2;
    int held = 0;
    auto const find = oracle("find_oc.json");
    for (auto const& one : find["results"]) {
        if (one["design"] != "3+3")
            continue;
        auto const truth = one["inputs"]["true_tox"].get<std::vector<double>>();
        auto const& allocation = one["allocation"];
        auto const correct = allocation["Correctdose.Perc"].get<double>();
        std::size_t mtd = 0; // FIND's true MTD is not in the file: the dose whose share it calls correct
        while (std::abs(allocation["Dose." + std::to_string(mtd + 1)].get<double>() - correct) > 1e-9)
            ++mtd;
        INFO(one["label"]);
        auto const mean = exact(korn, truth, 0.3, DoseLevel{static_cast<int>(mtd)}).mean;
        CHECK_THAT(100 * mean.share_at, WithinAbs(correct, tolerance));
        CHECK_THAT(100 * mean.share_above, WithinAbs(allocation["Overdose.Perc"].get<double>(), tolerance));
        CHECK_THAT(100 * mean.share_below, WithinAbs(allocation["Underdose.Perc"].get<double>(), tolerance));
        CHECK_THAT(100 * mean.overdose, WithinAbs(one["selection"]["Overdose.Perc"].get<double>(), 0.05 + 6 * 0.5));
        ++held;
    }
    CHECK(held == 4);
}
