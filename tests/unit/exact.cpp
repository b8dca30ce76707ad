// The exact engine against closed forms and hand computation.
#include "sim/runner/exact.hpp"
#include "sim/runner/operating_characteristics.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/futures.hpp"
#include "tests/support/variants.hpp"

#include <numeric>

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr double rounding_of_dozens = 1e-14; // some dozens of products and sums of probabilities

template <Decider D>
OperatingCharacteristics exact(D const& design, std::vector<double> const& truth, int overdose_from)
{
    auto const graph = DesignGraph::compile(design, ladder(static_cast<int>(truth.size())));
    return ExactPass{graph}(truth, overdose_from);
}

double sum(std::vector<double> const& figures) { return std::accumulate(figures.begin(), figures.end(), 0.0); }

/// P(3+3 finds a level too toxic on the way up): two or three in three, or one and then at least one more.
double refused(double p)
{
    double const q = 1 - p;
    double const one = 3 * p * q * q;
    return 3 * p * p * q + p * p * p + one * (1 - q * q * q);
}

} // namespace

TEST_CASE("3+3 without de-escalation refuses the first level as often as the closed form says", "[exact]")
{
    for (double const p : {0.0, 0.05, 0.17, 0.3, 0.5, 0.9, 1.0})
        CHECK_THAT(exact(no_deescalation, {p, 0.5, 0.6}, 1).mean.none, WithinAbs(refused(p), rounding_of_dozens));
}

TEST_CASE("3+3 without de-escalation selects a level by the closed product of its steps", "[exact]")
{
    std::vector<double> const truth{0.1, 0.25, 0.45};
    auto const found = exact(no_deescalation, truth, 2).mean;
    double passed = 1;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        double const next_refused = i + 1 < truth.size() ? refused(truth[i + 1]) : 1;
        passed *= 1 - refused(truth[i]);
        CHECK_THAT(found.selection[i], WithinAbs(passed * next_refused, rounding_of_dozens));
    }
    CHECK_THAT(found.top_not_exceeded(), WithinAbs(passed, rounding_of_dozens));
    CHECK_THAT(found.stopped_with_none[static_cast<std::size_t>(StopCause::lowest_too_toxic)],
               WithinAbs(refused(truth[0]), rounding_of_dozens));
}

TEST_CASE("a drug without toxicity is taken to the top, a poison is stopped at once", "[exact]")
{
    for (auto const& [name, design] : variants) {
        auto const safe = exact(design, {0, 0, 0, 0}, 4);
        CHECK(safe.mean.selection[3] == 1);
        CHECK(safe.mean.top_not_exceeded() == 1);
        CHECK(safe.mean.total_dlts == 0);
        auto const poison = exact(design, {1, 1, 1, 1}, 0);
        CHECK(poison.mean.none == 1);
        CHECK(poison.mean.total_patients == 3);
        CHECK(poison.mean.total_dlts == 3);
        CHECK(poison.total_patients[3] == 1);
    }
}

TEST_CASE("everything that happens adds up", "[exact]")
{
    for (auto const& [name, design] : variants) {
        auto const found = exact(design, standard_scenario, standard_overdose_from);
        CHECK_THAT(found.mean.none + sum(found.mean.selection), WithinAbs(1, rounding_of_dozens));
        CHECK_THAT(std::accumulate(found.mean.stopped.begin(), found.mean.stopped.end(), 0.0), WithinAbs(1, rounding_of_dozens));
        CHECK_THAT(sum(found.total_patients), WithinAbs(1, rounding_of_dozens));
        CHECK_THAT(sum(found.total_dlts), WithinAbs(1, rounding_of_dozens));
        CHECK_THAT(sum(found.mean.patients), WithinRel(found.mean.total_patients, rounding_of_dozens));
        double patients = 0;
        double dlts = 0;
        for (std::size_t count = 0; count < found.total_patients.size(); ++count) {
            patients += static_cast<double>(count) * found.total_patients[count];
            dlts += static_cast<double>(count) * found.total_dlts[count];
        }
        CHECK_THAT(patients, WithinRel(found.mean.total_patients, 1e-13)); // sums of some forty terms
        CHECK_THAT(dlts, WithinRel(found.mean.total_dlts, 1e-13));
        CHECK_THAT(found.mean.patients_above, WithinRel(found.mean.patients[4] + found.mean.patients[5], rounding_of_dozens));
        CHECK_THAT(found.mean.overdose, WithinRel(found.mean.selection[4] + found.mean.selection[5], rounding_of_dozens));
        CHECK(found.mean.correct == found.mean.selection[3]);
    }
}

TEST_CASE("without a true MTD every level is an overdose and none is correct", "[exact]")
{
    auto const found = exact(korn, {0.6, 0.7, 0.8}, 0);
    CHECK(found.mean.correct == 0);
    CHECK_THAT(found.mean.overdose, WithinRel(sum(found.mean.selection), rounding_of_dozens));
    CHECK_THAT(found.mean.patients_above, WithinRel(found.mean.total_patients, rounding_of_dozens));
}

TEST_CASE("a biased coin of two patients selects as computed by hand", "[exact][randomise]")
{
    LastLevelCoin const coin; // up with probability 3/7
    double const p1 = 0.2;
    double const up = 3.0 / 7.0;
    auto const found = exact(coin, {p1, 0.5}, 1);
    CHECK_THAT(found.mean.selection[0], WithinAbs(1 - (1 - p1) * up, rounding_of_dozens));
    CHECK_THAT(found.mean.selection[1], WithinAbs((1 - p1) * up, rounding_of_dozens));
    CHECK_THAT(found.mean.patients[1], WithinAbs((1 - p1) * up, rounding_of_dozens));
    CHECK_THAT(found.mean.total_patients, WithinAbs(2, rounding_of_dozens));
    // both without DLT, on either way
    CHECK_THAT(found.total_dlts[0], WithinAbs((1 - p1) * (up * 0.5 + (1 - up) * (1 - p1)), rounding_of_dozens));
    CHECK_THAT(found.total_dlts[2], WithinAbs(p1 * p1, rounding_of_dozens));
    CHECK_THAT(found.mean.stopped[static_cast<std::size_t>(StopCause::max_patients)], WithinAbs(1, rounding_of_dozens));
}

TEST_CASE("a chance that is moved moves the exact result", "[exact][randomise]")
{
    LastLevelCoin moved;
    moved.target = 0.31;
    CHECK(std::abs(exact(moved, {0.2, 0.5}, 1).mean.selection[1] - exact(LastLevelCoin{}, {0.2, 0.5}, 1).mean.selection[1]) >
          0.01);
}

TEST_CASE("errors of the DLT probabilities carry over to the selection", "[exact]")
{
    auto const graph = DesignGraph::compile(korn, ladder(3));
    ExactPass const pass{graph};
    TrueToxicity truth{{0.1, 0.25, 0.45}, {0, 0, 0}, 0.30, level(2)};
    CHECK(pass(truth).numerical_error == 0);
    double const small = 1e-6;
    truth.dlt_probability_error = {0, small, 0};
    auto moved = truth;
    moved.dlt_probability[1] += small;
    auto const here = pass(truth);
    auto const there = pass(moved);
    double largest = std::abs(there.mean.none - here.mean.none);
    for (std::size_t i = 0; i < 3; ++i)
        largest = std::max(largest, std::abs(there.mean.selection[i] - here.mean.selection[i]));
    CHECK(here.numerical_error > 1e-7);
    CHECK_THAT(here.numerical_error, WithinRel(largest, 1e-6)); // differences of nearly equal probabilities
    truth.dlt_probability_error = {small, small, small};
    CHECK(pass(truth).numerical_error > here.numerical_error);
}

TEST_CASE("outcomes of a cohort are binomial for every size", "[exact]")
{
    CohortOutcomes const outcomes{Outcomes::dlt, std::vector<double>{0.0, 0.3, 1.0}, {}, 5};
    std::array<double, 3> const p{0.0, 0.3, 1.0};
    for (int i = 0; i < 3; ++i)
        for (int patients = 1; patients <= 5; ++patients) {
            auto const shares = outcomes.of(i, patients);
            REQUIRE(shares.size() == static_cast<std::size_t>(patients) + 1);
            for (int dlts = 0; dlts <= patients; ++dlts)
                CHECK_THAT(shares[static_cast<std::size_t>(dlts)],
                           WithinAbs(binomial_probability(dlts, patients, p[static_cast<std::size_t>(i)]), rounding_of_dozens));
        }
}

TEST_CASE("the true MTD is the level nearest to the target", "[truth]")
{
    CHECK(true_mtd(standard_scenario, 0.30) == level(4));
    CHECK(true_mtd(standard_scenario, 0.24) == level(3));
    CHECK(true_mtd(standard_scenario, 0.26) == level(4));
    CHECK(true_mtd({0.01, 0.02}, 0.30) == level(2));
}

TEST_CASE("of two levels equally near the target the lower is the true MTD", "[truth]")
{
    CHECK(true_mtd({0.1, 0.2, 0.4}, 0.30) == level(2));
    CHECK(true_mtd({0.25, 0.35}, 0.30) == level(1));
    CHECK(true_mtd({0.3, 0.3, 0.3}, 0.30) == level(1));
}

TEST_CASE("there is no true MTD if every level exceeds the target by more than 0.10", "[truth]")
{
    CHECK_FALSE(true_mtd({0.41, 0.5}, 0.30));
    CHECK(true_mtd({0.40, 0.5}, 0.30) == level(1));
    CHECK(true_mtd({0.35, 0.9}, 0.25) == level(1));
    CHECK(TrueToxicity{.mtd = std::nullopt}.overdose_from() == 0);
    CHECK(TrueToxicity{.mtd = level(3)}.overdose_from() == 3);
}

TEST_CASE("a quantile is the smallest count that reaches the share", "[truth]")
{
    CountDistribution const distribution{0.25, 0.25, 0, 0.5};
    CHECK(quantile(distribution, 0.25) == 0);
    CHECK(quantile(distribution, 0.26) == 1);
    CHECK(quantile(distribution, 0.5) == 1);
    CHECK(quantile(distribution, 0.75) == 3);
    CHECK(quantile(distribution, 1) == 3);
}
